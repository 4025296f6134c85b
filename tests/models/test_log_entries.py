"""What is written in the stafettlogg: who sees which entry, and that nothing is written over."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import func, select

from handlers import case_page, my_data
from models import (
    access_log,
    cases,
    closing,
    consent_narrowing,
    consents,
    log_entries,
    log_pens,
    log_views,
    log_writing,
    policy,
    shielding,
    withholding,
)
from models.audit import AuditEntry
from models.base import Refused
from models.log_writing import Draft
from models.municipality import PolicyVersion
from models.own_voice import Said
from models.policy import MunicipalPolicy
from models.shielded import Shield
from models.terms import (
    Effect,
    EntryKind,
    InfoKind,
    ItemKind,
    OwnVoice,
    Role,
    Why,
)
from models.withheld import Item
from tests.agreed import agreed, planned, promised
from tests.doses import slowly
from tests.refusals import why
from tests.ways import told_once

K, SCHOOL, GOALS, TILTAK = EntryKind, InfoKind.SCHOOL, InfoKind.GOALS, InfoKind.TILTAK
ASKED = Said(OwnVoice.NOT_WANTED)
CANARY = "Kråkeord"
HATS = {
    "ida": Role.UNGDOM, "kari": Role.FORESATT, "per": Role.FORESATT, "jonas": Role.STAFETTHOLDER,
    "amina": Role.SERVICE, "lise": Role.SERVICE,
}  # fmt: skip


@pytest.fixture
def recalls() -> bool:
    return True


@told_once
def case(session, cast, now):
    """The club may know how school goes, of goals and of tiltak; the los of goals alone."""
    case = agreed(
        session, cast, now, {cast.club.id: (SCHOOL, GOALS, TILTAK), cast.los_unit.id: (GOALS,)}
    )
    cases.add_service(session, case=case, unit_id=cast.los_unit.id, person=cast.lise, now=now)
    return case


@pytest.fixture
def write(session, cast, case, now):
    def act(who, kind=K.NOTE, words="Noe å si", *, at=now, shield=None, hat=None, **given):
        if HATS[who] in log_entries.STAFF and kind in policy.NEEDS_VOICE:
            given.setdefault("voice", ASKED)
        return log_writing.write(
            session, actor=getattr(cast, who), case_id=case.id, hat=hat or HATS[who],
            draft=Draft(kind, words, **given), now=at, shield=shield,
        )  # fmt: skip

    return act


@pytest.fixture
def sees(session, cast, case, now):
    """Who of all can see an entry now."""

    def found(entry, at=now):
        seen = set()
        for name, hat in HATS.items():
            try:
                view = log_views.log(
                    session, actor=getattr(cast, name), case_id=case.id, now=at, hat=hat
                )
            except Refused:
                continue
            seen |= {name for each in view.entries if each.id == entry.id}
        return seen

    return found


FAMILY = {"ida", "kari", "per", "jonas"}

# --- the rule ------------------------------------------------------------------------------------


def slow(hat, private, shielded, info, granted, anothers, everything) -> bool:
    """The same rule, said the other way round: what hides an entry from whom."""
    hides = set()
    if hat is not Role.UNGDOM and private:
        hides.add("said to somebody else alone")
    if hat is not Role.UNGDOM and shielded:
        hides.add("kept from who reads")
    if hat in (Role.SERVICE, Role.LOGGFORER):
        if info is None or info not in granted:
            hides.add("no consent covers it")
        if anothers and not everything and hat is not Role.LOGGFORER:
            hides.add("another's tiltak")
    readers = {*HATS.values(), Role.LOGGFORER}
    return hat in readers and not hides


def test_who_sees_an_entry_is_what_a_slow_reading_of_the_rule_says():
    """Every hat x private x shielded x kind of information x what is granted x whose tiltak x all."""
    yes_no = (False, True)
    kinds = (None, *InfoKind)
    grants = (frozenset(), frozenset({SCHOOL}), frozenset({GOALS, TILTAK}), frozenset(InfoKind))
    for hat, private, hidden, info, granted, anothers, wide in product(
        Role, yes_no, yes_no, kinds, grants, yes_no, yes_no
    ):
        told = policy.sees_entry(
            hat, private=private, shielded=hidden, info=info, granted=granted, anothers=anothers,
            everything=wide,
        )  # fmt: skip
        said = slow(hat, private, hidden, info, granted, anothers, wide)
        assert told is said, (hat, private, hidden, info, granted, anothers, wide)


def test_what_each_may_write():
    rules = MunicipalPolicy()
    assert policy.writes(Role.FORESATT, rules) == (K.NOTE,)
    assert K.CONCERN in policy.writes(Role.STAFETTHOLDER, rules)
    assert K.AGREEMENT not in policy.writes(Role.SERVICE, rules)
    assert K.AGREEMENT in policy.writes(Role.SERVICE, MunicipalPolicy(actor_write="full"))
    assert policy.writes(Role.FORESATT, MunicipalPolicy(guardian_write="nothing")) == ()
    assert policy.writes(Role.REKTOR, rules) == policy.writes(Role.LOS, rules) == ()


# --- in a case -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "kind", "info", "readers"),
    [
        ("jonas", K.OBSERVATION, None, FAMILY),
        ("jonas", K.OBSERVATION, SCHOOL, FAMILY | {"amina"}),
        ("jonas", K.AGREEMENT, GOALS, FAMILY | {"amina", "lise"}),
        ("jonas", K.CONCERN, InfoKind.HEALTH, FAMILY),
        ("amina", K.OBSERVATION, SCHOOL, FAMILY | {"amina"}),
        ("amina", K.GLIMPSE, GOALS, FAMILY | {"amina", "lise"}),
        ("lise", K.NOTE, GOALS, FAMILY | {"amina", "lise"}),
        ("kari", K.NOTE, None, FAMILY),
        ("kari", K.NOTE, SCHOOL, FAMILY | {"amina"}),
        ("ida", K.GLIMPSE, None, FAMILY),
    ],
)
def test_an_entry_is_read_by_those_whom_it_is_for(write, sees, who, kind, info, readers):
    assert sees(write(who, kind, info=info)) == readers


def test_what_the_youth_says_to_the_holder_alone_nobody_else_can_see(write, sees):
    entry = write("ida", private=True)
    assert sees(entry) == {"ida", "jonas"}
    assert sees(write("jonas", K.ADDENDUM, "Vi snakkes", beside_id=entry.id)) == {"ida", "jonas"}


def test_nobody_else_can_say_something_in_private(write):
    for who in ("kari", "jonas", "amina"):
        assert why(write, who, K.NOTE, info=GOALS, private=True) == Why.ABSENT


def test_what_was_said_to_one_holder_is_not_the_next_ones(session, cast, case, write, sees):
    entry = write("ida", private=True)
    case.stafettholder_id = cast.randi.id
    session.flush()
    assert sees(entry) == {"ida"}
    assert log_views.log(session, actor=cast.randi, case_id=case.id, now=entry.at).entries == ()


def test_a_service_writes_only_of_what_it_may_know(write):
    assert why(write, "lise", K.OBSERVATION, info=SCHOOL) == Why.CONSENT_MISSING
    assert why(write, "amina", K.OBSERVATION, info=InfoKind.HEALTH) == Why.CONSENT_MISSING
    assert why(write, "amina", K.OBSERVATION) == Why.CONSENT_MISSING


@pytest.mark.parametrize(
    ("who", "kind"),
    [("kari", K.OBSERVATION), ("kari", K.GLIMPSE), ("ida", K.AGREEMENT), ("amina", K.CONCERN),
     ("amina", K.AGREEMENT)],
)  # fmt: skip
def test_what_is_not_for_a_hat_to_write_is_refused(write, who, kind):
    assert why(write, who, kind, info=GOALS) == Why.ABSENT


@pytest.mark.parametrize("kind", sorted(policy.NEEDS_VOICE))
def test_what_is_decided_about_a_youth_stands_only_with_their_own_voice(session, write, kind):
    assert why(write, "jonas", kind, voice=None) == Why.VOICE_REQUIRED
    assert why(write, "jonas", kind, voice=Said(OwnVoice.SAID, " ")) == Why.WORDS_REQUIRED
    assert session.scalar(select(func.count(log_entries.LogEntry.id))) == 0
    made = write("jonas", kind, voice=Said(OwnVoice.SAID, "Jeg vil begynne sent"))
    assert (made.voice, made.voice_words) == ("said", "Jeg vil begynne sent")
    assert write("jonas", kind, "Noe annet", voice=ASKED).voice == "not_wanted"


def test_withheld_from_one_service_or_from_all(session, cast, case, now, write, sees):
    entry = write("jonas", K.OBSERVATION, info=GOALS)
    item = Item(ItemKind.ENTRY, entry.id)
    keep = {"case_id": case.id, "item": item, "now": now, "occasion": "x"}
    withholding.withhold(session, actor=cast.ida, unit_id=cast.club.id, **keep)
    assert sees(entry) == FAMILY | {"lise"}
    withholding.withhold(session, actor=cast.kari, unit_id=None, **keep)
    assert sees(entry) == FAMILY
    withholding.release(session, actor=cast.kari, unit_id=None, **keep)
    assert sees(entry) == FAMILY | {"lise"}


def test_shielded_before_or_after_it_is_written(session, cast, case, now, write, sees):
    shield = Shield(CANARY, now.date() + timedelta(days=14))
    first = write("jonas", K.OBSERVATION, info=SCHOOL, shield=shield)
    assert sees(first) == {"ida", "jonas", "amina"}
    second = write("jonas", K.OBSERVATION, "To", info=SCHOOL)
    beside = write("amina", K.ADDENDUM, "Og det", beside_id=second.id)
    item = Item(ItemKind.ENTRY, second.id)
    shielding.shield(session, actor=cast.jonas, case_id=case.id, item=item, shield=shield, now=now)
    assert sees(second) == sees(beside) == {"ida", "jonas", "amina"}
    assert why(write, "kari", K.ADDENDUM, beside_id=second.id) == Why.ABSENT


def test_what_was_tried_is_seen_by_who_did_it_until_all_may_know_all(
    session, cast, case, now, write, sees
):
    thing = planned(session, cast, case, now, responsible_id=cast.amina.id)
    mine = planned(session, cast, case, now, "Frokost")
    tried = write("amina", K.TRIED, tiltak_id=thing.id, effect=Effect.HELPED)
    jonas = write("jonas", K.TRIED, tiltak_id=mine.id, effect=Effect.NOT)
    assert sees(tried) == FAMILY | {"amina"}
    assert sees(jonas) == FAMILY
    assert why(write, "amina", K.TRIED, tiltak_id=mine.id, effect=Effect.NOT) == Why.ABSENT
    assert why(write, "kari", K.TRIED, tiltak_id=mine.id, effect=Effect.NOT) == Why.ABSENT
    consent_narrowing.wish_everything(
        session, actor=cast.kari, case_id=case.id, now=now, occasion="all"
    )


def test_without_consent_nothing_is_written_and_staff_see_nothing(session, cast, now, write, sees):
    entry = write("amina", K.OBSERVATION, info=GOALS)
    consents.withdraw_all(session, actor=cast.kari, now=now, occasion="stop")
    assert sees(entry) == {"ida", "kari", "per"}
    for who in ("jonas", "ida", "kari"):
        assert why(write, who, words="Mer") == Why.CONSENT_MISSING
    assert why(write, "amina", words="Mer", info=GOALS) == Why.ABSENT


def test_in_a_closed_log_nobody_writes(session, cast, case, now, write):
    entry = write("ida")
    wish = closing.Wish(note="Ferdig", settled={})
    closing.close(session, actor=cast.jonas, case_id=case.id, wish=wish, now=now)
    for who in HATS:
        assert why(write, who, words="Mer", info=GOALS) == Why.ABSENT
    assert session.get(log_entries.LogEntry, entry.id).words == "Noe å si"


# --- nothing is written over ---------------------------------------------------------------------


def test_an_addendum_stands_beside_and_the_entry_stays(session, cast, case, now, write):
    entry = write("jonas", K.OBSERVATION, "Kom for sent", info=SCHOOL)
    for number, who in enumerate(("kari", "amina", "ida")):
        later = now + timedelta(minutes=number)
        write(who, K.ADDENDUM, f"Bussen sto {number}", beside_id=entry.id, at=later)
    seen = log_views.entry(session, actor=cast.amina, entry_id=entry.id, now=now)
    assert seen.entry.words == "Kom for sent"
    assert [each.words for each in seen.addenda] == [f"Bussen sto {n}" for n in range(3)]
    assert not seen.may_withhold


def test_nothing_is_added_to_an_addendum(write):
    beside = write("kari", K.ADDENDUM, "Bussen", beside_id=write("jonas").id)
    assert why(write, "kari", K.ADDENDUM, beside_id=beside.id) == Why.ABSENT


def test_two_who_write_at_once_both_stand_and_the_newest_concern_counts(
    session, cast, case, now, write
):
    first, second = write("jonas", K.CONCERN, "Fravær"), write("kari", words="Hun sover lite")
    newer = write("jonas", K.CONCERN, "Sover lite", at=now + timedelta(hours=1))
    seen = log_views.log(session, actor=cast.ida, case_id=case.id, now=now)
    assert [e.id for e in seen.entries] == [newer.id, *sorted((first.id, second.id), reverse=True)]
    assert getattr(seen.concern, "words", None) == "Sover lite"


def test_the_same_press_twice_is_one_entry_and_the_same_words_tomorrow_are_another(write, now):
    assert write("ida").id == write("ida").id
    assert write("ida").id != write("ida", at=now + timedelta(days=1)).id


@pytest.mark.parametrize(
    ("words", "wanted"), [(" ", Why.WORDS_REQUIRED), ("x" * 301, Why.TOO_LONG)]
)
def test_words_are_needed_and_are_short(write, words, wanted):
    assert why(write, "ida", words=words) == wanted


# --- being told ----------------------------------------------------------------------------------


def test_readers_are_told_once_a_day_and_the_writer_never(session, cast, write, now):
    write("kari", words="Første")
    write("kari", words="Andre", at=now + timedelta(hours=1))
    told = promised(session, "log.news")
    assert sorted(told) == sorted(("log.news", p.id) for p in (cast.ida, cast.per, cast.jonas))
    write("kari", words="Tredje", at=now + timedelta(days=1))
    assert len(promised(session, "log.news")) == 6


def test_nobody_is_told_of_what_they_cannot_see(session, cast, case, write, now):
    write("ida", private=True)
    assert promised(session, "log.news") == [("log.news", cast.jonas.id)]
    shield = Shield(CANARY, now.date() + timedelta(days=14))
    write("jonas", K.OBSERVATION, "Noe", info=GOALS, shield=shield)
    told = {recipient for _kind, recipient in promised(session, "log.news")}
    assert told == {cast.jonas.id, cast.ida.id, cast.amina.id, cast.lise.id}


def test_news_is_moot_when_what_it_was_of_is_not_there_any_more(session, cast, case, write, now):
    entry = write("jonas", K.OBSERVATION, info=GOALS)
    day = log_entries.told_on(session, entry.at).isoformat()

    def hat(who):
        return log_views.news(session, actor=who, case_id=case.id, day=day, now=now)

    assert (hat(cast.kari), hat(cast.amina)) == (Role.FORESATT, Role.SERVICE)
    item = Item(ItemKind.ENTRY, entry.id)
    shield = Shield(CANARY, now.date() + timedelta(days=14))
    shielding.shield(session, actor=cast.jonas, case_id=case.id, item=item, shield=shield, now=now)
    assert (hat(cast.kari), hat(cast.amina)) == (None, Role.SERVICE)
    consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    assert (hat(cast.amina), hat(cast.jonas)) == (None, None)


# --- no trace ------------------------------------------------------------------------------------


def everything(session, person, case, hat, now) -> str:
    """The log, the page and the file of one reader, as one string."""
    seen = [repr(log_views.log(session, actor=person, case_id=case.id, now=now, hat=hat))]
    seen.append(repr(case_page.data(session, me=person, case_id=case.id, hat=hat, now=now)))
    seen.append(repr(my_data.page_of(session, person, now)))
    seen.append(repr(log_pens.writing(session, actor=person, case_id=case.id, now=now)))
    return "\n".join(seen)


def plant(session, cast, case, now, write) -> None:
    shield = Shield(CANARY, now.date() + timedelta(days=14))
    write("ida", words=f"{CANARY} en", private=True)
    write("jonas", K.OBSERVATION, f"{CANARY} to", shield=shield)
    hidden = write("jonas", K.CONCERN, f"{CANARY} tre", info=SCHOOL, shield=shield,
                   voice=Said(OwnVoice.SAID, f"{CANARY} fire"))  # fmt: skip
    write("ida", K.ADDENDUM, f"{CANARY} fem", beside_id=hidden.id)
    withholding.withhold(
        session, actor=cast.ida, case_id=case.id, item=Item(ItemKind.ENTRY, hidden.id),
        unit_id=None, now=now, occasion="x",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["kari", "amina", *slowly("lise")])
def test_what_is_not_theirs_leaves_no_trace(session, cast, case, now, write, name):
    """Guardians and services: not a word, a count or a date more than without it."""
    person, hat = getattr(cast, name), HATS[name]
    write("jonas", K.OBSERVATION, "Vanlig", info=GOALS)
    log_views.log(session, actor=cast.jonas, case_id=case.id, now=now)
    before = everything(session, person, case, hat, now)
    plant(session, cast, case, now, write)
    assert CANARY not in everything(session, person, case, hat, now)
    if name == "kari":  # a service is told by its own cards when something is kept from parents
        assert everything(session, person, case, hat, now) == before
    for other in (cast.ida, cast.jonas):
        assert CANARY in everything(
            session, other, case, {cast.ida: Role.UNGDOM}.get(other, Role.STAFETTHOLDER), now
        )


def test_a_reading_of_nothing_but_what_is_kept_from_parents_is_not_in_their_log(
    session, cast, case, now, write
):
    write("ida", words=CANARY, private=True)
    log_views.log(session, actor=cast.jonas, case_id=case.id, now=now)
    looked = [
        access_log.who_looked(session, actor=who, case_id=case.id, now=now)
        for who in (cast.kari, cast.ida)
    ]
    assert [any("log" in each.what for each in found) for found in looked] == [False, True]


def test_every_writing_is_in_the_chain_without_its_words(session, case, write):
    entry = write("ida", words=CANARY, private=True)
    line = session.scalars(
        select(AuditEntry).where(AuditEntry.chain == case.id, AuditEntry.action == "log.write")
    ).one()
    assert (line.object_id, CANARY in str(line.detail)) == (entry.id, False)


def test_at_a_level_without_a_log_nothing_is_written_but_what_corrects_what_stands(
    session, case, write, now
):
    made = write("jonas")
    higher = {"log_allowed_from_level": 2}
    session.add(PolicyVersion(valid_from=now.date(), choices=higher, applied_at=now))
    session.flush()
    session.info.pop("policy", None)
    for who in ("jonas", "ida", "kari", "amina"):
        assert why(write, who, words=f"Nytt fra {who}") == Why.NO_LOG
    assert write("jonas", K.ADDENDUM, "Det var onsdag", beside_id=made.id)
    case.level = 2
    assert write("jonas", words="Nå går det")

"""The baton in words: what the family said, how it stands, who holds it."""

from __future__ import annotations

from locales import Day, Text, _, join, pgettext, verbatim
from models.baton_told import Asked, Question
from models.baton_views import Card, Item, Move, Said, Who
from models.terms import BatonState, HolderWish, MoveItem

WISHES: dict[HolderWish, Text] = {
    HolderWish.SOMEBODY: _("Det er noen jeg heller vil ha"),
    HolderWish.NO_OPINION: _("Har ingen mening"),
    HolderWish.TALK: _("Vil snakke om det først"),
}


def whose(ungdom: str, own: bool) -> Text:
    return _("Stafettpinnen for deg") if own else _("Stafettpinnen for {ungdom}", ungdom=ungdom)


# --- the family ----------------------------------------------------------------------------------


def question(asked: Question) -> Text:
    lines = [
        _("{name} følger opp deg nå, men det kan bli en annen.", name=asked.holder)
        if asked.own
        else _("{name} følger opp {ungdom} nå, men det kan bli en annen.",
               name=asked.holder, ungdom=asked.ungdom),
        _("Er det noen du gjerne vil at det skal være?"),
        _("Du trenger ikke svare. {name} og rektor ser svaret ditt, ingen andre i familien gjør det.",
          name=asked.holder),
    ]  # fmt: skip
    if asked.answer is not None:
        lines.append(_("Du har svart: {answer}", answer=_answer(asked.answer, asked.words)))
    return join(lines, "\n\n")


def _answer(answer: HolderWish, words: str | None) -> Text:
    said = WISHES[answer]
    return _("{answer}: «{words}»", answer=said, words=words) if words else said


def face(who: Who) -> Text:
    """Who holds it, where they are found, and who held it before."""
    lines = [
        whose(who.ungdom, who.own),
        join([
            _("{name} ved {unit} holder den, og har ansvaret for at noe skjer.",
              name=who.holder, unit=who.unit),
            *([_("Her finner du {name}: {place}", name=who.holder, place=who.found_at)]
              if who.found_at else []),
        ]),
    ]  # fmt: skip
    if who.move is not None:
        lines.append(changes_school(who.move, who.holder))
    if len(who.turns) > 1:
        lines.append(history(who))
    return join(lines, "\n\n")


def changes_school(move: Move, holder: str) -> Text:
    """Where to and when, and what is done before: the family sees the same list."""
    lines = [
        _("Fra {day}: {school}.", day=Day(move.starts_on, year=True), school=move.school),
        _("{name} har ansvaret til en der har sagt ja.", name=holder),
        *map(_item, move.items),
    ]
    return join(lines)


ITEMS: dict[MoveItem, Text] = {
    MoveItem.CONTACT: _("avtale hvem som er kontakt på den nye skolen"),
    MoveItem.CONSENT: _("familiens samtykke til den nye skolen"),
    MoveItem.WISH: _("spørre familien hvem de gjerne vil ha"),
    MoveItem.MEETING: _("et siste møte, der begge skolene er med"),
    MoveItem.KNOWN: _("fortelle det de må vite der"),
    MoveItem.TILTAK: _("flytte eller avslutte hvert tiltak"),
}


def _item(each: Item) -> Text:
    what = ITEMS[each.item]
    if not each.settled:
        return _("☐ {what}, innen {day}", what=what, day=Day(each.due, year=True))
    if each.day is not None:
        return _("☑ {what}, {day}", what=what, day=Day(each.day, year=True))
    return _("☑ {what}", what=what)


def history(who: Who) -> Text:
    told = [
        _("• {name}: fra {since} til {until}", name=turn.name, since=Day(turn.since, year=True),
          until=Day(turn.until, year=True))
        if turn.until
        else _("• {name}: fra {since}", name=turn.name, since=Day(turn.since, year=True))
        for turn in who.turns
    ]  # fmt: skip
    return join([_("Slik har den gått:"), *told])


# --- those who hand over -------------------------------------------------------------------------


def stands(card: Card) -> Text:
    who = card.who
    mine = (
        _("{name} ved {unit} holder den.", name=who.holder, unit=who.unit)
        if card.leads
        else _("Du holder den, til en annen har sagt ja.")
    )
    parts = [join([whose(who.ungdom, own=False), mine])]
    if card.lost:
        parts.append(
            _("Det er ikke lenger samtykke til at {unit} holder den, og {name} ser ikke saken nå. "
              "Ta den over, og finn en ny sammen med familien.", unit=who.unit, name=who.holder)
        )  # fmt: skip
    if who.move is not None:
        parts.append(changes_school(who.move, who.holder))
    if card.offered is not None:
        parts.append(
            _("{name} er spurt om å ta den, og kan svare til og med {day}. Du hører fra meg.",
              name=card.offered.name, day=Day(card.offered.until))
        )  # fmt: skip
    elif card.ended is not None:
        parts.append(_came_to_nothing(card))
    for name in card.requests.values():
        parts.append(
            _(
                "{name} vil gjerne ta den. Vil du det, så spør familien, og gi den videre.",
                name=name,
            )
        )
    if card.wishes:
        parts.append(join([_("Det familien sier:"), *map(said, card.wishes)]))
    elif card.offered is None:
        parts.append(_("Skal en annen ta over, blir familien spurt først hvem de gjerne vil ha."))
    if card.wishes and not card.ready and card.offered is None:
        parts.append(
            _("Når alle har svart, eller har hatt noen dager på seg, kan du gi den videre.")
        )
    if len(who.turns) > 1:
        parts.append(history(who))
    return join(parts, "\n\n")


def _came_to_nothing(card: Card) -> Text:
    assert card.ended is not None  # noqa: S101 - asked by the caller
    name, reason = card.ended.name, card.ended.reason
    if card.ended.state is BatonState.EXPIRED:
        return _("{name} har ikke svart, og blir ikke spurt mer.", name=name)
    if reason is None:
        return _("{name} kan ikke ta den nå.", name=name)
    return _("{name} kan ikke ta den nå: «{reason}»", name=name, reason=reason)


def said(wish: Said) -> Text:
    if wish.answer is None:
        return (
            _("• {name}: ikke svart", name=wish.name)
            if wish.joined
            else _("• {name}: ikke i chatten, spør på en annen måte", name=wish.name)
        )
    answer = _answer(wish.answer, wish.words)
    if wish.aloud:
        return _("• {name}, sagt til en ansatt: {answer}", name=wish.name, answer=answer)
    return _("• {name}: {answer}", name=wish.name, answer=answer)


# --- the successor -------------------------------------------------------------------------------


def offer(asked: Asked) -> Text:
    parts = [
        _("{name} spør om du vil ta over som stafettholder for {ungdom} ved {school}.",
          name=asked.holder, ungdom=asked.ungdom, school=asked.school),
        *([join([_("Fra {name} til deg:", name=asked.holder), verbatim(asked.note)])]
          if asked.note else []),
        _("Sier du ja, har du ansvaret fra da av: møter, tiltak og alt som venter, blir med. "
          "Familien får vite hvem du er. Til da er det {name} sitt ansvar.", name=asked.holder),
        _("Svar senest {day}.", day=Day(asked.until)),
    ]  # fmt: skip
    return join(parts, "\n\n")


YES, NO = pgettext("baton", "Ja, jeg tar den"), pgettext("baton", "Nei, det går ikke")

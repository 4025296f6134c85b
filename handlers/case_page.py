"""A case as a page to read and to print, in the words of its cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from handlers import (
    case_cards,
    is_it_right,
    log_curve,
    log_words,
    record_words,
    shield_words,
)
from locales import Moment, Text, _, verbatim
from models import case_page, municipality
from models.case_page import CasePage
from models.curves import Curve
from models.log_views import EntryView
from models.meeting_views import MeetingView
from models.people import Person
from models.terms import Role

if TYPE_CHECKING:  # handlers pass the session on to models; they never query with it
    from sqlalchemy.orm import Session

LOOKED = 50
"""So many of those who have looked are listed; `/hvemharsett` has the rest."""
PAST = 50
"""So many meetings that are over are listed."""
KEPT = _("Skjermet")
Entry = tuple[tuple[Text, Text], ...]


def data(
    session: Session, *, me: Person, case_id: int, hat: Role, now: datetime
) -> Mapping[str, Any]:
    """What the page says. Refused as absent for who may not see it; staff's reading is recorded."""
    seen = case_page.page(session, actor=me, case_id=case_id, hat=hat, now=now)
    sections: list[tuple[Text, tuple[Entry, ...]]] = [
        (heading, tuple(entries))
        for heading, found in (
            (record_words.PARTS["sharing"], _sharing(seen)),
            (record_words.PARTS["tiltak"], _tiltak(seen)),
            (record_words.PARTS["log"], _log(seen)),
            (_("Møter framover"), _meetings(seen.meetings)),
            (record_words.PARTS["evaluations"], _evaluations(seen)),
            (_("Møter som har vært"), _meetings(seen.past[:PAST])),
            (record_words.PARTS["looked"], _looked(seen)),
        )
        if (entries := list(found))
    ]
    return {
        "title": record_words.PARTS["case"],
        "intro": (
            case_cards.as_seen(seen.case).text,
            _("Laget {moment}.", moment=Moment(now, year=True)),
        ),
        "sections": tuple(sections),
        "curves": tuple(_curve(each) for each in seen.curves),
        "terms": municipality.terms(session),
    }


def _sharing(seen: CasePage) -> Iterator[Entry]:
    for row in seen.sharing:
        kinds = tuple(sorted(row.kinds))
        yield record_words.lines({"service": row.name, "kinds": kinds, "until": row.until})


def _tiltak(seen: CasePage) -> Iterator[Entry]:
    for view in seen.tiltak:
        told = {
            "goal": view.goal,
            "words": view.words,
            "responsible": view.responsible,
            "deadline": view.deadline,
            "evaluate_on": view.evaluate_on,
        }
        yield (*record_words.lines(told), *_kept(view.shielded))


def _log(seen: CasePage) -> Iterator[Entry]:
    """What it is about in short comes first, then the newest."""
    concern = seen.log.concern
    if concern is not None:
        yield _written(concern)
    yield from (_written(view) for view in seen.log.entries if view != concern)


def _written(view: EntryView) -> Entry:
    told = {
        "tiltak": view.about,
        "beside": view.beside,
        "effect": view.effect,
        "youth_says": (view.voice.words or view.voice.state) if view.voice else None,
        "private": view.private or None,
        "at": view.at,
    }
    head = (log_words.SEEN[view.kind], verbatim(view.words))
    by = (record_words.FIELDS["author"], log_words.author(view))
    return (head, *record_words.lines(told), by, *_kept(view.shielded))


def _curve(curve: Curve) -> tuple[Text, tuple[Text, ...], tuple[int, ...]]:
    heading = _("Slik har det gått: {goal}", goal=curve.goal)
    points = tuple(log_curve.line(point) for point in curve.points)
    return heading, points, tuple(point.score for point in curve.points)


def _meetings(found: Sequence[MeetingView]) -> Iterator[Entry]:
    for view in found:
        told = {
            "starts_at": view.starts_at,
            "minutes": view.minutes,
            "place_kind": view.place_kind,
            "place": view.place,
            "agenda": view.agenda,
            "invited": view.names,
            "answer": view.mine,
        }
        yield (*record_words.lines(told), *_kept(view.shielded))


def _evaluations(seen: CasePage) -> Iterator[Entry]:
    own = seen.case.hat is Role.UNGDOM
    for at, outcome in seen.evaluations:
        told = {
            "at": at,
            "words": outcome.words,
            "decision": outcome.decision,
            "effect": outcome.effect,
            "new_words": outcome.new_words,
            "next_on": outcome.next_on,
            "reason": outcome.reason,
            "voice": outcome.voice if own else None,
            "score": outcome.score if own else None,
        }
        beside = [
            (record_words.FIELDS["right"], line) for line in is_it_right.stands(outcome.beside)
        ]
        yield (*record_words.lines(told), *beside, *_kept(outcome.shielded))


def _looked(seen: CasePage) -> Iterator[Entry]:
    for visit in seen.looked[:LOOKED]:
        yield record_words.lines(
            {
                "at": visit.at,
                "role": visit.role,
                "unit": visit.unit,
                "what": visit.what,
                "purpose": visit.purpose,
            }
        )


def _kept(review_on: Any) -> Entry:
    return ((KEPT, shield_words.mark(review_on)),) if review_on else ()

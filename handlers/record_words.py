"""What a person's own data is called when they read it: chapters, fields and values.

The keys are those of `models.my_data`; the JSON file has the keys themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from handlers import log_words
from handlers.access_log import PURPOSES, WHAT
from handlers.access_log import REASONS as LOOK_REASONS
from handlers.baton_words import WISHES
from handlers.case_cards import HATS
from handlers.closing import REASONS, VIEWS
from handlers.concern_words import STATES as CONCERNS
from handlers.consent_card import KINDS
from handlers.evaluation import DECISIONS
from handlers.evaluation_answers import EFFECTS, PROGRESS
from handlers.is_it_right import ANSWERS as IS_RIGHT
from handlers.meeting_cards import ANSWERS, HELPS, PLACES
from handlers.minutes import NEXT, OWN
from handlers.preparing import COMPANIONS
from handlers.proposals import FITS
from handlers.request_words import ASKERS, PARENTS, STATES, TIMES, TOPICS, WAYS, WEEKDAYS
from handlers.request_words import PLACES as WISHED_PLACES
from handlers.talks import VIEWS as TALKS
from locales import Day, Moment, Text, _, join, language_name, list_of, pgettext, shown, verbatim
from models.my_case_data import Entry, Part
from models.terms import (
    Capacity,
    CaseState,
    ClosingReason,
    Coming,
    Companion,
    ConcernState,
    ConsentAct,
    ContactView,
    ContactWay,
    Decision,
    Effect,
    EntryKind,
    FamilyView,
    Fits,
    HolderWish,
    InfoKind,
    IsRight,
    ItemKind,
    LoginKind,
    LookReason,
    MeetingHelp,
    MeetingPlace,
    NextStep,
    OwnVoice,
    ParentsKnow,
    Place,
    Progress,
    Purpose,
    Requester,
    RequestState,
    RequestStatus,
    Role,
    TimeOfDay,
    Topic,
    VoiceState,
    Withholding,
    YouthView,
)

PARTS: dict[str, Text] = {
    "person": _("Deg"),
    "contacts": _("Hvor vi når deg"),
    "relations": _("Hvor du hører til"),
    "requests_about": _("Ønsker om los for deg"),
    "requests_made": _("Ønsker om los du har sendt for andre"),
    "concerns_raised": _("Det du har sagt fra om"),
    "levels": _("Nivået"),
    "contact_wishes": _("Når du har bedt om kontakt"),
    "consents": _("Det du er spurt om, og det du svarte"),
    "case": _("Samarbeidet"),
    "sharing": _("Hvem som får vite hva"),
    "tiltak": _("Det som er avtalt"),
    "evaluations": _("Hvordan det gikk"),
    "log": _("Stafettloggen"),
    "looked": _("Ansatte som har sett"),
    "asked_why": _("Når du spurte hvorfor noen så"),
    "withheld": _("Det du holder unna noen"),
    "closed_cases": _("Avsluttede saker"),
    "meetings": _("Møter du er bedt til"),
    "votes": _("Tider du er spurt om"),
    "before_meetings": _("Det du har ønsket før møter"),
    "minutes": _("Referat fra møter"),
    "talks": _("Samtaler med deg mellom møtene"),
    "voices": _("Det du har sagt om hvordan det går"),
    "evaluation_answers": _("Det du har svart før en evaluering"),
    "is_it_right": _("Når du er spurt om noe stemmer"),
    "baton_wishes": _("Hvem du gjerne vil ha som stafettholder"),
    "work": _("Saker du jobber i"),
    "standing": _("Faste møter du er med på"),
    "invitations": _("Invitasjoner til deg"),
    "browsers": _("Nettlesere du er logget inn i"),
    "passkeys": _("Enheter som kan logge inn for deg"),
    "chat_links": _("Lenker du har bedt om til dine egne chatter"),
    "messages": _("Meldinger"),
    "traces": _("Loggen over det du har gjort"),
}

FIELDS: dict[str, Text] = {
    "about": _("Gjelder"),
    "act": _("Hva"),
    "address": _("Nummeret eller adressen din der"),
    "agenda": _("Tema"),
    "agreed": _("Dere ble enige om"),
    "avoid": _("Ville ikke snakke om"),
    "companion": _("Ville ha med"),
    "companion_name": _("Hvem"),
    "fits": _("Svaret ditt om tiden"),
    "answer": _("Svaret ditt"),
    "answer_words": _("Svaret"),
    "answered_at": _("Svart"),
    "after": _("Til"),
    "arose_on": _("Begynte"),
    "before": _("Fra"),
    "raised_at": _("Sagt fra"),
    "archived_on": _("Lagt i arkivet"),
    "as": _("Du er bedt som"),
    "asked_as": _("Du spurte som"),
    "asked_at": _("Spurt"),
    "asked_by": _("Spurt av"),
    "at": _("Når"),
    "author": _("Skrevet av"),
    "beside": _("Føyd til"),
    "born": _("Født"),
    "concern": _("Kort om det"),
    "effect": _("Hva det kom ut av det"),
    "entry": _("Slags"),
    "told": _("Det som står"),
    "youth_says": _("Det ungdommen sier"),
    "private": _("Bare mellom ungdommen og stafettholderen"),
    "tiltak": _("Tiltak det gjelder"),
    "cancelled": _("Avlyst"),
    "capacity": _("Som"),
    "channel": _("Kanal"),
    "closed_at": _("Stengt"),
    "paused_until": _("Pause til"),
    "mail_meetings": _("Avtaler på e-post også"),
    "holds_back": _("Meldinger venter til du åpner chatten"),
    "has_code": _("Har kode"),
    "own_messages": _("Meldinger fra deg som Skjul alt kan ta bort"),
    "closed_on": _("Avsluttet"),
    "confirmed_at": _("Bekreftet av kommunen"),
    "contact_way": _("Kontakt"),
    "count": _("Antall"),
    "deadline": _("Frist"),
    "decision": _("Avgjørelse"),
    "device": _("Enhet"),
    "due_on": _("Svar lovet"),
    "weekday": _("Ukedag"),
    "between": _("Klokken"),
    "met_place": _("Der du kan møtes uten avtale"),
    "evaluate_on": _("Ses på igjen"),
    "everything": _("Alle får vite alt"),
    "logins": _("Innlogging som åpner chatten"),
    "less_than_everything": _("Alle får vite alt, men disse får bare det som er nevnt"),
    "expires_at": _("Gjaldt til"),
    "family_view": _("Det familien mente"),
    "first_at": _("Den første"),
    "followed_up_by": _("Følges opp av"),
    "goal": _("Mål"),
    "away_from": _("Borte fra jobb, fra"),
    "away_until": _("Borte fra jobb, til og med"),
    "guest": _("På gjestelisten for øvelser"),
    "hat": _("Hvem du er her"),
    "help": _("Det som ville hjulpet"),
    "holds": _("Venter til du åpner chatten"),
    "in_calendar": _("I kalenderen din"),
    "invited": _("Bedt om å komme"),
    "kind": _("Slags"),
    "kinds": _("Opplysninger"),
    "language": _("Språk"),
    "last_at": _("Den siste"),
    "leads": _("Du leder dem"),
    "left_open": _("Ikke ferdig da"),
    "met_at": _("Her siden"),
    "minutes": _("Minutter"),
    "name": _("Navn"),
    "new_words": _("Nå heter det"),
    "next_step": _("Videre"),
    "next_on": _("Ses på igjen"),
    "not_wanted_there": _("Helst ikke der"),
    "note": _("Oppsummering"),
    "opened_at": _("Åpnet"),
    "own_words": _("Dine egne ord"),
    "parents_know": _("Får foreldrene vite det?"),
    "place": _("Sted"),
    "found_at": _("Hvor familier finner deg"),
    "place_in_files": _("Sted i kalenderfiler"),
    "place_kind": _("Hvor"),
    "purge_on": _("Slettes her"),
    "progress": _("Hvor langt det var kommet"),
    "purpose": _("Til hva"),
    "reason": _("Grunn"),
    "receipt": _("Kvittering"),
    "reference": _("Referanse"),
    "reminders": _("Påminnelser"),
    "responsible": _("Den som har ansvaret"),
    "right": _("Stemmer det?"),
    "addenda": _("Tillegg"),
    "role": _("Rolle"),
    "said_yes_at": _("Du sa ja"),
    "school": _("Skole"),
    "score": _("Tallet ditt, fra 1 til 5"),
    "service": _("Tjeneste"),
    "services": _("Tjenester"),
    "since": _("Siden"),
    "starts_at": _("Når"),
    "state": _("Status"),
    "status": _("Status"),
    "talk_about": _("Ville snakke om"),
    "talk_view": _("Hva som skjedde"),
    "text_hash": _("Kontrollsum for teksten"),
    "thing": _("Hva det er"),
    "times": _("Tid"),
    "to": _("Til"),
    "topic": _("Det gjelder"),
    "unfinished_until": _("En samtale du ikke er ferdig med, slettes"),
    "unit": _("Skole eller tjeneste"),
    "until": _("Til og med"),
    "voice": _("Din mening"),
    "used_at": _("Sist brukt"),
    "wanted_there": _("Gjerne der"),
    "what": _("Så på"),
    "withheld": _("Hva du gjorde"),
    "words": _("Tiltak"),
    "youth_view": _("Din mening"),
    "youth_knows": _("Du sa at ungdommen vet om det"),
}

ROLES: dict[Role, Text] = {
    Role.UNGDOM: pgettext("role", "ungdommen"),
    Role.FORESATT: pgettext("role", "foresatt"),
    Role.STAFETTHOLDER: pgettext("role", "stafettholder"),
    Role.LOGGFORER: pgettext("role", "den som fører loggen"),
    Role.LOS: pgettext("role", "los"),
    Role.REKTOR: pgettext("role", "rektor"),
    Role.KONTAKTLAERER: pgettext("role", "kontaktlærer"),
    Role.PROSJEKTLEDER: pgettext("role", "prosjektleder"),
    Role.SERVICE: pgettext("role", "ansatt i tjenesten"),
    Role.ADMINISTRATOR: pgettext("role", "administrator"),
}

WORDS: dict[type[StrEnum], Mapping[Any, Text]] = {
    Role: ROLES,
    Topic: TOPICS,
    Place: WISHED_PLACES,
    TimeOfDay: TIMES,
    ContactWay: WAYS,
    ParentsKnow: PARENTS,
    Requester: ASKERS,
    RequestState: STATES,
    InfoKind: KINDS,
    ConcernState: CONCERNS,
    Decision: DECISIONS,
    IsRight: IS_RIGHT,
    Effect: EFFECTS,
    Progress: PROGRESS,
    MeetingPlace: PLACES,
    HolderWish: WISHES,
    MeetingHelp: HELPS,
    NextStep: NEXT,
    YouthView: OWN,
    ContactView: TALKS,
    Companion: COMPANIONS,
    Fits: {**FITS, Fits.UNANSWERED: pgettext("answer", "Ikke svart")},
    ClosingReason: REASONS,
    FamilyView: VIEWS,
    Purpose: PURPOSES,
    LookReason: LOOK_REASONS,
    Withholding: {
        Withholding.WITHHELD: pgettext("withheld", "holdt det unna"),
        Withholding.RELEASED: pgettext("withheld", "slapp det fri"),
    },
    LoginKind: {
        LoginKind.STAFF: pgettext("login", "for ansatte"),
        LoginKind.CITIZENS: pgettext("login", "med elektronisk ID"),
    },
    EntryKind: log_words.SEEN,
    OwnVoice: {
        OwnVoice.SAID: pgettext("own voice", "sa noe"),
        OwnVoice.NOT_WANTED: pgettext("own voice", "spurt, ville ikke si noe"),
    },
    ItemKind: {
        ItemKind.GOAL: pgettext("thing", "mål"),
        ItemKind.TILTAK: pgettext("thing", "tiltak"),
        ItemKind.MEETING: pgettext("thing", "møte"),
        ItemKind.ENTRY: pgettext("thing", "noe i loggen"),
    },
    RequestStatus: {
        RequestStatus.RECEIVED: pgettext("status", "mottatt"),
        RequestStatus.IN_HAND: pgettext("status", "noen tar seg av det"),
        RequestStatus.CLOSED: pgettext("status", "avsluttet"),
    },
    CaseState: {
        CaseState.PENDING_CONSENT: pgettext("case", "venter på samtykke"),
        CaseState.ACTIVE: pgettext("case", "i gang"),
        CaseState.FROZEN: pgettext("case", "på pause"),
        CaseState.CLOSED: pgettext("case", "avsluttet"),
    },
    ConsentAct: {
        ConsentAct.ASKED: pgettext("consent", "spurt"),
        ConsentAct.GIVEN: pgettext("consent", "sa ja"),
        ConsentAct.REFUSED: pgettext("consent", "sa nei"),
        ConsentAct.TALK_FIRST: pgettext("consent", "ville snakke først"),
        ConsentAct.WITHDRAWN: pgettext("consent", "tok ja-et tilbake"),
        ConsentAct.SHOWN: pgettext("consent", "leste spørsmålet"),
        ConsentAct.IN_ERROR: pgettext("consent", "ført feil, strøket"),
    },
    Capacity: {
        Capacity.SELF: pgettext("capacity", "deg selv"),
        Capacity.GUARDIAN: pgettext("capacity", "foresatt"),
    },
    Coming: {Coming.UNANSWERED: pgettext("answer", "Ikke svart"), **ANSWERS},
    VoiceState: {
        VoiceState.ANSWERED: pgettext("voice", "du svarte"),
        VoiceState.TOLD: pgettext("voice", "du sa det til stafettholderen"),
        VoiceState.NOT_NOW: pgettext("voice", "du ville ikke svare da"),
        VoiceState.SILENT: pgettext("voice", "du svarte ikke"),
        VoiceState.TAKEN_BACK: pgettext("voice", "du tok svaret tilbake"),
        VoiceState.NOT_ASKED: pgettext("voice", "du ble ikke spurt"),
    },
}

_ROLE_IN_WORDS = re.compile(r"([^\s\w\[]*)\[({})\]([^\s\w\[]*)".format("|".join(Role)))
"""A role in place of a name, with the marks around it."""


def heading(part: Part) -> Text:
    if part.hat is None:
        return PARTS[part.name]
    return _("{title} (sak {n}, {hat})", title=PARTS[part.name], n=part.number, hat=HATS[part.hat])


def lines(entry: Entry) -> tuple[tuple[Text, Text], ...]:
    """Label and value of every field that has one."""
    return tuple(
        (FIELDS[name], CODES[name](value) if name in CODES else value_of(value))
        for name, value in entry.items()
        if value is not None and value != ()
    )


CODES: dict[str, Callable[[Any], Text]] = {
    "language": lambda code: verbatim(language_name(code)),
    "what": lambda seen: list_of(WHAT[each] for each in seen),
    "weekday": lambda number: WEEKDAYS[number],
}
"""Fields whose values are codes, and no enum."""


def value_of(value: Any) -> Text:
    match value:
        case bool():
            return _("ja") if value else _("nei")
        case StrEnum():
            return WORDS[type(value)][value]
        case datetime():
            return shown(Moment(value, year=True))
        case date():
            return shown(Day(value, year=True))
        case tuple():
            return join([value_of(each) for each in value], ", ")
        case str():
            return _with_roles(value)
    return shown(value)


def _with_roles(words: str) -> Text:
    """Someone's words, in which `[foresatt]` and its like stand for names."""
    told: list[Text] = []
    after = 0
    for found in _ROLE_IN_WORDS.finditer(words):
        told += _some(words[after : found.start()])
        before, role, behind = found.groups()
        named = [verbatim("["), ROLES[Role(role)], verbatim("]")]
        told.append(join([*_some(before), *named, *_some(behind)], ""))
        after = found.end()
    return join([*told, *_some(words[after:])], " ") if told else verbatim(words)


def _some(words: str) -> list[Text]:
    return [verbatim(words)] if words.strip() else []

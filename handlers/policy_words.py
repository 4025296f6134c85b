"""Every choice a municipality can make in the chat, in plain words: by topic, with its bounds, and what
follows from the dangerous ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from handlers.municipality_desk import number_of
from handlers.setting import HOURS, NUMBER, TIME
from locales import Clock, Text, _, list_of, pgettext, plural, shown, verbatim
from models.terms import Details

YES_NO = "yes_no"
ONE_OF = "one_of"

AGES, WRITING, LOS, OPENNESS, KEPT = "ages", "writing", "los", "openness", "kept"
LEVELS = "levels"
TOPICS: dict[str, Text] = {
    AGES: _("Alder og samtykke"),
    WRITING: _("Når vi skriver og minner om"),
    LOS: _("Ønsker om los"),
    LEVELS: _("Nivåer"),
    OPENNESS: _("Kanaler og øvelse"),
    KEPT: _("Hvor lenge vi tar vare på"),
}


@dataclass(frozen=True)
class Rule:
    topic: str
    label: Text
    kind: str
    least: int = 0
    most: int = 0
    unit: Callable[[int], Text] | None = None
    options: tuple[str, ...] = ()
    none: bool = False


def _days(n: int) -> Text:
    return plural("{n} dag", "{n} dager", n)


def _years(n: int) -> Text:
    return plural("{n} år", "{n} år", n)


def _minutes(n: int) -> Text:
    return plural("{n} minutt", "{n} minutter", n)


def _hours(n: int) -> Text:
    return plural("{n} time", "{n} timer", n)


def _age(label: Text, topic: str = AGES, least: int = 6, most: int = 25) -> Rule:
    return Rule(topic, label, NUMBER, least, most, _years)


def _in_days(topic: str, label: Text, least: int, most: int, *, none: bool = False) -> Rule:
    return Rule(topic, label, NUMBER, least, most, _days, none=none)


RULES: dict[str, Rule] = {
    "guardian_consent_until_age": _age(_("Foresatte må samtykke til ungdommen er"), least=12, most=18),
    "youth_co_consent_from_age": _age(_("Ungdommen må også samtykke fra"), least=12, most=18),
    "youth_sole_consent_age": _age(_("Ungdommen bestemmer alene fra"), least=15, most=18),
    "youth_heard_from_age": _age(_("Den unge blir hørt fra"), least=0, most=12),
    "youth_always_heard_from_age": _age(_("Den unge blir alltid hørt fra"), least=0, most=15),
    "guardians_required": Rule(AGES, _("Hvem av de foresatte som må samtykke"), ONE_OF,
                               options=("all", "one")),
    "consent_validity_days": _in_days(AGES, _("Et samtykke gjelder høyst i"), 31, 366),
    "consent_remind_days": _in_days(AGES, _("Minner om spørsmålet etter"), 1, 30),
    "consent_warn_days": _in_days(AGES, _("Varsler før et samtykke går ut"), 2, 90),
    "consent_warn_again_days": _in_days(AGES, _("Varsler en gang til"), 1, 30),
    "age_warn_days": _in_days(AGES, _("Varsler før en bursdag som endrer noe"), 1, 90),
    "manual_log_option": Rule(AGES, _("Familien kan gå over til papir"), YES_NO),
    "guardian_write": Rule(AGES, _("Foresatte skriver i loggen"), ONE_OF,
                           options=("notes", "nothing")),
    "actor_write": Rule(AGES, _("Tjenester skriver i loggen"), ONE_OF, options=("own", "full")),
    "ip_action": Rule(AGES, _("Når en individuell plan kommer"), ONE_OF,
                      options=("ask", "close", "keep_both")),
    "window_from": Rule(WRITING, _("Skriver tidligst"), TIME, 6, 12),
    "window_to": Rule(WRITING, _("Skriver senest"), TIME, 13, 22),
    "staff_window_from": Rule(WRITING, _("Skriver til ansatte tidligst"), TIME, 6, 12),
    "staff_window_to": Rule(WRITING, _("Skriver til ansatte senest"), TIME, 13, 22),
    "window_weekends": Rule(WRITING, _("Skriver også i helger"), YES_NO),
    "meeting_reminders_hours": Rule(WRITING, _("Minner om møter så mange timer før"), HOURS, 1, 336),
    "meeting_reminder_floor_minutes": Rule(
        WRITING, _("Minner ikke om møter som kommer om mindre enn"), NUMBER, 1, 240, _minutes
    ),
    "meeting_notice_days": _in_days(WRITING, _("Advarer når et møte kommer om mindre enn"), 0, 30),
    "minutes_days": _in_days(WRITING, _("Referatet skal være ferdig innen"), 1, 14),
    "child_contact_between_meetings": Rule(
        WRITING, _("Samtaler med ungdommen mellom to møter"), NUMBER, 0, 5
    ),
    "evaluation_remind_days": _in_days(WRITING, _("Minner før en evaluering"), 1, 30),
    "evaluation_remind_again_days": _in_days(WRITING, _("Minner dem som ikke har svart, før den"), 1,
                                             30),
    "evaluation_repeat_days": _in_days(WRITING, _("Minner igjen når den er for sen, hver"), 1, 30),
    "is_it_right_hours": Rule(WRITING, _("Venter på «Stemmer dette?» i"), NUMBER, 24, 336, _hours),
    "shield_review_days": _in_days(WRITING, _("Ser på skjerming igjen innen"), 1, 90),
    "new_consent_on_service_handover": Rule(
        AGES, _("Nytt samtykke til alt, før en annen tjeneste tar stafettpinnen"), YES_NO),
    "baton_offer_days": _in_days(WRITING, _("Et spørsmål om å ta stafettpinnen gjelder i"), 2, 30),
    "baton_remind_days": _in_days(WRITING, _("Minner den som er spurt om å ta den, etter"), 1, 14),
    "baton_leader_days": Rule(
        WRITING, _("Rektor får vite at ingen har tatt den, etter så mange arbeidsdager"), NUMBER, 1,
        15),
    "baton_wish_days": _in_days(WRITING, _("Familien kan svare på hvem de vil ha, i"), 1, 14),
    "baton_absence_days": Rule(
        WRITING, _("Stafettholder borte uten vikar i så mange arbeidsdager: rektor får vite det"),
        NUMBER, 1, 30),
    "friday_digest": Rule(WRITING, _("Sier fra til ansatte på fredager om det som venter"), YES_NO),
    "friday_at": Rule(WRITING, _("Fredagens fem minutter kommer"), TIME, 8, 15),
    "postpone_days": _in_days(WRITING, _("Det som utsettes, kommer igjen etter"), 1, 14),
    "postpone_most": Rule(WRITING, _("Ganger noe kan utsettes"), NUMBER, 1, 5),
    "access_news": Rule(WRITING, _("Sier fra på fredager om noen har sett"), YES_NO),
    "los_request_first_review_days": _in_days(LOS, _("Rektor minnes om et ønske etter"), 1, 60),
    "los_waitlist_review_days": _in_days(LOS, _("Ventelisten ses på hver"), 1, 90),
    "los_active_review_days": _in_days(LOS, _("Losen blir spurt om det fortsatt går, hver"), 1, 90),
    "answer_promised_days": _in_days(LOS, _("Svar er lovet innen"), 1, 90, none=True),
    "los_caseload_warn": Rule(LOS, _("Advarer når en los har så mange ungdommer"), NUMBER, 1, 60),
    "requests_a_day": Rule(LOS, _("Ønsker om dagen fra en som ikke er bekreftet"), NUMBER, 1, 20),
    "level_scheme": Rule(LEVELS, _("Nivåene heter"), ONE_OF,
                         options=("0 1 2 3", "0 1 2", "0 A B C")),
    "level0_decision_days": _in_days(LEVELS, _("En bekymring vurderes innen"), 1, 60),
    "level0_remind_days": _in_days(LEVELS, _("Minner om den fristen"), 1, 14),
    "log_required_from_level": Rule(LEVELS, _("Stafettlogg trengs fra nivå nummer"), NUMBER, 1, 5),
    "log_allowed_from_level": Rule(LEVELS, _("Stafettlogg kan brukes fra nivå nummer"), NUMBER, 1, 5),
    "holder_required_from_level": Rule(LEVELS, _("Stafettholder trengs fra nivå nummer"), NUMBER,
                                       1, 5),
    "min_age_bot": _age(_("Yngste i chatten"), LOS, 10, 18),
    "target_age_from": _age(_("Los er for dem fra"), LOS, 10, 20),
    "target_age_to": _age(_("Los er for dem til og med"), LOS, 12, 30),
    "staff_telegram": Rule(OPENNESS, _("Ansatte kan bruke Telegram"), YES_NO),
    "telegram_details": Rule(OPENNESS, _("Det Telegram viser av en sak"), ONE_OF,
                             options=tuple(Details)),
    "web_details": Rule(OPENNESS, _("Det nettsiden viser av en sak"), ONE_OF,
                        options=(Details.ON_TAP, Details.ALL)),
    "mail_for": Rule(OPENNESS, _("De som kan velge beskjed på e-post"), ONE_OF,
                     options=("all", "staff", "nobody")),
    "mail_after_minutes": Rule(OPENNESS, _("E-post når nettsiden ikke er åpnet på"), NUMBER, 5, 1440,
                               _minutes),
    "mail_friday": Rule(OPENNESS, _("E-post til ansatte på fredager om noe venter"), YES_NO),
    "mail_meetings": Rule(OPENNESS, _("Kalenderfil for møter på e-post"), YES_NO),
    "unseen_task_hours": Rule(OPENNESS, _("Et menneske får oppgaven når ingen har sett på"), NUMBER,
                              1, 336, _hours),
    "rehearsal": Rule(OPENNESS, _("Øvelse: bare gjestelisten får meldinger"), YES_NO),
    "helpline_reverify_days": _in_days(OPENNESS, _("Hjelpetelefonene sjekkes igjen innen"), 30, 180),
    "statistics_min_cell": Rule(OPENNESS, _("Minste tall som vises for dem uten innsyn"), NUMBER,
                                5, 20),
    "messages_kept_days": _in_days(KEPT, _("Meldinger i chatten"), 7, 365),
    "requests_kept_days": _in_days(KEPT, _("Ordene i et ønske, etter at det er slutt"), 30, 1825),
    "concerns_kept_days": _in_days(KEPT, _("Ordene i en bekymring, etter at den er vurdert"), 1, 365),
    "contact_wishes_kept_days": _in_days(KEPT, _("Ønsker om kontakt, etter svar"), 1, 365),
    "strangers_kept_days": _in_days(KEPT, _("Kontoer ingen har bekreftet"), 1, 365),
    "parked_kept_days": _in_days(KEPT, _("Det som ikke lot seg lese"), 1, 90),
    "archive_purge_days": _in_days(KEPT, _("En avsluttet sak, etter arkivets kvittering"), 1, 365),
}  # fmt: skip
"""The time zone and the order of the ways to people are decided in the municipality's file alone."""

OPTIONS: dict[tuple[str, str], Text] = {
    ("guardians_required", "all"): pgettext("guardians", "alle med foreldreansvar"),
    ("guardians_required", "one"): pgettext("guardians", "én er nok"),
    ("telegram_details", Details.NOTHING): pgettext("details", "ingenting"),
    ("telegram_details", Details.ON_TAP): pgettext("details", "når den åpnes, og skjult igjen"),
    ("telegram_details", Details.ALL): pgettext("details", "alt, og det blir stående"),
    ("level_scheme", "0 1 2 3"): _("0, 1, 2 og 3"),
    ("level_scheme", "0 1 2"): _("0, 1 og 2"),
    ("level_scheme", "0 A B C"): _("0, A, B og C"),
    ("guardian_write", "notes"): pgettext("log", "beskjeder"),
    ("guardian_write", "nothing"): pgettext("log", "ingenting, de leser"),
    ("actor_write", "own"): pgettext("log", "det de selv ser"),
    ("actor_write", "full"): pgettext("log", "avtaler også"),
    ("ip_action", "ask"): pgettext("plan", "familien velger"),
    ("ip_action", "close"): pgettext("plan", "loggen avsluttes"),
    ("ip_action", "keep_both"): pgettext("plan", "begge går videre"),
    ("mail_for", "all"): pgettext("mail for", "alle"),
    ("mail_for", "staff"): pgettext("mail for", "bare ansatte"),
    ("mail_for", "nobody"): pgettext("mail for", "ingen"),
    ("web_details", Details.ON_TAP): pgettext("details", "når den åpnes, og skjult igjen"),
    ("web_details", Details.ALL): pgettext("details", "alt, og det blir stående"),
}

_NUMBERS = {number_of(name): name for name in RULES}


def called(number: int) -> str | None:
    return _NUMBERS.get(number)


def in_words(name: str, value: Any) -> Text:
    rule = RULES[name]
    if value is None:
        return pgettext("setting", "ingen")
    if rule.kind == YES_NO:
        return pgettext("setting", "ja") if value else pgettext("setting", "nei")
    if rule.kind == ONE_OF:
        return OPTIONS.get((name, value), verbatim(str(value)))
    if isinstance(value, time):
        return shown(Clock(value))
    if isinstance(value, tuple):
        return list_of(map(shown, value))
    return rule.unit(value) if rule.unit else shown(value)


def line(name: str, value: Any) -> Text:
    return _("{label}: {value}", label=RULES[name].label, value=in_words(name, value))


def consequence(name: str, value: Any) -> Text | None:
    """What follows from a choice that must not be made in passing. None for all others."""
    if name == "youth_sole_consent_age" and value < 18:
        return _(
            "Da er foreldrene ute av saken før ungdommen er myndig. Det krever et vedtak eller en "
            "hjemmel, og den må stå her."
        )
    if (name, value) in _FOLLOWS:
        return _FOLLOWS[name, value]
    if name in _ADVISED and value < _ADVISED[name]:
        return _(
            "Det er lavere enn det som er anbefalt. Kommunen må ha et rettslig grunnlag for det."
        )
    return None


_ADVISED = {"guardian_consent_until_age": 18, "min_age_bot": 13}
_FOLLOWS: dict[tuple[str, Any], Text] = {
    ("staff_telegram", True): _(
        "Nasjonal sikkerhetsmyndighet fraråder Telegram på tjenesteenheter. Da kan navn og saker "
        "stå på private telefoner, hos et selskap utenfor EØS."
    ),
    ("telegram_details", Details.ALL): _(
        "Da blir navn og opplysninger stående i Telegram, også når noen andre ser på telefonen."
    ),
    ("guardians_required", "one"): _(
        "Da kan én forelder samtykke uten den andre. Det må kommunen ha et rettslig grunnlag for."
    ),
    ("staff_telegram", False): _(
        "Da virker ikke ansattes knapper i Telegram lenger, heller ikke dine. Kom inn på nettsiden først."
    ),
    ("rehearsal", True): _(
        "Da får bare gjestelisten svar og meldinger. Står du ikke på den selv, får du heller ikke svar."
    ),
    ("rehearsal", False): _(
        "Da får alle meldinger fra den dagen, ikke bare gjestelisten. Er alt prøvd ut?"
    ),
}

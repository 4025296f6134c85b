"""Whether somebody means that sharing shall stop. Clear words stop it at once, with a slip of the
finger too; what only resembles them changes nothing and gets the card that asks.

A wrong STOP takes help from a family and must be given anew; a wrong RESEMBLES costs a tap. So a
STOP is the whole message and nothing but: no negation, question, quotation or other word fits in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from itertools import pairwise

from handlers.folding import folded, near, pattern


class Stopping(Enum):
    STOP = "stop"
    RESEMBLES = "resembles"
    NOTHING = "nothing"


# --- the words, in ordinary spelling -------------------------------------------------------------

_NORWEGIAN = {
    "first": "((hei|ja|jo|ok) )*(vær så snill( å| og)? )?((jeg|eg|vi) )?"
    "((vil|ønsker|ønskjer|ynskjer|må)( gjerne| nå| no| bare| berre| herved)*( å| og)? )?",
    "last": "( (nå|no|med en gang|med ein gong|straks|umiddelbart|takk|vær så snill|"
    "er du snill))*",
    "stop": "(stop|stopp|stoppe|stopper|stoppar|stans|stanse|stanser|stansar|avslutt|avslutte|"
    "avslutter|avsluttar|opphev|oppheve|opphever|slutt med|slutte med)",
    "draw": "(trekk|trekke|trekker|trekkjer|trekkje)( herved)?",
    "take": "(ta|tar|tek)",
    "back": "(tilbake|attende|til bake)",
    "consent": "(alle |alt |det )?(mitt |mine |min |vårt |våre )?(samtykket|samtykke|samtykker|"
    "samtykka|samtykkene|samtykkja|tillatelsen|tillatelse|løyvet)( mitt| mine| min| vårt| våre)?",
    "sharing": "(all |alt |den |denne )?(deling|delingen|delinga|datadeling|datadelingen)"
    "( av)?( alt| informasjon| opplysninger| data)?( om meg| om oss)?( med alle)?",
    "to share": "(å |og |med å )?dele( alt| noe| noko| informasjon| opplysninger| data)?"
    "( om meg| om oss)?( med alle)?",
}
_ENGLISH = {
    "first": "((hi|hello|yes|ok|please) )*((i|we) )?((want|wish|would like|have decided) to |"
    "id like to |im |am )?(now |hereby |please )*",
    "last": "( (now|please|immediately|right now|right away|at once|thanks|thank you|"
    "from now on))*",
    "draw": "(withdraw|withdrawing|revoke|revoking|rescind|cancel|stop)",
    "consent": "(all |the )?(of )?(my |our |the )?(consent|consents|permission|permissions)",
    "sharing": "(all |the )?(of the )?(data |information )?sharing"
    "( everything| anything| it all| data| information| info| my data| my information| my info)?"
    "( about me| about us)?( with everyone| with anyone)?",
}
_CLEAR = tuple(
    pattern("{first}" + phrase + "{last}", words)
    for words, phrases in (
        (
            _NORWEGIAN,
            (
                "((stopp|slutt) ?)+( alt| alt sammen)?",
                "{stop} ({consent}|{sharing}|alt)",
                "({stop}|slutt|slutte) {to share}",
                "({draw}|{take}) {back}( alt| {consent})",
                "{draw} {back}",
                "{draw} {consent}( {back})?",
                "{take} {consent} {back}",
            ),
        ),
        (
            _ENGLISH,
            (
                "(stop ?)+( all| everything)?",
                "(withdraw|{draw} {consent}|take back {consent}|take {consent} back)",
                "(stop|cancel|quit) {sharing}",
            ),
        ),
    )
    for phrase in phrases
)
_ABOUT_SHARING = tuple(
    pattern(phrase)
    for phrase in (
        "(ikke|ikkje|aldri|ingen|not|dont|never|no more|no) … "
        "(del|dele|deler|delar|deles|deling|delinga|delingen|share|sharing|shared)",
        "(angr*|slett*|fjern*|endr*|ombestem*|kanseller*|si opp|delete|remove|undo|cancel|take) … "
        "(samtykk*|deling*|dele|consent*|sharing|permission*)",
        "(opt out|unsubscribe|(meld|melde|melder) meg (av|ut)|angrer på at jeg (sa|svarte) ja)",
    )
)

# --- the same, folded ----------------------------------------------------------------------------


def _words(listed: str) -> tuple[str, ...]:
    return tuple(folded(word) for word in listed.split())


_SLIPS = {
    **dict.fromkeys(_words("samtykket samtykkene withdraw withdrawing immediately"), 2),
    **dict.fromkeys(
        _words(
            "samtykke samtykka trekker trekkjer tilbake attende delingen delinga deling consent "
            "consents permission revoke sharing everything"
        ),
        1,
    ),
}
"""Long enough to be known with so many letters wrong, if not the first."""
_SWAPS = _words("stopp trekk")
"""Known with two letters swapped."""
_MEAN_ELSE = frozenset(
    _words(
        "samtykker samtykte stykket trykker trykkjer trykke treffer trener trenger tråkker "
        "tresker dekking dekkinga dekkingen demming daling dalinga dalingen dealing doling dueling "
        "dulling dwelling dveling delving content contents convent convents concert context "
        "contest withdrew withdrawn withdraws withdrawal revoked staring sparing scaring shaving "
        "shading shaming shaking shaping searing shearing sharking shoring soaring snaring "
        "shagging shirring svaring skaring såring permisjon permissive"
    )
)
"""What a wrong letter makes of them and is no slip: other words, and what was done before."""
_VERBS = _words(
    "stopp stoppe stanse avslutt opphev oppheve trekk trekke trekker trekkjer trekkje tilbake "
    "attende slutt slutte withdraw withdrawing revoke revoking rescind cancel end back"
)
_FILLING = frozenset(
    folded(word)
    for spoken in (_NORWEGIAN, _ENGLISH)
    for word in re.findall(r"\w+", spoken["first"] + spoken["last"])
    if word not in ("takk", "thanks")  # «Stor takk» is no slip for a stop
)
_BARE = tuple(
    folded(phrase).replace(" ", "")
    for phrase in (
        "stopp", "slutt", "withdraw", "stopp alt", "stop all", "stop everything", "slutt å dele",
        "trekk tilbake", "trekke tilbake", "trekker tilbake", "trekk attende", "trekke attende",
    )
)  # fmt: skip
_LIKE_STOPPING = ("stop", "slut", "avslut", "trek", "withdr", "revok", "rescind")
_UNLIKE = ("stopested", "stopeklok", "stopover", "trekspil", "trekfugl", "sluten")
_OF_SHARING = _words("samtykket samtykke consent sharing deling delingen dele")
_STEMS_OF_SHARING = ("samtyk", "consent", "sharing", "deling", "dele")
_STEMS = (*_LIKE_STOPPING, "tilbak", "atend", "phev", "cancel", "take")
_GLUED = ("jeg", "eg", "vil", "i", "a", "")
_SOMETHING_ELSE = re.compile(
    r"\btil slut\b|\b(?:(?:har|hadde) (?:\w+ ){0,2}?slut(?:et|a)|(?:hun|ho|han) slut(?:a|er|ar)|slutet)"
    r"(?: nesten| helt| heilt)?(?! (?:med a|a|i|pa|med) (?:del|samtyk|gi|gje|send|dag|kveld|gar))"
    r" (?:med a|a|i|pa|med) \w+|\b(?:stoped|quit) (?!shar|consent|giv|send)\w+ing\b"
)
"""What somebody has ended, and sharing it is not: «datteren min har sluttet å spise»."""
_QUOTED = re.compile(r"[\"«»“”„‟‹›]|\A\s*>|(?<!\w)['‘’].*['‘’](?!\w)", re.DOTALL)
_LONGEST = 100


def read(words: str) -> Stopping:
    """What words mean about stopping. Looks at nothing but the words, so it works whatever is
    down."""
    text = folded(words)
    parts = [part for part in text.split() if part not in ".,"]
    longest = max(len(words), len(text))  # one sign may fold into eighteen
    is_plain = longest <= _LONGEST and not ("?" in words or _QUOTED.search(words))
    if is_plain and (_is_clear(parts) or _is_clear(map(_corrected, parts))):
        return Stopping.STOP
    return Stopping.RESEMBLES if _resembles(parts) else Stopping.NOTHING


def _is_clear(parts: Iterable[str]) -> bool:
    said = " ".join(parts)
    return any(clear.fullmatch(said) for clear in _CLEAR)


def _corrected(part: str) -> str:
    """The one word this can only be a slip for, else the part as it is."""
    if part in _MEAN_ELSE or part in _SLIPS:
        return part
    for word, slips in _SLIPS.items():
        if part[0] == word[0] and near(part, word, slips):
            return word
    for word in _SWAPS:
        if sorted(part) == sorted(word) and near(part, word):
            return word
    return part


def _resembles(parts: list[str]) -> bool:
    said = _SOMETHING_ELSE.sub(" ", " ".join(parts))
    parts = said.split()
    glued = [*parts, *map("".join, pairwise(parts))]
    if any(map(_begins_like_stopping, glued)) or any(p.search(said) for p in _ABOUT_SHARING):
        return True
    if len(said) > _LONGEST:
        return False
    meant = [*glued, *map(_corrected, glued)]
    run = "".join(parts)
    if _tells_of(meant, run, _OF_SHARING, _STEMS_OF_SHARING) and _tells_of(
        meant, run, _VERBS, _STEMS
    ):
        return True
    core = "".join(part for part in parts if part not in _FILLING)
    return any(near(core, bare) for bare in _BARE)


def _tells_of(parts: list[str], run: str, words: Iterable[str], stems: Iterable[str]) -> bool:
    return any(stem in run for stem in stems) or any(
        near(part, word) for part in parts for word in words
    )


def _begins_like_stopping(part: str) -> bool:
    return not part.startswith(_UNLIKE) and any(
        part.removeprefix(glued).startswith(_LIKE_STOPPING) for glued in _GLUED
    )

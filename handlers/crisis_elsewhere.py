"""School, books, films and games: what happens to others there is not the writer's.

Where one of AMONG is spoken of, quotations and THERE are taken out before anything is looked for.
Written as in `crisis_norwegian`.
"""

from __future__ import annotations

_AMONG_NORWEGIAN = (
    "(film*|serie*|episode*|bok|boka|boken|boki|bøker|roman*|novelle*|spill|spillet|spel|spelet|"
    "teater*|stykke|stykket|skuespill*|rolle*|rollespill*|rollespel*|replikk*|forestilling*|"
    "framføring*|fremføring*|foredrag*|plakat*|oppgave*|oppgåve*|særemne|stil|samfunnsfag|krle|"
    "temadag*|undervisning*|song|songen|sang|sangen|kor|koret|linje i|podkast*|dokumentar*|"
    "fortnite|minecraft|valorant|gta|cs|roblox|sketsj*|hovedperson*|hovudperson*|karakter i)"
)
_AMONG_ENGLISH = (
    "(film|films|movie|movies|show|episode|book|novel|story in|play|script|scene|song|lyrics|game|"
    "games|fortnite|minecraft|valorant|gta|roblox|character|characters|act two|essay|presentation|"
    "assignment|lesson|history|class project|project|podcast|documentary|poster|campaign|awareness|"
    "prevention|talk about|talk on|drama|musical|level|boss|creeper)"
)
AMONG = (_AMONG_NORWEGIAN, _AMONG_ENGLISH)
THERE = (
    # in bokmål and nynorsk
    "selvmord*|sjølvmord*|selvskad*|sjølvskad*|overgrep*|voldtekt*|valdtekt*|voldtatt|valdteken|"
    "valdtatt|mishandling*|incest|vold|vald|barnemishandling",
    "(ta|tar|tok|tek|tatt|teke) (livet av seg|livet sitt|sitt eget liv|livet av (sjefen|fienden|"
    "bossen|monster*|zombie*|dragen))",
    "(blir|ble|blei|vart|vert) (drept|drepen|drepe|skutt|skoten|stukket|stukke|knivstukket|slått|"
    "valdteken|voldtatt|hengt)( med kniv)?",
    "(skyt*|drep*|stikk*) (seg|seg selv|seg sjølv|folk|alle|fiender|zombie*|hovedperson*)",
    "(voldelig*|valdeleg*|drukket|drakk|drukke|skutt|drept)",
    "(morder*|drapsmann*|skurken|offer*) … … (kniv*|pistol*|øks*)",
    # in English
    "suicid*|self harm|rape|sexual abuse|abuse|domestic violence|sexual assault|overdos*|child abuse",
    "(kill*|shoot*|stab*|hang*|cut*|hurt*|drown*) (himself|herself|themselves|itself|him|her|people|"
    "everyone|zombies)",
    "(get|gets|got|is|was|being) (shot|stabbed|killed|murdered|hanged|raped|beaten|abused|kidnapped)",
    "takes (his|her|their) own life|violent|aggressive",
)

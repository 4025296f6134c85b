"""What is said in English when life or safety is at stake, and what only sounds like it.

Written as in `crisis_norwegian`.
"""

from __future__ import annotations

PARTS = {
    "not": "(dont|do not|doesnt|didnt|cant|cannot|can not|no longer|not|never|wont|don t|aint|"
    "isnt|no more|anymore|any more|couldnt|wouldnt)",
    "family": "(dad|dads|daddy|father|stepdad*|step dad|stepfather|mum|mums|mummy|mom|moms|"
    "mother|stepmum|stepmom|stepmother|brother|stepbrother|uncle|boyfriend|bf|ex|parents|"
    "grandad|grandpa|partner|husband|foster (father|mother|dad|mum|mom|parents)|him)",
    "they": "({family}|he|she|they|hes|shes|theyve|sister|aunt|girlfriend|gf|coach|teacher|wife|"
    "someone|somebody|cousin|man|guy|guys|boys|boy|people|carer|friend|kids|gang|adult|stranger|"
    "neighbo*|relative)",
    "hit": "(hits|hit|beats|beat|beating|beaten|punch*|kicks|kicked|kicking|slap*|chok*|"
    "strangl*|whips|whipped|abus*|molest*|rapes|raped|assault*|touches|touched|touching|grop*|"
    "hurts|hurting|burns|hitting|threaten*|stabbed|beats up|beat up|smacks|smacked|bites|bit|"
    "drags|dragged)",
    "us": "(me|us|mum|mom|mummy|my (mother|brother|sister|little brother|little sister|siblings|"
    "kids|dad|mum|mom))",
    "violent": "(kill|hurt|beat|stab|shoot|hit|strangle|rape|harm|kills|attack)",
    "weapon": "(knife|gun|weapon|machete|axe)",
    "pills": "(pills|tablets|meds|paracetamol|ibuprofen|medication|painkillers|tylenol|drugs)",
    "nudes": "(nudes|naked (pic*|photo*|picture*|video*)|nude (pic*|photo*|picture*))",
}

SAYS = (
    "(die|dying|be dead|be gone forever|disappear forever|death) & (want*|wanna|wana|wish|hope|"
    "rather|easier|better|ready|deserve|could just|should|feel like|think|thinking|thought*|"
    "pray|plan*|tried)",
    "(if|wish|hope) i (just |had |could |could just |were |was |could be )?(died|die|dead|gone|"
    "disappeared|wasnt here|werent here|wasnt alive|was dead|didnt exist|didnt wake up|never "
    "existed|was never born|were never born|had never been born|wasnt born|hadnt been born|not "
    "exist|not alive)",
    "never been born",
    "(live|living|alive|i exist|existing|my existence) & ({not}|reason|point|deserve|tired|sick|"
    "why|pointless|wish|hate|done|give up|stop|worth|worthless|or die|end|no (energy|strength|"
    "will|reason)|too (hard|heavy|much|painful))",
    "(disappear|vanish) & (forever|never|want|wish|wanna)",
    "tonight is the night|its over for me|death is (the|my)",
    "(car|bus|train|truck) … … (hits|hit|run over|runs over) me & (hope|wish|want)",
    "(be|being) here (anymore|any more|any longer|no more) & {not}",
    "(never|not|dont|wont|doesnt|isnt|didnt|without) … (wake|waking|woken|waken) (up )?(again|"
    "anymore|ever|tomorrow|#)",
    "sleep (forever|and never)",
    "(sleep|asleep) & never wake",
    "how (to|do i|can i) die|die painlessly|noose|until i bleed|life is (meaningless|pointless)|"
    "break from (life|living|existing)|(take|handle|face) another day|(im|i am|were|we are) not "
    "safe",
    "jump & never (come|coming) back",
    "bruises & (hid*|cover*|dad|mum|mom|he|stepdad)",
    "{not} (go on|do this anymore|do this any more|take it anymore|take this anymore|take it "
    "any more|take this any more|keep going|carry on|cope anymore|handle life)",
    "nothing (left )?to live for|done with (life|living)|hate my life|tired of life|sick of life",
    "(better off|happier|better|easier) & (without me|if i (was|were|wasnt|werent|died|"
    "disappeared|didnt))",
    "(no one|nobody|noone|anyone) … (miss me|care* if i|notice if i|care* about me|miss me if)|"
    "(would|will) anyone (even )?(miss|care|notice)",
    "burden & (i|im|me)",
    "(it|this|everything|things|my life) … to (end|be over) & (want|wish|need)",
    "(it all|everything) to stop",
    "(kill*|ending|off|offing|hang*|shoot*|drown*|stab*|cut|cuts|cutting|burn*|starv*|hurt|"
    "hurting|harm*|poison*|unaliv*|delete|strangl*|punish*|end|slit*|slic*|scratch*|hitting|"
    "hit) (myself|my (wrist*|arm|arms|thigh*|leg|legs|skin|stomach))",
    "(end|take|taking|took|ending|taken) (my|her|his|their) (own )?(life|lives)",
    "end it all|ending it all|end it tonight|end things (tonight|today|now|for good|#)|(no|any) "
    "(point|reason|meaning|purpose) (to|in|of) my life|end my life|commit suicide",
    "suicid*|kms|unalive|sewerslide|self harm*|selfharm*|self injur*|death wish",
    "(jump*|throw myself|step|walk|run) … (bridge|roof|building|balcony|cliff|window|train|bus|"
    "truck|traffic|tracks|ledge) & (off|from|out of|in front of|into|going|gonna|want|standing|"
    "about)",
    "(standing|sitting|im|am) on (the|a) (bridge|roof|ledge|edge|tracks)",
    "overdos*|od on|oding|razor blade*|razorblade*",
    "(die|kill) & {pills}",
    "cutting & (stop|again|relaps*|year|years|months|clean|urge*|skin)",
    "urge* to (cut|hurt|harm|burn)",
    "(took|taken|take|taking|swallow*|saving|saved|hoarding|stash*|collect*) & {pills} & (many|"
    "all|bottle|drank|drunk|alcohol|vodka|handful|bunch|whole|loads|much|saving|saved|hoarding|"
    "stash*|collect*|packet|pack|[0-9][0-9]+)",
    "goodbye (forever|world|cruel world|everyone forever)|this is (goodbye|my goodbye|my last)|"
    "(suicide|goodbye) (note|letter|letters|notes)|my last (message|words)",
    "(no|only) (other )?way out",
    # violence and abuse
    "{they} … … {hit} {us}",
    "{they} & touch* (me|us)( #| when| at| there| and| again| inappropriately)",
    "{family} & touch* (me|us)",
    "touch* my (chest|breast*|boobs|butt|ass|bum|thigh*|private*|body|crotch)",
    "{family} (beats|hits|beat|chokes|punches|kicks|slaps) her|(he|dad|stepdad) (beats|hits|"
    "chokes) (her|him)",
    "(hits|punches|kicks|slaps|chokes|beats up|abuses|molests|rapes|raped|molested|choked|"
    "strangled|punched|slapped) (me|us)",
    "(get|gets|getting|got|being|been|be|was|were|am|im) … (raped|molested|abused|assaulted|"
    "strangled|choked|beaten up|beat up|groped|trafficked|blackmailed)",
    "(get|gets|getting|got|being|been|be|was|were|am|im) … (hit|beaten|slapped|punched|kicked|"
    "hurt|touched) (at home|by (my|him|her|dad|mum|mom|someone)|every|again|when|with a|in the "
    "(face|head|stomach)|#)",
    "rape|raped|rapes|rapist|molest*|sexual (abuse*|assault*)|sexually (abuse*|assault*)|"
    "domestic (violence|abuse)|abusive|child abuse",
    "{they} … … (by|around) (the|my) (throat|neck|hair)",
    "(push*|shov*|threw|throw*) (me|us) (down|into|against|off|over|to the (floor|ground)|across)",
    "(threw|throws|throwing) … … at (me|us)",
    "(forc*|pressur*|coerc*|trick*|made me|makes me) & (sex|{nudes}|sleep with him|touch him)",
    "(ask*|made|makes|want*|told|tells) me to (undress|strip|take my clothes off|touch)",
    "{nudes} & (threat*|want*|share|send|leak*|spread*|blackmail*|post*|of me)",
    "(scared|afraid|terrified|frightened) … … ({family}|home|house)",
    "(i|im|i am|we are|were) (so |really |too |very )*(scared|afraid|terrified|frightened) & "
    "({family}|home|house)",
    "(not|dont feel|doesnt feel|never|isnt|dont) (feel )?safe (at|here|with|in my|around)",
    "(got|was|been|being|im|were) (stabbed|shot|stalked)|(house|home|flat|room|kitchen|"
    "building) is on fire|locked (ourselves|myself) in … … (dad|father|stepdad|he|mum|mom|"
    "because)",
    "home & (isnt|not|doesnt feel|never) safe",
    "scared for my life|(holds|held|holding|pins|pinned) (me|us) down",
    "(fight*|arguing) & blood",
    "{weapon} & (outside|here|at me|our house|the door|at home)",
    "(is|was|keeps|been|hes|started) (following|stalking|chasing) (me|us)|(stalks|chased) (me|us)",
    "(trying to|tries to|tried to|is|someone) … break(ing)? in( to| into)?( my| our| the)?( "
    "house| home| flat| room| door)? #",
    "(im|i am|were|we are|shes|she is|hes|he is|someone is|my (brother|sister|friend|mum|mom) "
    "is) in (serious |real |grave )?danger( now| here| right now| at home)? #",
    "(threat*|says|said|promised|swore|tries|tried|trying|wants|want|going|gonna|will|would|he "
    "ll|ll) … {violent} (me|us|my (mum|mom|family|brother|sister|dog)|her|himself|herself)",
    "death threat*",
    "{they} … (has|s got|have|got|is holding|holding|pulled|pulls|came at me with|with) (out |"
    "me )?(a |the |his |her )*{weapon}",
    "{they} … (held|put|pointed|pulls|puts|points) … {weapon}|gave (me|her|mum|mom) a black eye",
    "(swallow*|drank|ate) … (poison*|bleach|battery|batteries)|fainted|collapsed|(man|someone|"
    "stranger) (is )?in (our|my|the) (house|flat|apartment)|(ran|run|running) away (from home|"
    "because)",
    "(forc*|against my will) & (marry|marriage|married)",
    "(keep*|kept) (me|us) locked|(locks|locked|lock) (me|us) (in|up|inside)|(wont|doesnt|dont) "
    "let (me|us) (out|leave|eat)",
    "(lay|lays|laid|put|puts) (his|her|their) hands on (me|us)",
    # danger now
    "(cant|cannot|can not|isnt|not|stopped|hardly|stop) (breathe|breathing)( right| now)? #",
    "unconscious|(wont|doesnt|isnt|not) (wake up|waking up|responding|wake)|passed out and",
    "breathing (weird|funny|strange*|slow*|badly)|bleeding (a lot|badly|out|so much|heavily|"
    "everywhere|and|from)",
    "(call|need|send) (me )?(an |the )?(ambulan*|911|999|112|113|police)( now| please| fast)* #",
    "# (please |pls |plz |somebody |someone |can someone )*help( me)?( please| now| pls| im "
    "scared of him)* #",
)

SOUNDS_LIKE = (
    "(die|dying|died|dead|dies) (of|from|with|for|to|over) (laughter|laughing|embarrassment|"
    "boredom|shame|hunger|heat|curiosity|cringe|cuteness|the|know|see|a|happiness|cold|thirst|"
    "excitement|try|meet|go|hear|get|this|that|stress|it|old age)|(die|dying|died|dead) "
    "(laughing|inside lol|in (the game|fortnite|minecraft|game))|die hard",
    "rather die than (eat|go to|dance|wear|watch|do|talk|sing|see|study|read|listen|take|miss)",
    "(phone|battery|laptop|car|plant|plants|fish|hamster|dog|cat|wifi|server|chat|grandma|"
    "grandpa|gran) … (die|dying|died|dead)",
    "(homework|school|maths|math|feet|foot|back|head|suspense|heat|legs|shoes|wait|exam*|this|"
    "it|stairs|weather|coach|practice|commute|traffic|allergies|knee|knees|cramps|workout) (is|"
    "are|s|was|were) (literally |really |absolutely |actually )*killing me",
    "(mum|mom|mother|dad|father|coach|teacher|parents|boss|sister|brother|friends) (is |are |s "
    ")?(so )?(going to|gonna|will|would|ll|literally|is going to) (literally |actually )?kill "
    "me (if|when|for|because|cause|cos|lol|haha)( i| she| he| they)? (find*|see*|miss|forget|"
    "forgot|get|got|am|im|dont|fail*|lose|lost|was|break|broke|late|hear*|this)",
    "kill (it|time|some time|two birds|for|the (mood|vibe|lights|engine|music))|killing (it|"
    "time)|killed (it|that)|dressed to kill|to die for|kill my (vibe|mood|battery|phone)",
    "(cut|cuts|hurt|burnt|burned) my (leg|arm|wrist|skin|thigh|stomach) (on|when|while|at|"
    "playing|in|by)|(cut|cuts|cutting) myself (shaving|on|while|some|a |accidentally|cooking|"
    "off|by accident|short|open on)|(hurt|hurting|hurts) myself (at|playing|in|during|while|"
    "skiing|when i slipped|doing|on (the|a|my)|by (accident|falling)|falling|running|lifting)|(burn|burnt|burned|burning) "
    "myself (out|on|while|cooking|making)",
    "(shoot|shooting|shot) (myself|yourself|himself) in the foot|(kill|killing|killed) myself "
    "(laughing|studying|at the gym|with work|over|for this)",
    "(career|social|political) suicide|suicide (squad|drill|drills|sprints|doors)|[0-9]+ kms|"
    "kms (away|from|to|long|an hour|per)|(essay|book|film|movie|project|documentary|podcast|"
    "song|lesson|presentation|learned|class) (is )?(about|on) (suicide|rape|abuse|self harm|"
    "domestic violence|sexual *|child abuse|overdos*)",
    "overdos* on (chocolate|sugar|netflix|coffee|candy|christmas|cuteness|homework|memes|cake|"
    "caffeine|tiktok|vitamin*)",
    "(beat|beats|beating|beaten|hit|hits|kicked|kicks) (me|us|my (brother|sister)) (easily |"
    "again |every time |always )*(at|in|on) (chess|fifa|mario*|tennis|cards|game|games|the "
    "(final|finals|game|match|race|league|cup)|a (race|game|match)|football|basketball|uno|"
    "minecraft|fortnite|scrabble|ping pong|sports|badminton|bowling|pool|monopoly|everything)",
    "hit (me|us) up|(beat|beats|hit|hits) (me|us) (to it|to the|[0-9]+|back up|by [0-9]+|that|"
    "like a|with (a question|the news|it|facts|your|some|questions|a meme|a text|that))|# beats "
    "me #|(it|that|this|reality|song|film|movie|story|letter|speech) (really |just |suddenly |"
    "also )*(hits|hit|hurts|touched|touches) (me|us)",
    "(cant|cannot|can not|couldnt) breathe (from|because|cause|cos|lol|haha|laughing|with|im "
    "laughing)",
    "live without (my|the|music|coffee|chocolate|football|wifi|tiktok|pizza|netflix|spotify|"
    "snap*)|live (music|stream*|chat|show|match|concert|game|on tv)|living (room|in|with|near|"
    "at|on)|(live|lives|lived) (in|with|near|at|there|close|far|by|together|on|alone|next|"
    "around)|where (i|we|he|she|they) live*|cost of living",
    "(wake|waking) up (early|so early|for|at|until|on|in the|too|before|late)",
    "(scared|afraid) (to|of) (tell|telling|ask|asking|show|showing|disappoint*|losing|lose) … … "
    "{family}",
    "(cant|cannot) (take|do) (it|this) anymore (lol|haha)",
    "in danger of (failing|losing|extinction|missing|being)|endangered|bleeding (obvious|edge|"
    "love)",
    "(nobody|no one|noone) (ever |has )?(hits|hit|hurts|hurt|beats|beat|kicks|threatens|"
    "touches) (me|us)",
    "(following|follow|follows|stalking) (me|us) (on|back)|locked out",
    "better (grade|grades|score|than)|(film|movie|show|series|game) … (die|dies|dying|died|dead)",
)

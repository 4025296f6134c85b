"""As `crisis_signs`, in English."""

from __future__ import annotations

from handlers import crisis_english

PARTS = {
    **crisis_english.PARTS,
    "kin": "(son|sons|daughter|daughters|kid|kids|child|friend|friends|bestie|sister|brother|"
    "cousin|classmate|student|girlfriend|boyfriend|gf|bf|partner|she|he|they)",
    "elder": "(dad|stepdad|stepfather|stepbrother|brother|uncle|grandpa|grandad|cousin|coach|"
    "teacher|tutor|neighbo*|mums boyfriend|moms boyfriend|boyfriend|babysitter|priest|man|guy|he|"
    "she|someone|somebody)",
    "limb": "(arm|arms|wrist|wrists|leg|legs|thigh|thighs|skin|stomach|body|hips)",
    "pics": "(pic|pics|picture|pictures|photo|photos|nudes|video|videos|snaps|screenshots)",
}

SAYS = (
    # farewells and preparations
    "(wrote|written|writing|made|recorded) … (letters|letter|note|notes|goodbye|goodbyes|video) & "
    "(everyone|family|mum|mom|dad|parents|friends|goodbye|already|find|the letters)",
    "(already wrote|written|wrote) the (letters|letter|note)",
    "(gave|given|giving) (away )?(all )?(my|his|her) (stuff|things|pets|clothes|belongings)( away)*",
    "(know|decided|planned) (exactly )?(when|how|where) (and (when|how|where) )?(im|i am|i will|ill|"
    "i m|to|its) (going|gonna|doing|do|it|happening)",
    "(dont|do not|cant|nobody can|no one can) (try to |try and |try )?stop me",
    "made up my mind & (cant|end|over|tonight|longer)",
    "(end|ending|finish|finishing) (it|things|this|everything) (tonight|tonite|today|all|now|soon|"
    "for good)",
    "(cant|cannot|can not|dont know how) … (do|take|live|keep doing) (this|it|like this) (any|much) "
    "(longer|more)|how much longer i can|(cant|cannot) go on",
    "(tired|sick|so done) of (being|existing|living|life|it all|breathing)( here| alive| #)",
    "# i (dont|do not) (want to|wanna) be here #",
    "(dont|do not|didnt|doesnt|not) (really )?(want|wanna) (to )?(exist|be alive|be here (any|on "
    "this)|live (any|#)|wake up)",
    "(wish|wished) (i|he|she) (was|were|had) (never|not) (here|born|alive)|wish i wasnt (here|alive|"
    "born)",
    "(better|happier|easier|best) … (off )?(if|without) & (i (was|were|wasnt|werent|am) (dead|gone|"
    "around|here|not here|alive)|me)",
    "(go|fall|went) to sleep and (never|not) wake",
    "sleep & (forever|never wake|not wake)",
    "{kin} & (kill*|hurt*|harm*|end*|cut*|burn*) (himself|herself|themself|themselves|his life|her "
    "life|it all|her arm*|his arm*|her leg*|her wrist*|her thigh*|her skin)",
    "(says|said|tells|told|saying|writes|wrote|talks|talking) … … (doesnt|dont|didnt|not) (want|"
    "wanna) (to )?(live|be here|be alive|exist|go on)",
    "(goodbye|good bye|farewell) & (pick* up|answer*|reply*|replying|turned|phone off|everyone|"
    "story|text*|message*|worried|gone) & (friend|she|he|they|sister|brother|posted|sent|my|me)",
    "(on|at|by|near) the (bridge|roof|rooftop|ledge|edge|train tracks|tracks|cliff|railing)( rn| "
    "now| right now| alone| tonight)* #",
    "(step*|jump*|walk*|run*|throw*) … (in front of|into|under|off) … (train|bus|car|truck|lorry|"
    "traffic|bridge|roof|building|tracks) & (keep*|think*|could|want|wanna|just|feel like|about)",
    "(drive|driving|crash*) … (off the road|into a (tree|wall)|off a (bridge|cliff))",
    "(least|most) (painful|painless) way|(easiest|quickest|fastest|best|painless) way to (die|go|end"
    "|do it)|hurt to die|(which|what|how many) {pills} … (kill|die|od|takes|lethal)",
    "(only|just) one way out|(no|see no|isnt any|one) way out of (this|it|here)",
    "(tell*|told|say*|said|comment*|message*|text*) … … (kill myself|kms|kys|end my life|die)|kys",
    "(maybe|honestly|guess) i should (kms|die|end it|do it|just die|kill)",
    "(hate|hated|despise) (myself|my life so|being me|who i am)",
    "(worthless|hopeless|numb|empty|pointless) & (i|im|feel*|everything|life|inside)",
    "(no|lost all|lost|any) (hope|future|will to live)( left| for me| anymore)?|nothing matters|"
    "(whats|what is|wheres) the point (of|in) (living|life|anything|going|trying|it)|whats the point "
    "anymore|(give|giving|given|gave) up on (life|myself|everything|living)|i give up #",
    "(cant|cannot|cant even) (take|handle|bear|stand|deal with|live with|cope with) (the pain|this "
    "pain|it|this|life|myself|living)",
    "(dark|suicidal|intrusive|bad) thoughts|thoughts (of|about) (death|dying|ending|hurting|self|"
    "suicide|killing)",
    "voices & (tell*|kill|hurt|die)",
    "(need|want) help (now|asap|right now|immediately|urgently)|its an emergency|emergency #|"
    "(please|someone|somebody) (please )?(help|save|call) (me|us|someone|the police|an ambulance)",
    # marks on a body
    "i (relapsed|cut|self harmed|selfharmed)( again| last night| today| yesterday| tonight)* (#|and)",
    "relapsed & (cut*|blade*|harm*)",
    "(cut|cuts|cutting|burn|burns|burned|burnt|scratch*|slice*) (her|his|their|my) (own )?{limb}",
    "(blood|blades|razor*|cuts|scars|marks) & (room|bed|arm|arms|legs|wrists|thighs|hid*) & (son*|"
    "daughter*|kid*|her|his|child*)",
    "(hurt|hurting|harm|hit|bang*|burn|bit|bite|biting) … (myself|my head|my face) & (on purpose|"
    "until|till|so i|to feel|dont feel|when it|loud|wall)",
    "(wont|doesnt|will not|not|cant) stop (the )?bleeding",
    # abuse, by those who are near
    "{elder} … (comes|came|gets|got|climbs|climbed|sneaks|sneaked|creeps) … (into|in|to) my (room|"
    "bed)( at night| when| #| every| and)",
    "{elder} … (makes|made|make|forces|forced|asks|asked|wants) me (to )?(touch|kiss|watch|undress|"
    "strip|sleep|do things|lie)",
    "{elder} … (touches|touched|touching|groped|gropes|felt up|fondled) … (me|her|him|my (son|"
    "daughter|kid|child|sister|brother|little sister|little brother))( #| and| when| there| again)",
    "(forced|forces|pushed) himself on (me|her)|(i|she) said (no|stop) (and|but) (he|they|she)|"
    "(wouldnt|didnt|wont|doesnt) stop when i",
    "(watch*|film*|record*) (me|her|us) (in the shower|undress*|change|changing|naked|sleep*)",
    "{family} & (hits|hit|punches|punched|slaps|slapped|beats|kicks|throws|threw|whips) (me|us|mum|"
    "mom|her|him|my (mum|mom|sister|brother|head)|things at|plates at|stuff at)",
    "(throws|threw|throwing) … at (my head|my face|me|us|mum|mom|the wall)",
    "(i|we) (get|got|gets|am|are) (hit|beaten|slapped|punished|smacked|whipped) (if|when|for|with|"
    "every|#)|(ppl|people|they|someone|my family) at home (hit|beat|hurt)*|(hit|beat|beats|hits|"
    "hurt|hurts) (me|us) at home",
    "(push*|threw|throw*|drag*|kick*) (my )?(mum|mom|mother|sister|brother|her|him) (down|into|"
    "against|across|out of|by the)",
    "(burn*|torch|set fire to|blow up|smash) … (house|us|home|flat|my room|the place)( down| on "
    "fire| up)",
    "(threatened|threatens|threatening|said|says|swears|promised) … … (kill|shoot|stab|hurt|burn) "
    "(me|us|my|her|him|everyone|the)|(theyd|hed|shed|they d|he d|will|gonna|going to) (stab|shoot|"
    "jump|kill) me (after|at|if|when|tomorrow|on|#)",
    "{elder} … (has|s got|got|have|with) (a |the )?(gun|knife|machete|axe|bat) & (angry|shout*|"
    "scared|mad|drunk|outside|house|help|door|came|waving)",
    "(chok*|strangl*|suffocat*) (me|her|mum|mom|us)|hands (around|round|on) (my|her|mums|moms) "
    "(throat|neck)",
    "black* out & (choke*|hit|throat|neck)",
    "(lock*|keep*|kept) (me|us) (in|inside|up) … (room|house|basement|attic|cellar|bathroom|days)",
    "(without|no|give me|get|any) food & (lock*|days|room|parents|home)",
    "(not|arent|wont|dont|never) (allowed|let) (me )?(to )?(eat|leave the house|go outside|leave my "
    "room)",
    "(marry|married|marrying|engaged) & (forc*|off|cousin*|against|they want|have to|my parents|dont "
    "want|back home)",
    "scared … … (do|does|start|go|kill|hurt|hit) … … (sister|brother|mum|mom|me|her|him|us|kids)",
    "(scared|afraid|terrified|cant|too scared|hate) … (go|going|be|being|stay|staying|"
    "sleep*|come) (back |alone )?(home|at home|at dads|at mums|with him|with my (dad|stepdad|uncle))",
    "(drunk|drinks|drinking|high|drugs) & (dad|mum|mom|stepdad|parents|father|mother) & (scared|"
    "scream*|yell*|shout*|hit*|angry|throw*|alone|food|fight*|hide|hiding|break*)",
    "(against my will|without (my )?consent|didnt consent|blackmail*|sextort*|groom*d|grooming|"
    "coerced|forced me|forces me|makes me do|made me do (it|things|stuff))",
    "(kicked out|thrown out|nowhere to (sleep|go|stay)|homeless|sleeping rough)",
    "(bruise*|belt|black eye|welts) & (me|my|dad|mum|mom|hid*|back|arm*|home|hit*)",
    "{they} … {hit} … (me|us|mum|mom|her)( several| many| lots| again| often| every| all| #| when| "
    "if| and| so| in| on| with| for)",
    # strangers
    "(has|have|got|s got|hes got|took|takes|screenshotted) … {pics} & (of me|of her) & (send*|post*|"
    "share|money|pay|leak*|everyone|more|threat*|naked|nude*|without clothes)",
    "(send|post|leak|share|show|upload) … {pics} … (to|online|on|everywhere) & (unless|if|everyone|"
    "dont|school|class|pay|money|threat*)",
    "(post|send|leak|share) (them|it) if i",
    "(man|guy|person|stranger|adult|bloke|dude|woman) … (online|on (snap*|insta*|discord|roblox|"
    "tiktok|the internet)|i met) & (meet|secret*|not (to )?tell|pics|photos|nudes|pictures|alone|"
    "older|grown)",
    "told me not to tell",
    "(our|its a|a) (little )?secret & (touch*|he|room|uncle|coach|pics|meet)",
    # said plainly
    "{elder} … (is |gets |got |was |being |becomes |so )*(violent|abusive|aggressive|physical with|"
    "rough with)|(violent|aggressive) … (dad|mum|mom|stepdad|boyfriend|partner|home|drunk)",
    "(lock*|throw*|threw|kick*) (me|us) (out|outside)( #| at night| of the house| when| in the| again)",
    "(bought|found|got|have|has) (a |the |some )*(rope|noose|razor*|blade*|gun|poison)( #| and| in| "
    "ready| under)",
    "(spiked|drugged|roofied|put something in) (my|her|me|our)|woke up (naked #|naked and|without (my )?(clothes|"
    "underwear|pants)|and (my clothes|i was naked))",
    "(tried|trying|going|wants|wanted|tries|planning) to (hang|kill|hurt|drown|shoot|end|poison) "
    "(himself|herself|themselves|himself again|his life|her life|it)",
    "(follow*|chas*|stalk*|grab*|watch*|wait*) (for )?(me|us) (home|outside|from school|into|to my|"
    "everywhere|every day|again|and)",
    "(hand|hands|fingers) (up|down|in|inside|under|on) my (skirt|pants|trousers|shirt|top|underwear|"
    "bra|leg|thigh*|crotch|private*)",
    "(feel|felt|am|im|are|feels) (really |so |very )*(unsafe|in danger|threatened)( #| at| with| "
    "around| in| when| here)",
    "# (i )?(im |i am |am )*(gonna|going to|about to|ready to) (jump|end it|die|hang myself)( #| now| "
    "tonight| off)|(took|taken|drank) (too much|too many)( #| of| and)",
    "(had enough of|fed up with|no longer want|over with|sick of) (living|life|being alive|existing)",
    "blood (everywhere|all over)|so much blood|lots of blood|(im|i am|id be|i would be|theyd be) "
    "better off (dead|gone|without)",
    "(want|need) (it|this|everything|the pain|the voices|it all) to (stop|end|go away) #",
    "(pregnant|gay|lesbian|trans|dating) & (kill*|scared of|afraid of|beat|disown*|honou?r|throw me)",
    "(scared|afraid|terrified|frightened) (of|for) (my |his |her )*(life|dad|mum|mom|stepdad|ex|"
    "boyfriend|family|brother|uncle|husband|parents|safety)",
    "(dont|do not|didnt) (want|wanna) to (live|be alive|exist|wake up)( #| anymore| any more| and| "
    "with this| like this)",
    "(my heart|everything|my life|it) … (just )?(stop|stopped) (beating|breathing|#) & (wish|hope|pray)",
    "(covered in|full of|loads of|new|fresh) (scars|cuts|bruises|marks)|(razor|blade|knife) in my hand",
    "(dont think|not sure|doubt) … (ill|i will|i can|ill even) (make it|be here|survive|last)( through|"
    " to| tomorrow| much| until| #)",
    "my (own )?(funeral|eulogy|grave|suicide)|(be|join) … (in heaven|with (god|the angels|my dead))",
    "(fight*|smash*|break*|screaming|drunk|angry) & (hiding|hide|hid)",
    "(hiding|hide|hid) from (dad|mum|mom|him|her|my (dad|mum|mom|stepdad|brother|uncle|parents|ex|"
    "boyfriend)|them)",
    "(pinned|pushed|pressed|held|slammed|shoved|cornered|trapped) (me|her|us) (up )?(against|to the|on "
    "the|down|in)",
    "(hes|shes|he is|theyre|they are|someone is|a man is|now hes) (outside|at my (door|window|house)|"
    "coming for (me|us)|after me|in my (room|house))( #| and| now| with)",
    "(selling|sharing|leaking|leaked|spreading|posted) … (nudes|my (pics|photos|pictures|body)|naked|"
    "videos of me)",
    "(took|taken|take|ive taken) something (i shouldnt|bad|and|to)|(stomach|full) … of {pills}",
    "lock* (himself|herself|themselves) & (knife|pills|blade|razor|gun|bathroom|toilet|rope)",
    "(ex|he|she|they) (wont|keeps|doesnt) (stop|coming|turning|showing) … (my house|my door|my home|"
    "my school|calling me|following me)( #| and| at)",
    "(teacher|coach|priest|tutor|uncle|stepdad|dad|grandpa|grandad) … (kissed|kisses|undressed|touched|"
    "massaged|hugged me too|slept with|texts me at night|sends me (pics|pictures|nudes)) … me( #| and|"
    " on)|(teacher|coach|uncle|stepdad|grandpa) … (kissed|kisses) me",
    # somebody needs help at once
    "(took|take|taken|swallowed|swallowing|popped) … … (whole|all|entire|loads of|bunch of|too many|"
    "[0-9][0-9]+) … {pills}",
    "(took|swallowed) all … {pills}|(saving|saved|stashing|stashed|hiding) (up |my )*{pills}|{pills} "
    "(saved|stashed) up|saving … {pills} … (up|for)",
    "(isnt|not|stopped|barely|hardly) breathing( properly| right| well)?|(doesnt|wont|not|isnt) "
    "(wake up|waking up|respond*|moving|conscious)|took something and",
)

SOUNDS_LIKE = (
    # said of oneself, and not so
    "(im|i am|was|hes|shes) (not|never) (even )?(suicidal|self harming|scared of (anyone|anybody|my|"
    "him|her|them))( at home| or anything)?|not scared … … (home|{family})",
    "i (would never|wouldnt|dont want to|have never|havent|never) … (hurt|harm|hurting|kill|killing|"
    "cut) (myself)( or anything)? #",
    "(nobody|no one|noone|nothing) (is |has |ever |was )*(hurt*|hit|hits|touch*|beat*) (me|us|her|"
    "him)",
    # idioms
    "(kill|murder|killing|shoot) (me|us) (now|with (those|these))|(mum|mom|dad|dads|"
    "mums|moms|coach|parents|sister|brother) (s |is |are |will |would )*(gonna |going to )?(literally"
    " )?(kill|murder) (me|us) (if|for|when|with|because|over|tomorrow|#)",
    "(embarrass*|cringe|awkward|funny|bored|boring) … (i )?(want*|could|nearly|almost) (to )?(die|"
    "died|disappear)|(want|wanna|wish) … (disappear|sink|hide|vanish) (when|because|if|in class|every "
    "time)|(wanted|nearly|almost) (to )?(die|died) (of|when|from|lol|haha|laughing)",
    "(rather|could|might) (die|kill) (than|for)|(death of me|dying of|died of|im dying|literally "
    "dying|im dead|feel dead|dead tired|dead inside lol)",
    "(homework|lesson|class|maths|math|teacher|heat|practice|training|back|feet|knee|legs|head|"
    "stairs|shoes|diet|wait) (is|are|s|was) … killing (me|us)",
    "(beat|beats|beaten|destroyed|killed|smashed|thrashed|crushed|owned|hammered) (me|us|them|him|by "
    "them )?(at|in|on|[0-9]+|again|easily) … (chess|fifa|mario*|uno|game*|match|half|final|kart|"
    "tennis|pool|fortnite|race|[0-9]+)",
    "(hate|hating) (my )?life (when|lol|haha|rn lol|on mondays)|(dont|do not) (want|wanna) to (live "
    "(in|at|with|here)|be here (this|its|because|in|at|for|tomorrow|on))",
    "(dont|do not) want to be here ,|live in (a|this|the)",
    "(burn*|cut|hit|hurt|stab*) my (finger*|hand*|tongue|thumb|toe*|lip|knee) (on|with|while|"
    "chopping|in|at|cooking|when)",
    "jump on the (train|bus|trampoline|bed)|(jump*|dive|dove) off (the )?(pier|diving|dock|swing|trampoline|board|boat)|(on|at|by|under) "
    "the (bridge|station|pier) (for|waiting|to catch|after school|with)|waiting (on|at|by) the",
    "(said|says) goodbye and (hung|left|went)|(ended|ending) things (with|and|between)",
    "he has pictures of (me|us) from|(school|class|team) (photo|pictures|pics)",
    "meet (the los|my teacher|the teacher|the nurse|in person)|(los|nurse|teacher) online",
)

"""What is said of somebody else's danger, and of what the writer is about to do to somebody: a
friend who hurts herself, a child who has stopped eating, a blow that is coming. What denies it all.

Written as in `crisis_norwegian`.
"""

from __future__ import annotations

from handlers import crisis_norwegian, crisis_signs

PARTS = {
    **crisis_norwegian.PARTS,
    "limb": crisis_signs.PARTS["limb"],
    "elder": crisis_signs.PARTS["elder"],
    "pills": f"(pills|tablets|meds|ibuprofen|medication|painkillers|{crisis_norwegian.PARTS['pills']})",
    "weapon": f"(knife|gun|weapon|{crisis_norwegian.PARTS['weapon']})",
    "of": "( hennes| hans| hennar| deres| min| mi| mine| til … [a-zæøå]+)?( min| mi)?",
    "child": "(datter*|dotter*|dotra|dattra|dattera|sønn*|son|sonen|gutt*|gut|guten|jent*|barn|"
    "barnet|barnebarn*|ungen|ungdom*|søster*|syster*|lillesøster*|veslesyster*|storesøster*|"
    "storesyster*|bror*|lillebror*|veslebror*|storebror*|tvilling*|stesøster*|stebror*|elev*|"
    "niese*|nevø*|søskenbarn*|syskenbarn*|fetter*|kusine*|fosterbarn*)",
    "friend": "(venn|venen|vennen|venninn*|veninn*|venninna|bestevenn*|besteven*|bestis*|kompis*|"
    "kamerat*|kjærest*|kjærast*|klassevenn*|medelev*|naboen|nabojent*|nabogut*)",
    "who": "(hun|ho|hu|han|{child}|{friend}|mamma*|mora|moren|mor|pappa*|faren|far|noen|nokon|"
    "(en|ein|ei) (i|på|fra|frå) [a-zæøå]+)",
    "own": "( min| mi| mitt| vår| vårt| hennes| hans| hennar| til [a-zæøå]+( min| mi| mitt)?)?",
    "hers": "(henne|ho|hun|hu|han|ham|dem|dei|{child}|{friend}|barna|borna|ungene|ungane)",
    "often": "( #| hver| kvar| når| hvis| viss| om natt*| om kveld*| igjen| ofte| støtt| fortsatt|"
    " framleis| hjemme| heime| på (armen|armene|låra|lårene|badet|rommet)| med (vilje|kniv*|"
    "barberblad*|saks*)| så| og | fordi| mens| medan| nå| no)",
    "starving": "( #| helt| heilt| nesten| og| fordi| siden| sidan| etter| så| igjen| nå| no|"
    " hjemme| heime| på (skolen|skulen|[a-z]+ (dager|dagar|uker|veker|døgn))| i [a-z]+ (dager|dagar|"
    "uker|veker|døgn))",
    "all but": "(nesten |omtrent |knapt |så å si |nærmest |mest )*",
    "going to": "(kommer te å|kjem te å|kommer til å|kjem til å|kjem til|skal|ska|vil|må|har lyst "
    "til å|får lyst til å|vurderer å|vurderar å|tenker å|tenkjer å|tenker på å|tenkjer på å|"
    "planlegger å|planlegg å|er redd for å|er redd eg|er redd jeg)",
    "a blow": "( #| hvis| viss| om {i}| om (han|hun|ho|de|dei)| når| så| hardt| ned| helseløs*|"
    " helselaus*| gul| ihjel| i hjel| i hel| med (kniv*|balltre*|øks*|stein*|hammer*|knyttneve*)|"
    " igjen| snart| i morgen| i morgon| i (trynet|ansiktet|andletet|hodet|hovudet|magen|fjeset)|"
    " en dag| ein dag| etter (skolen|skulen|timen))",
    "her": "(she|he|they|someone|somebody|(my|her|his|our|a) (little |older |younger |big |best "
    "|twin |close |step|foster )*(daughter|son|child|kid|girl|boy|sister|brother|friend|mate|bff|cousin|niece|nephew|"
    "girlfriend|boyfriend|gf|bf|pupil|student|classmate|mum|mom|mother|dad|father)|(a|the) "
    "(girl|boy|kid|guy|student) (in|at|from) (my )?[a-z]+)",
    "herself": "(herself|himself|themselves|themself)",
}  # fmt: skip

SAYS = (
    # who hurts themselves, in bokmål and nynorsk
    "{who}{own} … (skader|skadar|skade|skada|kutter|kuttar|kutte|kutta|skjærer|skjærar|skjære|"
    "skjer|risper|rispar|rispe|rispa|svir|brenner|brenn|klorer|klorar|stikker) seg {self}",
    "{who}{own} … (skader|skadar|kutter|kuttar|skjærer|skjærar|skjer|risper|rispar|klorer|klorar|"
    "svir) seg{often}",
    "{who}{own} … (skadet|skada|kuttet|kutta|skåret|skore|rispet|rispa) seg( {self}| med vilje| "
    "igjen| i natt| i går kveld| på (armen|armene|låra|lårene|håndleddet|handleddet))",
    # who does not eat
    "({who}{own}|{i}) … {all but}(sluttet|slutta|slutter|sluttar) {all but}(å |med å )?(spise|ete|"
    "eta){starving}",
    "{who}{own} {all but}(vil |orker |orkar |klarer |klarar |nekter å |nektar å )*(spiser|spise|"
    "spist|et|ete|har ete|har spist) {all but}((ikke|ikkje|aldri)( noe| noko)?|ingenting|inkje)"
    "( mer| meir| lenger| lengre)?{starving}",
    "{who}{own} … (nekter|nektar) (å )?(spise|ete|eta){starving}",
    "{who}{own} {not} … (spist|ete|eti) (noe |noko )?(på|siden|sidan) [a-zæøå0-9]+",
    "{who}{own} … (har )?{not} (ete|eti|spist) (noe |noko |nesten |skikkelig |skikkeleg )*(på|siden|"
    "sidan|i) … (dag*|døgn|uke*|veke*|helga|går)",
    "({who}{own}|etter (maten|måltid*|middag*|kvart|hvert)) … (spyr|spydde|kaster opp|kastar opp|"
    "brekker seg|brekk seg) … (etter (maten|måltid*|alle|hvert|kvart|middag*|å ha)|med vilje|maten)",
    "{who}{own} & (veier|veg|gått ned|slanker|slankar|sultar|sulter) & (kilo|kg|seg|hverken|ikke|"
    "ikkje) & (spis*|et|ete|bein og skinn|svimer|besvim*|lege*|lækjar*|spyr|kast*)",
    # who does not want to live
    "{who}{own} … (gjøre|gjere|gjør|gjer|gjort) ende på (seg|livet|alt)|(ende|slutt) på (seg|livet "
    "sitt)( {self})?",
    "(ingen|ikke noen|ikkje nokon) … (savne*|sakne*|sakn|merke*|bry) … (ham|han|henne|ho|seg om "
    "(ham|han|henne|ho))( #| på| i| om| når)",
    "(bedre|betre|lykkelig*|lukkeleg*|lettere|lettare) & (uten|utan) (ham|han|henne|ho|hun) & (sier|"
    "seier|sa|skriv*|alle|tror|trur)",
    "{who}{own} … (sier|seier|sa|skriv|skriver|skreiv|skrev|mener|meiner) … … {not} … (grunn|vits|"
    "poeng|mening|meining|orke*|orkar|lyst|vil|er|her) … (å |til å |med å )?(leve|være|vere|her|mer|"
    "meir|lenger|lenge)",
    "(sier|seier|sa|skriv|skriver|skreiv|skrev) … … (er|blir|vert) (hun|han|ho|de|dei) (borte|ikke "
    "her|ikkje her|død|daud|vekk)",
    "{who}{own} … (vil|ville|ønsker|ønskjer|kommer til å|kjem til å|tenker på å|tenkjer på å|truer "
    "med å|trugar med å|snakker om å|snakkar om å|planlegger å|planlegg å|skal|prøvde å|prøver å|"
    "freista å) … (hoppe|henge seg|hengje seg|drukne seg|skyte seg|forsvinne|ta livet|dø|døy)( #|"
    " seg| fra| frå| i| sitt| av| for| nå| no| når| hvis| viss)",
    # marks, and how they come
    "{who}{own} … (risser|rissar|risse|rissa|skraper|skrapar|skrape|ripper|stikker|stikk|brenner|"
    "brenn|svir|skjærer|skjer|kutter|kuttar|klorer|klorar|biter|bit|lugger|luggar) … (seg|huda|"
    "huden) … (på|i|opp|til|med|over) … ({limb}|kniv*|passar*|passer*|saks*|lighter*|nål*|glass|"
    "blods|det blør|sigarett*|barberblad*)",
    "(begynt|byrja|startet|starta|slutter ikke|sluttar ikkje) (å|med å) (risse|rissa|kutte|skjære|"
    "skade|skada|brenne|svi|klore) (seg|huda|huden)",
    "(dunker|dunkar|slår|hamrer|hamrar|banker|bankar) (hodet|hovudet|seg {self}|seg) … (i veggen|mot "
    "veggen|i golvet|i gulvet|til det|blør|blå*|{self})",
    "(kutt|arr|sår|blåmerk*|brannsår|risp|merker) … (over|på|i|oppover|nedover) (heile|hele|begge|"
    "hennes|hans|hennar|innsiden av|innsida av)? ?(på )?{limb}( hennes| hans| hennar| til| og| #)",
    # who is hurt, held or feared
    "({elder}|kjærest*|kjærast*|typen|eksen|mannen|broren|brødrene|foreldr*|mora|moren|mamma|mor|far"
    "|pappa){of} … (tar|tek|tok|griper|grip|grep|holder|held|holdt) (henne|ho|ham|han|meg) … (i "
    "(halsen|strupen|strupa|håret|nakken)|rundt halsen|nede|fast)",
    "({elder}|kjærest*|kjærast*|typen|eksen|mannen|foreldr*|brødrene){of} … (dytt*|skubb*|kast*|"
    "slenger|slengte|sparker|sparkar|truer|trugar|låser|stenger|stengjer|kveler|tvinger|tvingar|"
    "banker|bankar|jager|jagar) (henne|ho|ham|han|dem|dei|barna|meg)",
    "({elder}|kjærest*|kjærast*|typen|eksen|foreldr*|mora|moren|far|pappa|mamma|mor){of} (slår|slo|"
    "banker|bankar|bank|denger|dengjer|mishandl*|lugger|luggar) ({hers}|opp){often}",
    "(tvinger|tvingar|tvang|tvinga|presser|pressar|pressa|presset|truer|trugar|lokker|lokkar|lurer|"
    "lurte) {hers}{own} (til|å|med|inn) … (sex|ligge|bilde*|bilete*|nakne|naken*|gifte|møte|kle|"
    "filme|samleie|selge|utlandet)",
    "({who}|{hers}){own} (er |blir |vert )?(så )?(redd|livredd|redde) (for )?(stefar*|far|faren|"
    "pappa|mora|mor|mamma|kjærest*|kjærast*|eksen|typen|broren|å gå hjem|å gå heim|å være hjemme|"
    "å vere heime|mannen)( sin| sitt| min)?( #| når| og| hver| kvar)",
    # danger now
    "{who}{own} & (tablett*|pille*|paracet*|sovemedisin*) & (svarer|svarar|låst|stengt|våkner|"
    "vaknar|ligger|ligg|tatt|teke|samla|samlet|gjemt|gøymt|klare|klar|har tenkt)",
    "{who}{own} … (står|stend|sitter|sit|klatra|klatret|gikk ut|gjekk ut|er) … (på|ved|ute på|"
    "utpå) ({high}|jernbane*|togskinn*|skinnene|togbrua|kanten)( #| og| nå| no| med)",
    "{who}{own} … (har låst|låste|låser|stengte|har stengt|har stengd) (seg|døra|døren) & (svarer "
    "ikke|svarar ikkje|avskjed*|farvel|gråter|græt|kniv*|skader|skadar|brev)",
    # who has gone
    "({child}|{friend}|hun|ho|han){own} (er |har |ble |blei |vart )+(meldt )?(savnet|sakna|"
    "forsvunnet|forsvunne|rømt|rømd)|({child}|{friend}|hun|ho){own} kom (ikke|ikkje) (hjem|heim) "
    "(i natt|i går|i kveld|natt til)",
    # who is hurt by somebody else
    "(faren|mora|moren|far|mor|stefar*|stemor*|onkel*|broren|kjærest*|kjærast*|eksen|typen|mannen|"
    "foreldr*)( hennes| hans| hennar| deres| til … [a-zæøå]+| min| mi)? (slår|slo|banker|bankar|"
    "denger|dengjer|sparker|sparkar|kveler|kvel|mishandl*|misbruk*|trugar|truer) {hers}{often}",
    "{hers}{own} (blir|ble|blei|vart|vert|har blitt|har vorte) (ofte )?(slått|slegen|slegne|banka|"
    "dengt|mishandl*|misbruk*|sparka|voldt*|valdt*)( av| hjemme| heime| #| når| hver| kvar)",
    "(tar|tok|tek|tatt|teke|klår|klådde|rører|rørte|beføler) (på )?{hers} (om natt*|om kveld*|der|"
    "under|mot|seksuelt|når (de|dei|mamma|ingen)|i senga|mellom|nedi|på (puppene|rumpa|brysta|"
    "låret))",
    # what the writer is about to do
    "{i}( bare| berre)? {going to} (bare |berre )?(slå|banke|banka|denge|dengje|sparke|sparka|"
    "skade|skada|rundjule|grisebanke|ta) {hers}{a blow}",
    "{i}( bare| berre)? {going to} (bare |berre )?(drepe|drep|kverke|stikke|knivstikke|skyte|kvele|"
    "slå i hjel|slå ihjel|ta livet av|ta rotta på|skade|skada) ({hers}|noen|nokon|alle|"
    "læreren|læraren)",
    "{i} … (har|tatt med|teke med|henta|hentet) … ({weapon}|kniven|balltre*) & (klar|klare|bur|bor|"
    "skole*|skule*|sekken|stikke|ta ham|ta han|ta henne|vente*|ventar|hevn*|hemn*)",
    "{i} … (klarer|klarar|greier|får) {not} (å )?(la være|la vere|stoppe|styre meg) … å slå|{i} … "
    "(slår|slo|slo til|ristet|rista|dengte|denga) (barnet|ungen|babyen|sønnen|sonen|datteren|"
    "dottera)( min| mitt| mi| vår)?( #| i| når| så| igjen| hver| kvar| og| fordi)",
    "{i} … (kommer til å|kjem til å|redd for å|kunne) … (skade|skada|drepe|stikke|kvele|banke) "
    "({hers}|noen|nokon|alle|meg)",
    "(har|tok|tatt|teke) med (seg )?{weapon} … (på|til) (skolen|skulen|klubben|trening*)",
    "redd (for at )?{i} (kommer til å |kjem til å |skal )?(skader|skadar|skade|skada|slår|slå|"
    "dreper|drepe|drep) (noen|nokon|{hers}|barn*|meg)|redd for å (skade|skada|slå|drepe) (noen|"
    "nokon|{hers}|barn*|meg|meg {self})",
    # in English
    "{her} … (cuts|hurts|harms|burns|starves|is cutting|is hurting|is harming|is starving|been "
    "cutting|been hurting|been harming|keeps cutting|keeps hurting|started cutting|cutting|harming"
    "|hurting) {herself}",
    "(shes|hes|theyre|she is|he is|they are) (been |started )*(cutting|hurting|harming|burning|"
    "starving) {herself}",
    "({her}|i) (has |have |had |s |hasnt |ive )*(just |completely |nearly |almost |basically |"
    "totally )*(stopped|stops|quit) eating( #| completely| altogether| anything| and| because| since|"
    " again| at (all|home|school|lunch)| for (days|weeks)| almost)|(shes|hes|ive|theyve) (just |completely |nearly |almost |"
    "totally )*(stopped|quit) eating( #| completely| altogether| anything| and| because| since|"
    " again| for| after)",
    "({her}|i) (just |really )*(wont|doesnt|does not|refuses to|barely|hardly|isnt|is not|hasnt|cant)"
    " (eat|eats|eating|eaten)( #| anything| at all| any more| anymore| since| for|"
    " in (days|weeks|a))",
    "{her} (has |is |went |s |been )+(run away|ran away|missing|gone missing)( #| since| and| from)|"
    "{her} (didnt|did not) come home( last night| #| since)",
    "(dad|mum|mom|father|mother|stepdad|stepfather|uncle|brother|boyfriend|parents|husband|ex) "
    "(is |keeps |has been )*(hits|hit|beats|beat|hitting|beating|kicks|kicking|chokes|choked|"
    "touches|touching|hurts|hurting|abuses|abusing|rapes|raped|molests) (her|him|them|the kids)"
    "( #| when| if| every| at night| at home| and| all the| again| in (bed|her|his)| for)",
    "(im|i am|i will|ill|i might|i wanna|i want to|i could) (really |actually |just )*(gonna |going "
    "to |about to )?(stab|shoot|strangle|attack|beat up|punch|hurt) (her|him|them|someone|somebody|"
    "my [a-z]+|everyone)",
    "{her} … (hasnt|has not|havent|not|barely|didnt|doesnt|never) (eaten|eat|eats|had) … (anything|"
    "meal|food|proper*|in|for|since) … (days|day|weeks|week|[a-z]+ days)",
    "{her} … (throws|throwing|threw|makes|making|made) (up|(herself|himself|themselves) (sick|throw "
    "up|vomit|puke)) & (after|every|meal*|eat*|food|secret*|purpose)",
    "(makes|making) {herself} (sick|throw up|vomit)",
    "{her} … (scratch*|carv*|burn*|slic*|slash*|cut*|stabs|stabbing|bit*|bangs|banging) (her|his|"
    "their) (own )?(arm*|leg*|thigh*|wrist*|skin|head|stomach|hand*) & (bleed*|blood|night|day|"
    "again|lighter|blade|razor|knife|keeps|wall|since|cigarette*|until)",
    "(everyone|everybody|we|they|the family|world) … (be )?(happier|better|better off|easier) … "
    "(without (her|him|them)|if (she|he|they) (was|were|wasnt|werent|died|disappeared) (gone|dead|"
    "here)|if (she|he) (died|disappeared))",
    "{her} … (wrote|left|writing|sent) (us |me |a |her |his |him |everyone |the )*(goodbye|suicide|"
    "farewell|last) (letter*|note*|message*|text*|video*)",
    "{her} … (got|has|have|saved|stashed|counted|holding) … {pills} & (ready|tonight|saved|enough|"
    "plan*|hidden|counted)",
    "{her} … (talk|talks|talking|talked|texting|texts|says|said|saying|writes) … (about |of )?(dying|"
    "die|death|suicide|killing|ending (it|her|his|their)|not (wanting|being) (to live|alive|here)|"
    "being dead|disappearing)",
    "({her}|someone) … (stand*|sit*|climb*|walk*|is|out) (on|onto|at|by|over) the (edge|ledge|roof|"
    "railway|train|tracks|bridge|railing*|rails|cliff|wrong side)( bridge| tracks| line)? & (answer*|"
    "jump*|cry*|crying|alone|help|wont|now|says|off|die)",
    "{her} … (lock*|shut) … (door|room|bathroom|in) & (answer*|respond*|letter|note|pills|knife|"
    "goodbye|crying|silent)",
    "(dad|mum|mom|father|mother|stepdad|stepfather|uncle|brother|boyfriend|parents|husband|ex|coach|"
    "grandad|grandpa) … (comes|came|goes|sneaks|gets|climbs|creeps) (into|in|to) (her|his|their|my) "
    "(room|bed|bedroom) … (at night|night|when|every|while|#)",
    "(dad|mum|mom|father|mother|stepdad|stepfather|uncle|brother|boyfriend|parents|husband|ex) … "
    "(locks|locked|wont let|doesnt let|forces|forced|makes|threatens|threatened|chokes|pushes|pushed|"
    "drags|throws|threw) (her|him|them|my (friend|sister|brother|cousin|mum|mom)) (up|in|out|leave|"
    "to|down|with|against|go|eat|have|#)",
    "(being|is|gets|got|was|been) (beaten|hit|raped|abused|molested|threatened|strangled|kicked|"
    "groomed) (up )?(by|at home|every)",
    "(scared|afraid|terrified|frightened) of (him|her|them|(her|his|their) (dad|mum|mom|stepdad|"
    "boyfriend|brother|ex|uncle|father|mother|husband))",
    "i (have|got|brought|took|ive got) … {weapon} & (him|her|them|school|ready|lives|wait*)",
    "(scared|afraid|worried) (that )?(i will|ill|i might|im going to|im gonna|of|ill end up) (hurt|"
    "hurting|kill|killing|harm|harming) (someone|somebody|her|him|them|my [a-z]+|myself)",
)  # fmt: skip

SOUNDS_LIKE = (
    "{i} (har |hadde )?(ikke|ikkje|aldri) (noen gang |nokon gong |noensinne )?(skadet|skada|skader|"
    "skadar|kuttet|kutta|kutter|kuttar|skåret|skore|skjærer) {me}( {self})? #",
    "{i} (skader|skadar|kutter|kuttar|skjærer|skjer) {me} {self}? ?(ikke|ikkje|aldri)( {self})?"
    "( altså)? #",
    "(ikke|ikkje) (slik|sånn|det) at (noen|nokon) (slår|slo|skader|skadar|plager|truer|trugar) (meg|"
    "oss) #",
    "i (dont|do not|didnt|have never|never) (even )?(hurt|harm|cut|cutting) myself( or anything)? #",
    "(cut|cuts|cutting) (himself|herself|myself|themselves|yourself) (a|an|some|another|off|"
    "out|loose|in|shaving|while (shaving|cooking|chopping))",
    "(eat|eats|eating|spise|ete|spiser|et) (meat|kjøt|kjøtt|fisk|fish|sukker|sugar|godteri|sweets|"
    "gluten|brokkoli|grønnsaker|grønsaker|frukost|frokost i helgene)",
    "(skader|skadar|skada|skadet|kuttet|kutta) seg (i|på|under|mot) … (kne*|ankel*|skulder*|trening*|"
    "kamp*|ski*|cup*|landslag*|oppvarming*|finale*|papir*|glass*|osteh*)",
)

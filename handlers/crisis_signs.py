"""Signs that do not name the danger, in bokmål and nynorsk: farewells, preparations, marks on a
body, who comes at night, what a stranger asks for. Also what a parent or a friend writes of another.

Written as in `crisis_norwegian`.
"""

from __future__ import annotations

from handlers import crisis_norwegian

PARTS = {
    **crisis_norwegian.PARTS,
    "near": "(datter*|dotter*|dattra|dattera|sønn*|son|sonen|sonens|gutten|guten|jenta|barnet|"
    "ungen|ungane|ungene|lillesøster*|veslesyster*|lillebror*|veslebror*|søster*|søstera|syster*|"
    "bror*|venn*|ven|venen|venninn*|veninn*|kompis*|kamerat*|elev*|hun|ho|hu|han|mamma|mora|mor|"
    "moren|pappa|kjæresten|kjærasten)",
    "limb": "((under|over)?arm*|handledd*|håndledd*|lår*|legg*|legen|leggen|leggene|hud*|huda|bein*|beina|mage*|"
    "kropp*|hals*|hofte*)",
    "elder": "({family}|naboen*|nabogutt*|nabogut*|treneren|trenaren|lærer*|lærar*|en voksen|ein "
    "vaksen|vikar*|faren til*|far til*|en mann|ein mann|en fyr|ein fyr|presten|lederen|leiaren)",
}

SAYS = (
    # farewells and preparations
    "(avskjed*|avskil*)(brev*|video*|melding*|hilsen|helsing*)",
    "(skrevet|skrive|skreiv|skrev|lagd|laga|laget) … (brev|melding*|hilsen|helsing*|lapp) & "
    "(alle|mamma|mor|pappa|far|foreldr*|familien|finner|finn|etterpå|når jeg er|når eg er)",
    "(gitt|gjeve|gir|gjev|delt ut) (bort|vekk) & (tinga|tingene|tinga mine|alt|alle|greiene|"
    "klærne|dyret|katten)",
    "({i} har |har )(bestemt|avgjort) meg( nå| no| for lenge siden)? #|har (bestemt|avgjort) meg "
    "for å (gjøre|gjere|avslutte|dø|døy|slippe)",
    "(planlagt|tenkt ut|planen er klar|har en plan|har ein plan) & (hvordan|korleis|hvor|kor|når|"
    "lenge|dato*|nøyaktig|i kveld|i natt|dø|døy)",
    "(vet|veit|kjenner) … (hvor og når|kor og når|når og hvor|når og kor|dato og sted|dato og stad)",
    "(ta|tar|tek|tok) (en |ein )?kvelden for (godt|alltid)",
    "snart (slipper|slepp) (dere|de|dokker|alle|du|familien) … (meg|å ha|å se)|snart er {i} (borte|"
    "vekk)|snart er (det|alt) over",
    "(gjøre|gjør|gjere|gjer|gjort) (det )?slutt på (alt|livet|det|det hele|smerten|dette)|(like "
    "godt|like greit|like greitt|best|bestemt|skal|vil) … å? ?(gjøre|gjere) (det )?slutt #",
    "(grunn|poeng*|vits|mening|meining) … (å|med å) (fortsette|halde fram|holde fram|gå videre|"
    "leve|være her|vere her|stå opp|kjempe) & (ikke|ikkje|ingen|ingenting|ser|finner|finn|null)",
    "(kjøpt|funnet|fant|finne|fann|funne|henta|hentet|laget|laga) … (tau|reip|løkke|strikk i "
    "taket|barberblad*)",
    "(alle|alt|de|dei|familien|livet) … (bedre|betre|lettere|lettare|best|finere) & (uten meg|utan "
    "meg|var vekk|var borte|vart borte|ble borte|ikke fantes|ikkje fanst|forsvant|forsvann|slapp "
    "meg)",
    "(hadde|ville) (vært|vore|ha vært|blitt) (best|bedre|betre|lettere|lettare) & (borte|vekk|død|"
    "daud)",
    "ingen … (merka|merke|merket|merker|savna|sakna|bryr|brydd) & (borte|vekk|forsvant|forsvann|"
    "ikke mer)",
    "{i} … (bare |berre )?(til (bry|byrde|last|plage)|i veien|i vegen) for (alle|dere|dem|dei|de|"
    "noen|nokon|familien|mamma|pappa|mor|far)",
    "(vil|ønsker|ønskjer|ynskjer) … (bare |berre )?(slippe|sleppe) (alt|å være til|å vere til|unna "
    "alt|å leve|å finnes|å være her|å vere her)( #| sammen| saman)",
    "{i} vil (bare|berre) (slippe|sleppe|bort|vekk)( nå| no)? #|(vil|må) bort fra (alt|livet)",
    "(sove|sovne|sovna|legge meg) & {not} (våkne|vakne|stå opp) (opp )?(igjen|att|mer|meir)",
    "(sove|sovne) … (aldri|for alltid|evig)",
    "(aldri|ikke|ikkje) … (våkne|vakne|stå opp) (opp )?(igjen|att)( mer)? #",
    "(toget|tog|banen|buss*|bil*|trikk*|trailer*) & (tenk*|lyst|freist*) & "
    "(steg|skritt|gå ut|hoppe|foran|framfor|i veien|i vegen)",
    "(kjøre|kjøyre|køyre|kjører|køyrer|svinge) … (utfor|ut av veien|ut av vegen|i fjellveggen|mot "
    "en trailer|inn i en vegg)",
    "(vondt|lenge|sånn|smerte*|raskest*|smertefri*|fortest|lettest*) & (å dø|å døy|måte å dø|måte "
    "å døy|måten å dø|dør av|døyr av)",
    "(måte|måter|måten) å (dø|døy)",
    "(livet mitt|mitt liv) (er|føles) (over|slutt|ferdig|meningsløst|et helvete|eit helvete)|ikke "
    "noe liv (dette|lenger)|ikkje noko liv (dette|lenger)|livet … (ikke|ikkje) (noe|noko) for meg",
    "(kan|kunne) (jo |bare |berre |like |likeså )*(godt|greit|gjerne) (bare )?(dø|døy|daue)",
    "(de|dei|noen|nokon|klassen|folk|alle|han|hun|ho|gjengen|gutta|jentene) … … (henge|hengje|"
    "drepe|drep|ta livet av|kverke) (meg|mæ|mitt|deg selv|deg sjølv|meg selv)",
    "(si*|sei*|skriv*|spør*|ber|ropt*) … … (kys|drep deg|heng deg|ta livet ditt|gå og dø)",
    "(sier|seier|sa|skriver|skriv|snakker|snakkar|skreiv|skrev) … … (ikke|ikkje|aldri) (vil|orker|"
    "orkar|ønsker|klarer|greier|gidder) … (leve|leva|være her|vere her|mer|meir|lenger)",
    "(sier|seier|sa|skriver|skriv|skreiv|skrev) … … vil (dø|døy|gjøre det slutt)",
    "(hater|hatar|hata|hatet) (meg|mæ) {self}",
    "(verdiløs*|verdilaus*|håpløs*|håplaus*|mørkt|svart|tomt|tom|meningsløst|meiningslaust) & ({i}|"
    "meg|alt|inni|livet)",
    "(ingen|ikke noe|ikkje noko|ikke noen|ikkje nokon) (framtid|fremtid|håp|lys|utvei|utveg|von)|"
    "(mista|mistet) (alt )?(håp*|motet|lysten|trua)|{i} gir (opp|faen i alt)( alt| livet| nå| no)? #|"
    "(gi|gir|gitt|gjev|gje) opp (alt|livet|meg|nå)",
    "(orker|orkar|klarer|klarar|greier|makter) {not} … (smerte*|vondt|livet|tankene|dette|å late "
    "som|ensomhet*|presset|mobbing*|mobbinga)",
    "(vil|må|skal) (bare |berre )?(vekk|bort) (fra|frå|herfra|herifrå) (alt|dette|verden|verda|"
    "hjem*|heim*|familien|pappa|mamma|han|ham)",
    "(trenger|treng|må ha|ønsker) (hjelp|noen å snakke med) (nå|no|med en gang|snarest|fort)|"
    "(nødsituasjon|naudsituasjon|akutt hjelp|krise) … (nå|no|her|hjemme|heime|#)",
    "mørke tanker|vonde tanker|destruktive tanker|tanker om (død*|å dø|å skade|selvmord*)|tankar om "
    "(død*|å døy|å skade)|(stemm*|tank*) … (sier|seier|ber) … (dø|døy|skade|kutte|drepe|hoppe)",
    # marks on a body
    "(kutt|kutta|arr|sår|rift*|risp*|merker|snitt) … … (på|i|over) (begge |hele |den |venstre |"
    "høyre )?{limb} & (har|fikk|så|oppdag*|viser|mange|masse|ferske|skjul*|dekk*|gjem*)",
    "(skjære*|skjærer|skjer|skar|skåre|skore|rispe*|risper|rispa|kutte*|kutter|klore*|klorer|"
    "stikke*) … (seg |meg )?(opp )?(i|på|av) (begge |den |venstre |høyre )?{limb}",
    "(skjære*|skjærer|skjer|skar|skore|kutta|kuttet) (seg|meg|mæ) (opp|med vilje|til blods)",
    "(lage*|laga*|lagar|lager|påfør*) … (sår|smerte) (på |med )?(meg|seg|mæ|vilje)|(klore*|klorer|"
    "klorar|slår|slo|dunk*|bit*) meg (selv |sjølv )?(til blods|blodig)",
    "(begynt|byrja|startet|starta) (å|med å) (kutte|skjære|skade|selvskade|skada)( meg)?",
    "(til|og) (det |han |ho |hun )*blør #|(slutta|slutter|sluttar|stopper|stoppar) {not} å blø",
    "(blør|blødde|blødar) (mye|mykje|masse|kraftig|sånn|veldig) (fra|frå|på|i)|blør mykje #",
    "(blåmerk*|blåe merke|blå merke|merker etter) & (mamma|pappa|far|mor|stefar*|"
    "stemor*|han|kjærest*|kjærast*|hjemme|heime)",
    # abuse, by those who are near
    "{elder} … … (kommer|kjem|kom|legger seg|legg seg|la seg|sniker|snik|lister) … … (rommet|senga|"
    "senga mi|til meg|oppå meg|oppi) … … (natt*|kveld*|sov*|#)",
    "(la|legger|legg) seg (opp)?å meg|oppå meg|{elder} … (ned i|opp i|i) senga mi",
    "(film*|tar bilder av|tek bilete av|tok bilder av|tok bilete av|kikk*|glan*) … (meg|oss|ho|"
    "henne|datter*) … (i dusjen|dusj*|på do|badet|naken|nakne|uten klær|utan klede|skift*|garderob*)",
    "(tatt|teke|tok|tar|tek|rørt|rørte|rører|klådd|befølt) på (datter*|dotter*|dattera|sønn*|sonen|"
    "son|gutten|guten|jenta|søster*|syster*|bror*|broren|ungen|barnet|henne|ho|lille*|vesle*) … … "
    "(min|mi|vår|hennes|der|i|under|når|#|,)",
    "(rører|rørte|rørt|tar|tok|tek|teke|tatt|klår|klådde) … (på )?(meg|oss) der (han|ho|hun|jeg|"
    "eg|du|de|dei|ingen)|(teke|tatt) på meg sidan|(teke|tatt) på meg siden",
    "(gjort|gjør|gjer|gjorde) (noe|noko|ting|fæle ting|rare ting|stygge ting) (med|mot) meg & "
    "(ikke|ikkje|aldri|alene|åleine|hemmel*|lik*|natt*)",
    "(sa|skrek|ba|bad) (nei|stopp|han slutte|han stoppe) & (fortsatte|heldt|holdt|likevel|ville "
    "ikke|ville ikkje|stoppa ikke|gjorde|tvang|tvinga)",
    "(klarte|klarer|greidde|fikk|fekk|turde|torde|tørte) (ikke|ikkje) … (si nei|seie nei|komme meg "
    "løs|kome meg laus|komme meg unna|stoppe (han|ham|det)|røre meg)",
    "(tvang|tvinga|tvunget|presset|pressa) seg (på|inn i) (meg|henne|ho)",
    "(dasker|dask|daska|dasket|smeller|smekk*|lugger|rister|klapser|klaske*) … (til )?(meg|oss|"
    "barn*|ungene|ungane|lille*)",
    "(får|fekk|fikk|fått|fær) (masse |mye |mykje |alltid )*(slag|bank|juling|ris|deng|pryl) … … "
    "(hvis|viss|om|når|for|av|hjemme|heime|#)",
    "(slag|bråk og|vold|bank|juling) & (drikker|drikk|full|drukket|drukke|drekk)",
    "(far min|faren min|pappa|mamma|mor|far|stefar|han|stefaren min|mora mi) slår & (full|drikk*|"
    "drukke*|når|hvis|viss|sint|sinna|heime|hjemme|heim)",
    "(dengjer|denger|dengte|denga|dengde|banker|banka|slår|slo|julte) (ho|henne|han|ham|mamma|mor|"
    "mora|mora mi|broren min|bror min|lille*|ungene|ungane|barna|søsken*|sysken*|dyra)( når| hvis|"
    " viss| med| og| så| i går| #| hver| kvar)",
    "(gjem*|gøym*|lås*|stenge*|stengjer|stengde) (oss|meg) (inne|inn|unna|på|i|under|bak) & "
    "(drikk*|drukke*|full|fulle|sint|sinna|han|pappa|far|stefar*|mamma|kjærest*|kjærast*)",
    "(strupetak|kvelertak|kvelartak|kvelningstak|halstak) (på|mot)|(tok|tar|tek) … (rundt|om) "
    "(halsen|strupen|strupa)",
    "(kast*|dytt*|skubb*|slengt*|slenge*|dyng*|slo|slått) (meg|oss|henne|ho|mamma|mora|barn*) … "
    "(i|inn i|mot|ned|utfor|over) (veggen|gulvet|golvet|døra|trapp*|bordet|bakken|muren|sofaen)",
    "(tru*|sier|seier|sa|skal|lov*) … … (brenne|tenne på|sette fyr på|brenn) (ned |opp )?(det|"
    "huset|leilig*|oss|rommet|alt|bilen)",
    "eksen* … (står|stend|venter|ventar|er) … (utenfor|utanfor|her|ved døra)",
    "(sier|seier|sa|skal|trua|truer|truet|trugar|kommer til å|kjem til å|vil) … … (skyte|drepe|"
    "drep|stikke|banke|kverke|knivstikke|ta livet av) (meg|oss|alle|ho|henne|ham|mamma|mor|mora|"
    "pappa|far|familien|hunden|broren min|barna|dem|dei)",
    "(henta|hentet|tok|tar|kom|kjem|kommer|venter|ventar|truer|truet|trua|trugar|står|løp|viste|"
    "veiv*) … … (kniv|kniven|øks|øksa|våpen|pistol|gevær|balltre) & (meg|oss|ta|mamma|mor|henne|"
    "døra|etter skolen|etter skulen|stikke)",
    "(får|fær|fekk|fikk) (ikke|ikkje) (lov )?(til )?(å )?(gå|komme|kome|dra|forlate) (ut|ut av "
    "(rommet|huset)|ut av rommet|ut av huset)( #| på)|(får|fekk|fikk) (ikke|ikkje) (mat|spise|ete)",
    "(stengt|stengd|stengde|låst|halden|holdt|stenges|stengjest) (inne|inn|fanga|innestengd*)|"
    "innesteng*",
    "(gifte|giftes|giftast|gifta|giftar|forlov*) & (skal|må|tving*|tvung*|sommer*|sommar*|fetter*|"
    "søskenbarn|bort|hjemland*|heimland*|vil ikke|vil ikkje) & (meg|jeg|eg|æ|søster*|syster*)",
    "(gifte|gifta) (meg|henne|ho|søster*|syster*|søstera mi) bort",
    "redd … (han|ham|faren|far|pappa|mamma|hun|ho|eksen|mannen|dei|de) … (drep*|slår|tar livet|tek "
    "livet|skad*|gjør noe|gjer noko|kommer hjem|kjem heim)",
    "(seier|sier|sa) … (han|hun|ho|dei|de) (drep*|skyt*|tar livet av|tek livet av|knerter) (meg|oss)",
    "(tør|torer|tørr|vågar|våger|orker|orkar) {not} … (være|vere|sove|gå|dra|reise|bli) (alene "
    "|åleine )?(hjem|heim|hjemme|heime|hos (far|pappa|mamma|mor|ham|han))",
    "(full*|rusa|ruset|rus|drikk*|drukke*) & (mamma|pappa|mor|far|foreldr*|stefar*|stemor*) & "
    "(redd|slå*|slo|skrik*|bråk*|sint|sinna|kast*|tru*|ødelegg*|alene|åleine|mat|passe|sloss|gøym*|"
    "gjem*)",
    "(utpress*|sextortion|ufrivillig|mot (min|hennes) vilje|mot viljen|uten samtykke|uten lov|"
    "tvunget til|tvinga til|tvunge til|tvang meg|tvinger meg|tvingar meg)",
    "(sulte*|sulta*|rasert|kasta|kastet) (meg |oss )?(ut )(hjemmefra|heimefrå|av huset|av heimen)|"
    "(hjemløs|heimlaus|ingen sted å sove|ingen stad å sove)",
    "(blåmerk*|belte|beltet|kjevle|stokk) & (meg|oss|rygg*|arm*|slå*|slo|skjul*|hjemme|heime|"
    "pappa|mamma)",
    "{they} … {hit} … (meg|oss|mamma|henne|ho)( flere| fleire| mange| ofte| igjen| hver| kvar| hele| "
    "heile| #| når| hvis| viss| og| så| i | på| med)",
    # strangers
    "(bilde*|bilete*|bileta|video*|nudes|snaps) … (av meg|av henne|av ho) & (naken|uten|utan|"
    "nakne|true*|trug*|penger|pengar|betal*|send*|del*|legg*|post*|spre*|klasse*)",
    "(sender|sende|legge|leggje|legger|deler|dele|poste|poster|spre|sprer|viser|vise) … … (bilde*|"
    "bilete*|bileta|video*|den|dem|det|dei) & (hvis|viss|alle|klasse*|om jeg ikke|om eg ikkje|"
    "true*|trua|trug*|betal*)",
    "(vil ha|ber|bed|ba|spør|spurte|maser|masar|krev*) … … (bilde*|bilete*|nudes|video*) & (naken*|"
    "nakne|uten klær|utan klede|kropp*|nude*|undertøy|snap*|nett*|mann|fyr|gutt)",
    "naken(bild*|bilet*|video*)|film* … (naken|nakne)",
    "(mann|fyr|voksen|vaksen|gamling|tjueåring|kar) & (møte*|treffe*|møtes|møtast) & (snap*|nett*|"
    "discord|insta*|tiktok|spill*|spel*|hemmel*|ikke si|ikkje si|ikke fortelle|ingen)",
    # said plainly
    "{elder} … (er|blir|vert|ble|blei|vart) (så |veldig |skikkelig )*(voldelig*|valdeleg*|aggressiv*|"
    "hardhendt*)",
    "(puttet|putta|hadde|helte|slapp) (noe|noko) (i|oppi) (drinken|glasset|drikka|drikken)|(dopa|"
    "dopet) (ned )?(meg|henne|ho)|(våknet|våkna|vakna) (naken|uten (klær|truse)|utan (klede|truse))",
    "(drukket|drakk|drukke|svelget|svelga) … (klor|klorin|vaskemiddel|spylevæske|bensin|gift|etanol|"
    "oppvask*|avløp*)",
    "{i} (har |ha )?(tenkt|planlagt|lyst|bestemt) (på |til |meg for )*(å )?(hoppe|gjøre det|gjere det|"
    "avslutte det|slutte å leve)( #| fra| frå| i kveld| i natt| snart)",
    "(hånd|hånda|hand|handa|hendene|fingr*) … (inn i|ned i|oppi|under|innunder|i) … (trus*|"
    "bh*|genser*|skjørt*|dyna|teppet|t skjorta)",
    "(slutte*|sluttar|sluttet) å (spise|ete) & (forsvinne|dø|døy|straff*|tynn*|borte)",
    "(sulter|sulta|sveltar|svelta|svelter|sulte|svelte) (meg|mæ|seg)( {self})?",
    "(gravid|homo|lesbisk|skeiv|trans|kjæreste|kjærast*) & (redd|drep*|ære|æra|slå*|kaste ut|kasta ut)",
    "(de|dei|familien|pappa|far|brødrene|onklene) … (æresdrap|for æren|for æra|ærens skyld)",
    "{i} (vil|ska|skal|må|kjem te å)* ?(bare |berre |bærre )?(daua|daue|dø|døy)( #| nå| no| snart)",
    "(itj|itte|ikkje|ikke|inte|ikj) … (lyst|lysst|tenkt|ork*|vits|vett) … (å )?(lev|leve|leva|våkn*|"
    "værra her)|lyst til å dø|lyst å dø|lyst te å dø",
    "(snakk*|prat*|skriv*|tenk*) … … (om|på) (å )?(dø|døy|dauen|ta livet|hoppe (fra|frå|ut|foran|framfor)|forsvinne for)",
    "{family} (slær|slår|slæ|slo|dengjer|denger|banker|sparker|mishandler|klår)( #| meg| mæ| oss)",
    "(redd|livredd|skremt|ræd|redde) (for|av|heime|hjemme|te) … … (far|faren|pappa|stefar*|mamma|"
    "mor|mora|eks*|kjærest*|kjærast*|typen|bror*|onkel*|mannen|livet|hjemme|heime|å gå hjem|å gå heim)",
    "(tar|tok|tatt|tek|klår|klådde|beføl*|stryk*|strøk) … (på )?(meg|mæ) (på|under|i|ned|inni|mellom) "
    "(dyna|trus*|buks*|lår*|rump*|rumpa|bryst*|pupp*|genser*|skritt*|senga|sengen|beina|bena)",
    "(blod|blør) (overalt|over alt|over hele|over heile|masse|mykje|mye)|(masse|mye|mykje) blod",
    "(kastet|kasta|kaster|kastar|sette|sett|setter|stengt|låst|låser) (meg|oss) (ut|på gata|ute)",
    "(fått nok av|ferdig med|lei av|trøtt av|drittlei) (å leve|å leva|livet|alt sammen|å være til)",
    "(forfølg*|følg*|fotfulgt|spioner*|ventar på|venter på|stalk*) (på |etter )?(meg|oss) … (hjem|heim|"
    "skolen|skulen|utenfor|utanfor|hele|heile|overalt|dag|igjen)",
    "(orker|orkar|klarer|greier|vil) {not} (å )?(kjempe|kjempa|slåss|prøve|halde ut|holde ut)( mer| meir"
    "| lenger| lengre| #)",
    "(begravelse*|gravferd*|grava|gravsteinen) … (min|mi|til meg)|(min|mi) (egen |eiga )?(begravelse|"
    "gravferd)|(til|hos|være med|vere med) … (himmelen|i himmelen)( #| nå| no)",
    "(full av|dekket av|dekt av|masse|nye|ferske) (arr|kutt|sår|blåmerk*|merker)|(barberblad*|kniv*) i "
    "(hånda|handa|hånden)",
    "(presset|pressa|pressar|presser|dyttet|dytta|holdt|heldt|klemte|slengte) (meg|henne|ho|oss) … (opp "
    ")?(mot|inn mot|ned på|ned i|inntil|inne) (veggen|gulvet|golvet|senga|døra|bilen|#)",
    "(lærer*|lærar*|trener*|trenar*|onkel*|stefar*|presten|bestefar*|fetter*|naboen*) … (kysset|kyssa|"
    "kysser|kyssar|klemte|masserte|kledde av|viser|viste|sender|sendte) … (meg|porno|nakne|bilder av seg)",
    "(låst|låste|låser|stengt|stengde) (seg) (inne|ute) & (kniv*|tablett*|pille*|badet|barberblad*|tau)",
    "(jeg|eg|æ) (har |ha )?(tatt|teke|tok) (noe|noko) ({i} )?(ikke|ikkje|farlig|farleg|dumt|rart|gale|"
    "galt|sterkt)",
    "(måtte|må|blir|ble|vart|blei) (tvunget til |pressa til |presset til )?(ligge|suge|ha sex|ta på|"
    "runke|kysse) (med|ham|han|på han|hans) … … (for å|hvis|viss|ellers|#)",
    "(kommer|kjem|er|leter|leiter) (de|dei|han|nå|no|snart|ute)* ?etter (meg|oss)( #| nå| no| og| med)",
    "(angrer|angrar|skulle ønske|skulle ønskje|ønsker|sier|seier) … {i} (ble|vart|blei|var|aldri var|"
    "ikke var) (født|fødd)|(angrer|angrar) … på at {i}",
    "(vil|får|slipper) {not} (slippe|sleppe|la|lar) (meg|oss|henne|ho) (ut|gå|reise|dra|bort)|(sår|kutt) "
    "… (laga|lagd|laget) (selv|sjølv|sjøl)|(like greit|like greitt|like godt) … {i} … (forsv*|dør|døyr|"
    "er borte|blir borte|var død)",
    # somebody needs help at once
    "(tatt|teke|svelget|svelga|svelgt|tok|inntatt|spist|ete|åt) … … {pills} & (hel|heil|hele|heile|"
    "masse|alle|mange|boks|pakke|eske|øskje|brett|glass|for mye|[0-9][0-9]+|angrer|angrar|kvalm|"
    "vodka|alkohol|full)",
    "(hvor|kor) mange {pills} … … (må til|skal til|dø*|døy*|farlig|farleg|tåler|toler|holder|held)",
    "(spart|spara|samla|samlet|sparer|gjemt|gøymt) (opp |på )*{pills}|(spart|spara) opp",
    "(tar|tek|tatt|tok|teke) for (mange|mye|mykje) ({pills}|#|dop|pille*)|tatt en overdose|teke "
    "overdose",
    "(ligger|ligg|låg|lå|funnet|fann|fant) & (svarer ikke|svarar ikkje|våkner ikke|vaknar ikkje|"
    "reagerer ikke|reagerer ikkje|puster ikke|pustar ikkje|rører seg ikke|ikke kontakt|bevisstløs|"
    "puster rart|pustar rart)",
    "(svarer|svarar|våkner|vaknar|reagerer) (ikke|ikkje) & (tatt|tok|teke|pille*|tablett*|gulv*|"
    "golv*|badet|blod)",
    "(puster|pustar) (ikke|ikkje|rart|nesten ikke|nesten ikkje|så vidt|dårlig|merkelig)",
    "({near}|{i}) (er |står |sitter |stend |sit )?(nå |no |ute |oppe )*(på|ved) (brua|broa|bruen|"
    "kanten|taket|rekkverket|togskinn*|skinnene|stupet)( nå| no| og vil| alene| åleine)? #",
    # at home, and every day
    "{elder} … (gjør|gjer|gjorde) (noe|noko|ting|greier) (med (meg|oss) |mot (meg|oss) )?(som )?"
    "{i} {not} (vil|ville)",
    "{i} … (skal|vil|må|tenker å|tenkjer å|planlegger å|planlegg å) {just}(rømme|rømma|røme)( "
    "hjemmefra| heimefrå| i natt| i kveld| nå| no| herfra| herifrå)* #",
    "({family}|foreldrene mine|foreldra mine) … (drikker|drikk|drakk|ruser|rusar) (seg )?(full|"
    "fulle|for mye|for mykje|hver dag|kvar dag|hver kveld|kvar kveld|hele tiden|heile tida|bare "
    "mer og mer|så mye at|så mykje at)",
    "{i} … (blir|ble|blei|vert|vart) (mobba|mobbet|banka|plaga|plaget) … (hver|kvar|heile|hele) "
    "(eneste |einaste )?(dag|dagen|friminutt|friminuttene|tida|tiden)",
)

SOUNDS_LIKE = (
    # said of oneself, and not so
    "{i} (er|har|kjem|kommer|vil|kunne)* ?{not} … (tenkt |tenkjer |planlagt |lyst |til |gjort )*(på "
    ")?(å )?(skade|skada|drepe|kutte|henge|gjort) (meg|mæ|{me})( {self})?( noe| noko)*( eller noe| "
    "eller noko)?( sånt| slikt)? #",
    "{i} (er|har|kjem|kommer|vil|kunne)* ?{not} … (tenkt |tenkjer |planlagt |lyst )*(på )?(å )?ta "
    "livet (mitt|av meg) #",
    "{i} (er|har vært|har vore) {not} (suicidal|selvmord*|sjølvmord*|deprimert)",
    "{i} er {not} (redd|livredd) … … (noen|nokon|heime|hjemme|{family}|mamma|mor|dem|dei)",
    "(ikke|ikkje) (slik|sånn|det) at {i} {not} … (leve|være her|vere her)",
    "ingen (har )?(slår|slo|slått|slæ|slår noen|gjør|gjer|gjort|skader|skadar) (meg|noen|nokon|oss|"
    "noe|noko)|aldri (slå|slår|slått|skada) (noen|nokon|meg)|{not} slå noen",
    # idioms
    "(tok|tar|tek|ta|tatt|teke) livet (av|tå|ta) (en|ei|ein|et|eit|den|det|kaktus*|plante*|planta|"
    "planten|fluga|flua|mygg*|edderkopp*|blomst*|potte*|gulrot*|stueplant*|tamagotchi*|fisk*)",
    "(kulda|kulden|kuld|varmen|heten|regnet|været|veret|trappene|matten|leksene|lekser|prøvene|"
    "stresset|klokka|bakken|bakkane|trening*|rygg*|føtt*) (tar|tek|tok|dreper|drep) (livet av|"
    "knekken på|nesten livet av)* ?(meg|oss)?",
    "(drep|dreper|drepe|drepte) (meg|oss) (nå|no|liksom|a|as|ass|da|,)|drep(er|te|e|t)? (tid|tida|"
    "tiden|stemn*|humør*|edderkopp*|mygg|flua|fluga)",
    "(mamma|mor|mora|moren|far|faren|pappa|foreldr*|søster*|bror*|lærer*|lærar*|trener*|trenar*) "
    "(min |mi |mine )?(kommer til å |kjem til å |vil |skal )?(drepe|dreper|drep|kverke*) meg (når|"
    "da|for|fordi|hvis|om|viss) … … (ser|finner|finn|kjem|kommer|rydd*|glem*|gløym*|får|stryk*|"
    "bulk*|rom*|karakter*|regning*|mist*|sein*|sent)",
    "(dør|døyr|dø|døy|dauer|daua|svelte|svelter) (litt |helt |heilt |nesten |snart )*(inni meg|inne "
    "i meg|i hel|hvis vi|viss vi|hvis jeg må|om vi|viss eg må)|(må|skal|får) … … så (dør|døyr) "
    "{i} #",
    "(slo|slår|slått|banka|knus*) (meg|oss|han|ho|henne|rekord*|pers*|alle) (igjen |alltid |"
    "kjempelett )*(i|på) (yatzy|ludo|uno|monopol|kort|bordtennis|sjakk|fifa|fortnite|tennis|[a-z]*"
    "spill*|[a-z]*spel*|[0-9]+ meter*)|(banka|knust|slått|juling) (av [a-z]+ )?(i |på )?"
    "(fifa|sjakk|yatzy|ludo|uno|kort|tennis|bordtennis|fortnite|finalen|kampen|[0-9]+ [0-9]+)",
    "(juling|bank) (av|i|mot) [a-z]+ (i )?([0-9]+|fifa|sjakk|kamp*|cup*)",
    "(skar|skjer|skjær*|kutta|kutt*|brende|brant|brente|stakk) (meg|mæ|seg|oss) (på|i|med|av) … "
    "(osteskjær*|ostehøvel*|omn*|ovn*|glass*|kniven|brødkn*|kjøkkenkn*|saks*|papir*|bål*|brenn*|"
    "gryte*|suppe*|sola|lærbok*|konvolutt*|boks*|eske*|fisk*|potet*|løk|løken|kunst*|sløyd*|"
    "matlaging*|mat og helse|brenneslå*|nål*|tråd*)",
    "(sparka|sparket|sparker|slo|slår|dytta|dyttet) (meg|oss) … … (trening*|trena*|kamp*|uhell*|"
    "fotball*|handball*|håndball*|gym*|mål*|på leggen)",
    "(hoppa|hoppet|hopper|hoppar|stupte) (av|fra|frå|uti) (brua|broa|brygg*|kaia|toget|bussen|"
    "tog|trikken|ferga|femmeter*|sykkelen|skihopp*|steinen)( og bad*| på| ved| i vannet| "
    "i vatnet| heile| hele| om sommer*| om sommar*)",
    "{i} (er|står|stend|sitter|sit|venter|ventar) (på|ved) (brua|broa|brygga|kaia|kanten|taket|"
    "stasjonen) (og |å )?(vent*|fisk*|bad*|ser|tar|spis*)",
    "(bursdag*|gave*|kake*|sommer*|tur*|konfirmasjon*) … (brev|hilsen) til",
    "(skulle ønske|ønsker|ønskjer|ønskte|vil|ville|lyst) … … (forsvinne|synke|søkke|grave meg) … "
    "(ned|i jorda|i bakken|på (et|ei|en|ein)|til (et|ei|en|ein)|når (læreren|læraren|alle|noen|"
    "nokon|de|jeg|eg)|da (alle|læreren))",
    "(slo|slår|slått) (opp|på|leir|rot|an|til|ned på|følge|klokka|døra|dører|i dør*|av (lyset|nettet|tv*|mobil*|alarm*|en prat|ein prat))",
    "(hater|hatar|lei) livet (når|nå|på) (alarm*|klokka|mandag*|vekker*|morgen*|morgon*|skolen|"
    "skulen|bussen)",
    "(gjorde|gjort|gjør|gjer|ble|blei|vart|er) (det )?slutt (med|mellom) (han|ham|ho|henne|meg|oss|"
    "kjæresten|kjærasten|typen|dama)",
    "(drikk*|drakk) … … (kaffe*|brus*|cola|te|vann|vatn|melk|mjølk|juice|energidrikk*)",
    "(ekteskap*|bryllup*|gift) (til|med) (onkel*|tante*|søster*|syster*|fetter*|kusine*)",
)

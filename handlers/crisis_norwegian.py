"""What is said in bokmål and nynorsk when life or safety is at stake, and what only sounds like it.

Written as `folding.pattern` reads it. ` & ` joins what may stand in any order within a sentence.
SOUNDS_LIKE is taken out before SAYS is looked for.
"""

from __future__ import annotations

PARTS = {
    "i": "(jeg|eg|jg|jæ|je|æ|e)",
    "not": "(ikke|ikkje|ikje|ikkj|ikk|itj|itte|aldri)",
    "me": "(meg|mæ)",
    "self": "(selv|sjøl|sjølv|sjæl)",
    "just": "(bare |berre |heller |helst |faktisk |egentlig |virkelig |verkeleg |snart |så |"
    "liksom |lissom |altså |typ |jo |nesten )*",
    "family": "(far|faren|fatteren|pappa*|mamma*|mor|mora|moren|muttern|stefar*|stemor*|"
    "steffar*|stepappa*|fosterfar*|fostermor*|bror|broren|brodern|storebror*|stebror*|"
    "storesøster*|kjærest*|kjærast*|typen|eksen*|onkel*|bestefar*|fetter*|samboer*|sambuar*|"
    "mannen min|foreldrene|foreldra|han|ham|dem)",
    "they": "({family}|hun|ho|hu|de|dei|søster*|systera*|tante*|bestemor*|treneren*|trenaren*|"
    "læreren*|læraren*|noen|nokon|gutt*|mann*|menn|dame|dama|vaksen|voksen|voksne|vaksne|"
    "naboen*|kona|kamerat*|kompis*|venn*|folk|gjengen|fosterforeldre*)",
    "us": "(meg|mæ|oss|mamma|mora|moren|mor|mutter|pappa|lillebror*|veslebror*|lillesøster*|"
    "veslesyster*|broren min|bror min|søstera mi|søsteren min|søster mi|syster mi|søsken*|"
    "sysken*|barna|borna|ungene|ungane)",
    "hit": "(slår|slo|slæ|slær|slår og sparker|slått|slege|slegen|banker|bankar|banka|banket|"
    "denger|dengte|denga|dengde|sparker|sparkar|sparka|sparket|kveler|kvelte|kvelar|lugger|"
    "lugga|luggar|mishandl*|misbruk*|voldt*|valdt*|juler|julte|jula|fiker|fika|fiket|klår på|"
    "tafse*|tafsa*|beføl*|fingra på|skader|skadar|truer|truet|trua|trugar|truga|skalla|biter|"
    "beit|klyper|kløp|piske*|ris|tar på|tok på|tek på|tatt på)",
    "violent": "(drepe|drep|kverke|skade|slå|banke|denge|stikke|knivstikke|skyte|kvele|voldta|"
    "valdta|knuse|ta livet av|ta rotta på)",
    "weapon": "(kniv|kniven|pistol|pistolen|våpen|gevær|øks|machete)",
    "pills": "(pille*|tablett*|paracet*|ibux|sovepille*|sovetablett*|medisin*|antidep*|pinex)",
    "high": "(bro|broa|broen|bru|brua|bruen|tak|taket|balkong*|vindu*|vindauget|bygningen|"
    "blokka|stup|stupet|klippen|rekkverket|kanten)",
    "train": "(tog|toget|t banen|trikken|bussen|bil|bilen|bilene|bilar|lastebil*|trailer*|"
    "skinnene|toglinja)",
}

SAYS = (
    # to die, and not to live
    "(dø|døy|daue) & (vil|vill|ville|ønsk*|ynskj*|lyst|håp*|best|bedre|betre|gjerne|lettere|"
    "lettare|fortjen*|fortener|burde|heller|bare|berre|klar|lengt*|tenk*|tenkj*|plan*|drøm*|"
    "drøym*|prøvd*)",
    "(om|hvis|viss|at|når|håper|håpar|ønsker|ønske|ønskjer|ønskje|ynskjer|gid) {i} {just}(dør|"
    "døyr|døde|døydde|var død|var dau|var daud|hadde vært død|er død|var borte|forsvant|"
    "forsvann|forsvinner|fikk dø|fekk døy|slapp å leve|slapp å våkne)",
    "{i} {not} (fantes|fanst|fins|finnes|eksisterte|var til|var født|var fødd|ble født|vart "
    "fødd|var her|var i live)|aldri (var|ble|blei|vart|hadde blitt) (født|fødd)",
    "(lever|leve) eller (dør|døyr|dø|døy)|om {i} (lever|er i live) (i morgen|i morgon|neste|til)",
    "(leve|leva|eksistere|i live|være til|vere til) & ({not}|vits|poeng*|grunn|mening*|meining*|"
    "lei|sliten|trøtt|trøytt|hvorfor|kvifor|orke*|orka*|gidd*|ferdig|slippe|sleppe|slapp|mista*|"
    "mistet|fortjen*|ingenting|ingen|null)",
    "(våkne|vakne|våkner|vaknar|våknet|våkna|vakna) & {not}",
    "(være|vere|vaere|vera) her (mer|meir|lenger|lengre|i verden|i verda|på jorda|på jorden) & "
    "{not}",
    "livet … … (ikke|ikkje|ingen|ikkj) … (verdt|verd|vits|mening|meining|hensikt|poeng|verdi)",
    "(ikke|ikkje|ingen|ikkj) (noe |noko |noen )?(vits|mening|meining|poeng) … livet",
    "(orker|orkar|klarer|klarar|greier) {not} (en|ein) dag (til|mer|meir)",
    "(livet|alt) … … (tungt|vanskelig|vanskeleg|vondt|hardt) å leve|krefter til å leve",
    "forsvinne (for alltid|for godt|og aldri|fra alt|frå alt)|(vil|skal) (bare |berre )?bort "
    "(fra|frå) alt",
    "(i kveld|i natt|i dag) (er det|er alt|blir det) (over|slutt)",
    "(bil|buss|tog) … … (kjøre|kjører|køyre|køyrer|treffe|treffer) (på )?(meg|over meg) & "
    "(ønsk*|ynskj*|håp*)",
    "(lei|drittlei|møkka lei|trøtt|trøytt|sliten|ferdig|hater|hatar|orker|orkar|orka) … … livet",
    "(mistet|mista|misser|mister) (livslyst*|livsgnist*)",
    "(bedre|betre|best|lettere|lettare|greiest|fint) & (uten|utan) meg",
    "(ingen|{not}) & (savne*|sakn*|bry seg|brydd seg|bryr seg|merk*) & (meg|{i} (forsv*|var|er "
    "borte|lever|dør|døyr|blir|vert))",
    "byrde & ({i}|meg)",
    "(orker|orkar|orke|orka|klarer|klarar|greier|greie|makter|maktar|holder|held) ({i} )?(snart "
    ")?{not} (ut )?(mer|meir|dette mer|dette meir|dette lenger|dette lengre|mer nå|meir no|noe "
    "mer|noko meir|alt dette|lenger|lengre|ut)( nå| no| lenger| lengre)? #",
    "(tenker|tenkjer|tenkt|tenke) … på (døden|å dø|å døy|å forsvinne)",
    "(lengt*) etter (døden|å dø|å forsvinne|å sleppe)",
    "(ser|finnes|finst|er) (ingen|ikke noen) (annen |anna )?(utvei|vei ut|veg ut)",
    "(eneste|einaste) (utvei|utveien|utveg|utvegen)",
    "(alt|det|livet) … (skal|må|kan) (bare |berre )?(ta slutt|stoppe|være over|vere over) & "
    "(vil|ønsk*|ynskj*|håp*)",
    "# {i} (kommer til å|kjem til å|holder på å|held på å) (dø|døy)( nå| no)? #",
    "(hvordan|korleis) (kan |skal |å )*({i} |man |ein )?(dø|døy)|(dø|døy) (smertefritt|uten "
    "smerte*|utan smerte*)",
    "livet er (meningsløst|meiningslaust)|(løkke|løkka) rundt halsen|til {i} blør|{i} … {not} "
    "trygg #",
    "blåmerk* & (skjul*|gjem*|gøym*|pappa|far|mamma|mor|han)",
    "(slutt*|stopp*|stans*) (å |med å |med og |og )?(leve|leva|eksistere|puste|pusta|være til|vere til|finnes|"
    "finnast|kjempe)( #| nå| no| mer| meir| snart| i kveld| i natt)|(slutte|stopp*|trekke) … livet (mitt|#)",
    "(orker|orkar|klarer|klarar|greier|makter|maktar) ({i} )?{not} (mer|meir|lenger) & (vil|bare|"
    "berre|må) (bare |berre |å )*(slutte|stoppe|gi opp|gje opp|gi meg|bort|vekk)( alt| med alt)? #",
    "{i} (vil|må) {just}slutte (med )?alt( nå| no)? #",
    "dødslengsel|dødslyst|dødsønske*|dødstanke*|livstrøtt|livstrøytt",
    # to take one's life
    "selvmord*|sjølmord*|sjølvmord*|sjølvdrap*|suicid*",
    "(ta|tar|tok|tatt|tek|teke|ende|avslutt*) … (mitt|sitt) (eget |eige |eigen )?liv",
    "(ta|tar|tok|tatt|tek|teke) (meg )?livet (av|tå|ta|a|mitt|sitt|hennes|hans)",
    "(drep*|kverke*|ende|avlive*|henge|hengje|henger|hengt|kvele|drukne|skyte|forgifte) (meg|mæ|"
    "seg) {self}",
    "{i} … … (drepe|kverke|avlive) {me} #",
    "(skal|vil|tenk*|tenkj*|lyst|prøv*|kommer til å|kjem til å|kan) … … (henge|hengje|skyte|"
    "drukne) {me} #",
    "(henge|hengje|henger) {me} (i et tau|i eit tau|i garasjen|på loftet)",
    "(avslutt*|slutt|ende) … (livet|alt|det hele|det heile|alt sammen|alt saman|meg selv|meg "
    "sjølv|smerten*|smertene) & (gjør*|gjer*|få|sette*|avslutt*|vil|skal|lyst)",
    "(hopp*|kast*|hiv*|utfor|ut) … … {high} & (skal|vil|tenk*|tenkj*|lyst|kommer til|kjem til|"
    "kan|står)",
    "(hopp*|kast*|legg*|gå|gå ut|løpe|kjøre) … (foran|framfor|fremfor|under) {train}",
    "{i} (står|sitter|sit|stend|er) (nå |no |oppe |ute )*på {high}|{i} … (vil|skal) (bare |"
    "berre )?hoppe( nå| no)? #",
    "(tok|tatt|tar|ta|teke|svelg*|spist|åt|ete|sluk*|sparer|spart|samla|samlet|samle) … … "
    "{pills} & (alle|masse|mange|haug*|eske*|øskje*|boks*|brett*|glass*|neve*|samla*|samle*|"
    "spar*|[0-9][0-9]+)",
    "(tok|tatt|tar|ta|teke) (for mye|for mykje|masse|for mange) (dop|narko*|stoff|ghb|alkohol|"
    "sprit)",
    "(dø|døy|dør|døyr) & {pills}",
    "overdose*|overdosa|overdosert|avskjedsbrev*|avskilsbrev*",
    "(farvel|ha det|hadet|adjø) (for alltid|alle sammen|alle saman|verden|verda)",
    "(dette|det her|her) (er|blir) (farvel|mitt siste|den siste meldingen|det siste {i})",
    # to hurt oneself
    "selvskad*|sjølvskad*|sjølskad*|barberblad*|fortjen* (å ha det vondt|smerte|straff|å lide)",
    "(kutte*|kutta*|skade|skader|skada|skadet|skadar|skjære*|skjer|skar|skåre*|rispe*|rispa*|"
    "klore*|brenne*|brente|brent|brende|svir|sulte*|sulta*|straff*) {me}",
    "(kutte|kutter|skjære|skjærer) seg|(skade|skader|skada|skadet|skadar|slå|slår|slo|dunke*|"
    "hate*|hata*) (meg|mæ|seg) {self} … … (hodet|hovudet|veggen|svart|vondt|blør|blod|igjen|med "
    "vilje|ofte|#)",
    "(kaster|kastar|spyr) opp … (med vilje|etter (maten|hvert|kvart|jeg|eg|at))",
    # violence and abuse
    "{they} … … {hit} {us}",
    "(slår|slo|sparker|sparka|sparket|sparkar|banker|banka|bankar|denger|dengte|kveler|kvelte|"
    "mishandl*|lugger|lugga|slær) (meg|mæ|oss)|(slår|slo|slær|banker|banka|denger|dengte|"
    "sparker|sparka) (meg|mæ) {self} … … (hodet|hovudet|veggen|svart|hardt)",
    "{family} (slår|slo|sparker|sparkar|kveler) (når|hvis|viss|om|av og til|ofte|#)",
    "{they} … … (låser|låste|låst|stenger|stengte|stengt|sperrer|sperret|lukker|held|holder|"
    "holdt) (meg|oss) (inne|fast|fanget|i kjelleren)",
    "{they} & (tok|tar|tek|holdt|held|griper|grep|dr[oar]*) … … (halsen min|strupetak|kvelertak|"
    "etter håret|i håret|i nakken)",
    "kvelertak på (meg|oss|mamma)",
    "(dytt*|skubb*|dult*|kast*|slengt*|slenger) (meg|oss|mamma) … (trapp*|vegg*|gulv*|golv*|"
    "bordet)",
    "{they} … … (kast*) … (tallerken|ting|flaske*|stol*|glass*|kopp*|sko*) … (på|etter) (meg|oss)",
    "(blir|ble|blei|blitt|vart|vert|vorte|vorten|bli) … (mishandl*|misbruk*|voldt*|valdt*|kvelt|"
    "denga|dengt|banka|banket|jult|slått ned|truet|trua|truga|låst inne|stengt inne|beføl*|"
    "tafse*|tafsa*|sparka|sparket|utnytt*|seksuelt*)",
    "(blir|ble|blei|blitt|vart|vert|vorte|bli) … (slått|slegen|slegne|slåtte|slege) … (hjemme|"
    "heime|av {they}|av (ste|foster)[a-z]*|hver|kvar|når|igjen|ofte|med|og|(i|på) (ansiktet|"
    "andletet|hodet|hovudet|magen|trynet|kroppen)|gul og blå|#)",
    "{they} … … (truer|truet|trua|trugar|truga|true|sier|seier|sa|sagt|skrev|skreiv|vil|prøver|"
    "prøvde|prøvd|skal|lover|lovar|kan) … … {violent} {us}",
    "(truer|truet|trua|trugar|truga|true|trusler|truslar) … … ({violent}|vold|vald|juling|drap|"
    "{weapon})",
    "drapstru*|barnemishandl*|livsfarlig hjemme|{family} er … (farlig|farleg) #",
    "{family} … dreper (meg|oss)( snart| en dag)? #",
    "voldt*|valdt*|overgrep*|overgriper*|incest|seksuelt misbruk*",
    "(tvinge*|tvinga*|tvang|tvunge*|press*|lurt|lurte) & (sex|samleie|naken*|nakne|suge|ligge "
    "med|ta på)",
    "(be|ber|ba|bad|bed|vil|ville) … … kle av (meg|oss|seg)",
    "(nakenbilde*|nakenbilete*|nakne bilder|nakne bilete|nudes) & (true*|trua*|trug*|vil ha|"
    "press*|sende|dele|deler|spre*|delt|spredt|av meg|legg*|post*|meg)",
    "{they} & (tar|tok|tatt|tek|teke|klår) på (meg|oss)",
    "(tar|tok|tatt|tek|klår) på (meg|oss) (når|der|mot|om natta|om natten|under|selv|uten|utan|"
    "mens|ned*|på (rumpa|puppene|brystet|låret)|#)",
    "(tar|tok|tatt|tek|teke|klår|tafs*|kjenn*) på (puppene|pupper|bryst*|rumpa|rompa|skrittet|"
    "underlivet|tissen|låra|lårene|kroppen) (min|mine|mitt|mi)",
    "(blir|ble|blei|vart|vert|blitt|vorte) (tatt|teken|teke|tafs*|klådd) på",
    "{family} (slår|slo|slær|banker|bankar|banka) (henne|ho|ham|dei|dem)|forfulgt|forfølges|"
    "stalk*",
    "(vold|vald) (hjemme|heime|i hjemmet|i heimen|i familien|mot (meg|oss|mamma|barn*)|fra|frå)",
    "(utsatt|utsatte|utsett|utsette) for (vold|vald|overgrep|mishandling|trusler|truslar|noe "
    "seksuelt)",
    "{they} … … (voldelig|valdeleg|voldelige|valdelege)",
    "(redd|livredd|skremt|redde|kjemperedd) (for |av )?… … ({family}|mamma|hjem|hjemme|heim|"
    "heime)",
    "{i} (er |blir |vert )(så |veldig |skikkelig |kjempe)*(redd|livredd) & {family}",
    "(redd|livredd|skremt|redde|kjemperedd) for livet",
    "(tør|torer|tørr|våger|vågar|tørde|torde|tør {i}|torer {i}) {not} … (hjem|heim|hjemme|heime)",
    "{not} (trygg|trygt|trygge) (hjemme|heime|der jeg bor|der eg bur)",
    "juling (av|frå|fra|hjemme|heime|hver|kvar|#)",
    "(mamma|mor|moren|de|dei) … … (slåss|slåst|sloss) & (blod*|pappa|far)",
    "innelåst*|innestengt*|tvangsgift*|tvangsekteskap*|kjønnslemlest*|omskåret|omskjære",
    "gifte (meg|oss|søstera mi|søsteren min) bort|(send*) (meg|oss) … (utlandet|hjemlandet|"
    "heimlandet|ut av landet|koranskole*)|(rømt|rømte|rømmer|rømme|rømde|stukket av) (hjemmefra|"
    "heimefrå|hjemme|heime)",
    "(blåveis|blått øye|blått auge) & ({they}|slå|slått|slo)",
    "(holder|held|holdt) (meg|oss) (nede|fast|igjen)",
    "{weapon} & (utenfor|utanfor|her|mot meg|mot oss|døra|hjemme|heime)",
    "(gjem*|gøym*) (meg|oss) (for|fra|frå) {they}",
    "(følger|fylgjer|følgjer|fulgte|følgte|forfølg*) (etter )?(meg|oss) & (redd|noen|nokon|mann|"
    "menn|gutt*|bil)",
    "(bryte|bryter|bryt) seg inn",
    "{they} … (har|(står|stod|sto|kommer|kom|løper|gikk|går|truer) … med|tok fram|tok frem|"
    "henta|hentet|veiver med) (en |ein |ei )?{weapon}( #| her| mot| og| nå| no| utenfor| i "
    "hånda| i handa)",
    # danger now
    "(puster|pustar|pusta|pustet) (nesten )?({not}|rart|tungt|så vidt|dårlig|dårleg)",
    "får {not} (til å )?(puste|pusta|luft|pusten)( ordentlig| skikkeleg| skikkelig)?( nå| no)? #",
    "bevisstløs*|medvitslaus*|bevisløs*|besvim*|svimt* av|svelg* … (gift*|batteri*|lut|klorin|"
    "vaskemiddel)",
    "(mann|menn|fremmed|framand|noen|nokon) (er |står |inne )*i (huset|leiligheten|leilegheita)",
    "(blør|bløder|blødde|blødd) (masse|mye|mykje|kraftig|veldig|så mye|så mykje|fra|frå|og det|"
    "ihjel)",
    "({i}|vi|{they}) … (er|føler meg|kjenner meg) i (stor |akutt )?(fare|livsfare)( nå| no| her|"
    " hjemme| heime)? #",
    "livsfare|fare for livet (mitt|hennes|hans|vårt)",
    "(ring|send|trenger|treng|tilkall) (en |ein |etter )?(113|112|politi|politiet|ambulanse*|"
    "sykebil*|sjukebil*)( nå| no| fort)? #",
    "(holder på å|held på å|er i ferd med å) (kveles|drukne|blø|forblø)",
    "(drukket|drakk|drukke) (klorin|gift|rørfornyer|salmiakk|plumbo)",
    "det (brenner|brenn) (her|hjemme|heime|hos oss|i (huset|leiligheten|leilegheita|blokka|"
    "kjelleren))|(huset|leiligheten|leilegheita|rommet|kjelleren) (vårt |mitt )?(brenner|brenn|"
    "står i)",
    "# (113|112|116 ?117|116 ?111|116 ?123|116 ?006)( nå| no)? #|# (ambulanse*|sykebil*|sjukebil*)( nå| no)? #",
    "(tok|tatt|tar|teke|svelget|svelga) (masse |mange |noen |nokre )?(piller|tabletter|tablettar)( nå| no)? #",
    "{i} (blør|bløder)( nå| no)? #|(har|ha) skadd {me}( {self})?( nå| no)? #",
    "(vits*|poeng*|mening*|meining*) (med|i|ved) å leve",
    "(lyst til å|vil|vil bare|vil berre) (forsvinne|forsvinna)( nå| no)? #",
    "(slipper|slepp|blir kvitt|vert kvitt) {me} snart",
    "(står|sitter|sit|stend) (nå |no |oppe |ute )*(på (brua|broa|broen|bruen|taket|togskinn*|"
    "skinnene|toglinja|rekkverket)|i togspor*)",
    "(skutt|hengt) seg( selv| sjølv| nå| no)? #|(falt|datt|ramlet|ramla) om( nå| no| på gulvet)? #",
    "(foreldrene|foreldra) (mine |våre )?(slår|banker|bankar|sparker|sparkar)( #| når| hvis| meg| oss)",
    "{family} … … og (slår|banker|bankar|sparker|sparkar)( oss| meg)? #",
    "(vil|ville|ber om å|prøver å|prøvde å) (ha |få )?(sex|samleie|ligge) (med )?(meg|mæ|oss)|"
    "(ha sex|ligge) med (meg|mæ|oss)",
    "(voksen|vaksen|eldre|gammel|gamal) (mann|mannen|kar|fyr|dame|person) … (møte|treffe|besøke|ha bilder)",
    "(send*) (meg|mæ|oss) (til|tilbake til|ned til) (somalia|pakistan|irak|iran|syria|afghanistan|"
    "tyrkia|marokko|eritrea|etiopia|gambia|kosovo|libanon|sudan|kurdistan)|(giftes|gifta|giftet) bort|"
    "omskjær*|omskår*|omskåre*",
    "(kjærest*|kjærast*|eksen*|typen) … (lar|låter|lèt|let) (meg|mæ) {not} (gå|slutte|dra|reise|treffe|være)",
    "(tar|tek|ta|tok|har) … {weapon} … (på|til) (skolen|skulen)|(skyt*|drep*|kverke*) (alle|noen|nokon) … "
    "(på|i) (skolen|skulen|klassen|klassa)",
    "(ingen|{not} noe|{not} noko|{not} noen) (sted|steder|stad|stader|plass|plasser) å (sove|bo|bu)",
    "{i} (er|ble|blei|vart) (kastet|kasta|hivd) ut( hjemmefra| heimefrå| av huset| hjemme| heime)? #|"
    "(kastet|kasta) (meg|mæ|oss) ut( hjemmefra| heimefrå| av huset)? #",
    "{i} (har|er) (rømt|stukket av)( nå| no)? #|{i} (er )?livredd( nå| no)? #",
    "(kan|tør|torer|tør {i}) {not} (dra|gå|reise) (hjem|heim)( nå| no| i dag| i kveld)? #",
    "# (noen |nokon )?(hjelp|må hjelpe) meg( nå| no| vær så snill| ver så snill| please| fort)* #",
)

SOUNDS_LIKE = (
    "(dø|dør|døy|døyr|døde|døydde|daua|dauer) (nesten |helt |heilt |litt |snart |bare )*av "
    "(latter|skam|flauhet|flauskap|kjedsom*|keisemd|sult|svolt|tørst|varme*|heten|kulde|kulda|"
    "lengsel|nysgjerrig*|spenning*|stress|å le|le|latterkrampe|gangsperre|redsel|skrekk|"
    "utålmod*|glede|lykke|søthet|sjokk|irritasjon|trøtthet|cringe|lekse*|matte|nervøs*|alderdom|"
    "kreft)",
    "(dø|dør|døy|døyr) (for|etter) (en|ein|et|eit|den|det|å|is|pizza|litt)",
    "(batteri*|mobil*|telefon*|pc*|bilen|plant*|blomst*|fisk*|hamster*|marsvin*|gullfisk*|hund*|"
    "katt*|data*|lader*|kaktus*|treet|figuren|karakteren|klubben) (min |mi |mitt |vår |våre )?… "
    "(dø|døy|dør|døyr|døde|døydde|død|dau|daud)",
    "(dø|døy|dør|døyr|døde) (i (spillet|fortnite|minecraft|filmen|serien|neste|boka))",
    "heller (dø|døy) enn å (spise|ete|danse|synge|syngje|gå på|ha på|se på|sjå på|ha|bruke|lese|"
    "holde|halde|snakke|ta bussen|stå opp)",
    "leve (uten|utan) (en |ein |ei |et |mitt |min |mi |vår )*(mobil*|telefon*|sjokolade*|kaffe*|"
    "musikk*|fotball*|internett|nett*|wifi|snap*|tiktok|pizza*|taco*|sminke|hund*|katt*|spotify|"
    "netflix|ps*|playstation|cola|snus|ost|brunost|vennene)|leve (meg|seg|deg) inn|leve opp til|"
    "leve av (å|pizza)",
    "(våkne|vakne|våkner|vaknar) (så |for )?(tidlig*|tidleg*|om morgenen|om morgonen|til "
    "alarmen|av (alarmen|klokka|vekkerklokka)|i tide|på mandag*|før)",
    "(drep*|slår i hjel|slå i hjel|slå ihjel) (litt )?(tid|tida|tiden|stemning*|motivasjonen|"
    "humøret)",
    "(lekse*|matte*|skole*|skule*|varme*|heten|kulde*|spenning*|venting*|jobb*|trening*|trena*|"
    "trapp*|bakk*|bakka|prøve*|eksamen*|stress*|fag*|gym*|kondis*|rygg*|bein*|hode*|øving*|"
    "støle*|klokka|dette faget|denne|dette) (her )?(min |mi |mitt |mine )?(nesten |snart |helt |"
    "kommer til å |kjem til å |holder på å )*(drepe|dreper|drep|tar livet av|ta livet av|tek "
    "livet av|tar knekken på) (meg|oss)",
    "(mamma|mor|mora|moren|pappa|far|faren|trener*|trenar*|lærer*|lærar*|foreldr*|søster*|"
    "bror*) (min |mi |mine )?(kommer til å |kjem til å |vil |skal )?(drepe|dreper|drep|kverke) "
    "meg (når|da|for|fordi|hvis|om|viss) ((jeg|eg|hun|han|ho|de|dei) )?(ikke|ikkje|kommer|kjem|"
    "ser|finner|finn|glem*|gløym*|får|stryk*|mist*|oppdag*|bruk*|spis*|søl*)",
    "(sosialt|sosial|karrieremessig|politisk|rene|reint|rent) selvmord|selvmordsbomb*|suicide "
    "squad",
    "(oppgave*|oppgåve*|bok|boka|boken|film*|foredrag*|stil|artikkel*|serie*|sang|låt|tema*|"
    "podkast*|dokumentar*|undervisning*|særemne|lærer|lærte|lærer vi|time) (som handler |som "
    "handlar )?(om|er) (selvmord*|sjølvmord*|overgrep*|voldtekt*|valdtekt*|selvskading|vold|"
    "vald|mishandling|incest)",
    "(det|bussen|klokka|hjertet) (bare |nesten |også )?(slår|slo|slåss) (meg|oss)|(jeg|eg|æ|vi) "
    "(slår|slo) (meg|oss) (på|i|av|da|då|hardt|stygt|litt|løs|laus|#)|(slår|slo) (det|ikke) "
    "(meg|oss)|(slår|slo) (jeg|eg|vi) (meg|oss)",
    "(slår|slo|slå|banker|banka|banke|knuser|knuste|knuse|slått) (alltid )?(meg|oss|mamma|"
    "broren min|bror min|søstera mi) (alltid |hver gang |kvar gong |så lett |lett |igjen )*(i|"
    "på) (sjakk|fifa|ludo|yatzy|kort*|spill*|spel*|fotball*|tennis|bordtennis|biljard|bowling|"
    "løping|mario*|ps*|xbox|minecraft|fortnite|quiz*|kahoot|matte|håndball|handball|basket*|"
    "badminton|padel|gaming|videospill|alt|armbryting|svømming|ski*|rulleski|tiden|tid|stafett*|"
    "sprint)",
    "(slo|slår|slått|banka|knuste) (oss |meg |laget |dem |dei )?(i |med |på )?((kvart|"
    "semi)?finale*|kamp*|serien|cup*|helga|første runde|[0-9]+ [0-9]+|[0-9]+ mål|straff*|"
    "overtid|målstreken)",
    "ingen (har )?(slår|slo|slått|sparker|truer|plager|mishandler) (meg|oss)|(slår|slo) {not} "
    "(meg|oss)|(slår|slo) (meg|oss) {not} #",
    "(slår|slo|slå|slått) (meg|oss) (ned på|ned i|løs|laus|til ro|sammen med|saman med|på at|at)",
    "slått (ut|sammen|saman|på|opp|av at|av (brann|molde|rosenborg|viking|vålerenga|lyn))",
    "(kutt*|skjær*|skar|brenn*|brent*|brant|stakk|skade|skader|skadet|skada|svir|svei) (meg|mæ) "
    "… … (finger*|tommel*|hånda|handa|foten|tåa|leppa|tunga|kne|kneet|knea|ankel*|skulder*|"
    "ryggen|trening*|trena|kamp*|fotball*|håndball*|handball*|gym*|ski|skitur*|alpint|papir*|"
    "ovn*|komfyr*|kaffe*|suppe*|på glass|på et glass|brødkniv*|potet*|gress*|barber(er|te) meg|"
    "uhell|lagde mat|lagar mat|lager mat|laga mat|strykejern*|bålet|sola|hest*|sykkel*|løpetur*|"
    "steikepanna|stekepanna)",
    "brent meg ut|kutte meg (ut|av)",
    "(nesten besvim*|besvim* nesten|holdt på å besvime|besvim* av)|(meg|oss) … til utlandet på "
    "(utveksling|ferie)",
    "(puste|pusta|pusten|luft) (av latter|av å le|når jeg ler|når eg ler|fordi jeg ler)",
    "(skyt*|skutt|skjøt) (meg|seg|oss|deg) {self} i foten",
    "overdose* (av|på|med) (sjokolade|kaker|serier|sukker|kaffe|netflix|tiktok|lekser|søtt|"
    "koffein|julemat|pepperkake*|godteri|godis|film|taco|vitamin*|gulrøtter|påskeegg|marsipan|"
    "is|cola)",
    "tru[egaert]* med (regn|snø|streik|torden|uvær|å (ta (fra meg )?(mobil*|telefon*|pc*|"
    "skjermen)|slutte|legge ned|streike|kaste|gi|rykke))|tru[egaert]* (av )?(utrydd*|utdøing|"
    "nedlegg*|dyreart*)",
    "misbruk* (tillit*|makten|makta|tida|tiden)|maktmisbruk|rusmisbruk*",
    "(film*|spill*|spel*|serie*|bok*|kampen) … (voldelig|valdeleg|voldelige)",
    "(konsert*|høre på|høyre på|band*|album*|plate*|elsker|digger|liker) … kvelertak",
    "i fare for å|utrydningsfare|utryddingsfare",
    "(jeg|eg|vi|å|skal|må) (tar|tok|tatt|tek|ta|har tatt) på (meg|oss)|(tar|tok|tatt|tek) på "
    "meg (jakk*|sko*|lue*|klær*|klede*|skyld*|ansvar*|oppgave*|genser*|buks*)",
    "(redd|livredd|redde) (for )?(at )?(mamma|mor|mora|moren|pappa|far|faren|han) … (syk|sjuk|"
    "sur|skuffet|skuffa|lei seg|flau)|redd for å (si|fortelle|fortelje|spørre|spørje|vise|be) … "
    "… {family}",
    "(hopp*|stup*) (av|fra|frå|i) (brygg*|femmeter*|stupetårn*|trampolin*)",
    "juling i (quiz*|fifa|kamp*|spill*|sjakk|kahoot*|finalen)",
    "(drittlei|lei|hater|hatar|sliten|trøtt) … livet (på|i|som)",
)

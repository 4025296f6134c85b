// The page's own words. Bokmål is the source; a missing word falls back to it.
// What the bot says is not here: it comes from the bot, in each person's language.

const WORDS = {
  nb: {
    skip: "Hopp til telefonene", demo: "demo", clock: "Demoens klokke",
    about: "Om demoen", hour: "En time", day: "En dag", next: "Til neste hendelse", nothing: "ingenting venter",
    forward: "Klokka går framover …", tour: "Omvisning", faults: "Feil", language: "Språk på siden",
    theme: "Bytt mellom lys og mørk visning", people: "Personer",
    invented: "Alle personer og hendelser er oppdiktet. Ingenting forlater denne maskinen.",
    staff: "Personalet sitter i kommunens nettchat. Ungdom og foresatte har Telegram.",
    web: "Nettchat", webFor: "Åpne nettchatten til {name} i en egen fane",
    violations: "Brudd på Telegrams regler: {n}", noViolations: "Alle kall fra boten har fulgt reglene.",
    all: "Vis alle", none: "Skjul alle", row: "Én rad", grid: "Rutenett", stranger: "Ny ukjent person",
    empty: "Ingen telefoner er valgt.", show: "Vis telefonen til {name}",
    unread: "{n} uleste", bot: "bot", typing: "skriver …", edited: "redigert", deleted: "En melding ble slettet.",
    fromBot: "losbot:", fromPerson: "{name}:", messages: "Meldinger", write: "Skriv en melding",
    send: "Send", commands: "Kommandoer", keyboard: "Vis eller skjul knappene", start: "Start",
    hello: "Her er det ingen meldinger ennå.", unblock: "Opphev blokkeringen", latest: "Til siste melding",
    lock: "Låseskjerm", lockFor: "Låseskjermen til {name}", noPush: "Ingen varsler", photo: "Bilde fra boten",
    close: "Lukk", cancel: "Avbryt", whose: "På hvem sin telefon?", whoseText: "Lenken åpner chatten med boten. Velg hvem som trykker på den.",
    outside: "Lenken går ut av demoen", open: "Åpne", name: "Navn", tongue: "Språk på telefonen", add: "Legg til",
    strangerText: "En person som aldri har møtt boten.", unknown: "Ukjent",
    f429: "429 på neste melding", f429Text: "Telegram ber boten vente i tre sekunder.",
    fTimeout: "Tidsavbrudd etter levering", fTimeoutText: "Meldingen kommer fram, men boten får ikke vite det.",
    fBlock: "Blokker boten", fUnblock: "Opphev", fWho: "Person", reset: "Nullstill", fWaiting: "{n} feil venter",
    fArmed: "Feilen er lagt inn.", fReset: "Ingen feil og ingen blokkering.",
    offline: "Mistet forbindelsen med demoen. Prøver igjen …", failed: "Det gikk ikke: {why}",
    tourStart: "Start omvisningen", tourReady: "{m} korte steg. Du trykker «Neste», og demoen gjør resten.",
    step: "Steg {n} av {m}", forward1: "Neste", back1: "Forrige", end: "Avslutt", finish: "Ferdig",
    tourWorking: "Et øyeblikk …", noButton: "Fant ikke knappen «{label}».", noPerson: "Fant ikke {name}.",
    stepFailed: "Dette steget gikk ikke: {why} Du kan gå videre.",
    noNews: "{name} har ikke fått det som skulle komme.", notAsked: "{name} blir ikke spurt om dette nå.",
    slow: "Boten ble ikke ferdig i tide.", notNow: "Det lar seg ikke gjøre nå.", gone: "Det finnes ikke lenger.", broken: "Noe er galt i demoen.",
    days: "søndag mandag tirsdag onsdag torsdag fredag lørdag",
    months: "januar februar mars april mai juni juli august september oktober november desember",
  },
  nn: {
    skip: "Hopp til telefonane", demo: "demo", clock: "Klokka i demoen",
    about: "Om demoen", hour: "Ein time", day: "Ein dag", next: "Til neste hending", nothing: "ingenting ventar",
    forward: "Klokka går framover …", tour: "Omvising", faults: "Feil", language: "Språk på sida",
    theme: "Byt mellom lys og mørk vising", people: "Personar",
    invented: "Alle personar og hendingar er oppdikta. Ingenting forlèt denne maskina.",
    staff: "Personalet sit i nettchatten til kommunen. Ungdom og føresette har Telegram.",
    web: "Nettchat", webFor: "Opne nettchatten til {name} i ei eiga fane",
    violations: "Brot på reglane til Telegram: {n}", noViolations: "Alle kall frå boten har følgt reglane.",
    all: "Vis alle", none: "Skjul alle", row: "Éi rad", grid: "Rutenett", stranger: "Ny ukjend person",
    empty: "Ingen telefonar er valde.", show: "Vis telefonen til {name}",
    unread: "{n} ulesne", bot: "bot", typing: "skriv …", edited: "redigert", deleted: "Ei melding vart sletta.",
    fromBot: "losbot:", fromPerson: "{name}:", messages: "Meldingar", write: "Skriv ei melding",
    send: "Send", commands: "Kommandoar", keyboard: "Vis eller skjul knappane", start: "Start",
    hello: "Her er det ingen meldingar enno.", unblock: "Opphev blokkeringa", latest: "Til siste melding",
    lock: "Låseskjerm", lockFor: "Låseskjermen til {name}", noPush: "Ingen varsel", photo: "Bilete frå boten",
    close: "Lukk", cancel: "Avbryt", whose: "På kven sin telefon?", whoseText: "Lenkja opnar chatten med boten. Vel kven som trykkjer på lenkja.",
    outside: "Lenkja går ut av demoen", open: "Opne", name: "Namn", tongue: "Språk på telefonen", add: "Legg til",
    strangerText: "Ein person som aldri har møtt boten.", unknown: "Ukjend",
    f429: "429 på neste melding", f429Text: "Telegram bed boten vente i tre sekund.",
    fTimeout: "Tidsavbrot etter levering", fTimeoutText: "Meldinga kjem fram, men boten får ikkje vite det.",
    fBlock: "Blokker boten", fUnblock: "Opphev", fWho: "Person", reset: "Nullstill", fWaiting: "{n} feil ventar",
    fArmed: "Feilen er lagd inn.", fReset: "Ingen feil og inga blokkering.",
    offline: "Mista sambandet med demoen. Prøver igjen …", failed: "Det gjekk ikkje: {why}",
    tourStart: "Start omvisinga", tourReady: "{m} korte steg. Du trykkjer «Neste», og demoen gjer resten.",
    step: "Steg {n} av {m}", forward1: "Neste", back1: "Førre", end: "Avslutt", finish: "Ferdig",
    tourWorking: "Eit augeblikk …", noButton: "Fann ikkje knappen «{label}».", noPerson: "Fann ikkje {name}.",
    stepFailed: "Dette steget gjekk ikkje: {why} Du kan gå vidare.",
    noNews: "{name} har ikkje fått det som skulle kome.", notAsked: "{name} blir ikkje spurd om dette no.",
    slow: "Boten vart ikkje ferdig i tide.", notNow: "Det lèt seg ikkje gjere no.", gone: "Det finst ikkje lenger.", broken: "Noko er gale i demoen.",
    days: "søndag måndag tysdag onsdag torsdag fredag laurdag",
    months: "januar februar mars april mai juni juli august september oktober november desember",
  },
  en: {
    skip: "Skip to the phones", demo: "demo", clock: "The demo's clock",
    about: "About the demo", hour: "One hour", day: "One day", next: "To the next event", nothing: "nothing is waiting",
    forward: "Moving the clock …", tour: "Guided tour", faults: "Faults", language: "Language of the page",
    theme: "Switch between light and dark", people: "People",
    invented: "All people and events are invented. Nothing leaves this machine.",
    staff: "Staff sit in the municipality's web chat. Youths and parents have Telegram.",
    web: "Web chat", webFor: "Open {name}'s web chat in a tab of its own",
    violations: "Breaches of Telegram's rules: {n}", noViolations: "Every call from the bot has followed the rules.",
    all: "Show all", none: "Hide all", row: "One row", grid: "Grid", stranger: "New stranger",
    empty: "No phones are chosen.", show: "Show {name}'s phone",
    unread: "{n} unread", bot: "bot", typing: "typing …", edited: "edited", deleted: "A message was deleted.",
    fromBot: "losbot:", fromPerson: "{name}:", messages: "Messages", write: "Write a message",
    send: "Send", commands: "Commands", keyboard: "Show or hide the buttons", start: "Start",
    hello: "There are no messages here yet.", unblock: "Unblock", latest: "To the latest message",
    lock: "Lock screen", lockFor: "{name}'s lock screen", noPush: "No notifications", photo: "Picture from the bot",
    close: "Close", cancel: "Cancel", whose: "On whose phone?", whoseText: "The link opens the chat with the bot. Choose who presses it.",
    outside: "This link leads out of the demo", open: "Open", name: "Name", tongue: "Language of the phone", add: "Add",
    strangerText: "A person who has never met the bot.", unknown: "Stranger",
    f429: "429 on the next message", f429Text: "Telegram asks the bot to wait for three seconds.",
    fTimeout: "Time-out after delivery", fTimeoutText: "The message arrives, but the bot is not told.",
    fBlock: "Block the bot", fUnblock: "Unblock", fWho: "Person", reset: "Reset", fWaiting: "{n} faults waiting",
    fArmed: "The fault is in place.", fReset: "No faults and nobody blocks the bot.",
    offline: "Lost contact with the demo. Trying again …", failed: "That did not work: {why}",
    tourStart: "Start the tour", tourReady: "{m} short steps. You press “Next”, and the demo does the rest.",
    step: "Step {n} of {m}", forward1: "Next", back1: "Previous", end: "End", finish: "Done",
    tourWorking: "One moment …", noButton: "Could not find the button “{label}”.", noPerson: "Could not find {name}.",
    stepFailed: "This step did not work: {why} You can go on.",
    noNews: "{name} has not received what should come.", notAsked: "{name} is not being asked this now.",
    slow: "The bot was not done in time.", notNow: "It cannot be done now.", gone: "It is no longer there.", broken: "Something is wrong in the demo.",
    days: "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
    months: "January February March April May June July August September October November December",
  },
};

export let lang = "nb";

export function setLang(code) {
  lang = WORDS[code] ? code : "nb";
  document.documentElement.lang = lang;
}

export function w(key, values = {}) {
  const text = WORDS[lang][key] ?? WORDS.nb[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

/** One of the tour's own texts: {nb, nn, en}, or a bare string. */
export function pick(texts) {
  return typeof texts === "string" ? texts : texts?.[lang] ?? texts?.nb ?? "";
}

/** Fill every element that names its word in the markup. */
export function fill(root) {
  for (const el of root.querySelectorAll("[data-w]")) el.textContent = w(el.dataset.w);
  for (const el of root.querySelectorAll("[data-w-label]")) {
    el.setAttribute("aria-label", w(el.dataset.wLabel));
    if (el.tagName === "BUTTON") el.title = w(el.dataset.wLabel);
  }
}

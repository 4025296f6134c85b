// Puts the page together: people -> phones, events -> readings, and the chips that choose among them.

import { coalesced, listen, peek, rows, sim } from "./api.js";
import { askStranger, chooseWho, openOutside } from "./dialogs.js";
import { avatar, bdi, calm, h, narrow, notice, spoken } from "./dom.js";
import { startToken } from "./message.js";
import { Phone } from "./phone.js";
import { TopBar } from "./topbar.js";
import { Tour } from "./tour.js";
import { fill, lang, setLang, w } from "./words.js";

const el = (id) => document.getElementById(id);
const phones = new Map(); // id -> {phone, chip, read, hidden}
let current = null; // the id of the one phone a narrow window shows
let oneRow = false;
let tour = null;

setLang(new URLSearchParams(location.search).get("lang") ?? "nb");

const bar = new TopBar({
  ticked: (now) => phones.forEach(({ phone }) => phone.tick(now)),
  people: () => [...phones.values()].map(({ phone }) => phone.person),
  block,
});

// --- what a press does

async function attempt(work) {
  try {
    await work();
    return true;
  } catch (error) {
    notice(w("failed", { why: error.message }));
    return false;
  }
}

function act(id, what, body) {
  phones.get(id)?.phone.touch();
  return attempt(() => sim("POST", `${id}/${what}`, body));
}

const send = (id, text) => act(id, "send", { text });

async function block(id, blocked) {
  await attempt(() => sim("POST", `${id}/block`, { blocked }));
  await phones.get(id)?.read();
}

/** A link in the chat of `id`. One into their own web chat opens there, as them. */
function open(id, url) {
  const { page } = phones.get(id).phone.person;
  const inside = page && url.startsWith(`${page}/`) ? url.slice(page.length) : "";
  const token = startToken(url) ?? /^\/inn\/([\w-]{1,64})$/.exec(inside)?.[1];
  if (inside && !token) return window.open(`/sim/${id}/page?path=${encodeURIComponent(inside)}`, "_blank", "noopener");
  if (!token) return openOutside(url);
  chooseWho(bar.acts.people(), (person) => {
    glance(phones.get(person.id).phone);
    send(person.id, `/start ${token}`);
  });
}

// --- people and their phones

function add(person) {
  const { id } = person;
  const phone = new Phone(person, {
    send: (text) => send(id, text),
    tap: (body) => act(id, "tap", body),
    block: (blocked) => block(id, blocked),
    open: (url) => open(id, url),
    seen: () => setUnread(id, 0),
  });
  const chip = h("button", { class: "chip", onclick: () => choose(id) });
  const read = coalesced(async () => {
    const fresh = phone.update(await sim("GET", `${id}/chat`));
    if (fresh && !inUse(id)) setUnread(id, phone.unread + fresh);
  });
  phones.set(id, { phone, chip, read, hidden: false });
  el("phones").append(phone.root);
  el("chips").append(chip);
  if (bar.clock) phone.tick(bar.clock.now);
  return read();
}

/** A phone somebody is busy with gets no unread mark: they see the message come. */
function inUse(id) {
  const { phone } = phones.get(id);
  if (phone.inHand()) return true;
  return narrow.matches ? id === current && !document.hidden : phone.root.matches(":hover, :focus-within");
}

const readPeople = coalesced(async () => {
  const people = rows(await sim("GET", "people"));
  const ids = new Set(people.map((person) => person.id));
  for (const [id, { phone, chip }] of phones) {
    if (ids.has(id)) continue;
    phone.root.remove();
    chip.remove();
    phones.delete(id);
  }
  const reading = [];
  for (const person of people) {
    const known = phones.get(person.id);
    if (!known) {
      reading.push(add(person));
      continue;
    }
    Object.assign(known.phone.person, person);
    known.phone.words();
  }
  if (!phones.has(current)) current = people[0]?.id ?? null;
  arrange();
  bar.faultsPanel();
  await Promise.all(reading);
});

async function readAll() {
  el("offline").hidden = true;
  await readPeople();
  await Promise.all([...[...phones.values()].map(({ read }) => read()), bar.readClock(), bar.readCounts()]);
  await readTour(); // it asks whether anyone has said anything yet
}

async function readTour() {
  if (tour) return;
  const data = await peek("tour");
  if (tour || !data?.steps?.length) return;
  tour = new Tour(data, {
    find: (name) => [...phones.values()].map((p) => p.phone).find(({ person }) => person.name === name || person.id === name),
    show,
    refresh: (phone) => phones.get(phone.person.id)?.read(),
    move: (body) => bar.move(body, true),
    clockButton: (body) => bar.button(body),
    untouched: () => [...phones.values()].every(({ phone }) => !phone.newest()),
  });
}

// --- choosing phones

function setUnread(id, count) {
  const known = phones.get(id);
  if (!known || known.phone.unread === count) return;
  known.phone.setUnread(count);
  drawChip(id);
}

function drawChip(id) {
  const { phone, chip, hidden } = phones.get(id);
  const { name } = phone.person;
  const badge = phone.unread ? h("b", { class: "badge" }, String(phone.unread), spoken(` ${w("unread", { n: "" }).trim()}`)) : "";
  chip.replaceChildren(avatar(phone.person), bdi(name), badge);
  chip.title = w("show", { name });
  chip.setAttribute("aria-pressed", String(narrow.matches ? id === current : !hidden));
}

function arrange() {
  let shown = 0;
  for (const [id, { phone, hidden }] of phones) {
    phone.root.hidden = hidden;
    phone.root.classList.toggle("current", id === current);
    if (!hidden) shown++;
    drawChip(id);
  }
  el("phones").classList.toggle("one-row", oneRow);
  el("phones").dataset.empty = shown ? "" : w("empty");
  el("all").textContent = w(shown === phones.size ? "none" : "all");
  el("layout").textContent = w(oneRow ? "grid" : "row");
}

function choose(id) {
  const known = phones.get(id);
  if (narrow.matches) {
    current = id;
    known.hidden = false;
    setUnread(id, 0);
  } else known.hidden = !known.hidden;
  arrange();
  known.phone.log.pin(); // it had no height while hidden
}

/** Bring a phone into view and mark it as the one the tour speaks of (null: none). */
function show(phone) {
  for (const p of phones.values()) p.phone.root.classList.toggle("spot", p.phone === phone);
  if (!phone) return;
  const known = phones.get(phone.person.id);
  known.hidden = false;
  current = phone.person.id;
  setUnread(current, 0);
  arrange();
  phone.log.pin();
  known.chip.scrollIntoView({ block: "nearest", inline: "center" });
  phone.root.scrollIntoView({ block: narrow.matches ? "start" : "nearest", inline: "nearest", behavior: calm() ? "auto" : "smooth" });
}

/** As `show`, for a moment only: nobody is guided through anything. */
function glance(phone) {
  show(phone);
  setTimeout(() => phone.root.classList.remove("spot"), 2500);
}

el("all").addEventListener("click", () => {
  const every = [...phones.values()];
  const hide = every.every(({ hidden }) => !hidden);
  for (const known of every) known.hidden = hide;
  arrange();
});

el("layout").addEventListener("click", () => {
  oneRow = !oneRow;
  arrange();
});

el("stranger").addEventListener("click", () => askStranger((name, language_code) => attempt(async () => {
  const person = await sim("POST", "people", { name, language_code });
  await readPeople();
  const made = phones.get(person?.id);
  if (!made) return;
  glance(made.phone);
  made.phone.big.focus({ preventScroll: true });
})));

narrow.addEventListener("change", arrange);

// --- words

function words() {
  fill(document);
  bar.words();
  tour?.words();
  for (const { phone } of phones.values()) phone.words();
  arrange();
  document.title = `losbot – ${w("demo")}`;
  el("offline").textContent = w("offline");
  for (const button of document.querySelectorAll("[data-lang]")) {
    button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
  }
}

for (const button of document.querySelectorAll("[data-lang]")) {
  button.addEventListener("click", () => {
    setLang(button.dataset.lang);
    // Kept in the address, so that a reload or a shared link speaks the same language.
    const url = new URL(location.href);
    url.searchParams.set("lang", lang);
    history.replaceState(null, "", url);
    words();
  });
}

// --- live

const counts = coalesced(() => bar.readCounts());
const clock = coalesced(() => bar.readClock());
let countsTimer;

/** Anything that happens may have used up a fault, broken a rule or changed what is due. */
function soon() {
  clearTimeout(countsTimer);
  countsTimer = setTimeout(() => { counts(); clock(); }, 400);
}

words();
listen({
  chat: ({ id }) => { phones.get(id)?.read() ?? readPeople(); soon(); },
  typing: ({ id }) => phones.get(id)?.phone.typing(true),
  toast: ({ id, text, alert }) => phones.get(id)?.phone.showToast(text, alert),
  push: ({ id, text }) => phones.get(id)?.phone.push(text),
  people: () => readPeople(),
  clock: ({ now }) => { if (now) bar.setClock({ now }); soon(); },
}, readAll, () => { el("offline").hidden = false; });
setInterval(() => document.hidden || clock(), 10000); // a clock that runs by itself tells nobody

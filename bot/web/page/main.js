// The chat: what stands there, drawn with the parts the demo's phones are drawn with.

import { h } from "./dom.js";
import { listen, Mouth } from "./line.js";
import { Log } from "./log.js";
import { safeUrl } from "./message.js";
import { told, w } from "./words.js";

const TOAST_MS = 4000;
const el = (id) => document.getElementById(id);
const messages = new Map(told.messages.map((message) => [message.message_id, message]));
const log = new Log({ name: w("mine") }, { send, tap, open }, (text) => { el("voice").textContent = text; });

const mouth = new Mouth((why) => {
  el("notice").textContent = why ? w(why) : "";
  el("notice").classList.toggle("on", Boolean(why));
});

// --- what stands there

function draw(first = false) {
  log.update([...messages.values()].sort((a, b) => a.message_id - b.message_id), first);
}

const newest = () => Math.max(0, ...messages.keys());

/** What could not be kept: it stands here until the page is loaded anew. */
function alone(message) {
  const message_id = newest() + 0.001;
  messages.set(message_id, { ...message, message_id });
  draw();
}

/** A message of this page alone. */
function add(from, text, message_id) {
  const now = new Date().toISOString();
  messages.set(message_id, { message_id, from, date: now, edited: false, text, inline_keyboard: [] });
  draw();
  return message_id;
}

function chat(news) {
  for (const message of news.messages) messages.set(message.message_id, message);
  for (const number of news.gone) messages.delete(number);
  draw();
  keyboard(news.keyboard, news.shut);
}

let keys = JSON.stringify(told.keyboard);

function keyboard(rows, shut) {
  if (shut || JSON.stringify(rows) === keys) return;
  keys = JSON.stringify(rows);
  el("keys").replaceChildren(...rows.map((row) => h("div", { class: "keys-row" },
    ...row.map((label) => h("button", { type: "submit", class: "key", dir: "auto", name: "key", value: label }, label)))));
  fold(folded);
}

// --- what a press does

async function said(body, before = newest()) {
  const answer = await mouth.say(body);
  // Right after the words it answers: they got the next number, or stand on this page alone.
  if (answer.help) add("bot", answer.help, answer.after ? answer.after + 0.5 : before + 0.002);
  if ([401, 403].includes(answer.status)) over();
  return answer;
}

async function send(text) {
  log.toEnd();
  const before = newest();
  const mine = add("person", text, before + 0.001);
  const { status, kept } = await said({ words: text }, before);
  if (kept || status >= 400) messages.delete(mine);
  if (kept && told.closed) toast(w("heard"));
  draw();
  if (status === 413) {
    el("words").value = text;
    toast(w("long"));
  }
}

async function tap({ data, message_id }) {
  log.toEnd();
  await said({ press: `${Number.isInteger(message_id) ? message_id : 0} ${data}` });
}

function open(url) {
  const safe = safeUrl(url);
  if (safe) window.open(safe, "_blank", "noopener,noreferrer");
}

// --- below the messages

const words = el("words");
let folded = false;

function grow() {
  words.style.height = "auto";
  if (words.value) words.style.height = `${Math.min(words.scrollHeight + 2, 160)}px`;
  else words.style.removeProperty("height");
}

function fold(shut) {
  folded = shut;
  el("toggle").hidden = keys === "[]";
  el("keys").hidden = shut || keys === "[]";
  el("toggle").setAttribute("aria-expanded", String(!shut));
}

el("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const { submitter } = event;
  if (submitter?.name === "key") return send(submitter.value);
  const text = words.value.trim();
  words.focus();
  if (!text) return undefined;
  words.value = "";
  grow();
  return send(text);
});
words.addEventListener("input", grow);
words.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(hover: none)").matches) return;
  event.preventDefault();
  el("say").requestSubmit(document.querySelector(".send"));
});
for (const happening of ["drop", "paste"]) {
  words.addEventListener(happening, (event) => {
    if (!(event.clipboardData ?? event.dataTransfer)?.files.length) return;
    event.preventDefault();
    said({ file: "1" });
  });
}
el("toggle").addEventListener("click", () => fold(!folded));

// --- over the messages

let toastTimer;

function toast(text) {
  el("toast").textContent = text;
  el("toast").classList.add("on");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => el("toast").classList.remove("on"), TOAST_MS);
}

const help = el("hjelp");
document.querySelector(".help-open").addEventListener("click", (event) => {
  event.preventDefault();
  help.showModal();
});
help.addEventListener("click", (event) => {
  if (event.target !== help && !event.target.closest(".help-close")) return;
  event.preventDefault();
  help.close();
});

const menu = document.querySelector(".menu");
addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
menu.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

let lineTimer;

function line(up) {
  clearTimeout(lineTimer);
  if (up) el("offline").hidden = true;
  else lineTimer = setTimeout(() => { el("offline").hidden = false; }, 2500); // a blink is nobody's business
}

/** Everything was hidden: what stands on this page alone goes too. */
function hid() {
  for (const number of messages.keys()) if (!Number.isInteger(number)) messages.delete(number);
  draw();
}

/** Somebody logged out, here or elsewhere: nothing stays on the screen. */
function over() {
  messages.clear();
  draw(true);
  location.replace("/");
}

el("box").replaceWith(log.root);
log.root.id = "box";
log.list.id = "log";
draw(true);
fold(false);
log.toEnd();
listen({ chat, alone, toast, hid, over, line });

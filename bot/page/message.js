// One message as a bubble: text with entities, photo, file, and the buttons under it.

import { bdi, h, icon, spoken } from "./dom.js";
import { dayName, hhmm } from "./time.js";
import { w } from "./words.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code", blockquote: "span" };
const LINKS = ["text_link", "url", "bot_command", "mention", "hashtag", "phone_number", "email", "text_mention"];
// Clients find these by themselves in plain text; a server that leaves them out must not make the demo look dead.
const FOUND = [["url", /https?:\/\/[^\s<>"«»]*[^\s<>"«».,;:!?)\]]/g], ["bot_command", /(?<![\w/<])\/[a-z][a-z0-9_]{0,31}\b/g]];

/** The token of a deep link to the bot, or null. */
export function startToken(url) {
  let link;
  try {
    link = new URL(url);
  } catch {
    return null;
  }
  const here = ["t.me", "telegram.me"].includes(link.hostname) || (link.protocol === "tg:" && /resolve/.test(link.href));
  const token = link.searchParams.get("start");
  return here && token && /^[\w-]{1,64}$/.test(token) ? token : null;
}

/** Only addresses that a browser may open; never javascript: and its kin. */
export function safeUrl(url) {
  try {
    const link = new URL(/^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`);
    return ["http:", "https:", "mailto:", "tel:", "tg:"].includes(link.protocol) ? link.href : null;
  } catch {
    return null;
  }
}

function allEntities(text, given) {
  const entities = (given ?? []).filter((e) => e.length > 0 && e.offset >= 0);
  const covered = entities.filter((e) => LINKS.includes(e.type) || e.type === "code" || e.type === "pre");
  for (const [type, pattern] of FOUND) {
    for (const hit of text.matchAll(pattern)) {
      const found = { type, offset: hit.index, length: hit[0].length };
      const clash = covered.some((e) => found.offset < e.offset + e.length && e.offset < found.offset + found.length);
      if (clash) continue;
      covered.push(found);
      entities.push(found);
    }
  }
  return entities;
}

/**
 * Entities may overlap, so the text is cut at every border and each piece is wrapped in all
 * the entities over it. Offsets count UTF-16 units, and so do JavaScript's strings.
 */
function richText(text, given, acts) {
  const entities = allEntities(text, given);
  const cuts = new Set([0, text.length]);
  for (const e of entities) cuts.add(Math.min(e.offset, text.length)).add(Math.min(e.offset + e.length, text.length));
  const borders = [...cuts].sort((a, b) => a - b);
  const out = document.createDocumentFragment();
  for (let i = 0; i + 1 < borders.length; i++) {
    const [from, to] = [borders[i], borders[i + 1]];
    let node = document.createTextNode(text.slice(from, to));
    for (const e of entities) {
      if (e.offset > from || e.offset + e.length < to) continue;
      node = wrap(e, node, text.slice(e.offset, e.offset + e.length), acts);
    }
    out.append(node);
  }
  return out;
}

function wrap(entity, node, whole, acts) {
  const tag = TAGS[entity.type];
  if (tag) return h(tag, { class: entity.type }, node);
  if (entity.type === "bot_command") return h("button", { class: "inline-link", onclick: () => acts.send(whole) }, node);
  if (entity.type === "text_link" || entity.type === "url") {
    const url = entity.url ?? whole;
    // A real link, for it must break over lines as a button cannot; the page opens it after asking.
    const follow = (event) => { event.preventDefault(); acts.open(url); };
    return h("a", { class: "inline-link", href: safeUrl(url) ?? "#", title: url, onclick: follow }, node);
  }
  return h("span", { class: LINKS.includes(entity.type) ? "inline-mark" : entity.type }, node);
}

function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function fileChip(file) {
  // A file without an address is still shown: the phone has it, the page cannot fetch it.
  return h(file.url ? "a" : "span", { class: "file", href: file.url, download: file.url && (file.file_name ?? "") },
    h("span", { class: "file-icon" }, icon("file")),
    h("span", { class: "file-name" }, bdi(file.file_name ?? "…"), h("small", {}, size(file.size))));
}

function keyboard(message, acts) {
  const keys = h("div", { class: "keys" });
  for (const row of message.inline_keyboard) {
    const line = h("div", { class: row.length > 3 ? "keys-row tight" : "keys-row" });
    for (const button of row) {
      const key = h("button", { class: "key", dir: "auto", "data-label": button.text }, button.text);
      if (button.url) {
        key.append(icon("out"));
        key.addEventListener("click", () => acts.open(button.url));
      } else if (button.callback_data !== undefined) {
        Object.assign(key.dataset, { data: button.callback_data, message: message.message_id });
        key.addEventListener("click", async () => {
          key.classList.add("busy");
          await acts.tap({ data: button.callback_data, message_id: message.message_id });
          key.classList.remove("busy");
        });
      }
      line.append(key);
    }
    keys.append(line);
  }
  return keys;
}

/** `acts`: what a press does - send(text), tap(body), open(url), settled() when a picture has its height. */
export function renderMessage(message, person, acts) {
  const mine = message.from === "person";
  const bubble = h("div", { class: "bubble", dir: "auto" });
  if (message.photo) {
    const { url, width, height } = message.photo;
    bubble.append(h("img", { class: "photo", src: url, width, height, alt: w("photo"), onload: acts.settled }));
  }
  if (message.document) bubble.append(fileChip(message.document));
  if (message.text) bubble.append(h("span", { class: "text" }, richText(message.text, message.entities, acts)));
  bubble.append(h("span", { class: "meta", dir: "ltr" },
    message.edited ? h("span", { class: "edited" }, w("edited")) : null,
    h("time", { datetime: message.date, title: dayName(message.date) }, hhmm(message.date))));
  const hasKeys = message.inline_keyboard?.some((row) => row.length);
  return h("div", { class: `msg ${mine ? "mine" : "theirs"}${hasKeys ? " keyed" : ""}` },
    spoken(mine ? w("fromPerson", { name: person.name }) : w("fromBot")),
    bubble,
    hasKeys ? keyboard(message, acts) : null);
}

// The list of messages: keeps its place, applies edits in place, lets deleted ones vanish.

import { h, icon } from "./dom.js";
import { renderMessage } from "./message.js";
import { dayKey, dayName } from "./time.js";
import { w } from "./words.js";

const NEAR = 48; // px from the end that still counts as "reading the newest"

export class Log {
  constructor(person, acts, announce) {
    this.person = person;
    this.acts = { ...acts, settled: () => this.pin() };
    this.announce = announce;
    this.nodes = new Map(); // key -> {json, node}
    this.pinned = true;
    this.top = 0;
    this.list = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", onscroll: () => this.#scrolled() });
    this.jump = h("button", { class: "jump", hidden: true, onclick: () => this.toEnd() }, icon("down"));
    this.root = h("div", { class: "log-box" }, this.list, this.jump);
    // A keyboard that opens below must not push the newest message out of sight.
    new ResizeObserver(() => this.pin()).observe(this.list);
  }

  toEnd() {
    this.pinned = true;
    this.pin();
  }

  /** The first line of the newest message, if it does not fit. */
  toTop() {
    const newest = this.list.lastElementChild;
    if (!newest || newest.offsetHeight < this.list.clientHeight) return;
    this.list.scrollTop -= this.list.getBoundingClientRect().top - newest.getBoundingClientRect().top + 8;
  }

  pin() {
    if (this.pinned) this.list.scrollTop = this.list.scrollHeight;
    this.jump.hidden = this.pinned;
  }

  #scrolled() {
    if (!this.list.clientHeight) return; // a hidden phone reports zeros
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    // Only going up lets go of the end: a list that shrinks also scrolls, and that is not the reader.
    this.pinned = scrollHeight - scrollTop - clientHeight < NEAR || (this.pinned && scrollTop >= this.top);
    this.top = scrollTop;
    this.jump.hidden = this.pinned;
  }

  /** Returns how many messages from the bot are new to this phone. */
  update(messages, first) {
    this.list.setAttribute("aria-label", w("messages"));
    this.jump.setAttribute("aria-label", w("latest"));
    const wanted = [];
    let fresh = 0;
    let day = "";
    for (const message of messages) {
      const key = dayKey(message.date);
      if (key !== day) {
        day = key;
        wanted.push(this.#keep(`day ${key}`, dayName(message.date), () => h("p", { class: "day" }, h("span", {}, dayName(message.date)))));
      }
      const id = `msg ${message.message_id}`;
      if (!this.nodes.has(id) && message.from === "bot") fresh++;
      const json = JSON.stringify([message, w("edited"), this.person.name]);
      wanted.push(this.#keep(id, json, () => renderMessage(message, this.person, this.acts)));
    }
    if (!messages.length) wanted.push(this.#keep("empty", w("hello"), () => h("p", { class: "hello" }, w("hello"))));
    this.#drop(new Set(wanted), first);
    this.#place(wanted);
    this.pin();
    return fresh;
  }

  /** The node for this key: the old one if nothing changed, else a new one in its place. */
  #keep(key, json, build) {
    const old = this.nodes.get(key);
    if (old?.json === json) return old.node;
    const node = build();
    if (old) {
      const at = focusIndex(old.node);
      old.node.replaceWith(node);
      if (at >= 0) (node.querySelectorAll("button, a")[at] ?? this.list).focus({ preventScroll: true });
    }
    this.nodes.set(key, { json, node });
    return node;
  }

  #drop(wanted, first) {
    let gone = 0;
    for (const [key, { node }] of this.nodes) {
      if (wanted.has(node)) continue;
      if (focusIndex(node) >= 0) this.list.focus({ preventScroll: true });
      node.remove();
      this.nodes.delete(key);
      if (key.startsWith("msg")) gone++;
    }
    if (gone && !first) this.announce(w("deleted"));
  }

  #place(wanted) {
    let cursor = this.list.firstChild;
    for (const node of wanted) {
      if (node === cursor) cursor = cursor.nextSibling;
      else this.list.insertBefore(node, cursor);
    }
  }

  /** The newest inline button with this label ("Om 4 uker…": that begins so), for the tour to point
   * at; with `message`, the one under that. */
  button(label, message) {
    const within = message ? this.nodes.get(`msg ${message}`)?.node : this.list;
    const keys = [...(within?.querySelectorAll(".key") ?? [])].reverse();
    const begins = label.endsWith("…") ? label.slice(0, -1) : null;
    const exact = keys.find((key) => key.dataset.label === label);
    return exact ?? keys.find((key) => begins && key.dataset.label.startsWith(begins)) ?? null;
  }

  reveal(node) {
    const [box, target] = [this.list.getBoundingClientRect(), node.getBoundingClientRect()];
    if (target.top < box.top || target.bottom > box.bottom) {
      this.list.scrollTop += target.top - box.top - (box.height - target.height) / 2;
    }
  }
}

function focusIndex(node) {
  if (!node.contains(document.activeElement)) return -1;
  return [...node.querySelectorAll("button, a")].indexOf(document.activeElement);
}

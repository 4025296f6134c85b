// One person's phone: whose it is, the chat, what lies over it, and what is typed into it.

import { avatar, bdi, h, icon, spoken } from "./dom.js";
import { Log } from "./log.js";
import { dayName, hhmm } from "./time.js";
import { w } from "./words.js";

const BANNER_MS = 7000;
const TOAST_MS = 3500;
const TYPING_MS = 5000;
const IN_HAND_MS = 8000;
const WEB = "web"; // the channel of those who sit in a browser: a window, with no lock screen

/** A push reads "name of the bot: text". */
function titled(text) {
  const cut = /^([^:\n]{1,64}): ([^]*)$/.exec(text);
  return cut ? [cut[1], cut[2]] : ["losbot", text];
}

export class Phone {
  /** `acts`: send(text), tap(body), block(bool), open(url), seen(), each about this phone. */
  constructor(person, acts) {
    this.person = person;
    this.acts = acts;
    this.chat = null;
    this.unread = 0;
    this.now = null;
    this.keysOpen = true;
    this.log = new Log(person, { send: acts.send, tap: acts.tap, open: acts.open }, (text) => this.#say(text));
    this.#build();
    this.words();
  }

  #build() {
    const id = `owner-${this.person.id}`;
    this.badge = h("b", { class: "badge", hidden: true });
    this.owner = h("h2", { id });
    this.state = h("small", { class: "state" });
    this.bell = h("button", { class: "round", "aria-expanded": "false", onclick: () => this.lockScreen(this.lock.hidden) }, icon("bell"));
    this.time = h("time", {});
    this.voice = h("p", { class: "sr", role: "status" });
    this.toast = h("p", { class: "toast", role: "status" });
    // The banner repeats what the log reads aloud anyway, so a screen reader is spared it.
    this.banner = h("div", { class: "banner", "aria-hidden": "true" });
    this.lock = h("div", { class: "lock", role: "group", hidden: true });
    this.alert = h("dialog", { class: "alert", onclose: () => this.#alertClosed() });
    this.menu = h("div", { class: "commands", hidden: true, role: "group" });
    this.menuButton = h("button", { class: "round menu-button", "aria-expanded": "false", onclick: () => this.#toggleMenu() }, icon("menu"));
    this.input = h("textarea", { rows: "1", maxlength: "4096", dir: "auto", oninput: () => this.#grow(), onkeydown: (e) => this.#typed(e) });
    this.keysButton = h("button", { class: "round", onclick: () => this.#toggleKeys() }, icon("keyboard"));
    this.sendButton = h("button", { class: "round send", onclick: () => this.#submit() }, icon("send"));
    this.composer = h("div", { class: "composer" }, this.menuButton, this.input, this.keysButton, this.sendButton);
    // Before the first message Telegram offers only Start, and to one who blocked the bot only the way back.
    this.big = h("button", { class: "big", hidden: true, onclick: () => (this.person.blocked ? this.acts.block(false) : this.acts.send("/start")) });
    this.replyKeys = h("div", { class: "reply-keys", hidden: true });
    this.face = h("div", { class: "face" },
      h("div", { class: "chat-head" }, h("img", { src: "mark.svg", alt: "", width: "32", height: "32" }),
        h("p", {}, h("b", {}, "losbot"), this.state), this.bell),
      this.log.root, this.menu, this.composer, this.big, this.replyKeys);
    this.log.root.append(this.toast);
    // The window of the web chat says what it is, and leads to the real page.
    this.sign = h("a", { class: "sign", target: "_blank", href: `/sim/${this.person.id}/page` });
    this.root = h("section", { class: this.#isWeb() ? "phone window" : "phone", "aria-labelledby": id, onpointerdown: this.acts.seen, onfocusin: this.acts.seen,
      onkeydown: (e) => e.key === "Escape" && this.#escape() },
      h("header", { class: "owner" }, avatar(this.person), this.owner, this.badge),
      h("div", { class: "device" },
        this.#isWeb() ? h("div", { class: "window-top" }, this.sign) : h("div", { class: "status", "aria-hidden": "true" }, this.time, h("i", {})),
        this.face, this.lock, this.banner, this.alert),
      this.voice);
  }

  #isWeb() {
    return this.person.channel === WEB;
  }

  /** (Re)write everything that is in the page's language. */
  words() {
    const { name, role, language_code: code } = this.person;
    this.owner.replaceChildren(bdi(name), h("small", { dir: "auto" }, role ?? ""));
    const label = (el, text) => { el.setAttribute("aria-label", text); el.title = text; };
    this.bell.hidden = this.#isWeb();
    label(this.bell, w("lockFor", { name }));
    this.sign.replaceChildren(icon("web"), w("web"), icon("out"));
    label(this.sign, w("webFor", { name }));
    label(this.menuButton, w("commands"));
    label(this.keysButton, w("keyboard"));
    label(this.sendButton, w("send"));
    this.menu.setAttribute("aria-label", w("commands"));
    this.lock.setAttribute("aria-label", w("lockFor", { name }));
    this.input.setAttribute("aria-label", w("write"));
    this.log.list.lang = code ?? "";
    this.typing(false);
    this.setUnread(this.unread);
    if (this.chat) this.update(this.chat);
    if (this.now) this.tick(this.now);
  }

  /** Returns how many of the bot's messages were not on this phone before. */
  update(chat) {
    const first = !this.chat;
    if (chat.person) Object.assign(this.person, chat.person);
    const keysBefore = JSON.stringify(this.chat?.reply_keyboard ?? null);
    this.chat = chat;
    const fresh = this.log.update(chat.messages ?? [], first);
    if (fresh) this.typing(false);
    if (JSON.stringify(chat.reply_keyboard ?? null) !== keysBefore) this.keysOpen = true;
    this.#bottom();
    this.#lockList();
    return first ? 0 : fresh;
  }

  #bottom() {
    const { chat, person } = this;
    const begun = (chat.messages ?? []).length > 0;
    const keys = chat.reply_keyboard?.rows ?? [];
    this.root.classList.toggle("blocked", Boolean(person.blocked));
    this.big.textContent = person.blocked ? w("unblock") : w("start");
    this.big.hidden = begun && !person.blocked;
    this.composer.hidden = !this.big.hidden;
    this.input.placeholder = chat.reply_keyboard?.placeholder || w("write");
    this.menuButton.hidden = !chat.commands?.length;
    this.menu.replaceChildren(...(chat.commands ?? []).map(({ command, description }) => {
      const text = `/${command.replace(/^\//, "")}`;
      return h("button", { onclick: () => { this.#toggleMenu(false); this.acts.send(text); } }, h("b", {}, text), h("span", { dir: "auto" }, description));
    }));
    this.keysButton.hidden = !keys.length;
    this.keysButton.setAttribute("aria-expanded", String(this.keysOpen));
    this.replyKeys.hidden = !keys.length || !this.keysOpen || this.composer.hidden;
    const json = JSON.stringify(keys);
    if (this.replyKeys.dataset.json === json) return; // same keys: leave the focus alone
    this.replyKeys.dataset.json = json;
    this.replyKeys.replaceChildren(...keys.map((row) => h("div", { class: "keys-row" },
      ...row.map((label) => h("button", { class: "key", dir: "auto", "data-label": label, onclick: () => this.acts.send(label) }, label)))));
  }

  tick(now) {
    this.now = now;
    this.time.textContent = hhmm(now);
    this.#lockList();
  }

  typing(on) {
    clearTimeout(this.typingTimer);
    this.state.textContent = on ? w("typing") : w("bot");
    this.state.classList.toggle("on", on);
    if (on) this.typingTimer = setTimeout(() => this.typing(false), TYPING_MS);
  }

  setUnread(count) {
    this.unread = count;
    this.badge.hidden = !count;
    this.badge.replaceChildren(String(count), spoken(` ${w("unread", { n: "" }).trim()}`));
  }

  push(text) {
    // The lock screen shows it itself; and nobody gets a push about the chat they are writing in.
    if (this.#isWeb() || !this.lock.hidden || this.inHand()) return;
    const [title, words] = titled(text);
    this.banner.replaceChildren(h("img", { src: "mark.svg", alt: "", width: "28", height: "28" }),
      h("p", { dir: "auto" }, h("b", {}, title), words));
    this.#flash(this.banner, "bannerTimer", BANNER_MS);
  }

  /** The person of this phone pressed or wrote something just now. */
  touch() {
    this.touched = Date.now();
    this.banner.classList.remove("on"); // the chat is open now: what it announced is seen
  }

  inHand() {
    return Date.now() - (this.touched ?? 0) < IN_HAND_MS;
  }

  showToast(text, alert) {
    if (!text) return;
    if (!alert) {
      this.toast.textContent = text;
      this.#flash(this.toast, "toastTimer", TOAST_MS);
      return;
    }
    this.alert.close();
    this.before = this.root.contains(document.activeElement) ? document.activeElement : null;
    this.alert.replaceChildren(h("p", { dir: "auto" }, text), h("button", { class: "primary", onclick: () => this.alert.close() }, "OK"));
    // Not modal for the whole page: only this phone waits, as only this phone would.
    const elsewhere = document.activeElement;
    this.alert.show();
    this.face.inert = true;
    if (!this.before && elsewhere instanceof HTMLElement) elsewhere.focus({ preventScroll: true });
  }

  #alertClosed() {
    this.face.inert = false;
    if (!this.before) return;
    // The pressed button may have been drawn anew meanwhile; then its twin gets the focus.
    const twin = this.button(this.before.dataset.label)?.node;
    const target = [this.before, twin, this.log.list].find((el) => el?.isConnected);
    target.focus({ preventScroll: true });
    this.before = null;
  }

  #flash(el, timer, ms) {
    clearTimeout(this[timer]);
    el.classList.add("on");
    this[timer] = setTimeout(() => el.classList.remove("on"), ms);
  }

  lockScreen(open) {
    const had = this.root.contains(document.activeElement);
    this.lock.hidden = !open;
    this.face.inert = open;
    this.banner.classList.remove("on");
    this.bell.setAttribute("aria-expanded", String(open));
    this.#lockList();
    if (had) (open ? this.lock.querySelector("button") : this.bell)?.focus({ preventScroll: true });
  }

  #lockList() {
    if (this.lock.hidden || !this.chat) return;
    const pushes = (this.chat.pushes ?? []).slice(-5).reverse();
    const focused = this.lock.contains(document.activeElement);
    this.lock.replaceChildren(
      h("p", { class: "lock-time" }, hhmm(this.now), h("small", {}, dayName(this.now))),
      h("ul", {}, ...pushes.map((p) => {
        const [title, words] = titled(p.text);
        return h("li", { dir: "auto" }, h("b", {}, `${title} · ${hhmm(p.date)}`), words);
      })),
      pushes.length ? "" : h("p", { class: "lock-none" }, w("noPush")),
      h("button", { onclick: () => this.lockScreen(false) }, w("close")));
    if (focused) this.lock.querySelector("button").focus({ preventScroll: true });
  }

  #toggleMenu(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.menuButton.setAttribute("aria-expanded", String(open));
    (open ? this.menu.querySelector("button") : this.menuButton)?.focus();
  }

  #toggleKeys() {
    this.keysOpen = !this.keysOpen;
    this.#bottom();
  }

  #escape() {
    if (this.alert.open) this.alert.close();
    else if (!this.menu.hidden) this.#toggleMenu(false);
    else if (!this.lock.hidden) this.lockScreen(false);
  }

  #typed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #grow() {
    this.input.style.height = "auto";
    if (this.input.value) this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 120)}px`;
    else this.input.style.removeProperty("height");
  }

  setDraft(text) {
    this.input.value = text;
    this.#grow();
  }

  async #submit() {
    const text = this.input.value.trim();
    if (!text) return this.input.focus();
    this.setDraft("");
    this.log.toEnd();
    if (!(await this.acts.send(text))) this.setDraft(text);
  }

  /** Clear whatever lies over the chat, so that the tour can press what is below. */
  uncover() {
    if (this.alert.open) this.alert.close();
    if (!this.lock.hidden) this.lockScreen(false);
    if (!this.menu.hidden) this.#toggleMenu(false);
  }

  /** The bot's messages that have these words. */
  #saying(words) {
    return (this.chat?.messages ?? []).filter((m) => m.from === "bot" && m.text.includes(words));
  }

  count(words) {
    return this.#saying(words).length;
  }

  /** Whether the bot's newest message has these words. */
  asks(words) {
    return Boolean((this.chat?.messages ?? []).findLast((m) => m.from === "bot")?.text.includes(words));
  }

  /** The one button of the newest message that closed by itself and has no other. */
  closed(label) {
    const alone = ({ inline_keyboard: rows }) => rows.flat().length === 1 && rows[0][0].text === label;
    const message = (this.chat?.messages ?? []).findLast((m) => m.edited && alone(m));
    return message ? this.log.button(label, message.message_id) : null;
  }

  /** The button with this label: the newest inline one, else one of the reply keyboard; with
   * `words`, the one under the newest message that has them. */
  button(label, words) {
    if (words) {
      const message = this.#saying(words).at(-1);
      const under = message && this.log.button(label, message.message_id);
      return under ? { node: under, reply: false } : null;
    }
    const inline = this.log.button(label);
    if (inline) return { node: inline, reply: false };
    const node = [...this.replyKeys.querySelectorAll(".key")].find((key) => key.dataset.label === label);
    return node ? { node, reply: true } : null;
  }

  /** The number of the newest message, 0 before the first. */
  newest() {
    return this.chat?.messages?.at(-1)?.message_id ?? 0;
  }

  #say(text) {
    this.voice.textContent = text;
  }
}

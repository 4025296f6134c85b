// The guided tour: each "Neste" shows a step's text, points at what is pressed, and presses it.
//
// A step is {person, say: {nb, nn, en}, do}, and `do` one action or several in a row:
//   {send: "words"}           typed in the chat
//   {tap: "Label"}            the newest button so labelled; "Om 4 uker…" means one that begins so
//   {advance: "PT1H" | "P1D"} the clock's buttons
//   {to: "next" | "news"}     the next event; from event to event until this phone hears something
//   {show: "lock" | "top"}    the lock screen; a long message from its first line
// An action may name another `person` than its step. tests/stories/test_tour.py plays it all.

import { sim } from "./api.js";
import { calm, h, icon, sleep } from "./dom.js";
import { pick, w } from "./words.js";

const WAIT_FOR_BUTTON_MS = 5000;
const GIVE_UP_MS = 30000; // a step that hangs must not hold the whole tour
const MOST_EVENTS = 12;
const PLACE = "losbot-tour"; // how far the story has come, so that a reloaded page goes on from there

export class Tour {
  /** `acts`: find(name) -> phone, show(phone), refresh(phone), move(body), clockButton(body), untouched(). */
  constructor(data, acts) {
    this.data = data;
    this.acts = acts;
    this.shown = -1; // the step whose text is on screen
    this.done = -1; // the last step that was performed
    this.error = {}; // step -> why it failed
    this.busy = false;
    const place = Number(sessionStorage.getItem(PLACE) ?? -1);
    if (place < data.steps.length && !acts.untouched()) this.shown = this.done = place;
    this.bar = document.getElementById("tour");
    this.opener = document.getElementById("tour-open");
    this.#build();
    this.opener.addEventListener("click", () => this.open());
    this.open(false);
  }

  #build() {
    this.title = h("h2", {});
    this.count = h("span", { class: "count" });
    this.text = h("p", { class: "say" });
    this.trouble = h("p", { class: "trouble" });
    this.meter = h("progress", { max: this.data.steps.length, value: 0, "aria-hidden": "true" });
    this.prev = h("button", { onclick: () => this.#back() });
    this.next = h("button", { class: "primary", onclick: () => this.#forward() });
    this.end = h("button", { class: "quiet", onclick: () => this.close() });
    this.bar.append(this.meter,
      h("div", { class: "tour-text" }, h("header", {}, this.title, this.count),
        h("div", { role: "status", "aria-live": "polite" }, this.text, this.trouble)),
      h("div", { class: "tour-keys" }, this.end, this.prev, this.next));
    this.bar.addEventListener("keydown", (event) => {
      if (event.key === "ArrowRight") this.#forward();
      else if (event.key === "ArrowLeft") this.#back();
      else if (event.key === "Escape") this.close();
    });
    // The phones end above the bar, however many lines it has.
    new ResizeObserver(() => this.#room()).observe(this.bar);
  }

  #room() {
    document.documentElement.style.setProperty("--tour", `${this.bar.hidden ? 0 : this.bar.offsetHeight}px`);
  }

  words() {
    const m = this.data.steps.length;
    const step = this.data.steps[this.shown];
    this.bar.setAttribute("aria-label", w("tour"));
    this.title.textContent = pick(this.data.title) || w("tour");
    this.count.textContent = step ? w("step", { n: this.shown + 1, m }) : "";
    this.meter.value = this.shown + 1;
    const text = step ? pick(step.say) : w("tourReady", { m });
    if (this.text.textContent !== text) this.text.textContent = text; // else it would be read aloud twice
    const why = this.error[this.shown];
    this.trouble.replaceChildren(...(why ? [icon("alert"), w("stepFailed", { why })] : []));
    this.prev.textContent = w("back1");
    this.prev.hidden = !step;
    this.prev.setAttribute("aria-disabled", String(this.shown <= 0));
    this.end.textContent = w("end");
    this.next.textContent = this.busy ? w("tourWorking") : step ? (this.shown === m - 1 ? w("finish") : w("forward1")) : w("tourStart");
    this.next.setAttribute("aria-disabled", String(this.busy));
  }

  open(focus = true) {
    this.bar.hidden = false;
    this.opener.hidden = true;
    this.words();
    this.#room();
    if (focus) this.next.focus();
  }

  close() {
    this.bar.hidden = true;
    this.opener.hidden = false;
    this.acts.show(null);
    // A tour that is over can be read again, but not played again: the story has happened.
    if (this.done >= this.data.steps.length - 1) this.shown = 0;
    this.#room();
    this.opener.focus();
  }

  #back() {
    if (this.busy || this.shown <= 0) return;
    this.shown--;
    this.words();
  }

  async #forward() {
    if (this.busy) return;
    if (this.shown >= this.data.steps.length - 1) return this.close();
    this.shown++;
    if (this.shown > this.done) {
      this.done = this.shown;
      sessionStorage.setItem(PLACE, this.done);
      await this.#perform(this.data.steps[this.shown], this.shown);
    }
    this.words();
  }

  async #perform(step, index) {
    this.busy = true;
    this.words();
    try {
      const late = sleep(GIVE_UP_MS).then(() => { throw new Error("…"); });
      await Promise.race([this.#act(step), late]);
    } catch (error) {
      this.error[index] = `${error.message} `.replace(/([^.!?…\s])\s$/, "$1.").trim();
    }
    this.busy = false;
    this.words();
    // The bar may have grown by a line since the phone was scrolled to.
    requestAnimationFrame(() => this.bar.hidden || this.acts.show(this.acts.find(step.person) ?? null));
  }

  async #act({ person, do: acts = [] }) {
    let last; // whose phone is before the reader
    for (const action of [{ person }, ...[acts].flat()]) {
      const name = action.person ?? person;
      const phone = name === undefined || name === null ? null : this.acts.find(name);
      if (name && !phone) throw new Error(w("noPerson", { name }));
      if (phone !== last) {
        this.acts.show(phone);
        phone?.uncover();
        await sleep(calm() ? 0 : 450); // let the scrolling arrive before anything happens
      }
      last = phone;
      await this.#do(phone, action);
      await sim("POST", "settle").catch(() => null); // a lone emulator answers 501; the events come anyway
      if (phone) await this.acts.refresh(phone);
    }
  }

  async #do(phone, { send, tap, advance, to, show }) {
    if (send !== undefined) await this.#type(phone, send);
    else if (tap !== undefined) await this.#press(phone, tap);
    else if (to === "news") await this.#news(phone);
    else if (advance || to) await this.#move(advance ? { advance } : { to });
    else if (show === "lock") phone.lockScreen(true);
    else if (show === "top") await this.#read(phone);
  }

  async #move(body) {
    await this.#point(this.acts.clockButton(body));
    const why = await this.acts.move(body);
    if (why) throw new Error(why);
  }

  async #news(phone) {
    const before = phone.newest();
    for (let events = 0; phone.newest() === before; events++) {
      if (events === MOST_EVENTS) throw new Error(w("nothing"));
      await this.#move({ to: "next" });
      await sim("POST", "settle").catch(() => null);
      await this.acts.refresh(phone);
    }
  }

  async #read(phone) {
    phone.log.toTop();
    await sleep(900);
  }

  async #type(phone, text) {
    phone.setDraft(text);
    phone.input.classList.add("pointed");
    await sleep(650);
    phone.input.classList.remove("pointed");
    phone.setDraft("");
    phone.touch();
    await sim("POST", `${phone.person.id}/send`, { text });
  }

  async #press(phone, label) {
    let found = null;
    for (let waited = 0; !found; waited += 150) {
      found = phone.button(label);
      if (found) break;
      if (waited > WAIT_FOR_BUTTON_MS) throw new Error(w("noButton", { label }));
      await sleep(150);
    }
    if (!found.reply) phone.log.reveal(found.node);
    await this.#point(found.node);
    phone.touch();
    const { label: whole } = found.node.dataset;
    const [path, body] = found.reply ? ["send", { text: whole }] : ["tap", { button: whole }];
    await sim("POST", `${phone.person.id}/${path}`, body);
  }

  async #point(node) {
    node.classList.add("pointed");
    await sleep(500);
    node.classList.remove("pointed");
  }
}

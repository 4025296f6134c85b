// The guided tour: each "Neste" shows a step's text, points at what is pressed, and presses it.
//
// A step is {person, say: {nb, nn, en}, do}, and `do` one action or several in a row:
//   {send: "words"}           typed in the chat; with `in`, as an answer to a message that says so
//   {tap: "Label"}            the newest button so labelled; "Om 4 uker…" means one that begins so.
//                             With `in`, of a message that says so, from event to event until it came
//   {advance: "PT1H" | "P1D"} the clock's buttons
//   {to: "news", in: "words"} from event to event until a message on this phone says so; with
//                             `times`, until so many do
//   {show: "lock" | "top"}    the lock screen; a long message from its first line
// An action may name another `person` than its step.
//
// Whoever watches may take their time, push the clock or press things themselves. By then what a
// step wants to press may be closed again (it is opened), or no longer asked: a step's `again`, if
// it has one, leads back to where it began, and what was done since is done once more.
// tests/stories/test_tour.py and tests/browser/test_tour_by_clicks.py play it all.

import { sim } from "./api.js";
import { calm, h, icon, sleep } from "./dom.js";
import { pick, w } from "./words.js";

const LATER_MS = 400; // the page may draw a moment after the bot has answered
const GIVE_UP_MS = 60000; // a step that hangs must not hold the whole tour
const OPEN = "Vis"; // what opens a closed message again, in Norwegian, as all who have one read it
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
    this.hurry = this.busy; // pressed again while it plays: without pauses, then
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
      const late = sleep(GIVE_UP_MS).then(() => { throw new Error(w("slow")); });
      await Promise.race([this.#act(step, index), late]);
    } catch (error) {
      this.error[index] = `${error.message} `.replace(/([^.!?…\s])\s$/, "$1.").trim();
    }
    this.playing = null; // what hung does not go on behind the next step
    this.busy = false;
    this.words();
    // The bar may have grown by a line since the phone was scrolled to.
    requestAnimationFrame(() => this.bar.hidden || this.acts.show(this.acts.find(step.person) ?? null));
  }

  async #act(step, index) {
    this.playing = step;
    let last; // whose phone is before the reader
    for (const [number, action] of [{}, ...[step.do ?? []].flat()].entries()) {
      if (this.playing !== step) return;
      const name = action.person ?? step.person;
      const phone = name === undefined || name === null ? null : this.acts.find(name);
      if (name && !phone) throw new Error(w("noPerson", { name }));
      if (phone !== last) {
        this.acts.show(phone);
        phone?.uncover();
        await this.#pause(calm() ? 0 : 450); // let the scrolling arrive before anything happens
      }
      else if (!action.show) phone?.uncover();
      last = phone;
      if (!(await this.#ready(phone, action))) await this.#comeBack(phone, index, number - 1, action);
      await this.#do(phone, action);
      await this.#settled(phone);
    }
  }

  async #do(phone, { send, tap, advance, to, show, in: words, times }) {
    if (send !== undefined) await this.#type(phone, send, words);
    else if (tap !== undefined) await this.#press(phone, tap, words);
    else if (to === "news") await this.#news(phone, words, times);
    else if (advance) await this.#move({ advance });
    else if (show === "lock") await this.#glance(phone);
    else if (show === "top") await this.#read(phone);
  }

  async #settled(phone) {
    await sim("POST", "settle").catch(() => null); // a lone emulator answers 501; the events come anyway
    if (phone) await this.acts.refresh(phone);
  }

  /** Whether what an action wants to press or to answer is there, opened again if it was closed. */
  async #ready(phone, { send, tap, in: words }) {
    if (send !== undefined) return !words || phone.asks(words);
    if (tap === undefined) return true;
    if (words && !phone.count(words)) await this.#news(phone, words);
    if (await this.#found(phone, tap, words)) return true;
    if (words) return false;
    const closed = phone.closed(OPEN);
    if (!closed) return false;
    await this.#click(phone, { node: closed, reply: false });
    await this.#settled(phone);
    return Boolean(await this.#found(phone, tap));
  }

  async #found(phone, label, words) {
    for (let waited = 0; ; waited += 150) {
      const found = phone.button(label, words);
      if (found || waited > LATER_MS) return found;
      await sleep(150);
    }
  }

  /** Back to where this part of the story began, and from there to just before action `number`. */
  async #comeBack(phone, index, number, action) {
    const { steps } = this.data;
    let from = index;
    const { person } = steps[index];
    while (steps[from]?.person === person && !steps[from].again) from--;
    if (steps[from]?.person !== person || this.back) return; // then the action itself says what is missing
    const missed = steps.slice(from, index + 1).flatMap((step, i) =>
      [step.do ?? []].flat().slice(0, from + i === index ? number : undefined));
    this.back = true;
    try {
      for (const each of [...steps[from].again, ...missed]) {
        if (each.send === undefined && each.tap === undefined) continue; // time does not pass twice
        const whose = this.acts.find(each.person ?? person);
        await this.#ready(whose, each);
        await this.#do(whose, each);
        await this.#settled(whose);
      }
    } finally {
      this.back = false;
    }
    await this.#ready(phone, action);
  }

  async #move(body) {
    await this.#point(this.acts.clockButton(body));
    const why = await this.acts.move(body);
    if (why) throw new Error(why);
  }

  async #news(phone, words, times = 1) {
    for (let events = 0; phone.count(words) < times; events++) {
      if (events === MOST_EVENTS) throw new Error(w("noNews", { name: phone.person.name }));
      await this.#move({ to: "next" });
      await this.#settled(phone);
    }
  }

  async #glance(phone) {
    phone.lockScreen(true);
    await this.#pause(1800);
  }

  async #read(phone) {
    phone.log.toTop();
    await this.#pause(900);
  }

  async #type(phone, text, words) {
    if (words && !phone.asks(words)) throw new Error(w("notAsked", { name: phone.person.name }));
    phone.setDraft(text);
    phone.input.classList.add("pointed");
    await this.#pause(650);
    phone.input.classList.remove("pointed");
    phone.setDraft("");
    phone.touch();
    await sim("POST", `${phone.person.id}/send`, { text });
  }

  async #press(phone, label, words) {
    const found = await this.#found(phone, label, words);
    if (!found) throw new Error(w("noButton", { label }));
    await this.#click(phone, found);
  }

  async #click(phone, { node, reply }) {
    if (!reply) phone.log.reveal(node);
    await this.#point(node);
    phone.touch();
    const { label: text, data, message } = node.dataset;
    const [path, body] = reply ? ["send", { text }] : ["tap", { data, message_id: Number(message) }];
    await sim("POST", `${phone.person.id}/${path}`, body);
  }

  async #point(node) {
    node.classList.add("pointed");
    await this.#pause(500);
    node.classList.remove("pointed");
  }

  /** For those who watch, unless they are in a hurry. */
  async #pause(ms) {
    for (let left = ms; left > 0 && !this.hurry; left -= 50) await sleep(50);
  }
}

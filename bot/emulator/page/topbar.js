// The bar at the top: the demo's clock, the faults, the count of breaches, light and dark.

import { peek, rows, sim } from "./api.js";
import { showViolations } from "./dialogs.js";
import { h, icon, narrow, notice, sleep } from "./dom.js";
import { dayName, oClock } from "./time.js";
import { w } from "./words.js";

const el = (id) => document.getElementById(id);

export class TopBar {
  /** `ticked(now)` after each reading of the clock; `block(id, bool)`; `people()`. */
  constructor(acts) {
    this.acts = acts;
    this.breaches = null;
    this.moving = false;
    el("hour").addEventListener("click", () => this.move({ advance: "PT1H" }));
    el("day").addEventListener("click", () => this.move({ advance: "P1D" }));
    el("next").addEventListener("click", () => this.move({ to: "next" }));
    el("violations").addEventListener("click", () => showViolations(this.breaches ?? []));
    el("theme").append(icon("theme"));
    el("theme").addEventListener("click", () => this.#otherTheme());
    this.#menu();
    this.#theme(localStorage.getItem("losbot-theme"));
  }

  words() {
    this.#clock();
    this.#pill();
    this.faultsPanel();
  }

  // --- the clock

  async readClock() {
    const clock = await peek("clock");
    if (clock?.now) this.setClock(clock);
  }

  setClock(clock) {
    this.clock = { ...this.clock, ...clock };
    this.#clock();
    this.acts.ticked(this.clock.now);
  }

  #clock() {
    if (!this.clock) return;
    const { now, next } = this.clock;
    const due = typeof next === "string" ? next : next?.at;
    const [date, time] = el("now").querySelectorAll("span");
    el("now").firstElementChild.dateTime = now;
    date.textContent = dayName(now);
    time.textContent = oClock(now);
    el("next-when").textContent = this.moving ? w("forward") : due ? `${dayName(due, true)} ${oClock(due)}` : w("nothing");
    for (const id of ["hour", "day", "next"]) {
      // aria-disabled, not disabled: the focus must not jump while the clock runs.
      el(id).setAttribute("aria-disabled", String(this.moving || (id === "next" && !due)));
    }
  }

  /** Returns null, or why it did not work. A push during a push waits for it only if it `must`. */
  async move(body, must = false) {
    while (must && this.moving) await sleep(100);
    if (this.moving || (!must && body.to === "next" && !this.clock?.next)) return null;
    this.moving = true;
    this.#clock();
    let why = null;
    try {
      const clock = await sim("POST", "clock", body);
      if (clock?.now) this.setClock(clock);
      // On a narrow window the clock itself has scrolled away.
      if (clock?.now && narrow.matches) notice(`${dayName(clock.now)} ${oClock(clock.now)}`);
    } catch (error) {
      why = error.message;
      notice(w("failed", { why }));
    }
    this.moving = false;
    await this.readClock();
    this.#clock();
    return why;
  }

  /** The button that does this, for the tour to point at. */
  button(body) {
    return el({ PT1H: "hour", P1D: "day" }[body.advance] ?? "next");
  }

  // --- breaches and faults

  async readCounts() {
    const [breaches, faults] = await Promise.all([peek("violations"), peek("faults")]);
    if (breaches) this.breaches = rows(breaches);
    const waiting = rows(faults).reduce((sum, fault) => sum + (fault.left ?? fault.times ?? 1), 0);
    el("faults-count").hidden = !waiting;
    el("faults-count").textContent = String(waiting);
    el("faults-count").title = w("fWaiting", { n: waiting });
    this.#pill();
  }

  #pill() {
    const n = this.breaches?.length;
    el("violations").classList.toggle("bad", n > 0);
    el("violations").replaceChildren(icon(n > 0 ? "alert" : "check"), w("violations", { n: n ?? "–" }));
  }

  #menu() {
    const menu = el("faults");
    const close = () => { menu.open = false; };
    menu.addEventListener("toggle", () => menu.open && this.faultsPanel());
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      close();
      menu.firstElementChild.focus();
    });
    document.addEventListener("pointerdown", (event) => menu.contains(event.target) || close());
    menu.addEventListener("focusout", (event) => event.relatedTarget && !menu.contains(event.relatedTarget) && close());
  }

  faultsPanel() {
    const arm = (word, fault) => h("button", { class: "wide", onclick: () => this.#arm(fault) }, h("b", {}, w(word)), h("small", {}, w(`${word}Text`)));
    const chosen = this.who?.value;
    const withPhones = this.acts.people().filter(({ channel }) => channel !== "web"); // nobody blocks a page
    this.who = h("select", { "aria-label": w("fWho"), onchange: () => this.#blockWord() },
      ...withPhones.map((person) => h("option", { value: person.id }, person.name)));
    if (chosen) this.who.value = chosen;
    this.blockButton = h("button", { onclick: () => this.#toggleBlock() });
    el("faults").querySelector(".panel").replaceChildren(
      arm("f429", { method: "sendMessage", code: 429, description: "Too Many Requests: retry after 3", retry_after: 3, times: 1 }),
      arm("fTimeout", { method: "sendMessage", after_delivery: true, drop: true, times: 1 }),
      h("div", { class: "pair" }, this.who, this.blockButton),
      h("button", { class: "wide", onclick: () => this.#reset() }, h("b", {}, w("reset"))));
    this.#blockWord();
  }

  #chosen() {
    return this.acts.people().find((person) => String(person.id) === this.who.value);
  }

  #blockWord() {
    this.blockButton.textContent = w(this.#chosen()?.blocked ? "fUnblock" : "fBlock");
  }

  async #toggleBlock() {
    const person = this.#chosen();
    if (person) await this.acts.block(person.id, !person.blocked);
    this.#blockWord();
  }

  async #arm(fault) {
    await this.#try(() => sim("POST", "faults", [fault]), "fArmed");
  }

  async #reset() {
    await this.#try(async () => {
      await sim("DELETE", "faults");
      for (const person of this.acts.people()) if (person.blocked) await this.acts.block(person.id, false);
    }, "fReset");
    this.#blockWord();
  }

  async #try(work, word) {
    try {
      await work();
      notice(w(word));
    } catch (error) {
      notice(w("failed", { why: error.message }));
    }
    await this.readCounts();
  }

  // --- light and dark: the system's choice until the reader makes one

  #theme(name) {
    if (name === "light" || name === "dark") document.documentElement.dataset.theme = name;
  }

  #otherTheme() {
    const now = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const other = now === "dark" ? "light" : "dark";
    this.#theme(other);
    localStorage.setItem("losbot-theme", other);
  }
}

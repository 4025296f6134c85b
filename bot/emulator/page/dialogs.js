// Small questions the page asks, each in a <dialog>: it traps the focus and closes on Esc by itself.

import { avatar, bdi, h } from "./dom.js";
import { safeUrl } from "./message.js";
import { w } from "./words.js";

// The languages an invented stranger's phone may have; named in themselves, as phones do.
const TONGUES = { nb: "Bokmål", nn: "Nynorsk", en: "English", se: "Davvisámegiella", pl: "Polski", uk: "Українська", so: "Soomaali", ar: "العربية", fa: "فارسی", ti: "ትግርኛ" };

function ask(title, ...content) {
  const dialog = h("dialog", { class: "ask", "aria-label": title },
    h("h2", {}, title), ...content);
  dialog.addEventListener("close", () => dialog.remove());
  // A click on the backdrop has the dialog itself as its target.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

const closeButton = (word) => h("button", { onclick: (e) => e.target.closest("dialog").close() }, w(word));

/** A deep link works on any phone: on whose is it opened? */
export function chooseWho(people, chosen) {
  const dialog = ask(w("whose"), h("p", {}, w("whoseText")),
    h("div", { class: "who" }, ...people.map((person) =>
      h("button", { onclick: () => { dialog.close(); chosen(person); } },
        avatar(person), h("span", {}, bdi(person.name), h("small", { dir: "auto" }, person.role ?? ""))))),
    h("div", { class: "ends" }, closeButton("cancel")));
}

/** Nothing leaves this machine unless the reader says so, with the address before the eyes. */
export function openOutside(url) {
  const href = safeUrl(url);
  ask(w("outside"), h("p", { class: "address", dir: "ltr" }, url),
    h("div", { class: "ends" }, closeButton("cancel"),
      href ? h("a", { class: "primary", href, target: "_blank", rel: "noopener noreferrer", onclick: (e) => e.target.closest("dialog").close() }, w("open")) : null));
}

export function askStranger(add) {
  const name = h("input", { value: w("unknown"), maxlength: "128", dir: "auto", required: true });
  const tongue = h("select", {}, ...Object.entries(TONGUES).map(([code, own]) => h("option", { value: code, lang: code }, own)));
  const form = h("form", { method: "dialog", onsubmit: () => add(name.value.trim(), tongue.value) },
    h("label", {}, w("name"), name), h("label", {}, w("tongue"), tongue),
    h("div", { class: "ends" }, closeButton("cancel"), h("button", { class: "primary" }, w("add"))));
  form.querySelector(".primary").type = "submit";
  ask(w("stranger"), h("p", {}, w("strangerText")), form);
  name.select();
}

export function showViolations(list) {
  ask(w("violations", { n: list.length }),
    list.length
      ? h("ol", { class: "breaches" }, ...list.map((v) => h("li", { dir: "ltr" }, v.what ? `${v.method}: ${v.what}` : JSON.stringify(v))))
      : h("p", {}, w("noViolations")),
    h("div", { class: "ends" }, closeButton("close")));
}

// Building blocks. There is no innerHTML anywhere on this page: names and messages come from
// people (and from testers who call themselves "<b>"), so all text goes in as text.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  send: "M4 12 20 4.5 16 20l-4.5-6zM11.5 14 20 4.5",
  menu: "M5 7h14M5 12h14M5 17h9",
  keyboard: "M4 6h7v5H4zM13 6h7v5h-7zM4 13h7v5H4zM13 13h7v5h-7z",
  bell: "M6 16.5h12c-1.2-1.2-1.8-2.4-1.8-6A4.2 4.2 0 0 0 12 6a4.2 4.2 0 0 0-4.2 4.5c0 3.6-.6 4.8-1.8 6zM10.4 19h3.2M12 6V4.5",
  down: "M12 5v13M6.5 12.5 12 18l5.5-5.5",
  file: "M7 3.5h6.5L18 8v12.5H7zM13 3.5V8.5h5",
  out: "M9 15 18 6M11 6h7v7",
  web: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17",
  close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  theme: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
  check: "M5 12.5l4.5 4.5L19 7.5",
  alert: "M12 7v6M12 16.4v.2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** h("button", {class: "x", "aria-label": "y", onclick: f}, "text", node, null) */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  if (tag === "button") el.type = "button";
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) el.addEventListener(key.slice(2), value);
    else el.setAttribute(key, value === true ? "" : value);
  }
  el.append(...children.filter((child) => child !== null && child !== undefined));
  return el;
}

/** A name, fenced off so that its writing direction cannot turn the words around it. */
export const bdi = (text) => h("bdi", {}, text);

/** Words for a screen reader only. */
export const spoken = (text) => h("span", { class: "sr" }, text);

export const initial = (name) => [...name.trim()].find((c) => /\p{L}|\p{N}/u.test(c))?.toUpperCase() ?? "?";

export const avatar = (person) =>
  h("span", { class: `avatar tint-${(person.id + 1) % 9}`, "aria-hidden": "true" }, initial(person.name));

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const narrow = matchMedia("(max-width: 640px)");
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

let noticeTimer;

/** One line at the top of the page, for what concerns the page and not a phone. */
export function notice(text) {
  const box = document.getElementById("notice");
  box.textContent = text;
  box.classList.add("on");
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => box.classList.remove("on"), 4000);
}

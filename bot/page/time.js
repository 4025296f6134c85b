// Everything on the page is told in Oslo's time, whatever the reader's own machine believes.
// Names of days and months are ours: browsers without nynorsk would quietly answer in English.

import { lang, w } from "./words.js";

const OSLO = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/Oslo", hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
});

function parts(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return null;
  return Object.fromEntries(OSLO.formatToParts(date).map((part) => [part.type, part.value]));
}

export function dayKey(iso) {
  const p = parts(iso);
  return p ? `${p.year}-${p.month}-${p.day}` : "";
}

export function hhmm(iso) {
  const p = parts(iso);
  return p ? `${p.hour}:${p.minute}` : "";
}

/** "torsdag 3. desember", "Thursday 3 December"; short: "tor. 3. des." */
export function dayName(iso, short = false) {
  const p = parts(iso);
  if (!p) return "";
  const weekday = new Date(Date.UTC(+p.year, +p.month - 1, +p.day)).getUTCDay();
  let day = w("days").split(" ")[weekday];
  let month = w("months").split(" ")[+p.month - 1];
  const dot = lang === "en" ? "" : ".";
  if (short) [day, month] = [day.slice(0, 3) + dot, month.length > 4 ? month.slice(0, 3) + dot : month];
  return `${day} ${+p.day}${dot} ${month}`;
}

/** The hour as prose writes it: "kl. 14.15" in Norwegian, "14:15" in English. */
export function oClock(iso) {
  return lang === "en" ? hhmm(iso) : `kl. ${hhmm(iso).replace(":", ".")}`;
}

// The page's only way out: /sim on the server it came from.

import { w } from "./words.js";

/** Why something failed, in the page's words: the server speaks to programmers. */
const WHY = { 0: "offline", 400: "notNow", 404: "gone", 504: "slow" };

export async function sim(method, path, body) {
  const init = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) {
    init.headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  const response = await fetch(`/sim/${path}`, init).catch(() => ({ status: 0, text: () => "" }));
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    answer = text;
  }
  if (response.ok) return answer;
  throw new Error(w(WHY[response.status] ?? "broken"));
}

/** A read that may fail in silence: the next event asks again. */
export const peek = (path) => sim("GET", path).catch(() => null);

/** Lists come bare or under a name; both are fine here. */
export const rows = (answer) => (Array.isArray(answer) ? answer : Object.values(answer ?? {}).find(Array.isArray) ?? []);

/**
 * Server-sent events that survive a restart of the server. The browser reconnects by itself
 * after a cut, but gives up on an HTTP error (as a half-started server may answer), hence the
 * second loop. `opened` runs at every connection, so that whatever was missed is read again.
 */
export function listen(handlers, opened, lost) {
  let source;
  let retry;
  const connect = () => {
    source = new EventSource("/sim/events");
    source.onopen = opened;
    source.onerror = () => {
      lost();
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(retry);
      retry = setTimeout(connect, 1500);
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        let data = {};
        try {
          data = JSON.parse(event.data || "{}");
        } catch {
          // An event we cannot read still says that something happened.
        }
        handle(data);
      });
    }
  };
  connect();
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && connect());
}

/**
 * Run `work` now, and once more if asked again meanwhile: a burst of events costs two reads.
 * Whoever asks can wait for the last of them.
 */
export function coalesced(work) {
  let running = null;
  let again = false;
  const loop = async () => {
    do {
      again = false;
      try {
        await work();
      } catch {
        // The event stream tells us when the server is back.
      }
    } while (again);
    running = null;
  };
  return () => {
    if (running) again = true;
    else running = loop();
    return running;
  };
}

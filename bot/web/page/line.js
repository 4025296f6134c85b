// The line to the server: what is said goes out in order and until it is heard; what is new comes in.

import { sleep } from "./dom.js";
import { told } from "./words.js";

const LONGEST_WAIT = 15000;

const nonce = () => [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("");

/** Says one thing after the other. The same nonce until it is heard, so that nothing is heard twice. */
export class Mouth {
  #last = Promise.resolve();

  /** `trouble(name)`: why it takes long, or null when it goes again. Resolves to {status, help, kept}. */
  constructor(trouble) {
    this.trouble = trouble;
  }

  say(body) {
    const sent = { ...body, lang: told.lang, proof: told.proof, nonce: nonce() };
    const mine = this.#last.then(() => this.#until(sent));
    this.#last = mine.catch(() => null);
    return mine;
  }

  async #until(body) {
    for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      const answer = await this.#once(body);
      if (answer.help || ![0, 429, 502, 503, 504].includes(answer.status)) {
        this.trouble(null);
        if (answer.status < 500) return answer;
      }
      this.trouble(answer.status === 429 ? "slow" : "unsent");
      await sleep(wait);
    }
  }

  async #once(body) {
    try {
      const response = await fetch("/si", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
      const answer = await response.json().catch(() => ({}));
      return { status: response.status, help: answer.help ?? null, kept: answer.kept ?? false, after: answer.after ?? 0 };
    } catch {
      return { status: 0, help: null };
    }
  }
}

/** `heard`: {chat, alone, toast, hid, over, line(up)}. Goes on after a cut from the last number it heard. */
export function listen(heard) {
  let change = told.change;
  let source;
  let retry;
  const connect = () => {
    if (document.visibilityState === "hidden") return;
    source = new EventSource(`/strom?etter=${change}${told.closed ? "&stengt" : ""}`);
    source.onopen = () => heard.line(true);
    source.onerror = () => {
      heard.line(false);
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(retry);
      retry = setTimeout(connect, 3000);
    };
    source.addEventListener("chat", (event) => {
      change = Number(event.lastEventId);
      heard.chat(JSON.parse(event.data));
    });
    source.addEventListener("toast", (event) => heard.toast(JSON.parse(event.data).text));
    source.addEventListener("alone", (event) => heard.alone(JSON.parse(event.data)));
    source.addEventListener("hid", () => heard.hid());
    source.addEventListener("over", () => {
      source.close();
      heard.over();
    });
  };
  connect();
  // A page that nobody sees holds no line: what comes meanwhile is not seen, and may be told by mail.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") source?.close();
    else if (!source || source.readyState === EventSource.CLOSED) connect();
  });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && connect());
}

// A browser that waits for a yes in another chat: it goes on when there is an answer.

const EVERY_MS = 2000;

async function ask() {
  try {
    const reply = await fetch("/venter/svar", { headers: { Accept: "application/json" } });
    if (reply.ok && (await reply.json()).over) {
      location.replace("/venter");
      return;
    }
  } catch { /* the line is cut: ask again */ }
  setTimeout(ask, EVERY_MS);
}

setTimeout(ask, EVERY_MS);

// Passkeys: made on the page that says where one is logged in, shown on the front page. Where the
// browser cannot do it, the plain sentence stays that stands there without this script.

const place = document.getElementById("passkey");
const said = place?.querySelector(".said");
const button = place?.querySelector(".with button");

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(path, body) {
  const reply = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const told = await reply.json().catch(() => ({}));
  if (!reply.ok) throw Object.assign(new Error(String(reply.status)), { said: told.said });
  return told;
}

/** What a device has answered, as the server reads it. */
function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
}

const DOES = {
  async make() {
    const name = place.querySelector("input").value;
    const { proof } = place.dataset;
    const asked = await post("/nokkel/ny", { proof, name });
    asked.challenge = toBytes(asked.challenge);
    asked.user.id = toBytes(asked.user.id);
    for (const known of asked.excludeCredentials) known.id = toBytes(known.id);
    const credential = answered(await navigator.credentials.create({ publicKey: asked }));
    await post("/nokkel/lag", { proof, name, credential });
    location.reload();
  },
  async enter() {
    const asked = await post("/nokkel/be-om", {});
    asked.challenge = toBytes(asked.challenge);
    const credential = answered(await navigator.credentials.get({ publicKey: asked }));
    await post("/nokkel/vis", { credential });
    location.replace("/");
  },
};

async function pressed(event) {
  event.preventDefault();
  said.textContent = "";
  button.disabled = true;
  try {
    await DOES[place.dataset.does]();
  } catch (error) {
    said.textContent = error.said ?? said.dataset.failed;
  } finally {
    button.disabled = false;
  }
}

if (button && window.PublicKeyCredential) {
  place.querySelector(".without").hidden = true;
  place.querySelector(".with").hidden = false;
  if (button.form) button.form.addEventListener("submit", pressed);
  else button.addEventListener("click", pressed);
}

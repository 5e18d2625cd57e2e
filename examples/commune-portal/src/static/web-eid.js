// Signs in with a card: asks the Web eID browser extension by window messages, and sends what it answers as a form.
// In the demonstration, where no extension is there, a test card of the server signs in its place.

const form = document.getElementById("web-eid");
const status = document.getElementById("web-eid-status");

/** The extension is not there, or does not answer. */
class Absent extends Error {}

/** The person said no at the card reader. */
class Cancelled extends Error {}

const HANDSHAKE = 1500;
const PATIENCE = 120_000;

/** Asks the extension to have the card sign a challenge; gives the token. */
function authenticate(challengeNonce, lang) {
  return new Promise((resolve, reject) => {
    let timer = setTimeout(() => end(reject, new Absent()), HANDSHAKE);
    const end = (settle, value) => {
      clearTimeout(timer);
      window.removeEventListener("message", listen);
      settle(value);
    };
    const listen = (event) => {
      if (event.source !== window || event.origin !== window.location.origin) return;
      const { action, error, ...token } = event.data ?? {};
      if (action === "web-eid:authenticate-ack") {
        clearTimeout(timer);
        timer = setTimeout(() => end(reject, new Error("timeout")), PATIENCE);
      } else if (action === "web-eid:authenticate-success") {
        end(resolve, token);
      } else if (action === "web-eid:authenticate-failure") {
        const cancelled = error?.code === "ERR_WEBEID_USER_CANCELLED";
        end(reject, cancelled ? new Cancelled() : new Error(error?.code ?? "failure"));
      }
    };
    window.addEventListener("message", listen);
    window.postMessage({ action: "web-eid:authenticate", challengeNonce, lang }, window.location.origin);
  });
}

/** Posts fields of the session's own form; gives the JSON of the answer. */
async function post(path, fields) {
  const body = new URLSearchParams({ _token: form.elements.namedItem("_token").value, ...fields });
  const answer = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" } });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.message ?? json.code);
  return json;
}

/** The token of the demonstration's chosen card. */
function testCard(challengeNonce) {
  const chosen = document.querySelector("#test-card input[name=_card]:checked");
  return post(form.dataset.testCard, { _challenge_nonce: challengeNonce, _card: chosen?.value ?? "" });
}

async function token() {
  const { challengeNonce } = await post("/sign-in/challenge", {});
  try {
    return await authenticate(challengeNonce, form.dataset.lang);
  } catch (error) {
    if (error instanceof Absent && form.dataset.testCard) return testCard(challengeNonce);
    throw error;
  }
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  status.textContent = form.dataset.busy;
  try {
    form.elements.namedItem("_web_eid_token").value = JSON.stringify(await token());
    form.submit();
  } catch (error) {
    const { absent, cancelled, failed } = form.dataset;
    status.textContent = error instanceof Absent ? absent : error instanceof Cancelled ? cancelled : failed;
    button.disabled = false;
    button.focus();
  }
});

if (form) form.hidden = false;

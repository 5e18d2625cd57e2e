// Runs in the page: plays the Web eID extension, whose card is the demonstration's test card.

export function playExtension() {
  window.addEventListener("message", async (event) => {
    if (event.source !== window || event.data?.action !== "web-eid:authenticate") return;
    const answer = (message) => window.postMessage(message, window.location.origin);
    answer({ action: "web-eid:authenticate-ack" });
    const form = document.getElementById("test-card");
    const body = new URLSearchParams({
      _token: form.elements.namedItem("_token").value,
      _card: form.elements.namedItem("_card").value,
      _challenge_nonce: event.data.challengeNonce,
    });
    const token = await (await fetch("/sign-in/test-card/token", { method: "POST", body })).json();
    answer({ action: "web-eid:authenticate-success", ...token });
  });
}

// What a window must never do: ask another host, break the page's content security policy, log an error.

export class Watch {
  #found = [];
  #status = 0;

  static async over(page, origin) {
    const watch = new Watch(page, origin);
    // Where scripts run, violations are heard as events too.
    await page.exposeBinding("reportViolation", (_source, what) => watch.#found.push(`content security policy: ${what}`));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    return watch;
  }

  constructor(page, origin) {
    const context = page.context();
    context.on("request", (request) => {
      const url = new URL(request.url());
      const isOwn = url.origin === origin || url.protocol === "data:";
      if (!isOwn) this.#found.push(`asks another host: ${request.url()}`);
    });
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      // A download ends its navigation, and a navigation the requests of the page before.
      if (why !== "net::ERR_ABORTED") this.#found.push(`${request.url()} failed: ${why}`);
    });
    context.on("response", (response) => {
      if (response.request().isNavigationRequest()) this.#status = response.status();
      else if (response.status() >= 400) this.#found.push(`${response.url()} answered ${response.status()}`);
    });
    page.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      // Chromium logs a page's own refusal; `drain` is told which status the page should have.
      if (message.text().startsWith("Failed to load resource")) return;
      // Content security policy violations are logged as errors, with and without scripts.
      this.#found.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.#found.push(`script error: ${error.message}`));
  }

  /** What was found since it was last asked, the page's status among it if it is not the one expected. */
  drain({ status } = {}) {
    const found = this.#found.splice(0);
    if (status !== undefined && status !== this.#status) found.push(`answered ${this.#status}, not ${status}`);
    return found;
  }
}

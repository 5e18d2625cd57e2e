// A Chromium, and in it one window for each person, none of which shares cookies with another.

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

import { pageFaults } from "./page_faults.mjs";
import { playExtension } from "./extension.mjs";
import { Watch } from "./watch.mjs";

const PROGRAMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ARGUMENTS = [
  // Root, as whom tests run in containers, has no sandbox.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export class Browsers {
  faults = [];
  pages = 0;
  #people = [];

  static async start(options) {
    const executablePath = PROGRAMS.find((path) => existsSync(path));
    const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
    mkdirSync(options.folder, { recursive: true });
    const browsers = new Browsers(browser, options);
    if (!options.scripts) browsers.mirror = await browser.newPage(browsers.#window());
    return browsers;
  }

  constructor(browser, options) {
    this.browser = browser;
    this.options = options;
  }

  /** A window of somebody's own. With `extension`, one that plays the Web eID extension where scripts run. */
  async open(name, { extension = false } = {}) {
    const { origin, scripts } = this.options;
    const context = await this.browser.newContext({ ...this.#window(), baseURL: origin, javaScriptEnabled: scripts });
    context.setDefaultTimeout(20_000);
    if (extension) await context.addInitScript(playExtension);
    const page = await context.newPage();
    const person = new Person(this, name, page, await Watch.over(page, origin));
    this.#people.push(person);
    return person;
  }

  #window() {
    const { width } = this.options;
    return { viewport: { width, height: width < 600 ? 740 : 900 }, locale: "fr-BE", reducedMotion: "reduce" };
  }

  fault(where, what) {
    this.faults.push(`${where}: ${what}`);
  }

  /** A machine with much to do refuses a picture now and then: nothing is wrong with the page. */
  async picture(page, name) {
    const options = { path: join(this.options.folder, `${name}.png`), fullPage: true };
    for (let tries = 1; tries < 5; tries += 1) {
      try {
        return await page.screenshot(options);
      } catch (error) {
        if (!String(error).includes("Unable to capture screenshot")) throw error;
        await new Promise((again) => setTimeout(again, 500 * tries));
      }
    }
    return page.screenshot(options);
  }

  async lastPicture() {
    for (const person of this.#people) {
      await this.picture(person.page, `broken-${person.name}`).catch(() => {});
      this.fault(person.name, `was at ${person.page.url()}`);
    }
  }

  async stop() {
    for (const person of this.#people) person.watch.drain().forEach((what) => this.fault(person.name, what));
    await this.browser.close();
  }
}

/** Somebody with a window. */
class Person {
  constructor(browsers, name, page, watch) {
    Object.assign(this, { browsers, name, page, watch });
  }

  get scripts() {
    return this.browsers.options.scripts;
  }

  /** Checks the page that is shown now, and takes its picture. */
  async sees(name, { lang = "fr", status = 200 } = {}) {
    await this.page.waitForLoadState("load");
    this.browsers.pages += 1;
    await this.browsers.picture(this.page, name);
    const found = this.watch.drain({ status });
    found.push(...(await pageFaults(this.page, lang, this.browsers.mirror)));
    for (const what of found) this.browsers.fault(name, what);
  }

  /** What ought to hold; the walk goes on if it does not. */
  expects(holds, what) {
    if (!holds) this.browsers.fault(`${this.name} at ${this.page.url()}`, what);
  }

  /** That the page's content says so. */
  async reads(text) {
    const content = (await this.page.getByRole("main").innerText()).replace(/\s+/gu, " ");
    this.expects(content.includes(text), `does not say « ${text} »`);
  }

  /** Signs in on the page that is shown: with a script where scripts run, else with the test card's own form. */
  async signsInAs(name) {
    await this.page.getByRole("radio", { name }).check();
    const button = this.scripts ? "S’identifier avec ma carte" : "S’identifier avec la carte de test";
    await Promise.all([
      this.page.waitForURL((url) => !url.pathname.startsWith("/sign-in")),
      this.page.getByRole("button", { name: button }).click(),
    ]);
    const header = this.page.getByRole("banner");
    this.expects((await header.innerText()).includes(name), `is not signed in as ${name}`);
  }

  async follows(name) {
    await this.page.getByRole("link", { name }).first().click();
  }

  async presses(name) {
    await this.page.getByRole("button", { name, exact: true }).click();
  }
}

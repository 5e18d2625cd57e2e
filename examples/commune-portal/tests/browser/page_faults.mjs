// What every page must hold: no axe-core violation, one first heading, its language, nothing wider than the window.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** All of axe's rules, and that of WCAG 2.2 which it leaves off. */
const OPTIONS = { rules: { "target-size": { enabled: true } }, resultTypes: ["violations"] };

/** Faults of the page that is shown, in words. Where scripts do not run, axe-core looks at its reflection in `mirror`. */
export async function pageFaults(page, lang, mirror) {
  if (mirror) await reflect(page, mirror);
  const faults = await violations(mirror ?? page);
  const facts = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    title: document.title,
    wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    widest: [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .slice(0, 3)
      .map((element) => element.outerHTML.slice(0, 80)),
  }));
  if (facts.lang !== lang) faults.push(`is in « ${facts.lang} », not « ${lang} »`);
  if (facts.headings !== 1) faults.push(`has ${facts.headings} first headings`);
  if (facts.title.trim() === "") faults.push("has no title");
  if (facts.wider > 0) faults.push(`is ${facts.wider} px wider than its window: ${facts.widest.join(" | ")}`);
  return faults;
}

/** Evaluated by the browser's debugger, which the page's content security policy does not concern. */
async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate((options) => window.axe.run(document, options), OPTIONS);
  return found.violations.map(({ id, help, nodes }) => {
    const where = nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} (${node.failureSummary})`);
    return `axe ${id}, ${help}: ${where.join(" | ")}`;
  });
}

/**
 * Shows in `mirror`, a page where scripts run, what `page` shows without them: axe-core needs timers. The page's own scripts are
 * left out, and what it says for want of them is shown.
 */
async function reflect(page, mirror) {
  const html = (await page.content())
    .replace(/<script\b[^>]*><\/script>/gu, "")
    .replace(/<(\/?)noscript>/gu, "<$1div>");
  const address = page.url().split("#")[0];
  await mirror.route(address, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
  await mirror.goto(address);
  await mirror.unroute(address);
}

// Step 1, the directory; and the site in English.

/** Words, the beginning of one, and none of the accents; a list with a map beside it; an entry. */
export async function readDirectory(visitor) {
  const { page } = visitor;
  await page.goto("/");
  await visitor.reads("Enquête publique");
  await visitor.sees("1-home");

  for (const [query, found] of [["dorée", "La Mie dorée"], ["boul", "La Mie dorée"], ["bruyere", "Pharmacie de la Bruyère"]]) {
    await page.goto("/directory");
    await page.getByLabel("Que cherchez-vous ?").fill(query);
    await visitor.presses("Chercher");
    const links = await page.getByRole("main").getByRole("link").allInnerTexts();
    visitor.expects(links.some((text) => text.includes(found)), `« ${query} » does not find ${found}: ${links.join(", ")}`);
  }
  await visitor.sees("1-directory-results");
  visitor.expects((await page.getByRole("main").locator("svg").count()) === 1, "no map beside the list");
  visitor.expects((await page.getByRole("main").locator("ol > li").count()) >= 3, "no list of results");

  await page.goto("/directory?q=zzzz");
  await visitor.reads("Aucun résultat");
  await visitor.sees("1-directory-none");

  await page.goto("/directory?q=doree");
  await page.getByRole("main").getByRole("link", { name: "La Mie dorée" }).first().click();
  await page.getByRole("heading", { level: 1, name: "La Mie dorée" }).waitFor();
  await visitor.reads("Rue du Four 4");
  await visitor.reads("Pain au levain");
  await visitor.sees("1-directory-entry");

  await page.goto("/legal/accessibility");
  await visitor.sees("1-accessibility");
  await page.goto("/legal/privacy");
  await visitor.sees("1-privacy");
  await page.goto("/no-such-page");
  await visitor.sees("1-not-found", { status: 404 });
}

/** Everything in English, but the official notices, the form and the workflow of a commune whose language is French. */
export async function readInEnglish(visitor, citizen, order) {
  await visitor.page.goto("/");
  await visitor.follows("English");
  await visitor.reads("Welcome to Valbruyère");
  const notice = visitor.page.getByRole("heading", { name: "Enquête publique" });
  const lang = await notice.evaluate((heading) => heading.closest("[lang]").lang);
  visitor.expects(lang === "fr", `the official notice is marked « ${lang} »`);
  await visitor.sees("7-home-english", { lang: "en" });
  await visitor.page.goto("/directory?q=bruyere");
  await visitor.sees("7-directory-english", { lang: "en" });

  await citizen.page.goto(order.path);
  await citizen.follows("English");
  citizen.expects(new URL(citizen.page.url()).pathname === order.path, "the language leads to another page");
  await citizen.reads("step 4 of 4");
  await citizen.sees("7-file-english", { lang: "en" });
  await citizen.page.goto("/documents/event-attestation/order");
  await citizen.sees("7-form-english", { lang: "en" });
}

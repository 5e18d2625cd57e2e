// Steps 2, 3 and 6: signs in, orders a document, follows the file, downloads.

import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";

/** Orders two copies, wrongly first; gives the path, number, communication and price of the order. */
export async function orderDocument(citizen) {
  const { page } = citizen;
  await page.goto("/documents");
  await citizen.sees("2-documents");
  await citizen.follows("Attestation de manifestation");
  await page.getByRole("heading", { level: 1, name: "Attestation de manifestation" }).waitFor();
  await citizen.sees("2-document");
  await citizen.follows("Commander ce document");
  await page.getByRole("heading", { level: 1, name: "S’identifier" }).waitFor();
  await citizen.sees("2-sign-in");
  await citizen.signsInAs("Camille Modèle");
  await page.getByLabel("Nom de la manifestation").waitFor();
  await citizen.sees("3-form");

  await page.getByLabel("Nom de la manifestation").fill("Fête de la Saint-Éloi");
  await page.getByRole("radio", { name: "Brocante" }).check();
  await page.getByLabel("Lieu").fill("Place de la Bruyère");
  await page.getByLabel("Nombre d’exemplaires").fill("deux");
  await page.getByRole("radio", { name: "À télécharger" }).check();
  await page.getByRole("checkbox", { name: "Je certifie" }).check();
  await citizen.presses("Continuer");
  await mendMistakes(citizen);

  await citizen.presses("Continuer");
  await page.getByRole("heading", { level: 1, name: "Vérifiez votre commande" }).waitFor();
  await citizen.reads("Fête de la Saint-Éloi");
  // Two copies at 2,50 €.
  await citizen.reads("5,00 €");
  await citizen.sees("3-review");
  await citizen.presses("Commander avec obligation de paiement");
  await page.getByText("est enregistrée").waitFor();
  return readFile(citizen);
}

/** The summary takes the focus, and its links lead to the fields. */
async function mendMistakes(citizen) {
  const { page } = citizen;
  const summary = page.getByRole("alert");
  await summary.waitFor();
  await citizen.sees("3-form-mistakes", { status: 422 });
  citizen.expects((await page.title()).startsWith("Erreur"), "the title does not say that something is wrong");
  const isFocused = await summary.evaluate((element) => element === document.activeElement);
  citizen.expects(isFocused, "the summary of mistakes does not have the focus");
  const links = summary.getByRole("link");
  citizen.expects((await links.count()) === 2, `two mistakes, not ${await links.count()}`);
  for (const [label, value] of [["Date de la manifestation", inTwoMonths()], ["Nombre d’exemplaires", "2"]]) {
    await summary.getByRole("link", { name: label }).click();
    const field = page.getByLabel(label);
    const target = new URL(page.url()).hash.slice(1);
    citizen.expects((await field.getAttribute("id")) === target, `the link of « ${label} » leads elsewhere`);
    citizen.expects((await field.getAttribute("aria-invalid")) === "true", `« ${label} » is not marked`);
    await field.fill(value);
  }
  const kept = await page.getByLabel("Lieu").inputValue();
  citizen.expects(kept === "Place de la Bruyère", "a right answer was lost");
}

async function readFile(citizen) {
  const { page } = citizen;
  await citizen.sees("3-file-new");
  await citizen.reads("étape 2 sur 4");
  await citizen.reads("réponse au plus tard le");
  await citizen.reads("BE72 0000 0000 1616");
  const text = await page.getByRole("main").innerText();
  const number = text.match(/\d{4}\/E\/\d{5}/u)?.[0];
  const communication = text.match(/\+{3}[\d/]{14}\+{3}/u)?.[0];
  citizen.expects(number !== undefined, "the order has no number");
  const digits = (communication ?? "").replace(/\D/gu, "");
  // A structured communication's last two digits are the rest of the first ten by 97, or 97.
  const isOgm = digits.length === 12 && (Number(digits.slice(0, 10)) % 97 || 97) === Number(digits.slice(10));
  citizen.expects(isOgm, `no structured communication: ${communication}`);
  const code = page.getByRole("img", { name: "Code QR du virement" });
  const size = await code.boundingBox();
  citizen.expects(size !== null && size.width >= 100 && size.height >= 100, "the QR code of the transfer is not to be seen");
  return { path: new URL(page.url()).pathname, number, communication: digits, cents: 500 };
}

/** After the office: the last step, and who has looked at the file. */
export async function followFile(citizen, order) {
  await citizen.page.goto("/my-files");
  await citizen.sees("6-my-files");
  const ready = citizen.page.getByRole("link", { name: "Télécharger le document" });
  await citizen.follows(order.number);
  // The document is made by a job.
  for (let tries = 0; tries < 120 && (await ready.count()) === 0; tries += 1) {
    await citizen.page.waitForTimeout(250);
    await citizen.page.goto(order.path);
  }
  await citizen.reads("a consulté ce dossier");
  await citizen.sees("6-file-issued");
}

/** Downloads the document; gives the code that is in it. */
export async function download(citizen, order) {
  const [arriving] = await Promise.all([
    citizen.page.waitForEvent("download"),
    citizen.page.getByRole("link", { name: "Télécharger le document" }).click(),
  ]);
  const bytes = readFileSync(await arriving.path());
  citizen.expects(bytes.subarray(0, 5).toString("latin1") === "%PDF-", "what was downloaded is no PDF");
  citizen.expects(arriving.suggestedFilename() === `${order.number.replaceAll("/", "-")}.pdf`, arriving.suggestedFilename());
  await citizen.page.goto(order.path);
  await citizen.reads("étape 4 sur 4");
  const address = new RegExp(`${citizen.browsers.options.origin}/verify/([0-9A-Z-]+)`, "u");
  const code = plainTexts(bytes).map((text) => text.match(address)?.[1]).find(Boolean);
  if (code === undefined) throw new Error("the document has no link to the page that checks it");
  return code;
}

/** The file, and each of its streams that is compressed, as text. */
function plainTexts(bytes) {
  const texts = [bytes.toString("latin1")];
  for (const { index, 0: { length } } of texts[0].matchAll(/stream\r?\n/gu)) {
    try {
      texts.push(inflateSync(bytes.subarray(index + length), { finishFlush: 2 }).toString("latin1"));
    } catch {
      // Not compressed, or not this way.
    }
  }
  return texts;
}

function inTwoMonths() {
  return new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
}

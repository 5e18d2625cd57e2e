// Steps 4 and 5: the first administrator's account, the worklist, a refusal, the bank's statement, the decision.

import { statement } from "./coda.mjs";

/** Signs in by card, and opens the account with the code printed at the start: a wrong one first. */
export async function openAccount(clerk, firstCode) {
  const { page } = clerk;
  await page.goto("/office");
  await clerk.signsInAs("Alix Exemple");
  await page.getByLabel("Code à usage unique").fill("ABCDE-FGHJK-LMNPQ-RSTUV");
  await clerk.presses("Ouvrir mon compte");
  await page.getByRole("alert").waitFor();
  await clerk.sees("4-claim-wrong", { status: 422 });
  await page.getByLabel("Code à usage unique").fill(firstCode);
  await clerk.presses("Ouvrir mon compte");
  await page.getByRole("heading", { level: 1, name: "À traiter" }).waitFor();
  await clerk.sees("4-worklist");
  await clerk.reads("jours de retard");
  await clerk.reads("encore");
  await clerk.follows("En retard");
  await clerk.reads("Éloïse Fictive");
  await clerk.sees("4-worklist-late");

  await page.getByRole("navigation", { name: "Menu du bureau" }).getByRole("link", { name: "Personnel" }).click();
  await clerk.presses("Créer un code");
  await page.getByRole("alert").waitFor();
  await clerk.sees("4-staff", { status: 422 });
}

/** An order that is not paid can't be examined, and the page says so before and after one tries. */
export async function refuseWithReason(clerk, order) {
  const { page } = clerk;
  await page.goto("/office");
  await clerk.follows(order.number);
  await page.getByRole("heading", { level: 1, name: order.number }).waitFor();
  await clerk.sees("4-order");
  await clerk.presses("Mettre à l’examen");
  await page.getByRole("alert").waitFor();
  const why = await page.getByRole("alert").innerText();
  clerk.expects(why.includes("en attente de paiement"), `the refusal does not say why: ${why}`);
  await clerk.sees("4-order-refused", { status: 409 });
}

/** A file that is no statement, then one that pays the order, with a second line of nobody's. */
export async function importStatement(clerk, order) {
  const { page } = clerk;
  await page.goto("/office/statements");
  await clerk.sees("5-statements");
  await upload(clerk, "brol.txt", Buffer.from("pas un extrait\n"));
  await page.getByRole("alert").waitFor();
  await clerk.sees("5-statements-refused", { status: 422 });

  const lines = [
    { cents: order.cents, communication: order.communication },
    { cents: 1234, words: "MERCI POUR LA FETE" },
  ];
  await upload(clerk, "extrait.cod", statement(lines, new Date()));
  await page.getByRole("heading", { name: "Résultat de l’import" }).waitFor();
  await clerk.reads("Un paiement attribué à une commande.");
  await clerk.reads("Un paiement sans commande.");
  const paid = await page.getByRole("table", { name: "Paiements attribués" }).innerText();
  clerk.expects(paid.includes(order.number) && paid.includes("paie la commande"), `the payment is not the order's: ${paid}`);
  await clerk.reads("MERCI POUR LA FETE");
  clerk.expects((await page.getByText("Avertissements du fichier").count()) === 0, "the statement is warned of");
  await clerk.sees("5-statements-imported");
}

/** Examined, accepted, issued. */
export async function handle(clerk, order) {
  const { page } = clerk;
  await page.goto("/office");
  await clerk.follows(order.number);
  for (const [action, state] of [["Mettre à l’examen", "À l’examen"], ["Accepter", "Acceptée"], ["Établir le document", "établissement"]]) {
    await clerk.presses(action);
    await page.getByRole("button", { name: action, exact: true }).waitFor({ state: "detached" });
    if (action !== "Établir le document") await clerk.reads(state);
  }
  await clerk.sees("6-order-decided");
}

async function upload(clerk, name, buffer) {
  await clerk.page.getByLabel("Fichier de la banque").setInputFiles({ name, mimeType: "text/plain", buffer });
  await clerk.presses("Importer");
}

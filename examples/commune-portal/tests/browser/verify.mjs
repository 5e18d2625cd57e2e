// Step 6, for anybody: the page that checks a document's code.

export async function checkDocument(visitor, order, code) {
  const { page } = visitor;
  await page.goto("/verify");
  await visitor.sees("6-verify");

  await check(visitor, "n'importe quoi");
  await page.getByRole("alert").waitFor();
  await visitor.sees("6-verify-no-code", { status: 422 });

  await check(visitor, "22222-22222-22222-22222");
  await page.getByText("Aucun document ne porte ce code").waitFor();
  await visitor.sees("6-verify-unknown", { status: 404 });

  await check(visitor, code.toLowerCase());
  await page.getByText("Ce document est authentique et valable").waitFor();
  await visitor.reads(order.number);
  await visitor.reads("Attestation de manifestation");
  await visitor.reads("seule cette page prouve son authenticité");
  await visitor.sees("6-verify-good");

  // What the QR code of the document leads to.
  await page.goto(`/verify/${code}`);
  await visitor.reads(order.number);
  await visitor.sees("6-verify-by-code");
}

async function check(visitor, code) {
  await visitor.page.getByLabel("Code de vérification").fill(code);
  await visitor.presses("Vérifier");
}

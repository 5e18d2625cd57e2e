// Walks the six steps of the site in a browser, and checks every page on the way.
//
//   node run.mjs ORIGIN FIRST_CODE WIDTH on|off FOLDER
//
// ORIGIN is that of a demonstration just started, FIRST_CODE the code that it printed, `on|off` whether scripts run, and FOLDER
// where pictures go. Prints what is wrong, one fault a line, and exits with 1 if anything is.

import { Browsers } from "./browsers.mjs";
import { readDirectory, readInEnglish } from "./visitor.mjs";
import { download, followFile, orderDocument } from "./citizen.mjs";
import { handle, importStatement, openAccount, refuseWithReason } from "./office.mjs";
import { checkDocument } from "./verify.mjs";

const [origin, firstCode, width, scripts, folder] = process.argv.slice(2);
const browsers = await Browsers.start({ origin, width: Number(width), scripts: scripts === "on", folder });
try {
  const visitor = await browsers.open("visitor");
  const citizen = await browsers.open("citizen");
  const clerk = await browsers.open("clerk", { extension: true });

  await readDirectory(visitor);
  const order = await orderDocument(citizen);
  await openAccount(clerk, firstCode);
  await refuseWithReason(clerk, order);
  await importStatement(clerk, order);
  await handle(clerk, order);
  await followFile(citizen, order);
  const code = await download(citizen, order);
  await checkDocument(visitor, order, code);
  await readInEnglish(visitor, citizen, order);
} catch (error) {
  await browsers.lastPicture();
  browsers.fault("walk", error.stack ?? String(error));
} finally {
  await browsers.stop();
}
const { faults, pages } = browsers;
for (const fault of faults) console.log(fault);
console.log(`${pages} pages, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;

// A statement of account in CODA, version 2: records of 128 characters, amounts in thousandths.

const ACCOUNT = "BE72000000001616".padEnd(34) + "EUR";

/** Credits of a day: `cents`, and either a structured `communication` or `words`. */
export function statement(credits, day) {
  const date = day.toISOString().replace(/(..)(..)-(..)-(..).*/u, "$4$3$2");
  const sum = amount(credits.reduce((cents, credit) => cents + credit.cents, 0));
  const lines = credits.map(({ cents, communication, words }, index) => {
    const said = communication === undefined ? `0${words.padEnd(53)}` : `1${`101${communication}`.padEnd(53)}`;
    const sequence = String(index + 1).padStart(4, "0");
    return `21${sequence}0000${"REF".padEnd(21)}0${amount(cents)}${date}00150000${said}${date}00100 0`;
  });
  const header = `00000${date}72505${" ".repeat(8)}00000000  ${"COMMUNE".padEnd(26)}GEBABEBB   00000000000 00000`;
  const opening = `12001${ACCOUNT}0${amount(0)}${date}${"COMMUNE".padEnd(26)}${"COMPTE".padEnd(35)}001`;
  const closing = `8001${ACCOUNT}0${sum}${date}${" ".repeat(64)}0`;
  // The trailer counts the records 1, 2, 3 and 8, and sums debits and credits.
  const count = String(credits.length + 2).padStart(6, "0");
  const trailer = `9${" ".repeat(15)}${count}${amount(0)}${sum}`;
  const records = [header.padEnd(127) + "2", opening, ...lines, closing, trailer.padEnd(127) + "2"];
  for (const record of records) {
    if (record.length !== 128) throw new Error(`a record of ${record.length}: ${record}`);
  }
  return Buffer.from(records.map((record) => `${record}\r\n`).join(""), "latin1");
}

function amount(cents) {
  return String(cents * 10).padStart(15, "0");
}

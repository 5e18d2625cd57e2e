//! camt.052 (report), camt.053 (statement) and camt.054 (notification) of ISO 20022, any version.

use chrono::NaiveDate;

use super::{
    Balance, BankAmount, BankError, BankFault, BankFile, BankFormat, BankWarning, Communication, Counterparty,
    Direction, Movement, Statement, StructuredReference, WarningKind, movement,
};
use crate::{
    money::{Currency, MoneyError, decimal},
    xml::{self, Element},
};

pub(super) fn read(bytes: &[u8]) -> Result<BankFile, BankError> {
    let root = xml::read(bytes)?;
    let fail = |fault| BankError { line: root.line(), fault };
    let version = version(&root).ok_or_else(|| fail(BankFault::CamtMessage))?;
    let (message, statement) = match version.get(..8) {
        Some("camt.052") => ("BkToCstmrAcctRpt", "Rpt"),
        Some("camt.053") => ("BkToCstmrStmt", "Stmt"),
        Some("camt.054") => ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
        _ => return Err(fail(BankFault::CamtMessage)),
    };
    let message = root.first(message).ok_or_else(|| fail(BankFault::CamtMessage))?;
    let mut warnings = Vec::new();
    let statements: Vec<Statement> =
        message.all(statement).map(|element| self::statement(element, &mut warnings)).collect();
    if statements.is_empty() {
        return Err(BankError { line: message.line(), fault: BankFault::NoStatement });
    }
    Ok(BankFile { format: BankFormat::Camt(version), statements, warnings })
}

/// The message and version in the namespace, `urn:iso:std:iso:20022:tech:xsd:camt.053.001.08`.
fn version(root: &Element) -> Option<String> {
    if root.name() != "Document" {
        return None;
    }
    let namespace = root.namespaces().find_map(|address| address.strip_prefix("urn:iso:std:iso:20022:tech:xsd:"))?;
    Some(namespace.to_owned())
}

fn statement(element: &Element, warnings: &mut Vec<BankWarning>) -> Statement {
    let id = element.text_at(&["Id"]).unwrap_or_default();
    let account = element
        .text_at(&["Acct", "Id", "IBAN"])
        .or_else(|| element.text_at(&["Acct", "Id", "Othr", "Id"]))
        .unwrap_or_default();
    let mut statement = Statement {
        currency: element.text_at(&["Acct", "Ccy"]).and_then(|code| code.parse().ok()),
        balances: Vec::new(),
        movements: Vec::new(),
        line: element.line(),
        id,
        account,
    };
    for balance in element.all("Bal") {
        match self::balance(balance) {
            Some(balance) => statement.balances.push(balance),
            None => refuse(balance, "a balance without side, amount or currency", warnings),
        }
    }
    for (index, entry) in element.all("Ntry").enumerate() {
        let sequence = u32::try_from(index + 1).unwrap_or(u32::MAX);
        match self::entry(entry, sequence, &statement) {
            Some(movements) => {
                for movement in &movements {
                    warn_of(movement, warnings);
                }
                // One detail is the entry itself; several have to add up to it.
                if movements.len() > 2 && !movement::add_up(&movements[0], &movements[1..]) {
                    warnings.push(BankWarning { line: entry.line(), kind: WarningKind::Details });
                }
                statement.movements.extend(movements);
            }
            None => refuse(entry, "an entry without side, amount or currency", warnings),
        }
    }
    movement::tell_apart(&mut statement.movements);
    if let Some((found, stated)) = balances(&statement).filter(|(found, stated)| found != stated) {
        let (found, stated) = (decimal(found, 12), decimal(stated, 12));
        warnings.push(BankWarning { line: element.line(), kind: WarningKind::Balance { found, stated } });
    }
    statement
}

fn refuse(element: &Element, why: &'static str, warnings: &mut Vec<BankWarning>) {
    warnings.push(BankWarning { line: element.line(), kind: WarningKind::RecordRefused(why) });
}

fn warn_of(movement: &Movement, warnings: &mut Vec<BankWarning>) {
    if movement.amount.to_money() == Err(MoneyError::TooPrecise) {
        warnings.push(BankWarning { line: movement.line, kind: WarningKind::TooPrecise });
    }
    let references = &movement.communication.references;
    if references.iter().any(|reference| reference.is_meant_as_ogm() && reference.ogm().is_none()) {
        warnings.push(BankWarning { line: movement.line, kind: WarningKind::CheckDigits });
    }
}

fn balance(element: &Element) -> Option<Balance> {
    let kind = element.at(&["Tp", "CdOrPrtry"])?;
    Some(Balance {
        kind: kind.text_at(&["Cd"]).or_else(|| kind.text_at(&["Prtry"]))?,
        direction: direction(element)?,
        amount: amount(element.first("Amt")?)?,
        date: date(element, "Dt"),
    })
}

/// The entry, then its details.
fn entry(element: &Element, sequence: u32, statement: &Statement) -> Option<Vec<Movement>> {
    let direction = direction(element)?;
    let bank_reference =
        element.text_at(&["AcctSvcrRef"]).filter(|text| !matches!(text.as_str(), "NOTPROVIDED" | "NONREF"));
    let place = format!("camt/{}/{}", statement.account, statement.id);
    let head = Movement {
        key: match &bank_reference {
            Some(reference) => format!("camt/{}/ref/{reference}", statement.account),
            None => format!("{place}/{sequence}"),
        },
        sequence,
        detail: 0,
        bank_reference,
        end_to_end: None,
        direction,
        amount: amount(element.first("Amt")?)?,
        value_date: date(element, "ValDt"),
        entry_date: date(element, "BookgDt"),
        booked: status(element).is_none_or(|status| status == "BOOK"),
        reversal: element.text_at(&["RvslInd"]).is_some_and(|text| matches!(text.as_str(), "true" | "1")),
        communication: Communication::default(),
        counterparty: Counterparty::default(),
        line: element.line(),
    };
    let transactions: Vec<&Element> = element.all("NtryDtls").flat_map(|details| details.all("TxDtls")).collect();
    let mut movements = vec![head];
    for (index, transaction) in transactions.iter().enumerate() {
        let detail = transaction_of(transaction, index + 1, transactions.len() == 1, &movements[0]);
        movements.push(detail);
    }
    Some(movements)
}

fn transaction_of(element: &Element, number: usize, alone: bool, head: &Movement) -> Movement {
    let own = element.first("Amt").or_else(|| element.at(&["AmtDtls", "TxAmt", "Amt"])).and_then(amount);
    // A transaction often has the side of the payment order, not of the account: the entry's counts.
    let direction = head.direction;
    Movement {
        key: format!("{}/{number}", head.key),
        detail: u32::try_from(number).unwrap_or(u32::MAX),
        end_to_end: element.text_at(&["Refs", "EndToEndId"]),
        // What the account got is the entry's amount; one transaction is all of it.
        amount: if alone { head.amount } else { own.unwrap_or(head.amount) },
        communication: communication(element),
        counterparty: counterparty(element, direction),
        line: element.line(),
        ..head.clone()
    }
}

fn communication(element: &Element) -> Communication {
    let mut communication = Communication::default();
    for remittance in element.all("RmtInf") {
        communication.free.extend(remittance.all("Ustrd").map(|text| text.text().trim().to_owned()));
        for structured in remittance.all("Strd") {
            let Some(reference) = structured.first("CdtrRefInf") else {
                continue;
            };
            let Some(text) = reference.text_at(&["Ref"]) else {
                continue;
            };
            let kind = reference.first("Tp");
            let kind = kind.and_then(|kind| {
                kind.text_at(&["Issr"])
                    .or_else(|| kind.text_at(&["CdOrPrtry", "Cd"]))
                    .or_else(|| kind.text_at(&["CdOrPrtry", "Prtry"]))
            });
            communication.references.push(StructuredReference { kind: kind.unwrap_or_default(), text });
        }
    }
    communication
}

/// Who paid, of a credit; who got it, of a debit.
fn counterparty(element: &Element, direction: Direction) -> Counterparty {
    let (party, account, agent) = match direction {
        Direction::Credit => ("Dbtr", "DbtrAcct", "DbtrAgt"),
        Direction::Debit => ("Cdtr", "CdtrAcct", "CdtrAgt"),
    };
    let parties = element.first("RltdPties");
    let at = |path: &[&str]| parties.and_then(|parties| parties.text_at(path));
    let institution = element.at(&["RltdAgts", agent, "FinInstnId"]);
    Counterparty {
        name: at(&[party, "Nm"]).or_else(|| at(&[party, "Pty", "Nm"])),
        account: at(&[account, "Id", "IBAN"]).or_else(|| at(&[account, "Id", "Othr", "Id"])),
        bic: institution.and_then(|bank| bank.text_at(&["BICFI"]).or_else(|| bank.text_at(&["BIC"]))),
    }
}

fn direction(element: &Element) -> Option<Direction> {
    match element.text_at(&["CdtDbtInd"])?.as_str() {
        "CRDT" => Some(Direction::Credit),
        "DBIT" => Some(Direction::Debit),
        _ => None,
    }
}

fn amount(element: &Element) -> Option<BankAmount> {
    let currency: Currency = element.attribute("Ccy")?.parse().ok()?;
    BankAmount::parse(element.text().trim(), currency)
}

/// `Dt`, or the day of `DtTm`: local, whatever zone or fraction follows.
fn date(element: &Element, name: &str) -> Option<NaiveDate> {
    let date = element.first(name)?;
    let text = date.text_at(&["Dt"]).or_else(|| date.text_at(&["DtTm"]))?;
    NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()
}

/// `Sts`, since version 4 of some messages `Sts/Cd`.
fn status(element: &Element) -> Option<String> {
    element.text_at(&["Sts", "Cd"]).or_else(|| element.text_at(&["Sts"]))
}

/// What the opening balance and the entries lead to, and the closing balance, where all are in one currency.
fn balances(statement: &Statement) -> Option<(i128, i128)> {
    let (opening, closing) = (statement.opening()?, statement.closing()?);
    let currency = opening.amount.currency();
    let heads = || statement.movements.iter().filter(|movement| movement.detail == 0 && movement.booked);
    if closing.amount.currency() != currency || heads().any(|movement| movement.amount.currency() != currency) {
        return None;
    }
    let signed = |balance: &Balance| balance.direction.sign() * balance.amount.finest();
    let moved: i128 = heads().map(|movement| movement.direction.sign() * movement.amount.finest()).sum();
    Some((signed(opening) + moved, signed(closing)))
}

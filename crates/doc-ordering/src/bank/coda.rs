//! CODA, the coded statement of account of Febelfin, versions 1 and 2.

mod record;

use super::{
    Balance, BankAmount, BankError, BankFault, BankFile, BankFormat, BankWarning, Communication, Counterparty,
    Direction, Movement, Statement, StructuredReference, WarningKind, movement,
};
use crate::money::{Currency, MoneyError, decimal};

use record::Record;

const WIDTH: usize = 128;

pub(super) fn read(bytes: &[u8]) -> Result<BankFile, BankError> {
    let mut reader = Reader::default();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let number = index + 1;
        let fail = |fault| Err(BankError { line: number, fault });
        if line.is_empty() || line == b"\x1a" {
            continue;
        }
        if !reader.begun && line[0] != b'0' {
            return fail(BankFault::UnknownFormat);
        }
        if line.len() > WIDTH {
            return fail(BankFault::LineLength(line.len()));
        }
        let mut padded = [b' '; WIDTH];
        padded[..line.len()].copy_from_slice(line);
        if line.len() < WIDTH {
            reader.warn(number, WarningKind::ShortLine(line.len()));
        }
        reader.record(Record { bytes: &padded, line: number })?;
    }
    if !reader.begun {
        return Err(BankError { line: 1, fault: BankFault::UnknownFormat });
    }
    if let Some(section) = reader.section.take() {
        let line = section.statement.line;
        reader.warn(line, WarningKind::Unfinished);
        reader.finish(section.statement);
    }
    if reader.statements.is_empty() {
        return Err(BankError { line: 1, fault: BankFault::NoStatement });
    }
    Ok(BankFile { format: BankFormat::Coda, statements: reader.statements, warnings: reader.warnings })
}

/// What stands between a header and its trailer.
struct Section {
    statement: Statement,
    currency: Currency,
    /// Records 1, 2, 3 and 8.
    records: u64,
    /// The communication of the last movement, not cut yet.
    communication: String,
    structured: bool,
    /// Where the last movement stands; none after one that was refused.
    current: Option<usize>,
}

#[derive(Default)]
struct Reader {
    begun: bool,
    section: Option<Section>,
    statements: Vec<Statement>,
    warnings: Vec<BankWarning>,
    stray: u64,
}

impl Reader {
    fn warn(&mut self, line: usize, kind: WarningKind) {
        self.warnings.push(BankWarning { line, kind });
    }

    fn refuse(&mut self, record: &Record<'_>, why: &'static str) {
        self.warn(record.line, WarningKind::RecordRefused(why));
    }

    fn record(&mut self, record: Record<'_>) -> Result<(), BankError> {
        match record.kind() {
            "0" => return self.header(&record),
            "1" => return self.old_balance(&record),
            "9" => {
                self.trailer(&record);
                return Ok(());
            }
            "4" => return Ok(()),
            _ => {}
        }
        let Some(mut section) = self.section.take() else {
            self.stray += 1;
            self.refuse(&record, "outside of a statement");
            return Ok(());
        };
        section.records += 1;
        match record.kind() {
            "21" => self.movement(&record, &mut section),
            "22" => self.continuation(&record, &mut section, 10..63),
            "23" => {
                self.continuation(&record, &mut section, 82..125);
                if let Some(current) = section.current {
                    let counterparty = &mut section.statement.movements[current].counterparty;
                    counterparty.account = account_of(&record);
                    counterparty.name = record.some_text(47..82);
                }
            }
            // Information of the bank: addresses, justifications of fees.
            "31" | "32" | "33" => {}
            "8" => self.new_balance(&record, &mut section),
            _ => {
                section.records -= 1;
                self.refuse(&record, "unknown kind of record");
            }
        }
        self.section = Some(section);
        Ok(())
    }

    fn header(&mut self, record: &Record<'_>) -> Result<(), BankError> {
        self.begun = true;
        if let Some(section) = self.section.take() {
            self.warn(section.statement.line, WarningKind::Unfinished);
            self.finish(section.statement);
        }
        let version = record.byte(127);
        if !matches!(version, b'1' | b'2') {
            return Err(BankError { line: record.line, fault: BankFault::CodaVersion(char::from(version)) });
        }
        if record.byte(16) == b'D' {
            self.warn(record.line, WarningKind::Duplicate);
        }
        Ok(())
    }

    fn old_balance(&mut self, record: &Record<'_>) -> Result<(), BankError> {
        if let Some(section) = self.section.take() {
            self.warn(section.statement.line, WarningKind::Unfinished);
            self.finish(section.statement);
        }
        let (account, currency) = record.account(5);
        let currency = match currency {
            Some(currency) => currency.map_err(|()| BankError { line: record.line, fault: BankFault::Currency })?,
            None => Currency::EUR,
        };
        let mut section = Section {
            statement: Statement {
                id: record.text(2..5),
                account,
                currency: Some(currency),
                balances: Vec::new(),
                movements: Vec::new(),
                line: record.line,
            },
            currency,
            records: 1,
            communication: String::new(),
            structured: false,
            current: None,
        };
        self.balance(record, &mut section, "OPBD", 42, 58..64);
        self.section = Some(section);
        Ok(())
    }

    /// A sign, fifteen digits of an amount, and a date.
    fn balance(
        &mut self,
        record: &Record<'_>,
        section: &mut Section,
        kind: &str,
        sign: usize,
        date: std::ops::Range<usize>,
    ) {
        match (record.direction(sign), record.number(sign + 1..sign + 16)) {
            (Some(direction), Some(amount)) => section.statement.balances.push(Balance {
                kind: kind.to_owned(),
                direction,
                amount: BankAmount::thousandths(amount, section.currency),
                date: record.date(date),
            }),
            _ => self.refuse(record, "a balance without sign or amount"),
        }
    }

    fn movement(&mut self, record: &Record<'_>, section: &mut Section) {
        finish_communication(section, &mut self.warnings);
        let parts = (record.number(2..6), record.number(6..10), record.direction(31), record.number(32..47));
        let (Some(sequence), Some(detail), Some(direction), Some(amount)) = parts else {
            section.current = None;
            self.refuse(record, "a movement without number, sign or amount");
            return;
        };
        let amount = BankAmount::thousandths(amount, section.currency);
        if amount.to_money() == Err(MoneyError::TooPrecise) {
            self.warn(record.line, WarningKind::TooPrecise);
        }
        let statement = &mut section.statement;
        let day = statement
            .balances
            .first()
            .and_then(|balance| balance.date)
            .map_or_else(String::new, |date| date.to_string());
        section.current = Some(statement.movements.len());
        section.structured = record.byte(61) == b'1';
        section.communication = record.raw(62..115);
        statement.movements.push(Movement {
            key: format!("coda/{}/{}/{day}/{sequence}/{detail}", statement.account, statement.id),
            sequence: u32::try_from(sequence).unwrap_or(u32::MAX),
            detail: u32::try_from(detail).unwrap_or(u32::MAX),
            bank_reference: record.some_text(10..31),
            end_to_end: None,
            direction,
            amount,
            value_date: record.date(47..53),
            entry_date: record.date(115..121),
            booked: true,
            reversal: false,
            communication: Communication::default(),
            counterparty: Counterparty::default(),
            line: record.line,
        });
    }

    fn continuation(&mut self, record: &Record<'_>, section: &mut Section, communication: std::ops::Range<usize>) {
        let belongs = section.current.map(|current| &section.statement.movements[current]).is_some_and(|movement| {
            (record.number(2..6), record.number(6..10))
                == (Some(movement.sequence.into()), Some(movement.detail.into()))
        });
        if !belongs {
            self.refuse(record, "a continuation of another movement");
            return;
        }
        section.communication.push_str(&record.raw(communication));
        if let (Some(current), "22") = (section.current, record.kind()) {
            let movement = &mut section.statement.movements[current];
            movement.end_to_end = record.some_text(63..98);
            movement.counterparty.bic = record.some_text(98..109);
        }
    }

    fn new_balance(&mut self, record: &Record<'_>, section: &mut Section) {
        finish_communication(section, &mut self.warnings);
        section.current = None;
        self.balance(record, section, "CLBD", 41, 57..63);
        if record.account(4).0 != section.statement.account {
            self.warn(record.line, WarningKind::AccountChanged);
        }
        let closing = record.text(1..4);
        if closing != section.statement.id {
            self.warn(record.line, WarningKind::NumberChanged { opening: section.statement.id.clone(), closing });
        }
        let Some((found, stated)) = balances(&section.statement) else {
            return;
        };
        if found != stated {
            let (found, stated) = (decimal(found, 3), decimal(stated, 3));
            self.warn(record.line, WarningKind::Balance { found, stated });
        }
    }

    fn trailer(&mut self, record: &Record<'_>) {
        let Some(mut section) = self.section.take() else {
            self.refuse(record, "a trailer without statement");
            return;
        };
        finish_communication(&mut section, &mut self.warnings);
        let found = section.records + std::mem::take(&mut self.stray);
        match record.number(16..22).and_then(|trailer| u64::try_from(trailer).ok()) {
            Some(trailer) if trailer != found => self.warn(record.line, WarningKind::RecordCount { found, trailer }),
            Some(_) => {}
            None => self.refuse(record, "a trailer without count"),
        }
        for (side, direction, range) in [("debit", Direction::Debit, 22..37), ("credit", Direction::Credit, 37..52)] {
            let found = sum(&section.statement, direction);
            match record.number(range).map(i128::from) {
                Some(trailer) if trailer != found => {
                    let (found, trailer) = (decimal(found, 3), decimal(trailer, 3));
                    self.warn(record.line, WarningKind::Sum { side, found, trailer });
                }
                Some(_) => {}
                None => self.refuse(record, "a trailer without sum"),
            }
        }
        self.finish(section.statement);
    }

    fn finish(&mut self, mut statement: Statement) {
        movement::tell_apart(&mut statement.movements);
        for group in statement.groups().filter(|group| group.len() > 1 && group[0].detail == 0) {
            if !movement::add_up(&group[0], &group[1..]) {
                self.warnings.push(BankWarning { line: group[0].line, kind: WarningKind::Details });
            }
        }
        self.statements.push(statement);
    }
}

/// Record 23: an account of up to 34 characters, then its currency.
fn account_of(record: &Record<'_>) -> Option<String> {
    record.some_text(10..44)
}

/// Cuts the collected communication of the last movement.
fn finish_communication(section: &mut Section, warnings: &mut Vec<BankWarning>) {
    let text = std::mem::take(&mut section.communication);
    let Some(current) = section.current else {
        return;
    };
    let movement = &mut section.statement.movements[current];
    if section.structured {
        // Three digits of type, then what the type says; 101 and 102 are Belgian structured communications. One byte of the
        // file is one character, not one byte, of the text.
        let kind: String = text.chars().take(3).collect();
        let data: String = text.chars().skip(3).collect();
        let meant = matches!(kind.as_str(), "101" | "102");
        let data = if meant { data.chars().take(12).collect() } else { data };
        let reference = StructuredReference { kind, text: data.trim().to_owned() };
        if meant && reference.ogm().is_none() {
            warnings.push(BankWarning { line: movement.line, kind: WarningKind::CheckDigits });
        }
        movement.communication.references.push(reference);
    } else if !text.trim().is_empty() {
        movement.communication.free.push(text.trim().to_owned());
    }
    section.structured = false;
}

/// The sum of the movements of a side, in thousandths, without details under a head.
fn sum(statement: &Statement, direction: Direction) -> i128 {
    let heads = statement.movements.iter().filter(|movement| movement.detail == 0 && movement.direction == direction);
    heads.map(|movement| movement.amount.finest() / 1_000_000_000).sum()
}

/// What old balance and movements lead to, and what the new balance says, in thousandths.
fn balances(statement: &Statement) -> Option<(i128, i128)> {
    let signed = |balance: &Balance| balance.direction.sign() * balance.amount.finest() / 1_000_000_000;
    let (opening, closing) = (signed(statement.opening()?), signed(statement.closing()?));
    Some((opening + sum(statement, Direction::Credit) - sum(statement, Direction::Debit), closing))
}

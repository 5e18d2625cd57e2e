use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use chrono::NaiveDate;

use super::{BankAmount, BankWarning, Communication};
use crate::money::Currency;

/// A statement file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFile {
    /// What kind it is.
    pub format: BankFormat,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// What a person should know.
    pub warnings: Vec<BankWarning>,
}

/// What kind a statement file is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BankFormat {
    /// CODA, the coded statement of account of Febelfin.
    Coda,
    /// A camt message of ISO 20022, with its version, e.g. `camt.053.001.08`.
    Camt(String),
}

/// Whether an account gets more or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// More: money came in.
    Credit,
    /// Less: money went out.
    Debit,
}

/// A balance of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Its code of ISO 20022: `OPBD` opening, `CLBD` closing, `OPAV`, `CLAV` …
    pub kind: String,
    /// On which side it is.
    pub direction: Direction,
    /// How much.
    pub amount: BankAmount,
    /// Of which day.
    pub date: Option<NaiveDate>,
}

/// A statement of one account.
#[derive(Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its number or id.
    pub id: String,
    /// The account, as the file has it: an IBAN, or digits of a national format, perhaps masked.
    pub account: String,
    /// Its currency, where the file says so.
    pub currency: Option<Currency>,
    /// Its balances.
    pub balances: Vec<Balance>,
    /// Its movements, in order: each head (detail 0) before its details.
    pub movements: Vec<Movement>,
    /// The line where it begins, from 1.
    pub line: usize,
}

/// It shows no account: a private person has one too.
impl fmt::Debug for Statement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Statement")
            .field("id", &self.id)
            .field("movements", &self.movements)
            .finish_non_exhaustive()
    }
}

/// Who is on the other side of a movement.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Counterparty {
    /// The name.
    pub name: Option<String>,
    /// The account, as the file has it.
    pub account: Option<String>,
    /// The BIC of the bank.
    pub bic: Option<String>,
}

/// It shows nothing: these are personal data.
impl fmt::Debug for Counterparty {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Counterparty(…)")
    }
}

/// A movement of an account, or a detail that explains one.
#[derive(Clone, PartialEq, Eq)]
pub struct Movement {
    /// What identifies it when a file comes again: account, statement and place in it, or the bank's own reference.
    pub key: String,
    /// Its number in the statement, from 1.
    pub sequence: u32,
    /// 0 for a movement, from 1 for what explains it; details are never added to the sums.
    pub detail: u32,
    /// The bank's reference.
    pub bank_reference: Option<String>,
    /// The reference that the payer gave.
    pub end_to_end: Option<String>,
    /// More or less.
    pub direction: Direction,
    /// How much.
    pub amount: BankAmount,
    /// The day from which it counts for interest.
    pub value_date: Option<NaiveDate>,
    /// The day on which it was booked.
    pub entry_date: Option<NaiveDate>,
    /// Whether it is booked; a pending one settles nothing.
    pub booked: bool,
    /// Whether it takes back an earlier one.
    pub reversal: bool,
    /// What was written on it.
    pub communication: Communication,
    /// Who is on the other side.
    pub counterparty: Counterparty,
    /// The line where it begins, from 1.
    pub line: usize,
}

/// It shows what the bank counts, and nobody's name, account or words.
impl fmt::Debug for Movement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Movement")
            .field("sequence", &self.sequence)
            .field("detail", &self.detail)
            .field("direction", &self.direction)
            .field("amount", &self.amount)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl BankFile {
    /// Every movement with its details, in order.
    pub fn movements(&self) -> impl Iterator<Item = &Movement> {
        self.statements.iter().flat_map(|statement| &statement.movements)
    }

    /// The movements one by one, each amount once: a head that was split into details gives way to them where they add up.
    pub fn payments(&self) -> impl Iterator<Item = &Movement> {
        self.statements.iter().flat_map(Statement::payments)
    }
}

/// The sums of a file's movements by currency code; details are not added to their heads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// How many movements, details not counted.
    pub entries: usize,
    /// What went out.
    pub debits: BTreeMap<&'static str, BankAmount>,
    /// What came in.
    pub credits: BTreeMap<&'static str, BankAmount>,
}

impl BankFile {
    /// The sums of all its statements.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for movement in self.movements().filter(|movement| movement.detail == 0) {
            totals.entries += 1;
            let side = match movement.direction {
                Direction::Credit => &mut totals.credits,
                Direction::Debit => &mut totals.debits,
            };
            let sum = side.entry(movement.amount.currency().code());
            sum.and_modify(|sum| *sum = sum.plus(movement.amount)).or_insert(movement.amount);
        }
        totals
    }
}

impl Statement {
    /// See [`BankFile::payments`].
    #[must_use]
    pub fn payments(&self) -> Vec<&Movement> {
        let mut payments = Vec::new();
        for group in self.groups() {
            let (head, details) = (&group[0], &group[1..]);
            if head.detail != 0 {
                payments.extend(group);
            } else if details.is_empty() || !add_up(head, details) {
                payments.push(head);
            } else {
                payments.extend(details);
            }
        }
        payments
    }

    /// The opening balance.
    #[must_use]
    pub fn opening(&self) -> Option<&Balance> {
        self.balances.iter().find(|balance| matches!(balance.kind.as_str(), "OPBD" | "PRCD"))
    }

    /// The closing balance.
    #[must_use]
    pub fn closing(&self) -> Option<&Balance> {
        self.balances.iter().find(|balance| balance.kind == "CLBD")
    }

    /// Movements of one number, head first.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[Movement]> {
        self.movements.chunk_by(|before, next| next.detail != 0 && before.sequence == next.sequence)
    }
}

/// Tells movements of one key apart, by their order: banks give one reference to several entries, and numbers start again after
/// the last one. A file that comes again gets the same keys.
pub(super) fn tell_apart(movements: &mut [Movement]) {
    let mut seen: HashMap<String, u32> = HashMap::new();
    for movement in movements {
        let count = seen.entry(movement.key.clone()).and_modify(|count| *count += 1).or_insert(1);
        if *count > 1 {
            movement.key = format!("{}#{count}", movement.key);
        }
    }
}

/// Whether details have their head's side and currency, and its amount together.
pub(super) fn add_up(head: &Movement, details: &[Movement]) -> bool {
    details
        .iter()
        .all(|detail| detail.direction == head.direction && detail.amount.currency() == head.amount.currency())
        && details.iter().map(|detail| detail.amount.finest()).sum::<i128>() == head.amount.finest()
}

impl Direction {
    pub(super) const fn sign(self) -> i128 {
        match self {
            Self::Credit => 1,
            Self::Debit => -1,
        }
    }
}

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use communes_civil::Ogm;
use communes_doc_ordering::{
    bank::{self, BankAmount, BankFile, BankFormat, Direction, Movement, OpenOrder, OrderStanding, Totals},
    money::{Currency, Money},
};
use serde::{Deserialize, Serialize};

use crate::output::{self, Format, Unusable, Verdict};

#[derive(Serialize)]
struct Shown<'a> {
    format: &'a str,
    movements: Vec<Row<'a>>,
    totals: Sums,
    warnings: Vec<Warning>,
}

#[derive(Serialize)]
struct Row<'a> {
    sequence: u32,
    detail: u32,
    direction: &'static str,
    /// With the decimals of the file.
    amount: String,
    currency: &'static str,
    value_date: Option<chrono::NaiveDate>,
    entry_date: Option<chrono::NaiveDate>,
    booked: bool,
    reversal: bool,
    /// The structured communication with right check digits.
    ogm: Option<String>,
    references: Vec<Reference<'a>>,
    free: &'a [String],
    counterparty: Party<'a>,
    bank_reference: Option<&'a str>,
    end_to_end: Option<&'a str>,
    line: usize,
}

#[derive(Serialize)]
struct Reference<'a> {
    kind: &'a str,
    text: &'a str,
    valid: bool,
}

#[derive(Serialize)]
struct Party<'a> {
    name: Option<&'a str>,
    account: Option<&'a str>,
    bic: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Sums {
    /// A CODA file has one currency and three decimals.
    Coda {
        movements_detail_0000: usize,
        sum_debit_milli: i128,
        sum_credit_milli: i128,
    },
    Camt {
        entries: usize,
        debits: BTreeMap<&'static str, String>,
        credits: BTreeMap<&'static str, String>,
    },
}

#[derive(Serialize)]
struct Warning {
    code: &'static str,
    line: usize,
    message: String,
}

pub(super) fn show(path: &Path, format: Format) -> Result<Verdict, Unusable> {
    let file = read(path)?;
    if format == Format::Json {
        let name = match &file.format {
            BankFormat::Camt(version) => version,
            _ => "coda",
        };
        let warnings = file.warnings.iter().map(|warning| Warning {
            code: warning.code(),
            line: warning.line,
            message: warning.to_string(),
        });
        output::print_json(&Shown {
            format: name,
            movements: file.movements().map(row).collect(),
            totals: sums(&file.format, &file.totals()),
            warnings: warnings.collect(),
        })?;
        return Ok(Verdict::Positive);
    }
    let mut text = String::new();
    for movement in file.movements() {
        let mark = if movement.detail > 0 { "  " } else { "" };
        text.push_str(&format!("{mark}{}\n", line_of(movement)));
    }
    output::print(text.as_bytes())?;
    for warning in &file.warnings {
        eprintln!("{}: {warning}", path.display());
    }
    Ok(Verdict::Positive)
}

fn read(path: &Path) -> Result<BankFile, Unusable> {
    bank::read(&output::read(path)?).map_err(|error| Unusable::Input(format!("{}: {error}", path.display())))
}

fn row(movement: &Movement) -> Row<'_> {
    let references = movement.communication.references.iter();
    Row {
        sequence: movement.sequence,
        detail: movement.detail,
        direction: if movement.direction == Direction::Credit { "credit" } else { "debit" },
        amount: movement.amount.number(),
        currency: movement.amount.currency().code(),
        value_date: movement.value_date,
        entry_date: movement.entry_date,
        booked: movement.booked,
        reversal: movement.reversal,
        ogm: movement.communication.ogm().map(Ogm::digits),
        references: references
            .map(|reference| Reference {
                kind: &reference.kind,
                text: &reference.text,
                valid: reference.ogm().is_some(),
            })
            .collect(),
        free: &movement.communication.free,
        counterparty: Party {
            name: movement.counterparty.name.as_deref(),
            account: movement.counterparty.account.as_deref(),
            bic: movement.counterparty.bic.as_deref(),
        },
        bank_reference: movement.bank_reference.as_deref(),
        end_to_end: movement.end_to_end.as_deref(),
        line: movement.line,
    }
}

fn line_of(movement: &Movement) -> String {
    let sign = if movement.direction == Direction::Credit { '+' } else { '-' };
    let date = movement.value_date.map_or_else(|| "          ".to_owned(), |date| date.to_string());
    let what =
        movement.communication.ogm().map_or_else(|| movement.communication.free.join(" "), |ogm| ogm.to_string());
    format!("{date} {sign}{} {what}", movement.amount).trim_end().to_owned()
}

fn sums(format: &BankFormat, totals: &Totals) -> Sums {
    let numbers = |side: &BTreeMap<&'static str, BankAmount>| -> BTreeMap<&'static str, String> {
        side.iter().map(|(currency, sum)| (*currency, sum.number())).collect()
    };
    let milli = |side: &BTreeMap<&'static str, BankAmount>| -> i128 {
        side.values().filter_map(|sum| sum.thousandths_exact()).sum()
    };
    match format {
        BankFormat::Coda => Sums::Coda {
            movements_detail_0000: totals.entries,
            sum_debit_milli: milli(&totals.debits),
            sum_credit_milli: milli(&totals.credits),
        },
        _ => Sums::Camt { entries: totals.entries, debits: numbers(&totals.debits), credits: numbers(&totals.credits) },
    }
}

#[derive(Deserialize)]
struct OrderInput {
    order: String,
    reference: Ogm,
    /// In euro, as text.
    amount: String,
    #[serde(default)]
    standing: Standing,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
enum Standing {
    #[default]
    Awaiting,
    Paid,
    Closed,
}

#[derive(Serialize)]
struct Reconciled<'a> {
    matched: Vec<MatchRow<'a>>,
    unmatched: Vec<MatchRow<'a>>,
}

#[derive(Serialize)]
struct MatchRow<'a> {
    verdict: &'static str,
    order: Option<String>,
    #[serde(flatten)]
    movement: Row<'a>,
}

pub(super) fn reconcile(path: &Path, orders: &Path, format: Format) -> Result<Verdict, Unusable> {
    let file = read(path)?;
    let unusable = |error: &dyn std::fmt::Display| Unusable::Input(format!("{}: {error}", orders.display()));
    let inputs: Vec<OrderInput> = serde_json::from_slice(&output::read(orders)?).map_err(|error| unusable(&error))?;
    let mut open = Vec::new();
    for input in inputs {
        let amount = Money::parse(&input.amount, Currency::EUR)
            .map_err(|error| unusable(&format!("order {:?}: {error}", input.order)))?;
        let standing = match input.standing {
            Standing::Awaiting => OrderStanding::Awaiting,
            Standing::Paid => OrderStanding::Paid,
            Standing::Closed => OrderStanding::Closed,
        };
        open.push(OpenOrder { order: input.order, reference: input.reference, amount, standing });
    }
    let found = bank::reconcile(&open, file.payments(), &BTreeSet::new());
    let rows = |exact: bool| {
        found
            .iter()
            .filter(|found| (found.verdict.code() == "exact") == exact)
            .map(|found| MatchRow {
                verdict: found.verdict.code(),
                order: found.verdict.order().cloned(),
                movement: row(found.movement),
            })
            .collect::<Vec<_>>()
    };
    let reconciled = Reconciled { matched: rows(true), unmatched: rows(false) };
    let needs_a_person = found.iter().any(|found| found.verdict.needs_a_person());
    if format == Format::Json {
        output::print_json(&reconciled)?;
    } else {
        let mut text = String::new();
        for found in &found {
            let order = found.verdict.order().map_or("", String::as_str);
            text.push_str(&format!("{:<18} {order} {}\n", found.verdict.code(), line_of(found.movement)));
        }
        output::print(text.as_bytes())?;
    }
    Ok(if needs_a_person { Verdict::Negative } else { Verdict::Positive })
}

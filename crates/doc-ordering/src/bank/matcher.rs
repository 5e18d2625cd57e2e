use std::collections::{BTreeSet, HashMap, HashSet};

use communes_civil::Ogm;

use super::{Direction, Movement};
use crate::money::Money;

/// An order that a payment may be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOrder<K> {
    /// What the application calls it.
    pub order: K,
    /// The structured communication that it was given.
    pub reference: Ogm,
    /// What is to be paid.
    pub amount: Money,
    /// How it stands.
    pub standing: OrderStanding,
}

/// How an order stands towards payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderStanding {
    /// It waits for the money.
    Awaiting,
    /// It was paid already.
    Paid,
    /// It was cancelled, refused or expired: money that comes now has to go back.
    Closed,
}

/// What a movement means for the orders.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict<K> {
    /// It pays the order.
    Exact {
        /// Which.
        order: K,
    },
    /// It is for the order, but another amount or currency; also one that can't be counted without rounding.
    AmountDiffers {
        /// Which.
        order: K,
        /// What was to be paid.
        expected: Money,
    },
    /// It comes too late: the order is closed, and a refund is due.
    Late {
        /// Which.
        order: K,
    },
    /// The order was paid before, also by an earlier movement of this run: a refund is due.
    Duplicate {
        /// Which.
        order: K,
    },
    /// The same movement was imported before: nothing to do.
    AlreadyImported,
    /// Its structured communication belongs to no order.
    UnknownReference(Ogm),
    /// It has no structured communication, or one with wrong check digits.
    NoReference,
    /// It brings no money: a debit, a reversal, or not booked yet.
    NotAPayment,
}

impl<K> Verdict<K> {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Exact { .. } => "exact",
            Self::AmountDiffers { .. } => "amount-differs",
            Self::Late { .. } => "late",
            Self::Duplicate { .. } => "duplicate",
            Self::AlreadyImported => "already-imported",
            Self::UnknownReference(_) => "unknown-reference",
            Self::NoReference => "no-reference",
            Self::NotAPayment => "not-a-payment",
        }
    }

    /// The order that it is for.
    #[must_use]
    pub const fn order(&self) -> Option<&K> {
        match self {
            Self::Exact { order }
            | Self::AmountDiffers { order, .. }
            | Self::Late { order }
            | Self::Duplicate { order } => Some(order),
            _ => None,
        }
    }

    /// Whether somebody has to look at it.
    #[must_use]
    pub const fn needs_a_person(&self) -> bool {
        !matches!(self, Self::Exact { .. } | Self::AlreadyImported | Self::NotAPayment)
    }
}

/// A movement with what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<'m, K> {
    /// The movement.
    pub movement: &'m Movement,
    /// What it means.
    pub verdict: Verdict<K>,
}

/// Finds the orders that movements pay, by structured communication alone. Pure: it changes nothing; whoever applies a verdict
/// has to record the movement's key in the same transaction, and give it back in `imported`.
///
/// `movements` are those of [`super::BankFile::payments`]; no two orders may have one reference (the last would win).
#[must_use]
pub fn reconcile<'m, K: Clone>(
    orders: &[OpenOrder<K>],
    movements: impl IntoIterator<Item = &'m Movement>,
    imported: &BTreeSet<String>,
) -> Vec<Match<'m, K>> {
    let by_reference: HashMap<Ogm, &OpenOrder<K>> = orders.iter().map(|order| (order.reference, order)).collect();
    let mut paid_now = HashSet::new();
    let mut seen_now = HashSet::new();
    movements
        .into_iter()
        .map(|movement| {
            let is_new = !imported.contains(&movement.key) && seen_now.insert(movement.key.as_str());
            let verdict =
                if is_new { verdict(movement, &by_reference, &mut paid_now) } else { Verdict::AlreadyImported };
            Match { movement, verdict }
        })
        .collect()
}

fn verdict<K: Clone>(
    movement: &Movement,
    orders: &HashMap<Ogm, &OpenOrder<K>>,
    paid_now: &mut HashSet<Ogm>,
) -> Verdict<K> {
    if movement.direction == Direction::Debit || movement.reversal || !movement.booked {
        return Verdict::NotAPayment;
    }
    let Some(reference) = movement.communication.ogm() else {
        return Verdict::NoReference;
    };
    let Some(found) = orders.get(&reference) else {
        return Verdict::UnknownReference(reference);
    };
    let order = found.order.clone();
    match found.standing {
        OrderStanding::Closed => Verdict::Late { order },
        OrderStanding::Paid => Verdict::Duplicate { order },
        OrderStanding::Awaiting if paid_now.contains(&reference) => Verdict::Duplicate { order },
        OrderStanding::Awaiting if movement.amount.to_money() == Ok(found.amount) => {
            paid_now.insert(reference);
            Verdict::Exact { order }
        }
        OrderStanding::Awaiting => Verdict::AmountDiffers { order, expected: found.amount },
    }
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};
    use crate::money::Currency;

    fn movement(key: &str, base: Option<u64>, amount: &str) -> Movement {
        let references =
            base.map(|base| StructuredReference { kind: "101".into(), text: Ogm::from_base(base).unwrap().digits() });
        Movement {
            key: key.into(),
            sequence: 1,
            detail: 0,
            bank_reference: None,
            end_to_end: None,
            direction: Direction::Credit,
            amount: BankAmount::parse(amount, Currency::EUR).unwrap(),
            value_date: None,
            entry_date: None,
            booked: true,
            reversal: false,
            communication: Communication { references: references.into_iter().collect(), free: Vec::new() },
            counterparty: Counterparty::default(),
            line: 1,
        }
    }

    fn order(name: &'static str, base: u64, standing: OrderStanding) -> OpenOrder<&'static str> {
        OpenOrder { order: name, reference: Ogm::from_base(base).unwrap(), amount: Money::euro_cents(650), standing }
    }

    #[test]
    fn every_verdict() {
        let orders = [
            order("a", 1, OrderStanding::Awaiting),
            order("b", 2, OrderStanding::Closed),
            order("c", 3, OrderStanding::Paid),
            order("d", 4, OrderStanding::Awaiting),
        ];
        let mut debit = movement("10", Some(4), "6.50");
        debit.direction = Direction::Debit;
        let mut pending = movement("11", Some(4), "6.50");
        pending.booked = false;
        let mut reversal = movement("12", Some(4), "6.50");
        reversal.reversal = true;
        let movements = [
            movement("1", Some(1), "6.500"),
            movement("2", Some(1), "6.50"),
            movement("1", Some(1), "6.500"),
            movement("3", Some(2), "6.50"),
            movement("4", Some(3), "6.50"),
            movement("5", Some(4), "6.5"),
            movement("6", Some(5), "6.50"),
            movement("7", None, "6.50"),
            debit,
            pending,
            reversal,
            movement("old", Some(4), "6.50"),
        ];
        let imported = BTreeSet::from(["old".to_owned()]);
        let verdicts: Vec<_> =
            reconcile(&orders, &movements, &imported).into_iter().map(|found| found.verdict).collect();
        assert_eq!(
            verdicts,
            [
                Verdict::Exact { order: "a" },
                Verdict::Duplicate { order: "a" },
                Verdict::AlreadyImported,
                Verdict::Late { order: "b" },
                Verdict::Duplicate { order: "c" },
                Verdict::Exact { order: "d" },
                Verdict::UnknownReference(Ogm::from_base(5).unwrap()),
                Verdict::NoReference,
                Verdict::NotAPayment,
                Verdict::NotAPayment,
                Verdict::NotAPayment,
                Verdict::AlreadyImported,
            ]
        );
    }

    #[test]
    fn two_entries_of_one_bank_reference_are_two_payments() {
        let entry = r#"<Ntry><Amt Ccy="EUR">6.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><AcctSvcrRef>R</AcctSvcrRef></Ntry>"#;
        let file = format!(
            r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>1</Id>{entry}{entry}</Stmt></BkToCstmrStmt></Document>"#
        );
        let file = read(file.as_bytes()).unwrap();
        let found = reconcile::<()>(&[], file.payments(), &BTreeSet::new());
        assert!(found.iter().all(|found| found.verdict == Verdict::NoReference));
        // The same file again: the same keys.
        let imported: BTreeSet<String> = file.payments().map(|movement| movement.key.clone()).collect();
        assert_eq!(imported.len(), 2);
        let again = reconcile::<()>(&[], file.payments(), &imported);
        assert!(again.iter().all(|found| found.verdict == Verdict::AlreadyImported));
    }

    #[test]
    fn another_amount_leaves_the_order_open() {
        let orders = [order("a", 1, OrderStanding::Awaiting)];
        let movements =
            [movement("1", Some(1), "6.49"), movement("2", Some(1), "6.505"), movement("3", Some(1), "6.50")];
        let codes: Vec<_> =
            reconcile(&orders, &movements, &BTreeSet::new()).iter().map(|found| found.verdict.code()).collect();
        assert_eq!(codes, ["amount-differs", "amount-differs", "exact"]);
    }
}

use std::fmt;

use chrono::NaiveDate;
use communes_civil::Ogm;
use communes_ledger::TextError;
use serde::{Deserialize, Serialize};

use crate::money::{Money, MoneyError};

/// Where a payment stands. `Failed`, `Cancelled` and `Expired` look final and are not: money that comes in later still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PaymentState {
    /// Nobody has been asked to pay yet.
    Created,
    /// The payer has been asked.
    Pending,
    /// A provider holds the amount; it is not captured, so nothing is paid.
    Authorised,
    /// What was due has come in.
    Succeeded,
    /// The provider says that it failed.
    Failed,
    /// The payer or the office gave up.
    Cancelled,
    /// The time to pay is over.
    Expired,
    /// Some of it went back, and less than what is due is left.
    PartiallyRefunded,
    /// All of it went back.
    Refunded,
    /// The payer's bank took it back.
    ChargedBack,
}

/// By what a receipt or refund is recognised when it is told twice: the key of a bank movement, the id of a provider's payment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReceiptKey(String);

impl ReceiptKey {
    /// Takes 1 to 200 bytes without control characters.
    ///
    /// # Errors
    /// The text is empty, too long or holds a control character.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        // The ledger's own rule for keys in words.
        communes_ledger::SeriesKey::new(text).map(|key| Self(key.as_str().to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ReceiptKey {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::new(text)
    }
}

impl From<ReceiptKey> for String {
    fn from(key: ReceiptKey) -> Self {
        key.0
    }
}

impl fmt::Display for ReceiptKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "made by whoever reports money")]
pub struct Receipt {
    /// By what it is recognised.
    pub key: ReceiptKey,
    /// How much; more than nothing.
    pub amount: Money,
    /// On which day the bank or provider booked it.
    pub booked_on: NaiveDate,
}

/// Money that went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "made by whoever reports money")]
pub struct Refund {
    /// By what it is recognised.
    pub key: ReceiptKey,
    /// How much; more than nothing.
    pub amount: Money,
    /// On which day it went.
    pub booked_on: NaiveDate,
}

/// Something that happens to a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaymentEvent {
    /// The payer is asked to pay.
    Requested,
    /// A provider holds the amount.
    Authorised,
    /// Money came in.
    Received(Receipt),
    /// The provider says that it failed.
    Failed,
    /// It is given up.
    Cancelled,
    /// The time to pay is over.
    Expired,
    /// Money went back to the payer.
    Refunded(Refund),
    /// The payer's bank took money back.
    ChargedBack(Refund),
}

/// What came in against what is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing came in.
    Unpaid,
    /// Less than what is due.
    Underpaid {
        /// What is missing.
        missing: Money,
    },
    /// What is due.
    Paid,
    /// More than what is due.
    Overpaid {
        /// What is too much.
        surplus: Money,
    },
}

/// Why a payment refuses an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PaymentRefusal {
    /// The event does not follow on this state.
    #[error("a payment that is {state:?} takes no such event")]
    State {
        /// The state.
        state: PaymentState,
    },
    /// The receipt or refund is booked already.
    #[error("{0} is booked already")]
    Repeated(ReceiptKey),
    /// Nothing, or less.
    #[error("an amount that comes in or goes back is more than nothing")]
    NotPositive,
    /// More is to go back than there is.
    #[error("only {balance} can go back")]
    OverBalance {
        /// What there is.
        balance: Money,
    },
    /// Another currency, or too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl PaymentRefusal {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::State { .. } => "payment-state",
            Self::Repeated(_) => "payment-repeated",
            Self::NotPositive => "payment-not-positive",
            Self::OverBalance { .. } => "payment-over-balance",
            Self::Money(error) => error.code(),
        }
    }
}

/// The payment of one order: what is due, what came in and went back. Its balance is always receipts minus refunds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    due: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference: Option<Ogm>,
    state: PaymentState,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    receipts: Vec<Receipt>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    refunds: Vec<Refund>,
}

impl Payment {
    /// A payment of an amount, under a transfer reference.
    #[must_use]
    pub const fn new(due: Money, reference: Option<Ogm>) -> Self {
        Self { due, reference, state: PaymentState::Created, receipts: Vec::new(), refunds: Vec::new() }
    }

    /// What is due.
    #[must_use]
    pub const fn due(&self) -> Money {
        self.due
    }

    /// The structured communication of its transfer.
    #[must_use]
    pub const fn reference(&self) -> Option<Ogm> {
        self.reference
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> PaymentState {
        self.state
    }

    /// What came in, in the order it was told.
    #[must_use]
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    /// What went back, in the order it was told.
    #[must_use]
    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    /// What came in less what went back; never negative.
    #[must_use]
    pub fn balance(&self) -> Money {
        let received: i64 = self.receipts.iter().map(|receipt| receipt.amount.minor()).sum();
        let refunded: i64 = self.refunds.iter().map(|refund| refund.amount.minor()).sum();
        Money::from_minor(received - refunded, self.due.currency())
    }

    /// What came in against what is due.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let (balance, due) = (self.balance().minor(), self.due.minor());
        let money = |minor| Money::from_minor(minor, self.due.currency());
        match balance - due {
            0 => Standing::Paid,
            difference if difference > 0 => Standing::Overpaid { surplus: money(difference) },
            _ if balance == 0 => Standing::Unpaid,
            difference => Standing::Underpaid { missing: money(-difference) },
        }
    }

    /// Whether what is due is there.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self.standing(), Standing::Paid | Standing::Overpaid { .. })
    }

    /// The payment after an event.
    ///
    /// # Errors
    /// The event does not follow on the state, repeats one, or its amount can't be.
    pub fn apply(&self, event: PaymentEvent) -> Result<Self, PaymentRefusal> {
        use PaymentState::{Authorised, Cancelled, Created, Expired, Failed, Pending};
        let mut next = self.clone();
        next.state = match event {
            PaymentEvent::Requested => self.follow(&[Created], Pending)?,
            PaymentEvent::Authorised => self.follow(&[Created, Pending, Failed], Authorised)?,
            PaymentEvent::Failed => self.follow(&[Created, Pending, Authorised], Failed)?,
            PaymentEvent::Cancelled => self.follow(&[Created, Pending, Authorised, Failed], Cancelled)?,
            PaymentEvent::Expired => self.follow(&[Created, Pending, Authorised, Failed], Expired)?,
            PaymentEvent::Received(receipt) => {
                self.check(&receipt.key, receipt.amount)?;
                next.receipts.push(receipt);
                next.received()
            }
            PaymentEvent::Refunded(refund) => {
                self.give_back(&mut next, refund)?;
                next.refunded()
            }
            PaymentEvent::ChargedBack(refund) => {
                self.give_back(&mut next, refund)?;
                PaymentState::ChargedBack
            }
        };
        Ok(next)
    }

    fn follow(&self, from: &[PaymentState], to: PaymentState) -> Result<PaymentState, PaymentRefusal> {
        if from.contains(&self.state) { Ok(to) } else { Err(PaymentRefusal::State { state: self.state }) }
    }

    fn check(&self, key: &ReceiptKey, amount: Money) -> Result<(), PaymentRefusal> {
        if self.receipts.iter().any(|receipt| receipt.key == *key)
            || self.refunds.iter().any(|refund| refund.key == *key)
        {
            return Err(PaymentRefusal::Repeated(key.clone()));
        }
        if amount.minor() <= 0 {
            return Err(PaymentRefusal::NotPositive);
        }
        // The sum must fit too: balance() can then not overflow, as what goes back is never more than what came in.
        let received = self.receipts.iter().map(|receipt| receipt.amount);
        Money::sum(self.due.currency(), received.chain([amount]))?;
        Ok(())
    }

    fn give_back(&self, next: &mut Self, refund: Refund) -> Result<(), PaymentRefusal> {
        self.check(&refund.key, refund.amount)?;
        let balance = self.balance();
        if refund.amount.minor() > balance.minor() {
            return Err(PaymentRefusal::OverBalance { balance });
        }
        next.refunds.push(refund);
        Ok(())
    }

    // Too little leaves the state as it is: it is still to be paid, or was given up.
    fn received(&self) -> PaymentState {
        match self.state {
            _ if self.is_settled() => PaymentState::Succeeded,
            PaymentState::Refunded | PaymentState::ChargedBack => PaymentState::PartiallyRefunded,
            state => state,
        }
    }

    // The surplus of an overpayment may go back, and what was due is still paid.
    fn refunded(&self) -> PaymentState {
        match self.balance() {
            _ if self.is_settled() => PaymentState::Succeeded,
            balance if balance.is_zero() => PaymentState::Refunded,
            _ => PaymentState::PartiallyRefunded,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn receipt(key: &str, cents: i64) -> Receipt {
        let booked_on = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
        Receipt { key: ReceiptKey::new(key).unwrap(), amount: Money::euro_cents(cents), booked_on }
    }

    fn refund(key: &str, cents: i64) -> Refund {
        let Receipt { key, amount, booked_on } = receipt(key, cents);
        Refund { key, amount, booked_on }
    }

    fn due(cents: i64) -> Payment {
        Payment::new(Money::euro_cents(cents), None)
    }

    fn after(payment: &Payment, events: impl IntoIterator<Item = PaymentEvent>) -> Result<Payment, PaymentRefusal> {
        events.into_iter().try_fold(payment.clone(), |payment, event| payment.apply(event))
    }

    #[test]
    fn the_table_of_states() {
        use PaymentEvent as E;
        use PaymentState as S;
        let received = || E::Received(receipt("in", 500));
        let states = [
            (S::Created, vec![]),
            (S::Pending, vec![E::Requested]),
            (S::Authorised, vec![E::Authorised]),
            (S::Succeeded, vec![received()]),
            (S::Failed, vec![E::Failed]),
            (S::Cancelled, vec![E::Cancelled]),
            (S::Expired, vec![E::Expired]),
            (S::PartiallyRefunded, vec![received(), E::Refunded(refund("back", 200))]),
            (S::Refunded, vec![received(), E::Refunded(refund("back", 500))]),
            (S::ChargedBack, vec![received(), E::ChargedBack(refund("back", 500))]),
        ];
        let no = None;
        // Requested, Authorised, Failed, Cancelled, Expired, 5.00 more come in.
        let table = [
            [
                Some(S::Pending),
                Some(S::Authorised),
                Some(S::Failed),
                Some(S::Cancelled),
                Some(S::Expired),
                Some(S::Succeeded),
            ],
            [no, Some(S::Authorised), Some(S::Failed), Some(S::Cancelled), Some(S::Expired), Some(S::Succeeded)],
            [no, no, Some(S::Failed), Some(S::Cancelled), Some(S::Expired), Some(S::Succeeded)],
            [no, no, no, no, no, Some(S::Succeeded)],
            [no, Some(S::Authorised), no, Some(S::Cancelled), Some(S::Expired), Some(S::Succeeded)],
            [no, no, no, no, no, Some(S::Succeeded)],
            [no, no, no, no, no, Some(S::Succeeded)],
            [no, no, no, no, no, Some(S::Succeeded)],
            [no, no, no, no, no, Some(S::Succeeded)],
            [no, no, no, no, no, Some(S::Succeeded)],
        ];
        for ((state, way), row) in states.into_iter().zip(table) {
            let payment = after(&due(500), way).unwrap();
            assert_eq!(payment.state(), state);
            let events =
                [E::Requested, E::Authorised, E::Failed, E::Cancelled, E::Expired, E::Received(receipt("more", 500))];
            for (event, expected) in events.into_iter().zip(row) {
                let next = payment.apply(event.clone()).map(|payment| payment.state()).ok();
                assert_eq!(next, expected, "{state:?} after {event:?}");
            }
        }
    }

    #[test]
    fn a_failed_payment_that_arrives_after_all_is_paid() {
        let payment = after(&due(500), [PaymentEvent::Failed, PaymentEvent::Received(receipt("a", 500))]).unwrap();
        assert_eq!((payment.state(), payment.standing()), (PaymentState::Succeeded, Standing::Paid));
    }

    #[test]
    fn one_movement_is_never_credited_twice() {
        let payment = due(500).apply(PaymentEvent::Received(receipt("a", 500))).unwrap();
        let error = payment.apply(PaymentEvent::Received(receipt("a", 500))).unwrap_err();
        assert_eq!(error.code(), "payment-repeated");
        let payment = payment.apply(PaymentEvent::Received(receipt("b", 500))).unwrap();
        assert_eq!(payment.standing(), Standing::Overpaid { surplus: Money::euro_cents(500) });
    }

    #[test]
    fn parts_add_up_and_a_surplus_goes_back() {
        let payment = due(500).apply(PaymentEvent::Received(receipt("a", 300))).unwrap();
        assert_eq!(payment.standing(), Standing::Underpaid { missing: Money::euro_cents(200) });
        assert_eq!(payment.state(), PaymentState::Created);
        let payment = payment.apply(PaymentEvent::Received(receipt("b", 250))).unwrap();
        assert_eq!(payment.standing(), Standing::Overpaid { surplus: Money::euro_cents(50) });
        let payment = payment.apply(PaymentEvent::Refunded(refund("c", 50))).unwrap();
        assert_eq!((payment.state(), payment.standing()), (PaymentState::Succeeded, Standing::Paid));
        let error = payment.apply(PaymentEvent::Refunded(refund("d", 501))).unwrap_err();
        assert_eq!(error, PaymentRefusal::OverBalance { balance: Money::euro_cents(500) });
    }

    #[test]
    fn amounts_that_cannot_be_are_refused() {
        let code = |receipt| due(500).apply(PaymentEvent::Received(receipt)).unwrap_err().code();
        assert_eq!(code(receipt("a", 0)), "payment-not-positive");
        assert_eq!(code(receipt("a", -1)), "payment-not-positive");
        let yen = Money::from_minor(500, "JPY".parse().unwrap());
        assert_eq!(code(Receipt { amount: yen, ..receipt("a", 1) }), "amount-other-currency");
        let full = due(500).apply(PaymentEvent::Received(receipt("a", i64::MAX))).unwrap();
        assert_eq!(full.apply(PaymentEvent::Received(receipt("b", 1))).unwrap_err().code(), "amount-out-of-range");
    }

    fn any_event() -> impl Strategy<Value = PaymentEvent> {
        let amount = -50i64..1_000;
        (0u8..8, 0u8..12, amount).prop_map(|(kind, key, cents)| {
            let key = format!("k{key}");
            match kind {
                0 => PaymentEvent::Requested,
                1 => PaymentEvent::Authorised,
                2 => PaymentEvent::Failed,
                3 => PaymentEvent::Cancelled,
                4 => PaymentEvent::Expired,
                5 => PaymentEvent::Received(receipt(&key, cents)),
                6 => PaymentEvent::Refunded(refund(&key, cents)),
                _ => PaymentEvent::ChargedBack(refund(&key, cents)),
            }
        })
    }

    proptest! {
        #[test]
        fn the_balance_is_what_came_in_less_what_went_back(events in proptest::collection::vec(any_event(), 0..60)) {
            let mut payment = due(500);
            let mut balance = 0;
            for event in events {
                // Reckoned beside the machine: what it took counts, what it refused does not.
                let moved = match &event {
                    PaymentEvent::Received(receipt) => receipt.amount.minor(),
                    PaymentEvent::Refunded(refund) | PaymentEvent::ChargedBack(refund) => -refund.amount.minor(),
                    _ => 0,
                };
                if let Ok(next) = payment.apply(event) {
                    payment = next;
                    balance += moved;
                }
                prop_assert_eq!(payment.balance().minor(), balance);
                prop_assert!(balance >= 0);
                prop_assert_eq!(payment.is_settled(), balance >= 500);
                if payment.state() == PaymentState::Succeeded {
                    prop_assert!(balance >= 500);
                }
            }
        }
    }
}

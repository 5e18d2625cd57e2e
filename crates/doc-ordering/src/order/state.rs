use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use communes_civil::{Lang, Texts};
use communes_ledger::Version;

use super::{CitizenKey, OrderId, OrderNumber, Stage};
use crate::{
    catalogue::{DeliveryMode, DocumentRef, PaymentTiming},
    fee::{Copies, Quote},
    form::CheckedAnswers,
    issue::{BlobId, CodeHash},
    money::Money,
    payment::Payment,
};

/// An order as it stands: read by everybody, changed by [`decide`](super::decide::decide) alone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The version of its aggregate: what a decision is made on.
    pub version: Version,
    /// Its number.
    pub number: OrderNumber,
    /// The version of the document type that it was made under.
    pub document: DocumentRef,
    /// The name of the document.
    pub title: Texts,
    /// Who asks.
    pub requester: Party,
    /// What the requester answered.
    pub answers: CheckedAnswers,
    /// The language in which the requester ordered, and is told of it.
    pub language: Lang,
    /// How many copies.
    pub copies: Copies,
    /// How the document is delivered.
    pub delivery: DeliveryMode,
    /// The price that was shown and is charged.
    pub price: Quote,
    /// When it is to be paid, if there is something to pay.
    pub timing: PaymentTiming,
    /// The payment; none where the order is free.
    pub payment: Option<Payment>,
    /// Where it stands.
    pub stage: Stage,
    /// Since when it stands there.
    pub stage_since: DateTime<Utc>,
    /// Whether the office has accepted it.
    pub is_accepted: bool,
    /// On which day it was submitted, in the commune's zone.
    pub submitted_on: NaiveDate,
    /// The last day of the term for an answer.
    pub answer_due: NaiveDate,
    /// The last day to pay, once asked.
    pub payment_due: Option<NaiveDate>,
    /// What the office wrote last: the proof it asks for, the reason of a refusal, why the issue failed.
    pub remark: Option<String>,
    /// By what the register that was asked recognises the request, and when to ask again.
    pub awaited: Option<(String, DateTime<Utc>)>,
    /// The issued document.
    pub issued: Option<Issued>,
}

impl Order {
    /// Whether nothing is to be paid any more.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.payment.as_ref().is_none_or(Payment::is_settled)
    }

    /// What is to go back to the payer: everything once the order is refused, cancelled or expired, else what is too much.
    #[must_use]
    pub fn refund_due(&self) -> Money {
        let Some(payment) = &self.payment else {
            return Money::zero(self.price.total().currency());
        };
        let kept = if self.is_abandoned() { 0 } else { payment.due().minor() };
        Money::from_minor((payment.balance().minor() - kept).max(0), payment.due().currency())
    }

    /// Whether it ended without a document. A closed order is one if none was issued.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.stage.is_abandoned() || (self.stage == Stage::Closed && self.issued.is_none())
    }
}

/// A person, as an order knows one.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Party {
    /// By what the application knows the person.
    pub key: CitizenKey,
    /// The name, as the document prints it.
    pub name: String,
}

impl Party {
    /// A person with a name.
    #[must_use]
    pub fn new(key: CitizenKey, name: impl Into<String>) -> Self {
        Self { key, name: name.into() }
    }
}

/// It shows the key only: names are personal data.
impl fmt::Debug for Party {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Party").field("key", &self.key).finish_non_exhaustive()
    }
}

/// A file that was issued, as a blob store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[expect(clippy::exhaustive_structs, reason = "made by whoever issues")]
pub struct IssuedFile {
    /// Its SHA-256, by which the blob store gives it back.
    pub blob: BlobId,
    /// How many bytes it has.
    pub size: u64,
    /// Its media type.
    pub media_type: String,
    /// Whether it bears an electronic seal, so that it proves itself.
    pub is_sealed: bool,
    /// The hash of its verification code.
    pub code: CodeHash,
}

/// The issued document of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Issued {
    /// The file.
    pub file: IssuedFile,
    /// On which day it was issued.
    pub on: NaiveDate,
    /// The last day on which it is valid; without an end where absent.
    pub valid_until: Option<NaiveDate>,
    /// Whether the office took it back.
    pub revoked: Option<Revocation>,
}

/// That the office took a document back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revocation {
    /// On which day.
    pub on: NaiveDate,
    /// Why; public.
    pub reason: String,
}

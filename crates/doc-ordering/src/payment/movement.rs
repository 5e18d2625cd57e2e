use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use communes_civil::Ogm;
use communes_ledger::{
    AggregateKey, AggregateKind, Change, CommandId, Envelope, Event, EventName, Expected, Rows, Version,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Receipt, ReceiptKey, Standing};
use crate::{
    bank::{Direction, Movement},
    money::Money,
    order::{Context, Decided, EVENT_FORMAT, Order, OrderCommand, OrderId, Refusal, decide},
    wire,
};

/// The kind of an imported movement's aggregate.
pub const MOVEMENT: AggregateKind = AggregateKind::from_static("doc-ordering/movement");

/// The id of an imported movement: derived from its key, so that the same movement is the same aggregate in every process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MovementId(Uuid);

impl MovementId {
    /// The id of the movement of a key.
    #[must_use]
    pub fn of(key: &ReceiptKey) -> Self {
        Self(CommandId::derived(&format!("doc-ordering/movement/{key}")).as_uuid())
    }

    /// An id that was stored.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// The id itself.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }

    /// The key of its aggregate.
    #[must_use]
    pub fn key(self) -> AggregateKey {
        AggregateKey::new(MOVEMENT, self.0)
    }
}

impl fmt::Display for MovementId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A booked credit of a statement: what an import keeps of a movement.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Credit {
    /// What identifies it when a statement comes again.
    pub key: ReceiptKey,
    /// How much, as the bank writes it.
    pub written: String,
    /// How much; none where it can't be counted without rounding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// On which day it was booked.
    pub booked_on: NaiveDate,
    /// The structured communication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Ogm>,
    /// What the payer wrote, for the person who looks for the order.
    pub communication: String,
    /// The name of the payer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// The account of the payer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// It shows what the bank counts, and nobody's name, account or words.
impl fmt::Debug for Credit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Credit");
        shown.field("amount", &self.amount).field("booked_on", &self.booked_on).finish_non_exhaustive()
    }
}

impl Credit {
    /// What an import keeps of a movement: none for a debit, a reversal or a movement that isn't booked, which bring no money.
    ///
    /// `day` stands in where the bank gives no date.
    ///
    /// # Errors
    /// The bank's key of the movement is blank or too long, so that a second import could not recognise it.
    pub fn of(movement: &Movement, day: NaiveDate) -> Result<Option<Self>, communes_ledger::TextError> {
        if movement.direction == Direction::Debit || movement.reversal || !movement.booked {
            return Ok(None);
        }
        let references = movement.communication.references.iter().map(|reference| reference.text.as_str());
        let free = movement.communication.free.iter().map(String::as_str);
        Ok(Some(Self {
            key: ReceiptKey::new(movement.key.as_str())?,
            written: movement.amount.to_string(),
            amount: movement.amount.to_money().ok().filter(|amount| amount.minor() > 0),
            booked_on: movement.entry_date.or(movement.value_date).unwrap_or(day),
            reference: movement.communication.ogm(),
            communication: references.chain(free).collect::<Vec<_>>().join(" ").trim().to_owned(),
            payer: movement.counterparty.name.clone(),
            account: movement.counterparty.account.clone(),
        }))
    }
}

/// What a credit means for the orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MatchResult {
    /// With it the order is paid.
    Exact,
    /// It is credited to the order; more is to come.
    Underpaid,
    /// With it more than the price is there: the surplus goes back.
    Overpaid,
    /// The order was paid before: it goes back.
    AlreadyPaid,
    /// The order was refused, cancelled, expired or closed: it goes back.
    Late,
    /// Its structured communication is no order's.
    UnknownReference,
    /// It has no structured communication, or one with wrong check digits.
    NoReference,
    /// It is in another currency than the order, or can't be counted without rounding.
    Uncountable,
}

impl MatchResult {
    /// The word that is stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Underpaid => "underpaid",
            Self::Overpaid => "overpaid",
            Self::AlreadyPaid => "already-paid",
            Self::Late => "late",
            Self::UnknownReference => "unknown-reference",
            Self::NoReference => "no-reference",
            Self::Uncountable => "uncountable",
        }
    }

    /// Whether it was credited to an order.
    #[must_use]
    pub const fn is_matched(self) -> bool {
        !matches!(self, Self::UnknownReference | Self::NoReference | Self::Uncountable)
    }
}

/// A credit that was imported, with what it meant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedMovement {
    /// Its id.
    pub id: MovementId,
    /// The version of its aggregate.
    pub version: Version,
    /// The credit.
    pub credit: Credit,
    /// What it meant.
    pub result: MatchResult,
    /// The order that it was credited to.
    pub order: Option<OrderId>,
    /// When it was imported.
    pub imported_at: DateTime<Utc>,
}

/// Decides what a credit means: its own change, and that of the order it is for. Both are to be committed together.
///
/// `order` is the one whose payment has the credit's reference.
///
/// # Errors
/// The order refuses the receipt, usually because it is booked already.
pub fn settle(
    credit: &Credit,
    order: Option<&Order>,
    context: &Context<'_>,
) -> Result<(ImportedMovement, Vec<Change>, Option<Decided>), Refusal> {
    let paid = match (credit.amount, order) {
        (Some(amount), Some(order)) if amount.currency() == order.price.total().currency() => {
            let receipt = Receipt { key: credit.key.clone(), amount, booked_on: credit.booked_on };
            let decided = decide::decide(order, &OrderCommand::RecordPayment(receipt), context)?;
            Some((result(order, &decided.order), decided))
        }
        _ => None,
    };
    let result = match (&paid, order, credit.reference) {
        (Some((result, _)), _, _) => *result,
        (None, Some(_), _) => MatchResult::Uncountable,
        (None, None, Some(_)) => MatchResult::UnknownReference,
        (None, None, None) => MatchResult::NoReference,
    };
    let decided = paid.map(|(_, decided)| decided);
    let imported = ImportedMovement {
        id: MovementId::of(&credit.key),
        version: Version::FIRST,
        credit: credit.clone(),
        result,
        order: decided.as_ref().map(|decided| decided.order.id),
        imported_at: context.at,
    };
    let mut changes = vec![imported.change()];
    changes.extend(decided.as_ref().map(|decided| decided.change.clone()));
    Ok((imported, changes, decided))
}

fn result(before: &Order, after: &Order) -> MatchResult {
    let standing = |order: &Order| order.payment.as_ref().map(super::Payment::standing);
    match standing(after) {
        _ if before.is_abandoned() => MatchResult::Late,
        _ if before.is_settled() => MatchResult::AlreadyPaid,
        Some(Standing::Underpaid { .. }) => MatchResult::Underpaid,
        Some(Standing::Overpaid { .. }) => MatchResult::Overpaid,
        _ => MatchResult::Exact,
    }
}

impl ImportedMovement {
    fn change(&self) -> Change {
        let key = self.id.key();
        let mut data = serde_json::json!({"result": self.result});
        if let Some(order) = self.order {
            data["order"] = serde_json::json!(order);
        }
        let event = Event {
            aggregate: key.clone(),
            name: EventName::new("imported").expect("a literal word"),
            payload: Envelope::new(EVENT_FORMAT, 1, data),
        };
        let rows = Rows::new().state(key.clone(), wire::v1::seal_movement(self)).event(event);
        Change::finished([(key, Expected::New)], rows)
    }
}

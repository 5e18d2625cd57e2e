//! What a document costs: communal fee regulations as data, and quotes computed from them.

mod quote;
mod schedule;

pub use quote::{Copies, LineKind, Quote, QuoteLine};
pub use schedule::{Delivery, Exemption, FeeNature, FeeSchedule, FeeSchedules, PriceRequest, Tariff};

use crate::money::MoneyError;

/// Why there is no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeeError {
    /// No schedule covers the day.
    #[error("no fee schedule is in force on that day")]
    NotInForce,
    /// The schedule doesn't know the document.
    #[error("the fee schedule has no tariff for this document")]
    UnknownDocument,
    /// The tariff doesn't know the motive.
    #[error("the tariff has no such motive")]
    UnknownMotive,
    /// The schedule doesn't know the delivery mode.
    #[error("the fee schedule has no such delivery mode")]
    UnknownDelivery,
    /// The schedule doesn't know the exemption.
    #[error("the fee schedule has no such exemption")]
    UnknownExemption,
    /// Zero, not a number, or more copies than the tariff allows.
    #[error("the number of copies is not between 1 and {most}")]
    Copies {
        /// The most copies of one order.
        most: u16,
    },
    /// A schedule that ends before it begins, or overlaps another.
    #[error("the period of fee schedule {0:?} is empty or overlaps another's")]
    Period(String),
    /// Lines that don't add up to the total that stands beside them.
    #[error("the lines of the quote do not add up to its total")]
    Total,
    /// An amount.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl FeeError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotInForce => "fee-not-in-force",
            Self::UnknownDocument => "fee-unknown-document",
            Self::UnknownMotive => "fee-unknown-motive",
            Self::UnknownDelivery => "fee-unknown-delivery",
            Self::UnknownExemption => "fee-unknown-exemption",
            Self::Copies { .. } => "copies-out-of-range",
            Self::Period(_) => "fee-period",
            Self::Total => "quote-total",
            Self::Money(error) => error.code(),
        }
    }
}

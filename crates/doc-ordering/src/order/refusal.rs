use communes_civil::{Lang, working_day::CalendarError};
use communes_ledger::{ActorKind, TextError};

use super::{Stage, text};
use crate::{
    catalogue::{DeliveryMode, DocumentTypeId},
    fee::FeeError,
    money::Money,
    payment::PaymentRefusal,
};

/// Which rule refuses a command, with what a message needs. [`Refusal::text`] says it to a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The order stands elsewhere.
    #[error("{command} needs an order that is one of {allowed:?}, not {stage}")]
    Stage {
        /// The word of the command.
        command: &'static str,
        /// Where the order stands.
        stage: Stage,
        /// Where it would have to stand.
        allowed: &'static [Stage],
    },
    /// Only the office may.
    #[error("{command} is for the office, not for {by:?}")]
    OfficeOnly {
        /// The word of the command.
        command: &'static str,
        /// Who asked.
        by: ActorKind,
    },
    /// The order is somebody else's.
    #[error("only the requester may do this to the order")]
    NotRequester,
    /// It is not paid.
    #[error("{missing} is still to be paid")]
    NotPaid {
        /// What is missing.
        missing: Money,
    },
    /// Money is still to go back.
    #[error("{amount} is still to be refunded")]
    RefundDue {
        /// How much.
        amount: Money,
    },
    /// A reason or message is missing or has more than 2,000 characters.
    #[error("{command} needs a text of 1 to 2000 characters")]
    TextMissing {
        /// The word of the command.
        command: &'static str,
    },
    /// The payment machine refuses.
    #[error(transparent)]
    Payment(#[from] PaymentRefusal),
    /// The order is free: there is no payment.
    #[error("the order is free")]
    Free,
    /// There is no document.
    #[error("nothing was issued for the order")]
    NotIssued,
    /// The document was taken back before.
    #[error("the document is revoked already")]
    Revoked,
    /// No such document can be ordered.
    #[error("no document type {0}")]
    UnknownDocument(DocumentTypeId),
    /// The document type names a series that is not set.
    #[error("no order series {0:?}")]
    UnknownSeries(String),
    /// The document is not delivered in this way.
    #[error("this document is not delivered by this mode")]
    Delivery {
        /// The ways in which it is.
        offered: Vec<DeliveryMode>,
    },
    /// The price is another than the one that was shown.
    #[error("the price is {price}, not {shown}")]
    PriceChanged {
        /// The price.
        price: Money,
        /// What was shown.
        shown: Money,
    },
    /// The name of the requester is blank or has more than 200 characters.
    #[error("the name of the requester is blank or too long")]
    Name,
    /// There is no price.
    #[error(transparent)]
    Fee(#[from] FeeError),
    /// A date can't be computed.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// A key that the command brings is none.
    #[error(transparent)]
    Key(#[from] TextError),
}

impl Refusal {
    /// The stable machine code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stage { .. } => "order-stage",
            Self::OfficeOnly { .. } => "order-office-only",
            Self::NotRequester => "order-not-requester",
            Self::NotPaid { .. } => "order-not-paid",
            Self::RefundDue { .. } => "order-refund-due",
            Self::TextMissing { .. } => "order-text-missing",
            Self::Payment(refusal) => refusal.code(),
            Self::Free => "order-free",
            Self::NotIssued => "order-not-issued",
            Self::Revoked => "order-revoked",
            Self::UnknownDocument(_) => "order-unknown-document",
            Self::UnknownSeries(_) => "order-unknown-series",
            Self::Delivery { .. } => "order-delivery",
            Self::PriceChanged { .. } => "order-price-changed",
            Self::Name => "order-name",
            Self::Fee(error) => error.code(),
            Self::Calendar(error) => error.code(),
            Self::Key(error) => error.code(),
        }
    }

    /// The refusal in words, in French, Dutch, German or English; English for any other language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        text::refusal(self, lang)
    }
}

use std::{fmt, str::FromStr};

use communes_civil::Lang;

/// Where an order stands in law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// It waits for the office to look at it.
    Submitted,
    /// The office looks at it.
    UnderReview,
    /// The office waits for something from the citizen.
    NeedsProof,
    /// It waits for its payment.
    AwaitingPayment,
    /// Accepted, and paid if there was something to pay: the document can be issued.
    ReadyToIssue,
    /// The document is being made.
    Issuing,
    /// A register has been asked and answers later.
    AwaitingRegister,
    /// The document could not be made: somebody has to look.
    IssueFailed,
    /// The document is there for the citizen.
    Ready,
    /// The citizen has it.
    Delivered,
    /// Nothing more is to be done.
    Closed,
    /// The office refused.
    Refused,
    /// The citizen withdrew.
    Cancelled,
    /// It was not paid in time.
    Expired,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 14] = [
        Self::Submitted,
        Self::UnderReview,
        Self::NeedsProof,
        Self::AwaitingPayment,
        Self::ReadyToIssue,
        Self::Issuing,
        Self::AwaitingRegister,
        Self::IssueFailed,
        Self::Ready,
        Self::Delivered,
        Self::Closed,
        Self::Refused,
        Self::Cancelled,
        Self::Expired,
    ];

    /// The word that is stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::UnderReview => "under-review",
            Self::NeedsProof => "needs-proof",
            Self::AwaitingPayment => "awaiting-payment",
            Self::ReadyToIssue => "ready-to-issue",
            Self::Issuing => "issuing",
            Self::AwaitingRegister => "awaiting-register",
            Self::IssueFailed => "issue-failed",
            Self::Ready => "ready",
            Self::Delivered => "delivered",
            Self::Closed => "closed",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Its name for people, in one of the four languages; English for any other.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        let [fr, nl, de, en] = match self {
            Self::Submitted => ["reçue", "ontvangen", "eingegangen", "received"],
            Self::UnderReview => ["en cours d’examen", "in behandeling", "in Bearbeitung", "under review"],
            Self::NeedsProof => [
                "en attente d’un justificatif",
                "wacht op een bewijsstuk",
                "Nachweis ausstehend",
                "waiting for a proof",
            ],
            Self::AwaitingPayment => {
                ["en attente de paiement", "wacht op betaling", "Zahlung ausstehend", "waiting for payment"]
            }
            Self::ReadyToIssue => ["à établir", "klaar voor opmaak", "auszustellen", "to be issued"],
            Self::Issuing => ["en cours d’établissement", "wordt opgemaakt", "wird ausgestellt", "being issued"],
            Self::AwaitingRegister => [
                "en attente d’un registre",
                "wacht op een register",
                "wartet auf ein Register",
                "waiting for a register",
            ],
            Self::IssueFailed => {
                ["établissement en échec", "opmaak mislukt", "Ausstellung gescheitert", "could not be issued"]
            }
            Self::Ready => ["disponible", "beschikbaar", "verfügbar", "available"],
            Self::Delivered => ["remise", "afgeleverd", "zugestellt", "delivered"],
            Self::Closed => ["clôturée", "afgesloten", "abgeschlossen", "closed"],
            Self::Refused => ["refusée", "geweigerd", "abgelehnt", "refused"],
            Self::Cancelled => ["annulée", "geannuleerd", "storniert", "cancelled"],
            Self::Expired => ["expirée", "vervallen", "verfallen", "expired"],
        };
        match lang {
            Lang::FR => fr,
            Lang::NL => nl,
            Lang::DE => de,
            _ => en,
        }
    }

    /// Whether the office or the citizen still has something to do.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Delivered | Self::Closed | Self::Refused | Self::Cancelled | Self::Expired)
    }

    /// Whether the commune owes an answer, so that the answer date counts.
    #[must_use]
    pub const fn awaits_answer(self) -> bool {
        self.is_open() && !matches!(self, Self::Ready)
    }

    /// Whether a payment is no longer wanted: what comes in now is to be refunded.
    #[must_use]
    pub const fn is_abandoned(self) -> bool {
        matches!(self, Self::Refused | Self::Cancelled | Self::Expired)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// A text that is no word of a [`Stage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a stage of an order")]
#[non_exhaustive]
pub struct StageError;

impl FromStr for Stage {
    type Err = StageError;

    fn from_str(word: &str) -> Result<Self, StageError> {
        Self::ALL.into_iter().find(|stage| stage.word() == word).ok_or(StageError)
    }
}

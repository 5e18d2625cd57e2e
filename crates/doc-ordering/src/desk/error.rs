use communes_ledger::{StoreError, StoreErrorKind};

use crate::{
    form::FieldError,
    issue::{IssueError, VerificationCodeError},
    order::Refusal,
};

/// Why the desk did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// Answers are wrong; every fault, in document order.
    #[error("{} answers are wrong", .0.len())]
    Answers(Vec<FieldError>),
    /// A rule refuses.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The issuer gave no answer.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// No verification code is written like this.
    #[error(transparent)]
    Code(#[from] VerificationCodeError),
    /// The store could not, or somebody else was first.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DeskError {
    /// The stable machine code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Answers(_) => "order-answers",
            Self::Refused(refusal) => refusal.code(),
            Self::Issue(error) => error.code(),
            Self::Code(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// Whether the same call may succeed later, unchanged.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Issue(error) => error.is_retryable(),
            Self::Store(error) => error.is_retryable(),
            _ => false,
        }
    }

    /// Whether somebody else was first: read again, and decide again.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.kind() == StoreErrorKind::Conflict)
    }
}

impl From<Refusal> for DeskError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

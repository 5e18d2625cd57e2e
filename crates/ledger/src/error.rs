use std::error::Error;

use crate::{AggregateKey, EnvelopeError};

/// What went wrong at a store, as far as a caller can act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// What was asked for is not there.
    NotFound,
    /// Somebody else was first, or the request contradicts what is stored: read again and decide again.
    Conflict,
    /// The store can't be reached or is full; nothing was written.
    Unavailable,
    /// What is stored can't be read, or contradicts itself.
    Corrupt,
    /// The store does not do this, or the change breaks the contract.
    Unsupported,
}

/// An error of a store: kind, stable code, whether trying again may help, and the cause.
///
/// The message names rows by their keys, never by what they hold.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    kind: StoreErrorKind,
    code: &'static str,
    message: String,
    retryable: bool,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// An error of this kind. `code` is stable, kebab-case, and named in the implementor's documentation.
    #[must_use]
    pub fn new(kind: StoreErrorKind, code: &'static str, message: impl Into<String>) -> Self {
        let retryable = kind == StoreErrorKind::Unavailable;
        Self { kind, code, message: message.into(), retryable, source: None }
    }

    /// A [`StoreErrorKind::Conflict`]; see [`StoreError::new`].
    #[must_use]
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Conflict, code, message)
    }

    /// A [`StoreErrorKind::NotFound`]; see [`StoreError::new`].
    #[must_use]
    pub fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::NotFound, code, message)
    }

    /// A [`StoreErrorKind::Unavailable`], which is retryable; see [`StoreError::new`].
    #[must_use]
    pub fn unavailable(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Unavailable, code, message)
    }

    /// A [`StoreErrorKind::Corrupt`]; see [`StoreError::new`].
    #[must_use]
    pub fn corrupt(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Corrupt, code, message)
    }

    /// A [`StoreErrorKind::Unsupported`]; see [`StoreError::new`].
    #[must_use]
    pub fn unsupported(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Unsupported, code, message)
    }

    /// The row or record of an aggregate does not open: a [`StoreErrorKind::Corrupt`] with the code of its envelope.
    #[must_use]
    pub fn unreadable(key: &AggregateKey, cause: EnvelopeError) -> Self {
        Self::corrupt(cause.code(), format!("{key} can't be read")).caused_by(cause)
    }

    /// The same error with its cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same error, with or without hope in trying the same call again.
    #[must_use]
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.retryable = retryable;
        self
    }

    /// What went wrong, coarsely.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// What went wrong, exactly: the codes of the ledger's own contract are those of [`code`](crate::code).
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Whether the same call may succeed later, unchanged.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }
}

/// The codes that every implementation of this crate's traits gives.
pub mod code {
    /// The aggregate is at another version than the decision was made on.
    pub const VERSION_CONFLICT: &str = "version-conflict";
    /// The command id was used for another command.
    pub const COMMAND_REUSED: &str = "command-reused";
    /// An effect of this key was written before.
    pub const EFFECT_EXISTS: &str = "effect-exists";
    /// The claim has passed to somebody else.
    pub const CLAIM_LOST: &str = "claim-lost";
    /// The effect is not a dead letter.
    pub const NOT_DEAD: &str = "not-dead";
    /// No effect of this key.
    pub const EFFECT_UNKNOWN: &str = "effect-unknown";
    /// The timer fired before, was cancelled, or was set again.
    pub const TIMER_GONE: &str = "timer-gone";
    /// The change breaks the contract of [`Change`](crate::Change).
    pub const CHANGE_MALFORMED: &str = "change-malformed";
    /// The cursor is not one of this store.
    pub const CURSOR_UNKNOWN: &str = "cursor-unknown";
    /// More is waiting than the store's queue takes.
    pub const QUEUE_FULL: &str = "queue-full";
}

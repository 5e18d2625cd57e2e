use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::text::text_key;

text_key! {
    /// One process that works off the outbox or the timers.
    WorkerId
}

/// How often a piece of work was claimed. A claim whose token is no longer the newest has passed to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FencingToken(u64);

impl FencingToken {
    /// The token of the n-th claim.
    #[must_use]
    pub fn new(claims: u64) -> Self {
        Self(claims)
    }

    /// The number itself: 1 at the first claim, so that it also counts the tries.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

/// Who asks for work, when, for how long and for how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClaimRequest {
    /// Who asks.
    pub worker: WorkerId,
    /// The time now: what is due later, or claimed until later, is left alone.
    pub now: DateTime<Utc>,
    /// Until when the work is the worker's: after it, anybody may claim it.
    pub until: DateTime<Utc>,
    /// How much at the most.
    pub limit: u32,
}

impl ClaimRequest {
    /// Asks for up to `limit` pieces of work, to be done within `lease`.
    #[must_use]
    pub fn new(worker: WorkerId, now: DateTime<Utc>, lease: TimeDelta, limit: u32) -> Self {
        Self { worker, now, until: now + lease, limit }
    }
}

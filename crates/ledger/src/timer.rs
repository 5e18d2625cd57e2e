use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    AggregateKey, ClaimRequest, CommandId, Envelope, FencingToken, StoreError, Version, WorkerId, forward::forward,
    text::text_key,
};

text_key! {
    /// Which timer of its aggregate: `answer-due`, `reminder`.
    TimerName
}

/// Something that is to happen to an aggregate at a time, unless it is cancelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Timer {
    /// To what it happens.
    pub aggregate: AggregateKey,
    /// Which of its timers.
    pub name: TimerName,
    /// When, to the microsecond.
    pub due: DateTime<Utc>,
    /// The particulars.
    pub payload: Envelope,
}

/// A timer as it stands: `set_at` tells it from an earlier one of the same name.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingTimer {
    /// The timer.
    pub timer: Timer,
    /// The version of the aggregate that set it.
    pub set_at: Version,
}

impl PendingTimer {
    /// The id of the command that fires it: the same in every process, so that it fires once.
    #[must_use]
    pub fn command(&self) -> CommandId {
        CommandId::derived(&format!("timer/{}/{}/{}", self.timer.aggregate, self.timer.name, self.set_at))
    }
}

/// A due timer that a worker has claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedTimer {
    /// The timer and the version that set it.
    pub pending: PendingTimer,
    /// The claim; its number counts the tries.
    pub fence: FencingToken,
}

/// What a change does to the timers of its aggregates.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TimerChange {
    /// Sets a timer, in place of the one of the same name.
    Set(Timer),
    /// Takes a timer away, if it is there.
    Cancel {
        /// Whose timer.
        aggregate: AggregateKey,
        /// Which.
        name: TimerName,
    },
    /// The change is what the timer was for: it is gone with the commit. If it was gone before, there is no commit, but
    /// [`TIMER_GONE`](crate::code::TIMER_GONE).
    Fire {
        /// Whose timer.
        aggregate: AggregateKey,
        /// Which.
        name: TimerName,
        /// The version that set it.
        set_at: Version,
    },
}

impl TimerChange {
    /// Whose timer it changes.
    #[must_use]
    pub fn aggregate(&self) -> &AggregateKey {
        match self {
            Self::Set(timer) => &timer.aggregate,
            Self::Cancel { aggregate, .. } | Self::Fire { aggregate, .. } => aggregate,
        }
    }

    /// Which timer of it.
    #[must_use]
    pub fn name(&self) -> &TimerName {
        match self {
            Self::Set(timer) => &timer.name,
            Self::Cancel { name, .. } | Self::Fire { name, .. } => name,
        }
    }
}

/// The clock side of a ledger: which timers are due.
///
/// **The implementor guarantees:** a due timer is claimed by one worker at a time, the earliest first; a claim ends by the commit
/// of a [`TimerChange`], by [`Timers::release`] or by its time. The claim only spares work: that a timer takes effect once is
/// the commit's doing ([`TimerChange::Fire`], [`PendingTimer::command`]).
#[async_trait]
pub trait Timers: std::fmt::Debug + Send + Sync {
    /// Claims timers that are due at `request.now`, the earliest first.
    async fn claim_due(&self, request: &ClaimRequest) -> Result<Vec<ClaimedTimer>, StoreError>;

    /// The timers of an aggregate, by name.
    async fn pending(&self, aggregate: &AggregateKey) -> Result<Vec<PendingTimer>, StoreError>;

    /// Gives back all that a worker has claimed. Returns how much that was.
    async fn release(&self, worker: &WorkerId) -> Result<u64, StoreError>;
}

forward! { Timers {
    claim_due(request: &ClaimRequest) -> Vec<ClaimedTimer>;
    pending(aggregate: &AggregateKey) -> Vec<PendingTimer>;
    release(worker: &WorkerId) -> u64;
} }

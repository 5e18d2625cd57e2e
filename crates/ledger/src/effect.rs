use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    Actor, AggregateKey, ClaimRequest, Cursor, Envelope, FencingToken, Page, StoreError, WorkerId, forward::forward,
    text::text_key,
};

text_key! {
    /// The key by which a receiver recognises an effect that arrives twice; its own, for ever, within a tenant.
    EffectKey
}

text_key! {
    /// What is to be done: `mail`, `index`, `http-call`. It chooses the receiver.
    EffectKind
}

/// Something to be done outside, once the change is committed.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// By what the receiver recognises it.
    pub key: EffectKey,
    /// What is to be done.
    pub kind: EffectKind,
    /// In whose order it stands: effects of one aggregate leave one after the other.
    pub aggregate: AggregateKey,
    /// The particulars.
    pub payload: Envelope,
    /// Before when it does not leave; it holds up those behind it.
    pub not_before: Option<DateTime<Utc>>,
}

/// An effect that a worker has claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedEffect {
    /// What is to be done.
    pub effect: Effect,
    /// The claim: to be shown at the end of the work. Its number counts the tries.
    pub fence: FencingToken,
}

/// How the work on an effect ended, when not well.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// To be tried again, not before this time.
    Retry {
        /// Not before.
        at: DateTime<Utc>,
    },
    /// Given up: a dead letter, which blocks its aggregate until an operator skips it.
    Dead,
}

/// An effect that was given up.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// What was to be done.
    pub effect: Effect,
    /// How often it was tried.
    pub tries: u64,
    /// Why it was given up.
    pub reason: String,
}

/// The way out of a ledger: effects leave at least once, in order per aggregate.
///
/// **The implementor guarantees:** only the first undelivered effect of an aggregate may be claimed, and by one worker at a time; a
/// claim ends by one of the verbs below or by its time; a token that is not the newest ends nothing and gets
/// [`CLAIM_LOST`](crate::code::CLAIM_LOST); a dead letter holds up its aggregate until it is skipped.
///
/// **The caller may not assume** that an effect arrives once: receivers dedupe on [`EffectKey`].
#[async_trait]
pub trait Outbox: std::fmt::Debug + Send + Sync {
    /// Claims effects that may leave now, in the order of their commits.
    async fn claim(&self, request: &ClaimRequest) -> Result<Vec<ClaimedEffect>, StoreError>;

    /// The effect has been delivered.
    async fn acknowledge(&self, key: &EffectKey, fence: FencingToken) -> Result<(), StoreError>;

    /// The effect has not been delivered; `reason` is for the operator and holds no personal data.
    async fn fail(
        &self,
        key: &EffectKey,
        fence: FencingToken,
        failure: Failure,
        reason: &str,
    ) -> Result<(), StoreError>;

    /// An operator gives up a dead letter for good; who, when and why stay readable in the store.
    ///
    /// An effect that is not dead gives [`NOT_DEAD`](crate::code::NOT_DEAD), an unknown one
    /// [`EFFECT_UNKNOWN`](crate::code::EFFECT_UNKNOWN).
    async fn skip(&self, key: &EffectKey, by: &Actor, at: DateTime<Utc>, reason: &str) -> Result<(), StoreError>;

    /// Lists the dead letters, oldest first.
    async fn dead_letters(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<DeadLetter>, StoreError>;

    /// Gives back all that a worker has claimed: it is about to stop. Returns how much that was.
    async fn release(&self, worker: &WorkerId) -> Result<u64, StoreError>;
}

forward! { Outbox {
    claim(request: &ClaimRequest) -> Vec<ClaimedEffect>;
    acknowledge(key: &EffectKey, fence: FencingToken) -> ();
    fail(key: &EffectKey, fence: FencingToken, failure: Failure, reason: &str) -> ();
    skip(key: &EffectKey, by: &Actor, at: DateTime<Utc>, reason: &str) -> ();
    dead_letters(after: Option<&Cursor>, limit: u32) -> Page<DeadLetter>;
    release(worker: &WorkerId) -> u64;
} }

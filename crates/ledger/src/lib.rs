//! To be written.

mod actor;
mod aggregate;
mod batch;
mod chain;
mod change;
mod command;
mod commit;
mod effect;
mod envelope;
mod error;
mod feed;
mod forward;
mod lease;
mod memory;
mod page;
mod series;
mod tenant;
mod text;
mod timer;

pub use async_trait::async_trait;

pub use crate::{
    actor::{Actor, ActorKind},
    aggregate::{AggregateKey, AggregateKind, AggregateKindError, Expected, Head, Stored, Version},
    batch::{Batch, Settled, SettledRow},
    chain::{BrokenChain, ChainHash, ChainHashError, Event, EventName, Record, verify_chain},
    change::{Change, Rows},
    command::{CommandId, CommandStamp, Fingerprint},
    commit::{Committed, Ledger},
    effect::{ClaimedEffect, DeadLetter, Effect, EffectKey, EffectKind, Failure, Outbox},
    envelope::{Envelope, EnvelopeError, canonical_json},
    error::{StoreError, StoreErrorKind, code},
    feed::Feed,
    lease::{ClaimRequest, FencingToken, WorkerId},
    memory::{MemoryDatabase, MemoryLedger},
    page::{Cursor, Page},
    series::{Drawn, SeriesKey},
    tenant::TenantId,
    text::TextError,
    timer::{ClaimedTimer, PendingTimer, Timer, TimerChange, TimerName, Timers},
};

//! The contract of durable commands, on which every capability of Communes writes.
//!
//! A capability decides purely and returns a [`Change`]: the rows, events, effects and timers it wants, with the versions they
//! were decided on and the series it draws numbers from. A [`Ledger`] commits the changes of *any* capabilities in one transaction,
//! all or nothing. What is to be done outside leaves through the [`Outbox`]; what is to happen later waits in [`Timers`]; who
//! keeps something derived reads the [`Feed`].
//!
//! ```
//! use communes_ledger::{
//!     Actor, ActorKind, AggregateKey, AggregateKind, Change, CommandId, CommandStamp, Envelope, Event, EventName, Expected,
//!     Fingerprint, Ledger, MemoryLedger, Rows, SeriesKey,
//! };
//! use serde_json::json;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! const PERMIT: AggregateKind = AggregateKind::from_static("permits/permit");
//!
//! // Decide: pure. Ids and time are arguments; the number is drawn by the ledger, inside the transaction.
//! fn grant(id: uuid::Uuid, street: &str) -> Result<Change, communes_ledger::TextError> {
//!     let (key, series, street) = (AggregateKey::new(PERMIT, id), SeriesKey::new("permit/2026")?, street.to_owned());
//!     let name = EventName::new("granted")?;
//!     Ok(Change::drawing([(key.clone(), Expected::New)], [series.clone()], move |drawn| {
//!         let permit = Envelope::new("permits/permit", 1, json!({"number": drawn.number(&series), "street": street}));
//!         let event = Event { aggregate: key.clone(), name: name.clone(), payload: permit.clone() };
//!         Rows::new().state(key.clone(), permit).event(event)
//!     }))
//! }
//!
//! // Commit: sent twice, it is done once.
//! let ledger = MemoryLedger::new();
//! let asked = json!({"grant": "Rue Haute 1"});
//! let stamp = CommandStamp::new(
//!     CommandId::new(uuid::Uuid::from_u128(42)),
//!     Fingerprint::of(&asked)?,
//!     chrono::DateTime::UNIX_EPOCH,
//!     Actor::new(ActorKind::Staff, "clerk-1")?,
//! );
//! let change = grant(uuid::Uuid::from_u128(7), "Rue Haute 1")?;
//! let first = pollster::block_on(ledger.commit(stamp.clone(), vec![change.clone()]))?;
//! let again = pollster::block_on(ledger.commit(stamp, vec![change]))?;
//! assert_eq!(first.number(&SeriesKey::new("permit/2026")?), Some(1));
//! assert_eq!(again.numbers, first.numbers);
//! assert!(again.replayed);
//! # Ok(())
//! # }
//! ```
//!
//! # What to implement
//! A store implements [`Ledger`] and, as far as it goes, [`Outbox`], [`Timers`] and [`Feed`]. [`Batch`] does the thinking of a
//! commit; the `testkit` (feature `testkit`) tells whether the store is right. [`MemoryLedger`] is the reference;
//! `communes-sqlite` and `communes-postgres` are the durable ones.
//!
//! # What is not here
//! A runtime, a clock, a database. Reads of a capability beyond one aggregate: they are the capability's own trait. Erasure of
//! personal data from a history: a capability stores it as salted digests beside a state that it can overwrite.

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
#[cfg(feature = "testkit")]
pub mod testkit;
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

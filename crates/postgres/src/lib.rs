//! The ledger and the reads of every capability of Communes on PostgreSQL 15 or newer: for several machines.
//!
//! ```no_run
//! use communes_ledger::{
//!     Actor, ActorKind, AggregateKey, AggregateKind, Change, CommandId, CommandStamp, Envelope, Expected, Fingerprint, Ledger, Rows,
//!     TenantId,
//! };
//! use communes_postgres::{Database, Options};
//! use serde_json::json;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! const NOTE: AggregateKind = AggregateKind::from_static("notes/note");
//! let database = Database::open("postgres://commune@127.0.0.1/commune", &Options::default()).await?;
//! let ledger = database.tenant(&TenantId::new("62063")?);
//!
//! let key = AggregateKey::new(NOTE, uuid::Uuid::from_u128(1));
//! let rows = Rows::new().state(key.clone(), Envelope::new("notes/note", 1, json!("milk")));
//! let stamp = CommandStamp::new(
//!     CommandId::new(uuid::Uuid::from_u128(2)),
//!     Fingerprint::of(&json!({"write": "milk"}))?,
//!     chrono::DateTime::UNIX_EPOCH,
//!     Actor::new(ActorKind::Staff, "clerk-1")?,
//! );
//! ledger.commit(stamp, vec![Change::finished([(key.clone(), Expected::New)], rows)]).await?;
//! assert_eq!(ledger.load(&key).await?.unwrap().state.data(), "milk");
//! database.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! # How it commits
//! A command is two round trips: read, then lock, check, write and commit at one go, so that nobody waits for this process while a lock
//! is held. Commands that draw from a series go through one task a process, up to 32 in one transaction: each table is then
//! written by one statement for all of them, numbers go only to those that nothing speaks against, and when something is in the way of a
//! group its members are tried one by one.
//!
//! # What the database needs
//! A user who may create schemas (`communes_ledger` and one a capability), or, when `communes db migrate` or [`Migration::script`]
//! has made them, one who may read and write their rows: [`Options::migrate`]. No extension, no superuser. A pooler in
//! transaction mode may stand before it: statements are unnamed, nothing is kept between transactions.
//!
//! # What implements what
//! [`PostgresLedger`] is [`Ledger`](communes_ledger::Ledger), [`Outbox`](communes_ledger::Outbox), [`Timers`](communes_ledger::Timers) and
//! [`Feed`](communes_ledger::Feed) of one tenant. With the feature `eid-verify` it is also that crate's `ChallengeStore`; each further
//! capability has a feature of its name. There is nothing to implement here.
//!
//! # After a dump is restored
//! The feed goes on: the database notices when it is opened with [`Options::migrate`] that its transaction numbers began anew.
//! Readers whose cursors are newer than the dump must begin anew, as what they have seen is not there.
//!
//! # Codes
//! Beside those of [`communes_ledger::code`]: [`SERVER_UNREACHABLE`], [`SERVER_SHORT`], [`POOL_EXHAUSTED`], [`CONTENDED`] (all
//! retryable), [`CLOSED`], [`URL_UNREADABLE`], [`TLS_UNAVAILABLE`], [`SERVER_REFUSED`], [`ROW_UNREADABLE`], [`PANICKED`], [`SCHEMA_NEWER`],
//! [`SCHEMA_OLDER`]. What the server says in DETAIL is never part of an error: it shows values.
//!
//! # What is not here
//! Replicas for reading, client certificates.

#[cfg(feature = "business-directory")]
mod business_directory;
mod codec;
mod commit;
mod committer;
#[cfg(feature = "crash-points")]
pub mod crash_points;
#[cfg(not(feature = "crash-points"))]
mod crash_points;
mod database;
mod fault;
mod feed;
#[cfg(feature = "transaction")]
mod join;
mod ledger;
mod migrate;
mod outbox;
mod projection;
mod statement;
mod timers;
mod tls;
mod write;

#[cfg(feature = "business-directory")]
pub use crate::business_directory::PostgresRegister;
#[cfg(feature = "transaction")]
pub use crate::join::{BoxError, WORK_REFUSED, Work};
pub use crate::{
    commit::PANICKED,
    database::{CLOSED, Database, Options, URL_UNREADABLE},
    fault::{CONTENDED, POOL_EXHAUSTED, ROW_UNREADABLE, SERVER_REFUSED, SERVER_SHORT, SERVER_UNREACHABLE},
    ledger::PostgresLedger,
    migrate::{Migration, SCHEMA_NEWER, SCHEMA_OLDER, migrations},
    tls::TLS_UNAVAILABLE,
};

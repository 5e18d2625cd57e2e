//! The ledger and the reads of every capability of Communes on SQLite: for one machine.
//!
//! One thread writes, in WAL with `synchronous=FULL`; what waits in its queue is committed together, each command in a savepoint of its
//! own, and every answer comes after the commit. There is no commit delay: the group is what waited. Reads have threads of their own.
//! No runtime is needed; the futures run on any.
//!
//! ```
//! use communes_ledger::{
//!     Actor, ActorKind, AggregateKey, AggregateKind, Change, CommandId, CommandStamp, Envelope, Expected, Fingerprint, Ledger, Rows,
//!     TenantId,
//! };
//! use communes_sqlite::{Database, Options};
//! use serde_json::json;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! const NOTE: AggregateKind = AggregateKind::from_static("notes/note");
//! let folder = tempfile::tempdir()?;
//! let database = Database::open(folder.path().join("commune.db"), &Options::default())?;
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
//! pollster::block_on(ledger.commit(stamp, vec![Change::finished([(key.clone(), Expected::New)], rows)]))?;
//! assert_eq!(pollster::block_on(ledger.load(&key))?.unwrap().state.data(), "milk");
//! # Ok(())
//! # }
//! ```
//!
//! # What implements what
//! [`SqliteLedger`] is [`Ledger`](communes_ledger::Ledger), [`Outbox`](communes_ledger::Outbox), [`Timers`](communes_ledger::Timers) and
//! [`Feed`](communes_ledger::Feed) of one tenant. With the feature `eid-verify` it is also that crate's `ChallengeStore`; each further
//! capability has a feature of its name. There is nothing to implement here.
//!
//! # An application's own tables
//! They may lie in the same file under any name that does not begin with `communes_`, and no migration touches them. With the feature
//! `transaction`, `SqliteLedger::commit_with` writes them in the transaction of a commit.
//!
//! # Codes
//! Beside those of [`communes_ledger::code`]: [`DATABASE_BUSY`], [`DISK_FULL`], [`DATABASE_IO`], [`GROUP_LOST`] (all retryable),
//! [`CLOSED`], [`DATABASE_CORRUPT`], [`ROW_UNREADABLE`], [`DATABASE_REFUSED`], [`PANICKED`], [`SCHEMA_NEWER`], [`SCHEMA_OLDER`].
//!
//! # What is not here
//! Backups (`VACUUM INTO` or the backup API of SQLite do them on a running database), encryption at rest, more than one machine
//! (`communes-postgres`).

#[cfg(feature = "business-directory")]
mod business_directory;
mod codec;
mod commit;
#[cfg(feature = "crash-points")]
pub mod crash_points;
#[cfg(not(feature = "crash-points"))]
mod crash_points;
mod database;
mod fault;
mod feed;
mod ledger;
mod migrate;
mod outbox;
mod projection;
mod reader;
mod timers;
mod writer;

#[cfg(feature = "business-directory")]
pub use crate::business_directory::SqliteRegister;
#[cfg(feature = "transaction")]
pub use crate::ledger::{BoxError, WORK_REFUSED};
pub use crate::{
    database::{Database, Options},
    fault::{DATABASE_BUSY, DATABASE_CORRUPT, DATABASE_IO, DATABASE_REFUSED, DISK_FULL, ROW_UNREADABLE},
    ledger::SqliteLedger,
    migrate::{Migration, SCHEMA_NEWER, SCHEMA_OLDER, migrations},
    writer::{CLOSED, GROUP_LOST, PANICKED},
};

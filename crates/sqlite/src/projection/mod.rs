//! The capabilities whose tables this crate keeps beside the ledger's.
//!
//! To add one:
//! 1. its feature in `Cargo.toml`, `workflow = ["dep:communes-workflow"]`, and the optional dependency;
//! 2. its tables in `migrations/workflow/0001_….sql`, each named `communes_workflow_…`, `tenant` the first column of each key;
//!    a migration is never edited after a release, the next one is added after it;
//! 3. `projection/workflow.rs` (a folder of its own when it is more than its projection) with `pub(super) const CAPABILITY:
//!    Capability`, its [`Projection`], and the `impl` of the capability's store trait for [`SqliteLedger`](crate::SqliteLedger), whose reads go
//!    through [`Database::read`](crate::Database) and whose own writes (no command) through `Database::write`, with the
//!    handle's `tenant`;
//! 4. one line in [`CAPABILITIES`] and one `mod`, both behind the feature.
//!
//! A projection is derived: when a migration of its capability is run, it is [`rebuild`]t from the aggregates, so a capability that is turned
//! on later, or whose columns change, needs no code for it. Empty the table in the migration when its columns change.

use communes_ledger::{AggregateKind, SettledRow, TenantId};
use rusqlite::Connection;

use crate::{codec, fault::Fault};

#[cfg(feature = "doc-ordering")]
mod doc_ordering;
#[cfg(feature = "eid-verify")]
mod eid_verify;
#[cfg(test)]
mod probe;
#[cfg(feature = "workflow")]
mod workflow;

/// A capability that keeps tables.
pub(crate) struct Capability {
    /// Its name, as in its feature.
    pub(crate) name: &'static str,
    /// Name and statements of each step of its tables.
    pub(crate) migrations: &'static [(&'static str, &'static str)],
    /// The read columns of its aggregates, where it has some.
    pub(crate) projection: Option<&'static dyn Projection>,
}

/// The read columns of a capability's aggregates: written in the transaction that writes the aggregate.
pub(crate) trait Projection: Sync {
    /// Of which aggregates.
    fn kinds(&self) -> &'static [AggregateKind];

    /// Writes the columns of an aggregate, in place of those it had.
    fn project(&self, connection: &Connection, tenant: &TenantId, row: &SettledRow) -> Result<(), Fault>;
}

/// Every capability of this build; the ledger first.
pub(crate) const CAPABILITIES: &[Capability] = &[
    Capability {
        name: "ledger",
        migrations: &[("ledger", include_str!("../migrations/ledger/0001_ledger.sql"))],
        projection: None,
    },
    #[cfg(feature = "doc-ordering")]
    doc_ordering::CAPABILITY,
    #[cfg(feature = "eid-verify")]
    eid_verify::CAPABILITY,
    #[cfg(feature = "workflow")]
    workflow::CAPABILITY,
    #[cfg(test)]
    probe::CAPABILITY,
];

/// Writes the read columns of an aggregate that is being written.
pub(crate) fn project(connection: &Connection, tenant: &TenantId, row: &SettledRow) -> Result<(), Fault> {
    let interested = CAPABILITIES
        .iter()
        .filter_map(|capability| capability.projection)
        .filter(|projection| projection.kinds().contains(row.key.kind()));
    for projection in interested {
        projection.project(connection, tenant, row)?;
    }
    Ok(())
}

/// Writes the read columns of a capability anew.
pub(crate) fn rebuild(connection: &Connection, capability: &Capability) -> Result<(), Fault> {
    let Some(projection) = capability.projection else {
        return Ok(());
    };
    let mut statement = connection.prepare(
        "SELECT version, records, hash, state, kind, id, tenant FROM communes_ledger_aggregate WHERE kind = ?1",
    )?;
    for kind in projection.kinds() {
        let mut rows = statement.query([kind.as_str()])?;
        while let Some(row) = rows.next()? {
            let stored = codec::stored(row)?;
            let key = codec::aggregate_key(row, 4)?;
            let tenant = TenantId::new(row.get::<_, String>(6)?).map_err(|_| Fault::unreadable("tenant"))?;
            let row = SettledRow { key, head: stored.head, state: stored.state };
            projection.project(connection, &tenant, &row)?;
        }
    }
    Ok(())
}

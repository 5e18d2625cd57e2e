//! The capabilities whose tables this crate keeps beside the ledger's.
//!
//! To add one:
//! 1. its feature in `Cargo.toml`, `workflow = ["dep:communes-workflow"]`, and the optional dependency;
//! 2. its tables in `migrations/workflow/0001_….sql`, in the schema `communes_workflow`, which is made for it, `tenant` the first column
//!    of each key; a migration is never edited after a release, the next one is added after it;
//! 3. `projection/workflow.rs` (a folder of its own when it is more than its projection) with `pub(super) const CAPABILITY:
//!    Capability`, its [`Projection`], and the `impl` of the capability's store trait for [`PostgresLedger`](crate::PostgresLedger), whose
//!    statements go through `Database::query` and `Database::execute` (one statement each, no command), with the handle's `tenant`;
//! 4. one line in [`CAPABILITIES`] and one `mod`, both behind the feature.
//!
//! A projection is derived: when a migration of its capability is run, it is [`rebuild`]t from the aggregates, so a capability that is turned
//! on later, or whose columns change, needs no code for it. Empty the table in the migration when its columns change.

use communes_ledger::{AggregateKind, SettledRow, TenantId};
use tokio_postgres::{Client, types::Type};
use uuid::Uuid;

use crate::{
    codec,
    fault::Fault,
    statement::{Statement, pipeline},
};

#[cfg(feature = "doc-ordering")]
mod doc_ordering;
#[cfg(feature = "eid-verify")]
mod eid_verify;
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

    /// The statements that write the columns of an aggregate, in place of those it had. They go out with the rest of the transaction, and
    /// nobody reads their rows.
    fn project(&self, tenant: &TenantId, row: &SettledRow) -> Result<Vec<Statement>, Fault>;
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
];

/// What writes the read columns of an aggregate that is being written.
pub(crate) fn project(tenant: &TenantId, row: &SettledRow) -> Result<Vec<Statement>, Fault> {
    let interested = CAPABILITIES
        .iter()
        .filter_map(|capability| capability.projection)
        .filter(|projection| projection.kinds().contains(row.key.kind()));
    let mut statements = Vec::new();
    for projection in interested {
        statements.extend(projection.project(tenant, row)?);
    }
    Ok(statements)
}

/// Writes the read columns of a capability anew.
pub(crate) async fn rebuild(client: &Client, capability: &Capability) -> Result<(), Fault> {
    let Some(projection) = capability.projection else {
        return Ok(());
    };
    for kind in projection.kinds() {
        let mut last = (String::new(), Uuid::nil());
        loop {
            let rows = Statement::new(
                "SELECT tenant, id, version, records, hash, state, kind, id FROM communes_ledger.aggregate
                 WHERE kind = $1 AND (tenant, id) > ($2, $3) ORDER BY tenant, id LIMIT 500",
            )
            .text(kind.as_str())
            .text(&last.0)
            .with(last.1, Type::UUID)
            .query(client)
            .await?;
            let Some(end) = rows.last() else { break };
            last = (codec::text(end, 0)?.to_owned(), codec::value(end, 1)?);
            let mut statements = Vec::new();
            for row in &rows {
                let tenant = TenantId::new(codec::text(row, 0)?).map_err(|_| Fault::unreadable("tenant"))?;
                let stored = codec::stored(row, 2)?;
                let row = SettledRow { key: codec::aggregate_key(row, 6)?, head: stored.head, state: stored.state };
                statements.extend(projection.project(&tenant, &row)?);
            }
            pipeline(client, &statements).await?;
        }
    }
    Ok(())
}

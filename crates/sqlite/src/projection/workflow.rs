//! What worklists are chosen by.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use communes_ledger::{AggregateKind, Page, SettledRow, StoreError, Stored, TenantId, async_trait};
use communes_workflow::{INSTANCE, Instance, InstanceId, WorkflowStore, WorklistPlace, WorklistQuery};
use rusqlite::{Connection, Row, named_params, params};

use super::{Capability, Projection};
use crate::{SqliteLedger, codec, fault::Fault};

pub(super) const CAPABILITY: Capability = Capability {
    name: "workflow",
    migrations: &[("worklist", include_str!("../migrations/workflow/0001_worklist.sql"))],
    projection: Some(&Worklists),
};

/// The `due` of an instance that is due on no day.
const NEVER: i64 = i32::MAX as i64;

struct Worklists;

impl Projection for Worklists {
    fn kinds(&self) -> &'static [AggregateKind] {
        const { &[INSTANCE] }
    }

    fn project(&self, connection: &Connection, tenant: &TenantId, row: &SettledRow) -> Result<(), Fault> {
        let instance = Instance::open(&row.key, &Stored { head: row.head, state: row.state.clone() })?;
        let (tenant, id, due) = (tenant.as_str(), row.key.id(), number(instance.due));
        connection
            .prepare_cached(
                "INSERT INTO communes_workflow_instance (tenant, id, workflow, state, open, due)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (tenant, id) DO UPDATE SET workflow = ?3, state = ?4, open = ?5, due = ?6",
            )?
            .execute(params![tenant, id.as_bytes(), instance.workflow, instance.state, instance.is_open, due])?;
        connection
            .prepare_cached("DELETE FROM communes_workflow_candidate WHERE tenant = ?1 AND id = ?2")?
            .execute(params![tenant, id.as_bytes()])?;
        let mut candidate = connection.prepare_cached(
            "INSERT INTO communes_workflow_candidate (tenant, role, due, id) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for role in &instance.candidates {
            candidate.execute(params![tenant, role, due, id.as_bytes()])?;
        }
        Ok(())
    }
}

#[async_trait]
impl WorkflowStore for SqliteLedger {
    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, StoreError> {
        let stored = communes_ledger::Ledger::load(self, &id.key()).await?;
        stored.map(|stored| Instance::open(&id.key(), &stored)).transpose()
    }

    async fn worklist(&self, query: &WorklistQuery) -> Result<Page<Instance>, StoreError> {
        let after = query.after.as_ref().map(WorklistPlace::parse).transpose()?;
        let (tenant, query) = (self.tenant.clone(), query.clone());
        self.database.read(move |connection| page(connection, &tenant, &query, after)).await
    }
}

fn page(
    connection: &Connection,
    tenant: &TenantId,
    query: &WorklistQuery,
    after: Option<WorklistPlace>,
) -> Result<Page<Instance>, Fault> {
    let limit = query.limit.clamp(1, WorklistQuery::MAX_LIMIT) as usize;
    // One state of the database for the lists of all roles.
    let transaction = connection.unchecked_transaction()?;
    let mut found = BTreeMap::new();
    if query.roles.is_empty() {
        list(&transaction, tenant, query, after, None, limit, &mut found)?;
    }
    for role in &query.roles {
        list(&transaction, tenant, query, after, Some(role), limit, &mut found)?;
    }
    drop(transaction);
    let more = found.len() > limit;
    let items: Vec<Instance> = found.into_values().take(limit).collect();
    let next = items.last().filter(|_| more).map(|last| WorklistPlace::of(last).cursor());
    Ok(Page { items, next })
}

/// Adds the first instances of a list, one more than a page holds, by their place.
fn list(
    connection: &Connection,
    tenant: &TenantId,
    query: &WorklistQuery,
    after: Option<WorklistPlace>,
    role: Option<&str>,
    limit: usize,
    found: &mut BTreeMap<WorklistPlace, Instance>,
) -> Result<(), Fault> {
    // The list that is walked: by due day and id, each from an index.
    let (list, chosen) = match (role, query.with_closed) {
        (Some(_), _) => ("communes_workflow_candidate", "list.role = :role"),
        (None, false) => ("communes_workflow_instance", "list.open = 1 AND :role IS NULL"),
        (None, true) => ("communes_workflow_instance", ":role IS NULL"),
    };
    let sql = format!(
        "SELECT aggregate.version, aggregate.records, aggregate.hash, aggregate.state, aggregate.kind, aggregate.id
         FROM {list} AS list
         CROSS JOIN communes_workflow_instance AS instance ON instance.tenant = list.tenant AND instance.id = list.id
         CROSS JOIN communes_ledger_aggregate AS aggregate
             ON aggregate.tenant = list.tenant AND aggregate.kind = :kind AND aggregate.id = list.id
         WHERE list.tenant = :tenant AND {chosen} AND (list.due, list.id) > (:due, :id) AND list.due <= :by
             AND (:workflow IS NULL OR instance.workflow = :workflow)
             AND (:states IS NULL OR instance.state IN (SELECT value FROM json_each(:states)))
         ORDER BY list.due, list.id LIMIT :limit"
    );
    let states = if query.states.is_empty() { None } else { Some(codec::json(&query.states)?) };
    let (due, id) = match &after {
        Some(place) => (number(place.day()), place.id.as_uuid().as_bytes().to_vec()),
        None => (i64::MIN, Vec::new()),
    };
    let kind = INSTANCE;
    let params = named_params! {
        ":tenant": tenant.as_str(), ":kind": kind.as_str(), ":role": role, ":due": due, ":id": id,
        ":by": query.due_by.map_or(NEVER, |day| number(Some(day))), ":workflow": query.workflow, ":states": states,
        ":limit": codec::signed(limit as u64 + 1),
    };
    for instance in codec::collect(&mut connection.prepare_cached(&sql)?, params, instance)? {
        found.insert(WorklistPlace::of(&instance), instance);
    }
    Ok(())
}

fn instance(row: &Row<'_>) -> Result<Instance, Fault> {
    Ok(Instance::open(&codec::aggregate_key(row, 4)?, &codec::stored(row)?)?)
}

fn number(day: Option<NaiveDate>) -> i64 {
    day.map_or(NEVER, |day| i64::from(day.num_days_from_ce()))
}

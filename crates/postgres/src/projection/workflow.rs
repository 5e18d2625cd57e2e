//! What worklists are chosen by.

use chrono::{Datelike, NaiveDate};
use communes_ledger::{AggregateKind, Ledger, Page, SettledRow, StoreError, Stored, TenantId, async_trait};
use communes_workflow::{INSTANCE, Instance, InstanceId, WorkflowStore, WorklistPlace, WorklistQuery};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use super::{Capability, Projection};
use crate::{PostgresLedger, codec, fault::Fault, statement::Statement};

pub(super) const CAPABILITY: Capability = Capability {
    name: "workflow",
    migrations: &[("worklist", include_str!("../migrations/workflow/0001_worklist.sql"))],
    projection: Some(&Worklists),
};

/// The `due` of an instance that is due on no day.
const NEVER: i32 = i32::MAX;

struct Worklists;

impl Projection for Worklists {
    fn kinds(&self) -> &'static [AggregateKind] {
        const { &[INSTANCE] }
    }

    fn project(&self, tenant: &TenantId, row: &SettledRow) -> Result<Vec<Statement>, Fault> {
        let instance = Instance::open(&row.key, &Stored { head: row.head, state: row.state.clone() })?;
        let (tenant, id, due) = (tenant.as_str(), row.key.id(), number(instance.due));
        let keep = Statement::new(
            "INSERT INTO communes_workflow.instance (tenant, id, workflow, state, open, due)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant, id) DO UPDATE SET workflow = excluded.workflow, state = excluded.state,
                 open = excluded.open, due = excluded.due",
        )
        .text(tenant)
        .with(id, Type::UUID)
        .text(&instance.workflow)
        .text(&instance.state)
        .with(instance.is_open, Type::BOOL)
        .with(due, Type::INT4);
        let forget = Statement::new("DELETE FROM communes_workflow.candidate WHERE tenant = $1 AND id = $2")
            .text(tenant)
            .with(id, Type::UUID);
        let choose = Statement::new(
            "INSERT INTO communes_workflow.candidate (tenant, role, due, id) SELECT $1, role, $2, $3 FROM unnest($4) AS role",
        )
        .text(tenant)
        .with(due, Type::INT4)
        .with(id, Type::UUID)
        .with(instance.candidates, Type::TEXT_ARRAY);
        Ok(vec![keep, forget, choose])
    }
}

#[async_trait]
impl WorkflowStore for PostgresLedger {
    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, StoreError> {
        let stored = self.load(&id.key()).await?;
        stored.map(|stored| Instance::open(&id.key(), &stored)).transpose()
    }

    async fn worklist(&self, query: &WorklistQuery) -> Result<Page<Instance>, StoreError> {
        let after = query.after.as_ref().map(WorklistPlace::parse).transpose()?;
        let limit = query.limit.clamp(1, WorklistQuery::MAX_LIMIT);
        let rows = self.database.query(list(&self.tenant, query, after, limit)).await?;
        let more = rows.len() > limit as usize;
        let items = rows.iter().take(limit as usize).map(instance).collect::<Result<Vec<_>, _>>()?;
        let next = items.last().filter(|_| more).map(|last| WorklistPlace::of(last).cursor());
        Ok(Page { items, next })
    }
}

/// The statement of a list: what is walked, by due day and id from an index, and the rest that has to hold.
macro_rules! list_sql {
    ($list:literal, $chosen:literal) => {
        concat!(
            "SELECT DISTINCT ON (place.due, place.id)
                 aggregate.version, aggregate.records, aggregate.hash, aggregate.state, aggregate.kind, aggregate.id
             FROM unnest($9::text[]) AS wanted (role)
             CROSS JOIN LATERAL (
                 SELECT list.due, list.id
                 FROM ",
            $list,
            " AS list
                 JOIN communes_workflow.instance AS instance ON instance.tenant = list.tenant AND instance.id = list.id
                 WHERE list.tenant = $1 AND ",
            $chosen,
            " AND (list.due, list.id) > ($3, $4) AND list.due <= $5
                     AND ($6::text IS NULL OR instance.workflow = $6)
                     AND ($7::text[] IS NULL OR instance.state = ANY ($7))
                 ORDER BY list.due, list.id LIMIT $8
             ) AS place
             JOIN communes_ledger.aggregate AS aggregate
                 ON aggregate.tenant = $1 AND aggregate.kind = $2 AND aggregate.id = place.id
             ORDER BY place.due, place.id LIMIT $8"
        )
    };
}

/// The first instances of a list, one more than a page holds.
fn list(tenant: &TenantId, query: &WorklistQuery, after: Option<WorklistPlace>, limit: u32) -> Statement {
    let by_role = !query.roles.is_empty();
    let sql = match (by_role, query.with_closed) {
        (true, _) => list_sql!("communes_workflow.candidate", "list.role = wanted.role"),
        (false, false) => list_sql!("communes_workflow.instance", "list.open"),
        (false, true) => list_sql!("communes_workflow.instance", "true"),
    };
    // Without roles the list is walked once.
    let roles = if by_role { query.roles.clone() } else { vec![String::new()] };
    let (due, id) = after.map_or((i32::MIN, Uuid::nil()), |place| (number(place.day()), place.id.as_uuid()));
    let states = (!query.states.is_empty()).then(|| query.states.clone());
    Statement::new(sql)
        .text(tenant.as_str())
        .text(INSTANCE.as_str())
        .with(due, Type::INT4)
        .with(id, Type::UUID)
        .with(query.due_by.map_or(NEVER, |day| number(Some(day))), Type::INT4)
        .with(query.workflow.clone(), Type::TEXT)
        .with(states, Type::TEXT_ARRAY)
        .with(i64::from(limit) + 1, Type::INT8)
        .with(roles, Type::TEXT_ARRAY)
}

fn instance(row: &Row) -> Result<Instance, Fault> {
    Ok(Instance::open(&codec::aggregate_key(row, 4)?, &codec::stored(row, 0)?)?)
}

fn number(day: Option<NaiveDate>) -> i32 {
    day.map_or(NEVER, |day| day.num_days_from_ce())
}

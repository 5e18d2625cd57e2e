//! By what orders and imported movements are found and listed.

use chrono::{Datelike, NaiveDate};
use communes_civil::Ogm;
use communes_doc_ordering::{
    issue::CodeHash,
    order::{CitizenKey, ORDER, Order, OrderId, OrderNumber, Stage},
    payment::{ImportedMovement, MOVEMENT, MovementId, Payment},
    store::{ListPlace, MAX_LIMIT, OrderQuery, OrderStore, movement_row, order_row},
};
use communes_ledger::{AggregateKind, Cursor, Ledger, Page, SettledRow, StoreError, Stored, TenantId, async_trait};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use super::{Capability, Projection};
use crate::{PostgresLedger, codec, fault::Fault, statement::Statement};

pub(super) const CAPABILITY: Capability = Capability {
    name: "doc-ordering",
    migrations: &[("orders", include_str!("../migrations/doc_ordering/0001_orders.sql"))],
    projection: Some(&Orders),
};

/// Selects the aggregates of tenant `$1` and kind `$2` whose row in a list holds what is asked.
macro_rules! list_sql {
    ($list:literal, $rest:literal) => {
        concat!(
            "SELECT aggregate.version, aggregate.records, aggregate.hash, aggregate.state, aggregate.kind, aggregate.id FROM ",
            $list,
            " AS list JOIN communes_ledger.aggregate AS aggregate
                 ON aggregate.tenant = list.tenant AND aggregate.kind = $2 AND aggregate.id = list.id
              WHERE list.tenant = $1 AND ",
            $rest
        )
    };
}

struct Orders;

impl Projection for Orders {
    fn kinds(&self) -> &'static [AggregateKind] {
        const { &[ORDER, MOVEMENT] }
    }

    fn project(&self, tenant: &TenantId, row: &SettledRow) -> Result<Vec<Statement>, Fault> {
        let stored = Stored { head: row.head, state: row.state.clone() };
        let statement = if *row.key.kind() == ORDER {
            order_columns(tenant, &order_row(&row.key, &stored)?)
        } else {
            movement_columns(tenant, &movement_row(&row.key, &stored)?)
        };
        Ok(vec![statement])
    }
}

fn order_columns(tenant: &TenantId, order: &Order) -> Statement {
    Statement::new(
        "INSERT INTO communes_doc_ordering.orders
             (tenant, id, number, reference, citizen, stage, due, submitted, refund, code)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (tenant, id) DO UPDATE SET number = excluded.number, reference = excluded.reference,
             citizen = excluded.citizen, stage = excluded.stage, due = excluded.due, submitted = excluded.submitted,
             refund = excluded.refund, code = excluded.code",
    )
    .text(tenant.as_str())
    .with(order.id.as_uuid(), Type::UUID)
    .text(order.number.as_str())
    .with(order.payment.as_ref().and_then(Payment::reference).map(base), Type::INT8)
    .text(order.requester.key.as_str())
    .text(order.stage.word())
    .with(number(order.answer_due), Type::INT4)
    .with(number(order.submitted_on), Type::INT4)
    .with(!order.refund_due().is_zero(), Type::BOOL)
    .with(order.issued.as_ref().map(|issued| issued.file.code.to_string()), Type::TEXT)
}

fn movement_columns(tenant: &TenantId, movement: &ImportedMovement) -> Statement {
    let (tenant, id) = (tenant.as_str(), movement.id.as_uuid());
    if movement.order.is_some() {
        return Statement::new("DELETE FROM communes_doc_ordering.unmatched WHERE tenant = $1 AND id = $2")
            .text(tenant)
            .with(id, Type::UUID);
    }
    Statement::new(
        "INSERT INTO communes_doc_ordering.unmatched (tenant, id, booked) VALUES ($1, $2, $3)
         ON CONFLICT (tenant, id) DO UPDATE SET booked = excluded.booked",
    )
    .text(tenant)
    .with(id, Type::UUID)
    .with(number(movement.credit.booked_on), Type::INT4)
}

#[async_trait]
impl OrderStore for PostgresLedger {
    async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        let stored = self.load(&id.key()).await?;
        stored.map(|stored| order_row(&id.key(), &stored)).transpose()
    }

    async fn by_number(&self, number: &OrderNumber) -> Result<Option<Order>, StoreError> {
        let sql = list_sql!("communes_doc_ordering.orders", "list.number = $3");
        Ok(self.orders(of(sql, &self.tenant, &ORDER).text(number.as_str())).await?.pop())
    }

    async fn by_references(&self, references: &[Ogm]) -> Result<Vec<Order>, StoreError> {
        let sql = list_sql!("communes_doc_ordering.orders", "list.reference = ANY ($3)");
        let references: Vec<i64> = references.iter().map(|reference| base(*reference)).collect();
        self.orders(of(sql, &self.tenant, &ORDER).with(references, Type::INT8_ARRAY)).await
    }

    async fn of_citizen(
        &self,
        citizen: &CitizenKey,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Order>, StoreError> {
        let sql = list_sql!(
            "communes_doc_ordering.orders",
            "list.citizen = $3 AND (list.submitted, list.id) < ($4, $5)
             ORDER BY list.submitted DESC, list.id DESC LIMIT $6"
        );
        let limit = limit.clamp(1, MAX_LIMIT);
        let after = after.map(ListPlace::parse).transpose()?;
        let statement = of(sql, &self.tenant, &ORDER).text(citizen.as_str());
        let statement = from(statement, after, (i32::MAX, Uuid::max())).with(i64::from(limit) + 1, Type::INT8);
        Ok(page(self.orders(statement).await?, limit, ListPlace::submitted))
    }

    async fn worklist(&self, query: &OrderQuery) -> Result<Page<Order>, StoreError> {
        // An index of its own: in all the stages that are over, money goes back of few.
        let sql = if query.refund_due {
            list_sql!(
                "communes_doc_ordering.orders",
                "list.refund AND (list.due, list.id) > ($3, $4) AND list.due <= $5 AND list.stage = ANY ($6)
                 ORDER BY list.due, list.id LIMIT $7"
            )
        } else {
            list_sql!(
                "communes_doc_ordering.orders",
                "(list.due, list.id) > ($3, $4) AND list.due <= $5 AND list.stage = ANY ($6)
                 ORDER BY list.due, list.id LIMIT $7"
            )
        };
        let limit = query.limit.clamp(1, MAX_LIMIT);
        let after = query.after.as_ref().map(ListPlace::parse).transpose()?;
        let stages: Vec<_> = query.admitted_stages().into_iter().map(Stage::word).collect();
        let statement = from(of(sql, &self.tenant, &ORDER), after, (i32::MIN, Uuid::nil()))
            .with(query.due_by.map_or(i32::MAX, number), Type::INT4)
            .with(stages, Type::TEXT_ARRAY)
            .with(i64::from(limit) + 1, Type::INT8);
        Ok(page(self.orders(statement).await?, limit, ListPlace::due))
    }

    async fn unmatched(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<ImportedMovement>, StoreError> {
        let sql = list_sql!(
            "communes_doc_ordering.unmatched",
            "(list.booked, list.id) > ($3, $4) ORDER BY list.booked, list.id LIMIT $5"
        );
        let limit = limit.clamp(1, MAX_LIMIT);
        let after = after.map(ListPlace::parse).transpose()?;
        let statement = from(of(sql, &self.tenant, &MOVEMENT), after, (i32::MIN, Uuid::nil()))
            .with(i64::from(limit) + 1, Type::INT8);
        let rows = self.database.query(statement).await?;
        let found = rows.iter().map(movement).collect::<Result<Vec<_>, Fault>>()?;
        Ok(page(found, limit, ListPlace::booked))
    }

    async fn movement(&self, id: MovementId) -> Result<Option<ImportedMovement>, StoreError> {
        let stored = self.load(&id.key()).await?;
        stored.map(|stored| movement_row(&id.key(), &stored)).transpose()
    }

    async fn by_code(&self, code: &CodeHash) -> Result<Option<Order>, StoreError> {
        let sql = list_sql!("communes_doc_ordering.orders", "list.code = $3");
        Ok(self.orders(of(sql, &self.tenant, &ORDER).text(&code.to_string())).await?.pop())
    }
}

impl PostgresLedger {
    async fn orders(&self, statement: Statement) -> Result<Vec<Order>, StoreError> {
        let rows = self.database.query(statement).await?;
        Ok(rows.iter().map(order).collect::<Result<Vec<_>, Fault>>()?)
    }
}

fn of(sql: &'static str, tenant: &TenantId, kind: &AggregateKind) -> Statement {
    Statement::new(sql).text(tenant.as_str()).text(kind.as_str())
}

/// The two parameters of a place.
fn from(statement: Statement, after: Option<ListPlace>, beginning: (i32, Uuid)) -> Statement {
    let (day, id) = after.map_or(beginning, |place| (number(place.day), place.id));
    statement.with(day, Type::INT4).with(id, Type::UUID)
}

fn order(row: &Row) -> Result<Order, Fault> {
    Ok(order_row(&codec::aggregate_key(row, 4)?, &codec::stored(row, 0)?)?)
}

fn movement(row: &Row) -> Result<ImportedMovement, Fault> {
    Ok(movement_row(&codec::aggregate_key(row, 4)?, &codec::stored(row, 0)?)?)
}

/// A page of rows of which there is one more than it holds, where it is not the last.
fn page<T>(mut rows: Vec<T>, limit: u32, place: impl Fn(&T) -> ListPlace) -> Page<T> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|last| place(last).cursor());
    Page { items: rows, next }
}

fn number(day: NaiveDate) -> i32 {
    day.num_days_from_ce()
}

fn base(reference: Ogm) -> i64 {
    // Ten digits.
    i64::try_from(reference.base()).unwrap_or(i64::MAX)
}

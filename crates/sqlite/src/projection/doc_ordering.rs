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
use rusqlite::{Connection, Params, Row, named_params, params};

use super::{Capability, Projection};
use crate::{SqliteLedger, codec, fault::Fault};

pub(super) const CAPABILITY: Capability = Capability {
    name: "doc-ordering",
    migrations: &[("orders", include_str!("../migrations/doc_ordering/0001_orders.sql"))],
    projection: Some(&Orders),
};

/// The columns of an aggregate, and its table beside one of this capability's.
const AGGREGATE: &str =
    "aggregate.version, aggregate.records, aggregate.hash, aggregate.state, aggregate.kind, aggregate.id";
const ORDERS: &str = "communes_doc_ordering_order AS list CROSS JOIN communes_ledger_aggregate AS aggregate
    ON aggregate.tenant = list.tenant AND aggregate.kind = :kind AND aggregate.id = list.id";
const UNMATCHED: &str = "communes_doc_ordering_unmatched AS list CROSS JOIN communes_ledger_aggregate AS aggregate
    ON aggregate.tenant = list.tenant AND aggregate.kind = :kind AND aggregate.id = list.id";

struct Orders;

impl Projection for Orders {
    fn kinds(&self) -> &'static [AggregateKind] {
        const { &[ORDER, MOVEMENT] }
    }

    fn project(&self, connection: &Connection, tenant: &TenantId, row: &SettledRow) -> Result<(), Fault> {
        let stored = Stored { head: row.head, state: row.state.clone() };
        if *row.key.kind() == ORDER {
            order_columns(connection, tenant, &order_row(&row.key, &stored)?)
        } else {
            movement_columns(connection, tenant, &movement_row(&row.key, &stored)?)
        }
    }
}

fn order_columns(connection: &Connection, tenant: &TenantId, order: &Order) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO communes_doc_ordering_order
                 (tenant, id, number, reference, citizen, stage, due, submitted, refund, code)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (tenant, id) DO UPDATE SET number = ?3, reference = ?4, citizen = ?5, stage = ?6, due = ?7,
                 submitted = ?8, refund = ?9, code = ?10",
        )?
        .execute(params![
            tenant.as_str(),
            order.id.as_uuid().as_bytes(),
            order.number.as_str(),
            order.payment.as_ref().and_then(Payment::reference).map(base),
            order.requester.key.as_str(),
            order.stage.word(),
            number(order.answer_due),
            number(order.submitted_on),
            !order.refund_due().is_zero(),
            order.issued.as_ref().map(|issued| issued.file.code.to_string()),
        ])?;
    Ok(())
}

fn movement_columns(connection: &Connection, tenant: &TenantId, movement: &ImportedMovement) -> Result<(), Fault> {
    let (tenant, id) = (tenant.as_str(), *movement.id.as_uuid().as_bytes());
    if movement.order.is_some() {
        connection
            .prepare_cached("DELETE FROM communes_doc_ordering_unmatched WHERE tenant = ?1 AND id = ?2")?
            .execute(params![tenant, id])?;
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO communes_doc_ordering_unmatched (tenant, id, booked) VALUES (?1, ?2, ?3)
             ON CONFLICT (tenant, id) DO UPDATE SET booked = ?3",
        )?
        .execute(params![tenant, id, number(movement.credit.booked_on)])?;
    Ok(())
}

#[async_trait]
impl OrderStore for SqliteLedger {
    async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        let stored = self.load(&id.key()).await?;
        stored.map(|stored| order_row(&id.key(), &stored)).transpose()
    }

    async fn by_number(&self, number: &OrderNumber) -> Result<Option<Order>, StoreError> {
        self.one("list.number = :wanted", number.to_string()).await
    }

    async fn by_references(&self, references: &[Ogm]) -> Result<Vec<Order>, StoreError> {
        let tenant = self.tenant.clone();
        let references = codec::json(&references.iter().map(|reference| base(*reference)).collect::<Vec<_>>());
        let references = references?;
        self.database
            .read(move |connection| {
                let sql = format!(
                    "SELECT {AGGREGATE} FROM {ORDERS}
                     WHERE list.tenant = :tenant AND list.reference IN (SELECT value FROM json_each(:references))"
                );
                let kind = ORDER;
                let params =
                    named_params! {":tenant": tenant.as_str(), ":kind": kind.as_str(), ":references": references};
                orders(connection, &sql, params)
            })
            .await
    }

    async fn of_citizen(
        &self,
        citizen: &CitizenKey,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Order>, StoreError> {
        let after = after.map(ListPlace::parse).transpose()?;
        let (tenant, citizen, limit) = (self.tenant.clone(), citizen.clone(), limit.clamp(1, MAX_LIMIT));
        self.database
            .read(move |connection| {
                let sql = format!(
                    "SELECT {AGGREGATE} FROM {ORDERS} WHERE list.tenant = :tenant AND list.citizen = :citizen
                         AND (list.submitted, list.id) < (:day, :id)
                     ORDER BY list.submitted DESC, list.id DESC LIMIT :limit"
                );
                let (day, id) = place(after, (i64::MAX, Vec::new()));
                let kind = ORDER;
                let params = named_params! {
                    ":tenant": tenant.as_str(), ":kind": kind.as_str(), ":citizen": citizen.as_str(), ":day": day, ":id": id,
                    ":limit": i64::from(limit) + 1,
                };
                Ok(page(orders(connection, &sql, params)?, limit, ListPlace::submitted))
            })
            .await
    }

    async fn worklist(&self, query: &OrderQuery) -> Result<Page<Order>, StoreError> {
        let after = query.after.as_ref().map(ListPlace::parse).transpose()?;
        let (tenant, query) = (self.tenant.clone(), query.clone());
        self.database.read(move |connection| worklist(connection, &tenant, &query, after)).await
    }

    async fn unmatched(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<ImportedMovement>, StoreError> {
        let after = after.map(ListPlace::parse).transpose()?;
        let (tenant, limit) = (self.tenant.clone(), limit.clamp(1, MAX_LIMIT));
        self.database
            .read(move |connection| {
                let sql = format!(
                    "SELECT {AGGREGATE} FROM {UNMATCHED}
                     WHERE list.tenant = :tenant AND (list.booked, list.id) > (:day, :id)
                     ORDER BY list.booked, list.id LIMIT :limit"
                );
                let (day, id) = place(after, (i64::MIN, Vec::new()));
                let kind = MOVEMENT;
                let params = named_params! {
                    ":tenant": tenant.as_str(), ":kind": kind.as_str(), ":day": day, ":id": id, ":limit": i64::from(limit) + 1,
                };
                let found = codec::collect(&mut connection.prepare_cached(&sql)?, params, |row: &Row<'_>| {
                    Ok(movement_row(&codec::aggregate_key(row, 4)?, &codec::stored(row)?)?)
                })?;
                Ok(page(found, limit, ListPlace::booked))
            })
            .await
    }

    async fn movement(&self, id: MovementId) -> Result<Option<ImportedMovement>, StoreError> {
        let stored = self.load(&id.key()).await?;
        stored.map(|stored| movement_row(&id.key(), &stored)).transpose()
    }

    async fn by_code(&self, code: &CodeHash) -> Result<Option<Order>, StoreError> {
        self.one("list.code = :wanted", code.to_string()).await
    }
}

impl SqliteLedger {
    async fn one(&self, holds: &'static str, wanted: String) -> Result<Option<Order>, StoreError> {
        let tenant = self.tenant.clone();
        self.database
            .read(move |connection| {
                let sql = format!("SELECT {AGGREGATE} FROM {ORDERS} WHERE list.tenant = :tenant AND {holds}");
                let kind = ORDER;
                let params = named_params! {":tenant": tenant.as_str(), ":kind": kind.as_str(), ":wanted": wanted};
                Ok(orders(connection, &sql, params)?.pop())
            })
            .await
    }
}

fn worklist(
    connection: &Connection,
    tenant: &TenantId,
    query: &OrderQuery,
    after: Option<ListPlace>,
) -> Result<Page<Order>, Fault> {
    let limit = query.limit.clamp(1, MAX_LIMIT);
    // An index of its own: in all the stages that are over, money goes back of few.
    let refund = if query.refund_due { "AND list.refund = 1" } else { "" };
    let sql = format!(
        "SELECT {AGGREGATE} FROM {ORDERS}
         WHERE list.tenant = :tenant AND list.stage IN (SELECT value FROM json_each(:stages)) {refund}
             AND (list.due, list.id) > (:day, :id) AND list.due <= :by
         ORDER BY list.due, list.id LIMIT :limit"
    );
    let stages: Vec<_> = query.admitted_stages().into_iter().map(Stage::word).collect();
    let (stages, (day, id)) = (codec::json(&stages)?, place(after, (i64::MIN, Vec::new())));
    let kind = ORDER;
    let params = named_params! {
        ":tenant": tenant.as_str(), ":kind": kind.as_str(), ":stages": stages, ":day": day, ":id": id,
        ":by": query.due_by.map_or(i64::MAX, number), ":limit": i64::from(limit) + 1,
    };
    Ok(page(orders(connection, &sql, params)?, limit, ListPlace::due))
}

fn orders(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<Order>, Fault> {
    codec::collect(&mut connection.prepare_cached(sql)?, params, |row: &Row<'_>| {
        Ok(order_row(&codec::aggregate_key(row, 4)?, &codec::stored(row)?)?)
    })
}

/// A page of rows of which there is one more than it holds, where it is not the last.
fn page<T>(mut rows: Vec<T>, limit: u32, place: impl Fn(&T) -> ListPlace) -> Page<T> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|last| place(last).cursor());
    Page { items: rows, next }
}

fn place(after: Option<ListPlace>, beginning: (i64, Vec<u8>)) -> (i64, Vec<u8>) {
    after.map_or(beginning, |place| (number(place.day), place.id.as_bytes().to_vec()))
}

fn number(day: NaiveDate) -> i64 {
    day.num_days_from_ce().into()
}

fn base(reference: Ogm) -> i64 {
    codec::signed(reference.base())
}

use communes_ledger::{Cursor, Feed, Page, Record, StoreError, async_trait, code};
use tokio_postgres::{Row, types::Type};

use crate::{PostgresLedger, codec, fault::Fault, statement::Statement};

#[async_trait]
impl Feed for PostgresLedger {
    async fn read(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<Record>, StoreError> {
        let from = after.map_or(Ok(Place::default()), |cursor| Place::read(cursor.as_str()))?;
        // A transaction that is still open has no number below xmin: whatever it commits comes after all that is read here.
        let read = Statement::new(
            "SELECT kind, aggregate_id, number, name, payload, at, actor, command, hash, epoch, transaction, position
             FROM communes_ledger.record
             WHERE tenant = $1 AND (epoch, transaction, position) > ($2, $3, $4)
               AND (epoch < (SELECT epoch FROM communes_ledger.epoch)
                    OR transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
             ORDER BY epoch, transaction, position LIMIT $5",
        )
        .text(self.tenant.as_str())
        .with(from.epoch, Type::INT4)
        .with(from.transaction, Type::INT8)
        .with(from.position, Type::INT8)
        .with(i64::from(limit), Type::INT8);
        let rows = self.database.query(read).await?;
        let next = match rows.last() {
            Some(row) => Some(Place::of(row)?.cursor()),
            None => after.cloned(),
        };
        let items = rows.iter().map(codec::record).collect::<Result<_, Fault>>()?;
        Ok(Page { items, next })
    }
}

/// Where a record stands in the feed.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    epoch: i32,
    transaction: i64,
    position: i64,
}

impl Place {
    fn of(row: &Row) -> Result<Self, Fault> {
        Ok(Self { epoch: codec::value(row, 9)?, transaction: codec::value(row, 10)?, position: codec::value(row, 11)? })
    }

    fn cursor(self) -> Cursor {
        Cursor::new(format!("{}.{}.{}", self.epoch, self.transaction, self.position))
    }

    fn read(text: &str) -> Result<Self, StoreError> {
        let mut parts = text.split('.');
        let mut part = || parts.next();
        let place = (|| {
            Some(Self {
                epoch: part()?.parse().ok()?,
                transaction: part()?.parse().ok()?,
                position: part()?.parse().ok()?,
            })
        })();
        match (place, parts.next()) {
            (Some(place), None) => Ok(place),
            _ => Err(StoreError::unsupported(code::CURSOR_UNKNOWN, "the cursor is not one of this store")),
        }
    }
}

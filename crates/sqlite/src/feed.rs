use communes_ledger::{Cursor, Feed, Page, Record, StoreError, async_trait, code};
use rusqlite::params;

use crate::{SqliteLedger, codec};

#[async_trait]
impl Feed for SqliteLedger {
    async fn read(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<Record>, StoreError> {
        let (tenant, from) = (self.tenant.clone(), position(after)?);
        let read = self
            .database
            .read(move |connection| {
                let sql = format!(
                    "SELECT {}, position FROM communes_ledger_record
                     WHERE tenant = ?1 AND position > ?2 ORDER BY position LIMIT ?3",
                    codec::RECORD
                );
                codec::collect(&mut connection.prepare_cached(&sql)?, params![tenant.as_str(), from, limit], |row| {
                    Ok((codec::unsigned(row, 9)?, codec::record(row)?))
                })
            })
            .await?;
        let next = read.last().map(|(position, _)| Cursor::new(position.to_string())).or_else(|| after.cloned());
        Ok(Page { items: read.into_iter().map(|(_, record)| record).collect(), next })
    }
}

/// The position that a cursor names: what lies after it comes next.
pub(crate) fn position(cursor: Option<&Cursor>) -> Result<i64, StoreError> {
    let Some(cursor) = cursor else { return Ok(0) };
    match cursor.as_str().parse() {
        Ok(position) if position >= 0 => Ok(position),
        _ => Err(StoreError::unsupported(code::CURSOR_UNKNOWN, "the cursor is not one of this store")),
    }
}

use communes_ledger::{
    AggregateKey, ClaimRequest, ClaimedTimer, FencingToken, PendingTimer, StoreError, Timer, TimerName, Timers,
    Version, WorkerId, async_trait,
};
use rusqlite::{Row, params};

use crate::{SqliteLedger, codec, fault::Fault};

const CLAIM: &str = "
    UPDATE communes_ledger_timer SET claims = claims + 1, worker = ?2, claimed_until = ?3
    WHERE tenant = ?1 AND (kind, aggregate_id, name) IN (
        SELECT kind, aggregate_id, name FROM communes_ledger_timer
        WHERE tenant = ?1 AND due <= ?4 AND (claimed_until IS NULL OR claimed_until <= ?4)
        ORDER BY due, kind, aggregate_id, name LIMIT ?5)
    RETURNING kind, aggregate_id, name, due, payload, set_at, claims";

#[async_trait]
impl Timers for SqliteLedger {
    async fn claim_due(&self, request: &ClaimRequest) -> Result<Vec<ClaimedTimer>, StoreError> {
        let (tenant, request) = (self.tenant.clone(), request.clone());
        self.database
            .write(move |connection| {
                let mut claimed = codec::collect(
                    &mut connection.prepare_cached(CLAIM)?,
                    params![
                        tenant.as_str(),
                        request.worker.as_str(),
                        request.until.timestamp_micros(),
                        request.now.timestamp_micros(),
                        request.limit,
                    ],
                    |row| {
                        let fence = FencingToken::new(codec::unsigned(row, 6)?);
                        Ok(ClaimedTimer { pending: pending(row)?, fence })
                    },
                )?;
                // RETURNING has no order.
                claimed.sort_by_key(|claimed| claimed.pending.timer.due);
                Ok(claimed)
            })
            .await
    }

    async fn pending(&self, aggregate: &AggregateKey) -> Result<Vec<PendingTimer>, StoreError> {
        let (tenant, aggregate) = (self.tenant.clone(), aggregate.clone());
        self.database
            .read(move |connection| {
                codec::collect(
                    &mut connection.prepare_cached(
                        "SELECT kind, aggregate_id, name, due, payload, set_at FROM communes_ledger_timer
                         WHERE tenant = ?1 AND kind = ?2 AND aggregate_id = ?3 ORDER BY name",
                    )?,
                    params![tenant.as_str(), aggregate.kind().as_str(), aggregate.id().as_bytes()],
                    pending,
                )
            })
            .await
    }

    async fn release(&self, worker: &WorkerId) -> Result<u64, StoreError> {
        let (tenant, worker) = (self.tenant.clone(), worker.clone());
        self.database
            .write(move |connection| {
                let released = connection
                    .prepare_cached(
                        "UPDATE communes_ledger_timer SET worker = NULL, claimed_until = NULL
                         WHERE tenant = ?1 AND worker = ?2",
                    )?
                    .execute(params![tenant.as_str(), worker.as_str()])?;
                Ok(released as u64)
            })
            .await
    }
}

/// Reads `kind, aggregate_id, name, due, payload, set_at`.
fn pending(row: &Row<'_>) -> Result<PendingTimer, Fault> {
    let timer = Timer {
        aggregate: codec::aggregate_key(row, 0)?,
        name: TimerName::new(codec::text(row, 2)?).map_err(|_| Fault::unreadable("name"))?,
        due: codec::instant(row.get(3)?)?,
        payload: codec::envelope(row, 4)?,
    };
    let set_at = Version::new(codec::unsigned(row, 5)?).ok_or_else(|| Fault::unreadable("set_at"))?;
    Ok(PendingTimer { timer, set_at })
}

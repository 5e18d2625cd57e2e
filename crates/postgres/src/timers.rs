use communes_ledger::{
    AggregateKey, ClaimRequest, ClaimedTimer, FencingToken, PendingTimer, StoreError, Timer, TimerName, Timers,
    Version, WorkerId, async_trait,
};
use tokio_postgres::{Row, types::Type};

use crate::{PostgresLedger, codec, fault::Fault, statement::Statement};

const CLAIM: &str = "
    UPDATE communes_ledger.timer AS timer
    SET claims = timer.claims + 1, worker = $2, claimed_until = $3
    FROM (
        SELECT tenant, kind, aggregate_id, name FROM communes_ledger.timer
        WHERE tenant = $1 AND due <= $4 AND (claimed_until IS NULL OR claimed_until <= $4)
        ORDER BY due, kind, aggregate_id, name LIMIT $5 FOR UPDATE SKIP LOCKED) AS picked
    WHERE timer.tenant = picked.tenant AND timer.kind = picked.kind
      AND timer.aggregate_id = picked.aggregate_id AND timer.name = picked.name
    RETURNING timer.kind, timer.aggregate_id, timer.name, timer.due, timer.payload, timer.set_at, timer.claims";

#[async_trait]
impl Timers for PostgresLedger {
    async fn claim_due(&self, request: &ClaimRequest) -> Result<Vec<ClaimedTimer>, StoreError> {
        let claim = Statement::new(CLAIM)
            .text(self.tenant.as_str())
            .text(request.worker.as_str())
            .with(request.until, Type::TIMESTAMPTZ)
            .with(request.now, Type::TIMESTAMPTZ)
            .with(i64::from(request.limit), Type::INT8);
        let rows = self.database.query(claim).await?;
        let claimed = rows
            .iter()
            .map(|row| Ok(ClaimedTimer { pending: pending(row)?, fence: FencingToken::new(codec::unsigned(row, 6)?) }));
        let mut claimed = claimed.collect::<Result<Vec<_>, Fault>>()?;
        // RETURNING has no order.
        claimed.sort_by_key(|claimed| claimed.pending.timer.due);
        Ok(claimed)
    }

    async fn pending(&self, aggregate: &AggregateKey) -> Result<Vec<PendingTimer>, StoreError> {
        let list = Statement::new(
            "SELECT kind, aggregate_id, name, due, payload, set_at FROM communes_ledger.timer
             WHERE tenant = $1 AND kind = $2 AND aggregate_id = $3 ORDER BY name",
        )
        .text(self.tenant.as_str())
        .text(aggregate.kind().as_str())
        .with(aggregate.id(), Type::UUID);
        let rows = self.database.query(list).await?;
        Ok(rows.iter().map(pending).collect::<Result<_, _>>()?)
    }

    async fn release(&self, worker: &WorkerId) -> Result<u64, StoreError> {
        let release = Statement::new(
            "UPDATE communes_ledger.timer SET worker = NULL, claimed_until = NULL WHERE tenant = $1 AND worker = $2",
        )
        .text(self.tenant.as_str())
        .text(worker.as_str());
        Ok(self.database.execute(release).await?)
    }
}

/// Reads `kind, aggregate_id, name, due, payload, set_at`.
fn pending(row: &Row) -> Result<PendingTimer, Fault> {
    let timer = Timer {
        aggregate: codec::aggregate_key(row, 0)?,
        name: TimerName::new(codec::text(row, 2)?).map_err(|_| Fault::unreadable("name"))?,
        due: codec::value(row, 3)?,
        payload: codec::envelope(row, 4)?,
    };
    let set_at = Version::new(codec::unsigned(row, 5)?).ok_or_else(|| Fault::unreadable("set_at"))?;
    Ok(PendingTimer { timer, set_at })
}

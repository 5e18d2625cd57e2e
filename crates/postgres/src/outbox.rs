use chrono::{DateTime, Utc};
use communes_ledger::{
    Actor, ClaimRequest, ClaimedEffect, Cursor, DeadLetter, Effect, EffectKey, EffectKind, Failure, FencingToken,
    Outbox, Page, StoreError, WorkerId, async_trait, code,
};
use tokio_postgres::{Row, types::Type};

use crate::{PostgresLedger, codec, fault::Fault, statement::Statement};

// Only the first undelivered effect of an aggregate: to pass over locked rows alone would let the second go before the first is there.
// An effect that is delivered or skipped never comes back, so that it may be judged by a snapshot.
const CLAIM: &str = "
    UPDATE communes_ledger.effect AS effect
    SET claims = effect.claims + 1, worker = $2, claimed_until = $3
    FROM (
        SELECT tenant, key FROM communes_ledger.effect AS first
        WHERE tenant = $1 AND state = 'waiting'
          AND (due IS NULL OR due <= $4) AND (claimed_until IS NULL OR claimed_until <= $4)
          AND NOT EXISTS (
              SELECT 1 FROM communes_ledger.effect AS ahead
              WHERE ahead.tenant = first.tenant AND ahead.aggregate_kind = first.aggregate_kind
                AND ahead.aggregate_id = first.aggregate_id AND ahead.state IN ('waiting', 'dead')
                AND ahead.position < first.position)
        ORDER BY position LIMIT $5 FOR UPDATE SKIP LOCKED) AS picked
    WHERE effect.tenant = picked.tenant AND effect.key = picked.key
    RETURNING effect.key, effect.kind, effect.aggregate_kind, effect.aggregate_id, effect.payload, effect.not_before,
        effect.claims, effect.position";

#[async_trait]
impl Outbox for PostgresLedger {
    async fn claim(&self, request: &ClaimRequest) -> Result<Vec<ClaimedEffect>, StoreError> {
        let claim = Statement::new(CLAIM)
            .text(self.tenant.as_str())
            .text(request.worker.as_str())
            .with(request.until, Type::TIMESTAMPTZ)
            .with(request.now, Type::TIMESTAMPTZ)
            .with(i64::from(request.limit), Type::INT8);
        let mut rows = self.database.query(claim).await?;
        // RETURNING has no order.
        rows.sort_by_key(|row| codec::unsigned(row, 7).unwrap_or_default());
        let claimed = rows
            .iter()
            .map(|row| Ok(ClaimedEffect { effect: effect(row)?, fence: FencingToken::new(codec::unsigned(row, 6)?) }));
        claimed.collect::<Result<_, Fault>>().map_err(StoreError::from)
    }

    async fn acknowledge(&self, key: &EffectKey, fence: FencingToken) -> Result<(), StoreError> {
        let deliver = Statement::new(
            "UPDATE communes_ledger.effect
             SET state = 'delivered', payload = NULL, worker = NULL, claimed_until = NULL
             WHERE tenant = $1 AND key = $2 AND state = 'waiting' AND worker IS NOT NULL AND claims = $3",
        )
        .text(self.tenant.as_str())
        .text(key.as_str())
        .with(codec::signed(fence.number()), Type::INT8);
        self.change_one(deliver, key, claim_lost).await
    }

    async fn fail(
        &self,
        key: &EffectKey,
        fence: FencingToken,
        failure: Failure,
        reason: &str,
    ) -> Result<(), StoreError> {
        let (state, due) = match failure {
            Failure::Retry { at } => ("waiting", Some(at)),
            Failure::Dead => ("dead", None),
            _ => {
                let message = "a failure that this store does not know";
                return Err(StoreError::unsupported(code::CHANGE_MALFORMED, message));
            }
        };
        let fail = Statement::new(
            "UPDATE communes_ledger.effect SET state = $4, due = $5, reason = $6, worker = NULL, claimed_until = NULL
             WHERE tenant = $1 AND key = $2 AND state = 'waiting' AND worker IS NOT NULL AND claims = $3",
        )
        .text(self.tenant.as_str())
        .text(key.as_str())
        .with(codec::signed(fence.number()), Type::INT8)
        .text(state)
        .with(due, Type::TIMESTAMPTZ)
        .text(&codec::remark(reason));
        self.change_one(fail, key, claim_lost).await
    }

    async fn skip(&self, key: &EffectKey, by: &Actor, at: DateTime<Utc>, reason: &str) -> Result<(), StoreError> {
        let skip = Statement::new(
            "UPDATE communes_ledger.effect SET state = 'skipped', skipped_by = $3, skipped_at = $4, skip_reason = $5
             WHERE tenant = $1 AND key = $2 AND state = 'dead'",
        )
        .text(self.tenant.as_str())
        .text(key.as_str())
        .text(&codec::json(by)?)
        .with(at, Type::TIMESTAMPTZ)
        .text(&codec::remark(reason));
        let not_dead =
            |key: &EffectKey| StoreError::conflict(code::NOT_DEAD, format!("effect {key} is not a dead letter"));
        self.change_one(skip, key, not_dead).await
    }

    async fn dead_letters(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<DeadLetter>, StoreError> {
        let list = Statement::new(
            "SELECT key, kind, aggregate_kind, aggregate_id, payload, not_before, claims, reason, position
             FROM communes_ledger.effect
             WHERE tenant = $1 AND state = 'dead' AND position > $2 ORDER BY position LIMIT $3",
        )
        .text(self.tenant.as_str())
        .with(position(after)?, Type::INT8)
        .with(i64::from(limit) + 1, Type::INT8);
        let rows = self.database.query(list).await?;
        let mut page = Page::default();
        for row in rows.iter().take(limit as usize) {
            let reason = codec::value::<Option<String>>(row, 7)?.unwrap_or_default();
            page.items.push(DeadLetter { effect: effect(row)?, tries: codec::unsigned(row, 6)?, reason });
        }
        if rows.len() > page.items.len()
            && let Some(last) = page.items.len().checked_sub(1)
        {
            page.next = Some(Cursor::new(codec::unsigned(&rows[last], 8)?.to_string()));
        }
        Ok(page)
    }

    async fn release(&self, worker: &WorkerId) -> Result<u64, StoreError> {
        let release = Statement::new(
            "UPDATE communes_ledger.effect SET worker = NULL, claimed_until = NULL WHERE tenant = $1 AND worker = $2",
        )
        .text(self.tenant.as_str())
        .text(worker.as_str());
        Ok(self.database.execute(release).await?)
    }
}

impl PostgresLedger {
    /// Changes the effect, or says why it can't be changed.
    async fn change_one(
        &self,
        statement: Statement,
        key: &EffectKey,
        refusal: impl Fn(&EffectKey) -> StoreError + Send,
    ) -> Result<(), StoreError> {
        if self.database.execute(statement).await? == 1 {
            return Ok(());
        }
        let find = Statement::new("SELECT 1 FROM communes_ledger.effect WHERE tenant = $1 AND key = $2")
            .text(self.tenant.as_str())
            .text(key.as_str());
        if self.database.query(find).await?.is_empty() {
            return Err(StoreError::not_found(code::EFFECT_UNKNOWN, format!("no effect {key}")));
        }
        Err(refusal(key))
    }
}

/// Reads `key, kind, aggregate_kind, aggregate_id, payload, not_before`.
fn effect(row: &Row) -> Result<Effect, Fault> {
    Ok(Effect {
        key: EffectKey::new(codec::text(row, 0)?).map_err(|_| Fault::unreadable("key"))?,
        kind: EffectKind::new(codec::text(row, 1)?).map_err(|_| Fault::unreadable("kind"))?,
        aggregate: codec::aggregate_key(row, 2)?,
        payload: codec::envelope(row, 4)?,
        not_before: codec::value(row, 5)?,
    })
}

fn position(cursor: Option<&Cursor>) -> Result<i64, StoreError> {
    let Some(cursor) = cursor else { return Ok(0) };
    cursor
        .as_str()
        .parse()
        .map_err(|_| StoreError::unsupported(code::CURSOR_UNKNOWN, "the cursor is not one of this store"))
}

fn claim_lost(key: &EffectKey) -> StoreError {
    StoreError::conflict(code::CLAIM_LOST, format!("the claim on effect {key} has passed on"))
}

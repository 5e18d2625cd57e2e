use chrono::{DateTime, Utc};
use communes_ledger::{
    Actor, ClaimRequest, ClaimedEffect, Cursor, DeadLetter, Effect, EffectKey, EffectKind, Failure, FencingToken,
    Outbox, Page, StoreError, WorkerId, async_trait, code,
};
use rusqlite::{Connection, Params, Row, params};

use crate::{SqliteLedger, codec, fault::Fault, feed::position};

// Only the first undelivered effect of an aggregate, and in the order of commits.
const CLAIM: &str = "
    UPDATE communes_ledger_effect SET claims = claims + 1, worker = ?2, claimed_until = ?3
    WHERE position IN (
        SELECT position FROM communes_ledger_effect AS effect
        WHERE tenant = ?1 AND state = 'waiting'
          AND (due IS NULL OR due <= ?4) AND (claimed_until IS NULL OR claimed_until <= ?4)
          AND NOT EXISTS (
              SELECT 1 FROM communes_ledger_effect AS ahead
              WHERE ahead.tenant = effect.tenant AND ahead.aggregate_kind = effect.aggregate_kind
                AND ahead.aggregate_id = effect.aggregate_id AND ahead.state IN ('waiting', 'dead')
                AND ahead.position < effect.position)
        ORDER BY position LIMIT ?5)
    RETURNING key, kind, aggregate_kind, aggregate_id, payload, not_before, claims, position";

// What is no longer claimed, or not with this token, is left alone.
const HELD: &str = "tenant = ?1 AND key = ?2 AND state = 'waiting' AND worker IS NOT NULL AND claims = ?3";

#[async_trait]
impl Outbox for SqliteLedger {
    async fn claim(&self, request: &ClaimRequest) -> Result<Vec<ClaimedEffect>, StoreError> {
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
                        Ok((codec::unsigned(row, 7)?, ClaimedEffect { effect: effect(row)?, fence }))
                    },
                )?;
                // RETURNING has no order.
                claimed.sort_by_key(|(position, _)| *position);
                Ok(claimed.into_iter().map(|(_, claimed)| claimed).collect())
            })
            .await
    }

    async fn acknowledge(&self, key: &EffectKey, fence: FencingToken) -> Result<(), StoreError> {
        let (tenant, key) = (self.tenant.clone(), key.clone());
        self.database
            .write(move |connection| {
                let sql = format!(
                    "UPDATE communes_ledger_effect
                     SET state = 'delivered', payload = NULL, worker = NULL, claimed_until = NULL WHERE {HELD}"
                );
                let params = params![tenant.as_str(), key.as_str(), codec::signed(fence.number())];
                change_one(connection, &sql, params, tenant.as_str(), &key, claim_lost)
            })
            .await
    }

    async fn fail(
        &self,
        key: &EffectKey,
        fence: FencingToken,
        failure: Failure,
        reason: &str,
    ) -> Result<(), StoreError> {
        let (tenant, key, reason) = (self.tenant.clone(), key.clone(), reason.to_owned());
        self.database
            .write(move |connection| {
                let (state, due) = match failure {
                    Failure::Retry { at } => ("waiting", Some(at.timestamp_micros())),
                    Failure::Dead => ("dead", None),
                    _ => {
                        let message = "a failure that this store does not know";
                        return Err(StoreError::unsupported(code::CHANGE_MALFORMED, message).into());
                    }
                };
                let sql = format!(
                    "UPDATE communes_ledger_effect
                     SET state = ?4, due = ?5, reason = ?6, worker = NULL, claimed_until = NULL WHERE {HELD}"
                );
                let params = params![tenant.as_str(), key.as_str(), codec::signed(fence.number()), state, due, reason];
                change_one(connection, &sql, params, tenant.as_str(), &key, claim_lost)
            })
            .await
    }

    async fn skip(&self, key: &EffectKey, by: &Actor, at: DateTime<Utc>, reason: &str) -> Result<(), StoreError> {
        let (tenant, key, by, reason) = (self.tenant.clone(), key.clone(), by.clone(), reason.to_owned());
        self.database
            .write(move |connection| {
                let sql = "UPDATE communes_ledger_effect
                     SET state = 'skipped', skipped_by = ?3, skipped_at = ?4, skip_reason = ?5
                     WHERE tenant = ?1 AND key = ?2 AND state = 'dead'";
                let params = params![tenant.as_str(), key.as_str(), codec::json(&by)?, at.timestamp_micros(), reason];
                change_one(connection, sql, params, tenant.as_str(), &key, |key| {
                    StoreError::conflict(code::NOT_DEAD, format!("effect {key} is not a dead letter"))
                })
            })
            .await
    }

    async fn dead_letters(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<DeadLetter>, StoreError> {
        let (tenant, after) = (self.tenant.clone(), position(after)?);
        self.database
            .read(move |connection| {
                let mut dead = codec::collect(
                    &mut connection.prepare_cached(
                        "SELECT key, kind, aggregate_kind, aggregate_id, payload, not_before, claims, reason, position
                         FROM communes_ledger_effect
                         WHERE tenant = ?1 AND state = 'dead' AND position > ?2 ORDER BY position LIMIT ?3",
                    )?,
                    params![tenant.as_str(), after, i64::from(limit) + 1],
                    |row| {
                        let reason = row.get::<_, Option<String>>(7)?.unwrap_or_default();
                        let letter = DeadLetter { effect: effect(row)?, tries: codec::unsigned(row, 6)?, reason };
                        Ok((codec::unsigned(row, 8)?, letter))
                    },
                )?;
                let more = dead.len() > limit as usize;
                dead.truncate(limit as usize);
                let next = if more { dead.last().map(|(position, _)| Cursor::new(position.to_string())) } else { None };
                Ok(Page { items: dead.into_iter().map(|(_, letter)| letter).collect(), next })
            })
            .await
    }

    async fn release(&self, worker: &WorkerId) -> Result<u64, StoreError> {
        let (tenant, worker) = (self.tenant.clone(), worker.clone());
        self.database
            .write(move |connection| {
                let released = connection
                    .prepare_cached(
                        "UPDATE communes_ledger_effect SET worker = NULL, claimed_until = NULL
                         WHERE tenant = ?1 AND worker = ?2",
                    )?
                    .execute(params![tenant.as_str(), worker.as_str()])?;
                Ok(released as u64)
            })
            .await
    }
}

/// Reads `key, kind, aggregate_kind, aggregate_id, payload, not_before`.
fn effect(row: &Row<'_>) -> Result<Effect, Fault> {
    Ok(Effect {
        key: EffectKey::new(codec::text(row, 0)?).map_err(|_| Fault::unreadable("key"))?,
        kind: EffectKind::new(codec::text(row, 1)?).map_err(|_| Fault::unreadable("kind"))?,
        aggregate: codec::aggregate_key(row, 2)?,
        payload: codec::envelope(row, 4)?,
        not_before: row.get::<_, Option<i64>>(5)?.map(codec::instant).transpose()?,
    })
}

/// Changes the effect, or says why it can't be changed.
fn change_one(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    tenant: &str,
    key: &EffectKey,
    refusal: impl Fn(&EffectKey) -> StoreError,
) -> Result<(), Fault> {
    if connection.prepare_cached(sql)?.execute(params)? == 1 {
        return Ok(());
    }
    let known = connection
        .prepare_cached("SELECT 1 FROM communes_ledger_effect WHERE tenant = ?1 AND key = ?2")?
        .exists(params![tenant, key.as_str()])?;
    if known {
        return Err(refusal(key).into());
    }
    Err(StoreError::not_found(code::EFFECT_UNKNOWN, format!("no effect {key}")).into())
}

fn claim_lost(key: &EffectKey) -> StoreError {
    StoreError::conflict(code::CLAIM_LOST, format!("the claim on effect {key} has passed on"))
}

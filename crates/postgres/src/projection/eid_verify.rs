//! The challenges that browser sessions wait to answer.

use chrono::{DateTime, Utc};
use communes_eid_verify::{Challenge, ChallengeStore, SessionId};
use communes_ledger::{StoreError, async_trait};
use tokio_postgres::types::Type;

use super::Capability;
use crate::{PostgresLedger, codec, fault::Fault, statement::Statement};

pub(super) const CAPABILITY: Capability = Capability {
    name: "eid-verify",
    migrations: &[("challenge", include_str!("../migrations/eid_verify/0001_challenge.sql"))],
    projection: None,
};

#[async_trait]
impl ChallengeStore for PostgresLedger {
    async fn put(&self, challenge: Challenge, now: DateTime<Utc>) -> Result<(), StoreError> {
        // What has ended is forgotten here, which bounds the table; what somebody else is at is left to him.
        let forget = Statement::new(
            "DELETE FROM communes_eid_verify.challenge WHERE tenant = $1 AND session IN (
                 SELECT session FROM communes_eid_verify.challenge
                 WHERE tenant = $1 AND expires_at < $2 FOR UPDATE SKIP LOCKED)",
        )
        .text(self.tenant.as_str())
        .with(now.timestamp_millis(), Type::INT8);
        self.database.execute(forget).await?;
        let keep = Statement::new(
            "INSERT INTO communes_eid_verify.challenge (tenant, session, random, expires_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant, session) DO UPDATE SET random = excluded.random, expires_at = excluded.expires_at",
        )
        .text(self.tenant.as_str())
        .text(challenge.session().as_str())
        .with(challenge.random().to_vec(), Type::BYTEA)
        .with(challenge.expires_at().timestamp_millis(), Type::INT8);
        self.database.execute(keep).await?;
        Ok(())
    }

    async fn take(&self, session: &SessionId) -> Result<Option<Challenge>, StoreError> {
        let take = Statement::new(
            "DELETE FROM communes_eid_verify.challenge WHERE tenant = $1 AND session = $2 RETURNING random, expires_at",
        )
        .text(self.tenant.as_str())
        .text(session.as_str());
        let taken = self.database.query(take).await?.first().map(|row| {
            let expires_at = DateTime::from_timestamp_millis(codec::value(row, 1)?)
                .ok_or_else(|| Fault::unreadable("expires_at"))?;
            Ok(Challenge::restore(session.clone(), codec::bytes(row, 0)?, expires_at))
        });
        taken.transpose().map_err(|fault: Fault| fault.into())
    }
}

//! The challenges that browser sessions wait to answer.

use chrono::{DateTime, Utc};
use communes_eid_verify::{Challenge, ChallengeStore, SessionId};
use communes_ledger::{StoreError, async_trait};
use rusqlite::params;

use super::Capability;
use crate::{SqliteLedger, codec, fault::Fault};

pub(super) const CAPABILITY: Capability = Capability {
    name: "eid-verify",
    migrations: &[("challenge", include_str!("../migrations/eid_verify/0001_challenge.sql"))],
    projection: None,
};

#[async_trait]
impl ChallengeStore for SqliteLedger {
    async fn put(&self, challenge: Challenge, now: DateTime<Utc>) -> Result<(), StoreError> {
        let tenant = self.tenant.clone();
        self.database
            .write(move |connection| {
                // What has ended is forgotten here, which bounds the table.
                connection
                    .prepare_cached("DELETE FROM communes_eid_verify_challenge WHERE tenant = ?1 AND expires_at < ?2")?
                    .execute(params![tenant.as_str(), now.timestamp_millis()])?;
                connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO communes_eid_verify_challenge (tenant, session, random, expires_at)
                         VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![
                        tenant.as_str(),
                        challenge.session().as_str(),
                        challenge.random(),
                        challenge.expires_at().timestamp_millis(),
                    ])?;
                Ok(())
            })
            .await
    }

    async fn take(&self, session: &SessionId) -> Result<Option<Challenge>, StoreError> {
        let (tenant, session) = (self.tenant.clone(), session.clone());
        self.database
            .write(move |connection| {
                codec::first(
                    &mut connection.prepare_cached(
                        "DELETE FROM communes_eid_verify_challenge WHERE tenant = ?1 AND session = ?2
                         RETURNING random, expires_at",
                    )?,
                    params![tenant.as_str(), session.as_str()],
                    |row| {
                        let expires_at = DateTime::from_timestamp_millis(row.get(1)?)
                            .ok_or_else(|| Fault::unreadable("expires_at"))?;
                        Ok(Challenge::restore(session.clone(), row.get(0)?, expires_at))
                    },
                )
            })
            .await
    }
}

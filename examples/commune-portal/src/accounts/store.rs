use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use communes_ledger::StoreError;
use uuid::Uuid;

use super::{Invitation, Session, Staff, StaffId};
use crate::security::SecretHash;

/// A staff member's read of a person's file, which is kept apart from the change log and can't be switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileAccess {
    pub(crate) staff: StaffId,
    pub(crate) order: Uuid,
    pub(crate) at: DateTime<Utc>,
}

/// The portal's own tables: sessions and staff, opened for one commune.
///
/// **The implementor guarantees:** every verb is one transaction; of any number of `claim`s of one code, on any number of machines at
/// once, one gets the account; an invitation for the first account gives none once there is one.
#[async_trait]
pub(crate) trait PortalStore: fmt::Debug + Send + Sync {
    /// Keeps a new session, in the place of an old one; forgets sessions that have ended.
    async fn begin_session(
        &self,
        session: &Session,
        replaces: Option<SecretHash>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError>;

    /// A session that has not ended.
    async fn session(&self, id: SecretHash, now: DateTime<Utc>) -> Result<Option<Session>, StoreError>;

    /// Moves the end of a session.
    async fn prolong_session(&self, id: SecretHash, ends_at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Ends a session.
    async fn end_session(&self, id: SecretHash) -> Result<(), StoreError>;

    /// The account of an id.
    async fn staff(&self, id: StaffId) -> Result<Option<Staff>, StoreError>;

    /// The account of a person.
    async fn staff_of(&self, person: &str) -> Result<Option<Staff>, StoreError>;

    /// Every account, by name.
    async fn all_staff(&self) -> Result<Vec<Staff>, StoreError>;

    /// Keeps an invitation.
    async fn invite(&self, invitation: &Invitation) -> Result<(), StoreError>;

    /// Gives a person the account that a code is good for, and forgets the code; nothing where it is good for none. The account
    /// that the person has already gains its roles.
    async fn claim(
        &self,
        code: SecretHash,
        new: StaffId,
        person: &str,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Staff>, StoreError>;

    /// Records that somebody read a person's file.
    async fn record_access(&self, access: &FileAccess) -> Result<(), StoreError>;

    /// Who read a file, the latest first, at most a hundred.
    async fn accesses(&self, order: Uuid) -> Result<Vec<FileAccess>, StoreError>;
}

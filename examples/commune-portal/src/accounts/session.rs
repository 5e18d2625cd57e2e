use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::StaffId;
use crate::security::{Secret, SecretHash};

/// For how long a session lives after its last use.
const IDLE: TimeDelta = TimeDelta::minutes(60);
/// How far its end is moved at a time, so that not every request writes.
const STEP: TimeDelta = TimeDelta::minutes(5);

/// The visit of one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// What stands in the place of the cookie's value.
    pub(crate) id: SecretHash,
    /// What every form of the session carries.
    pub(crate) form_token: Secret,
    /// Until when it lives unless it is used again.
    pub(crate) ends_at: DateTime<Utc>,
    /// Who signed in.
    pub(crate) person: Option<Person>,
}

/// Somebody who signed in with a card.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// The key under which the commune knows the person: no national number.
    pub(crate) key: String,
    /// The name on the card.
    pub(crate) name: String,
    /// The account of the person who works for the commune.
    pub(crate) staff: Option<StaffId>,
}

/// It shows nothing of the person.
impl fmt::Debug for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Person").field("staff", &self.staff).finish_non_exhaustive()
    }
}

impl Session {
    /// A new session, and the value of its cookie.
    pub(crate) fn begin(now: DateTime<Utc>, person: Option<Person>) -> (Self, Secret) {
        let cookie = Secret::new();
        let session = Self { id: cookie.hash(), form_token: Secret::new(), ends_at: now + IDLE, person };
        (session, cookie)
    }

    /// The end that the session should have after a use, if it is worth writing.
    pub(crate) fn prolonged(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let end = now + IDLE;
        (end - self.ends_at >= STEP).then_some(end)
    }
}

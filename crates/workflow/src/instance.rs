use std::{collections::BTreeMap, fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, Utc};
use communes_ledger::{AggregateKey, AggregateKind, StoreError, Stored, Version};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{DefinitionDigest, Value, wire};

/// The kind of aggregate that an instance is in the ledger.
pub const INSTANCE: AggregateKind = AggregateKind::from_static("workflow/instance");

/// The id of an instance; the application makes it (a UUID, best of version 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InstanceId(Uuid);

impl InstanceId {
    /// Takes an id.
    #[must_use]
    pub fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// The id itself.
    #[must_use]
    pub fn as_uuid(self) -> Uuid {
        self.0
    }

    /// The instance's key in the ledger.
    #[must_use]
    pub fn key(self) -> AggregateKey {
        AggregateKey::new(INSTANCE, self.0)
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for InstanceId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A running workflow: the handling of one thing.
///
/// It pins the definition that it started with. What people wrote stands in its variables, which `Debug` does not show.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Instance {
    /// Its id.
    pub id: InstanceId,
    /// Where it stands in the ledger; the next decision is made on it.
    pub version: Version,
    /// The thing whose handling it governs.
    pub subject: AggregateKey,
    /// The id of its workflow.
    pub workflow: String,
    /// The version of its workflow.
    pub definition: DefinitionDigest,
    /// Its state.
    pub state: String,
    /// Its variables, without the state.
    pub variables: BTreeMap<String, Value>,
    /// Whether something leads out of its state.
    pub is_open: bool,
    /// The day by which it is to be done, inclusive, in the commune's zone.
    pub due: Option<NaiveDate>,
    /// The roles of which one may take a step from here, sorted. A guard may ask for more.
    pub candidates: Vec<String>,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it entered its state.
    pub entered_at: DateTime<Utc>,
}

impl Instance {
    /// Opens an instance's row of the ledger: for a store's own reads.
    ///
    /// # Errors
    /// `Corrupt`: the row is of another format, of a newer version of it, or does not fit it.
    pub fn open(key: &AggregateKey, stored: &Stored) -> Result<Self, StoreError> {
        wire::v1::open_instance(key, stored)
    }

    /// How many days are left on a day: 0 on the last one, negative when it is late. `None` where nothing is due or all is done.
    #[must_use]
    pub fn days_left(&self, today: NaiveDate) -> Option<i64> {
        self.due.filter(|_| self.is_open).map(|due| (due - today).num_days())
    }

    /// Whether it is late on a day.
    #[must_use]
    pub fn is_late(&self, today: NaiveDate) -> bool {
        self.days_left(today).is_some_and(|days| days < 0)
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance")
            .field("id", &self.id)
            .field("version", &self.version)
            .field("subject", &self.subject)
            .field("workflow", &self.workflow)
            .field("state", &self.state)
            .field("due", &self.due)
            .finish_non_exhaustive()
    }
}

use std::{fmt, str::FromStr};

use communes_ledger::{Actor, AggregateKey, AggregateKind, TextError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kind of an order's aggregate.
pub const ORDER: AggregateKind = AggregateKind::from_static("doc-ordering/order");

/// The id of an order, made by the application (UUID version 7). A draft has it too: an order number comes with submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderId(Uuid);

impl OrderId {
    /// Takes an id that the application made.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// The id itself.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }

    /// The key of the order's aggregate.
    #[must_use]
    pub fn key(self) -> AggregateKey {
        AggregateKey::new(ORDER, self.0)
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for OrderId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

/// By what an application knows a citizen: opaque, the id of his [`Actor`], never a national number or a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CitizenKey(String);

impl CitizenKey {
    /// Takes 1 to 200 bytes without control characters, as the id of an [`Actor`].
    ///
    /// # Errors
    /// The text is empty, too long or holds a control character.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        Actor::new(communes_ledger::ActorKind::Citizen, text.clone())?;
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CitizenKey {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::new(text)
    }
}

impl From<CitizenKey> for String {
    fn from(key: CitizenKey) -> Self {
        key.0
    }
}

use serde::{Deserialize, Serialize};

use crate::text::{Text, TextError};

/// Who gave a command: an opaque id, without name or role.
///
/// What an id means is the application's; a national number or a name is never one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    id: Text,
    kind: ActorKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_behalf_of: Option<Text>,
}

/// Which side of the counter an [`Actor`] stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ActorKind {
    /// Somebody who asks the commune for something.
    Citizen,
    /// Somebody who works for the commune.
    Staff,
    /// A job: the outbox, a timer, an import.
    System,
}

impl ActorKind {
    /// The word that is stored: `citizen`, `staff` or `system`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Staff => "staff",
            Self::System => "system",
        }
    }
}

impl Actor {
    /// An actor who acts in his own name.
    ///
    /// # Errors
    /// The id is empty, longer than 200 bytes or holds a control character.
    pub fn new(kind: ActorKind, id: impl Into<String>) -> Result<Self, TextError> {
        Ok(Self { id: Text::new(id)?, kind, on_behalf_of: None })
    }

    /// The same actor, acting for somebody else.
    ///
    /// # Errors
    /// As [`Actor::new`], for the other id.
    pub fn on_behalf_of(mut self, id: impl Into<String>) -> Result<Self, TextError> {
        self.on_behalf_of = Some(Text::new(id)?);
        Ok(self)
    }

    /// The opaque id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.id.as_str()
    }

    /// Citizen, staff or system.
    #[must_use]
    pub fn kind(&self) -> ActorKind {
        self.kind
    }

    /// For whom the actor acts, when not for himself.
    #[must_use]
    pub fn principal(&self) -> Option<&str> {
        self.on_behalf_of.as_ref().map(Text::as_str)
    }
}

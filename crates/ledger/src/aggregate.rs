use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ChainHash, Envelope};

/// What sort of thing an aggregate is, as `capability/thing`: `doc-ordering/order`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AggregateKind(Cow<'static, str>);

/// A text that is no [`AggregateKind`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an aggregate kind is capability/thing in lower-case letters, digits and hyphens, of at most 80 bytes")]
pub struct AggregateKindError;

impl AggregateKind {
    /// A kind known when the program is written; use it in a `const`.
    ///
    /// # Panics
    /// The text is not `capability/thing`: in a `const` that is an error of the compiler.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        assert!(is_kind(text.as_bytes()), "an aggregate kind is capability/thing in lower case");
        Self(Cow::Borrowed(text))
    }

    /// Reads a kind that was stored.
    ///
    /// # Errors
    /// The text is not `capability/thing`.
    pub fn new(text: impl Into<String>) -> Result<Self, AggregateKindError> {
        let text = text.into();
        if is_kind(text.as_bytes()) { Ok(Self(Cow::Owned(text))) } else { Err(AggregateKindError) }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_kind(bytes: &[u8]) -> bool {
    let (mut at, mut slashes, mut letters) = (0, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'a'..=b'z' => letters += 1,
            b'0'..=b'9' | b'-' if letters > 0 => letters += 1,
            b'/' if letters > 0 => {
                slashes += 1;
                letters = 0;
            }
            _ => return false,
        }
        at += 1;
    }
    slashes == 1 && letters > 0 && bytes.len() <= 80
}

impl TryFrom<String> for AggregateKind {
    type Error = AggregateKindError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<AggregateKind> for String {
    fn from(kind: AggregateKind) -> Self {
        kind.0.into_owned()
    }
}

impl fmt::Display for AggregateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The one thing that a row, an event, an effect or a timer belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AggregateKey {
    kind: AggregateKind,
    id: Uuid,
}

impl AggregateKey {
    /// The key of the thing of this kind with this id.
    #[must_use]
    pub fn new(kind: AggregateKind, id: Uuid) -> Self {
        Self { kind, id }
    }

    /// What sort of thing it is.
    #[must_use]
    pub fn kind(&self) -> &AggregateKind {
        &self.kind
    }

    /// Which one.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }
}

impl fmt::Display for AggregateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

/// How often an aggregate was written: 1 after the commit that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(u64);

impl Version {
    /// The version that a new aggregate has.
    pub const FIRST: Self = Self(1);

    /// The version with this number; zero is none.
    #[must_use]
    pub fn new(number: u64) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// The number itself.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }

    /// The version after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The version that a decision was made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an aggregate is there or it is not")]
pub enum Expected {
    /// The aggregate does not exist.
    New,
    /// The aggregate is at this version.
    At(Version),
}

/// Where an aggregate stands: its version and the end of its hash chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How often the aggregate was written.
    pub version: Version,
    /// How many records its history has.
    pub records: u64,
    /// The hash of the last of them, [`ChainHash::START`] when there is none.
    pub hash: ChainHash,
}

/// An aggregate as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Where it stands: decide on `head.version`.
    pub head: Head,
    /// Its state.
    pub state: Envelope,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_capability_slash_thing() {
        for good in ["doc-ordering/order", "workflow/instance", "a/b2"] {
            assert_eq!(AggregateKind::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "order", "/order", "doc/", "a/b/c", "Doc/order", "doc/-x", "doc/é", "doc /order"] {
            assert_eq!(AggregateKind::new(bad), Err(AggregateKindError), "{bad:?}");
        }
    }
}

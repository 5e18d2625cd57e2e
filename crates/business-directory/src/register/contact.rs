use serde::{Deserialize, Serialize};

/// A way to reach an entity, as the register writes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Contact {
    /// Telephone, e-mail or web.
    pub kind: ContactKind,
    /// The value, unchanged: telephone numbers come in many spellings, web addresses often without a scheme.
    pub value: String,
}

/// What a [`Contact`] is (KBO `ContactType`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum ContactKind {
    /// `TEL`.
    Telephone,
    /// `EMAIL`.
    Email,
    /// `WEB`.
    Web,
    /// A code outside the register's own table, kept as it came: `FAX` occurs.
    Other(String),
}

impl ContactKind {
    /// The register's code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Telephone => "TEL",
            Self::Email => "EMAIL",
            Self::Web => "WEB",
            Self::Other(code) => code,
        }
    }
}

impl From<String> for ContactKind {
    fn from(code: String) -> Self {
        match code.as_str() {
            "TEL" => Self::Telephone,
            "EMAIL" => Self::Email,
            "WEB" => Self::Web,
            _ => Self::Other(code),
        }
    }
}

impl From<ContactKind> for String {
    fn from(kind: ContactKind) -> Self {
        kind.code().to_owned()
    }
}

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The id of a document type: 1 to 80 lower-case letters, digits and hyphens, such as `event-attestation`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentTypeId(String);

/// A text that is no [`DocumentTypeId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the id of a document type is 1 to 80 lower-case letters, digits and hyphens")]
pub struct DocumentTypeIdError;

impl DocumentTypeIdError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        "document-type-id"
    }
}

impl DocumentTypeId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DocumentTypeId {
    type Err = DocumentTypeIdError;

    fn from_str(text: &str) -> Result<Self, DocumentTypeIdError> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || text.len() > 80 || !text.bytes().all(fits) {
            return Err(DocumentTypeIdError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for DocumentTypeId {
    type Error = DocumentTypeIdError;

    fn try_from(text: String) -> Result<Self, DocumentTypeIdError> {
        text.parse()
    }
}

impl From<DocumentTypeId> for String {
    fn from(id: DocumentTypeId) -> Self {
        id.0
    }
}

impl fmt::Display for DocumentTypeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One published version of a document type; printed as `event-attestation@2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a version is named by these two")]
pub struct DocumentRef {
    /// The type.
    pub id: DocumentTypeId,
    /// The version, from 1.
    pub version: u32,
}

impl fmt::Display for DocumentRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.id, self.version)
    }
}

use serde::{Deserialize, Serialize};

/// The legal situation of an enterprise (KBO `JuridicalSituation`), a code of three digits.
///
/// An enterprise in liquidation or bankruptcy is still active: the situation is shown, not hidden.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Situation(String);

impl Situation {
    /// Keeps the register's code, known or not.
    #[must_use]
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// The register's code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }

    /// Whether it is `000`, the normal situation.
    #[must_use]
    pub fn is_normal(&self) -> bool {
        self.0 == "000"
    }
}

/// The legal form of an enterprise (KBO `JuridicalForm`, `JuridicalFormCAC`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LegalForm {
    /// The form in the statutes, a code of three digits.
    pub code: String,
    /// The form it is to be read as since the Companies and Associations Code of 2019, where it differs.
    pub read_as: Option<String>,
}

impl LegalForm {
    /// The code to show: what it is to be read as, when the register says so.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.read_as.as_deref().unwrap_or(&self.code)
    }
}

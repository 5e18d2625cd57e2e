//! Why personal data is read or kept: the purpose, its legal basis, and the description of each field.

use serde::{Deserialize, Serialize};

/// The longest statement or reference, in bytes.
const LONGEST: usize = 500;

/// The legal bases of Regulation (EU) 2016/679 (GDPR), article 6(1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegalBasis {
    /// (a) The person agreed.
    Consent,
    /// (b) A contract with the person.
    Contract,
    /// (c) A law obliges the commune.
    LegalObligation,
    /// (d) Somebody's life depends on it.
    VitalInterests,
    /// (e) A task in the public interest or official authority: what most of a commune's work rests on.
    PublicTask,
    /// (f) A legitimate interest; not for what a public authority does as its task.
    LegitimateInterests,
}

impl LegalBasis {
    /// The stable code, the same as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Contract => "contract",
            Self::LegalObligation => "legal-obligation",
            Self::VitalInterests => "vital-interests",
            Self::PublicTask => "public-task",
            Self::LegitimateInterests => "legitimate-interests",
        }
    }
}

/// A stated purpose with its legal basis: what [`NationalNumber::expose`](crate::NationalNumber::expose) asks for.
///
/// It records a reason and grants nothing: whether the reader may have it is the application's own check, as is the
/// record of the read.
///
/// ```
/// use communes_civil::purpose::{LegalBasis, Purpose};
///
/// let purpose = Purpose::new(
///     "Consult the National Register to issue a certificate of residence",
///     LegalBasis::PublicTask,
///     "Loi du 8 août 1983 organisant un Registre national, art. 5",
/// )?;
/// assert_eq!(purpose.basis(), LegalBasis::PublicTask);
/// # Ok::<(), communes_civil::purpose::PurposeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "PurposeForm")]
pub struct Purpose {
    statement: String,
    basis: LegalBasis,
    reference: String,
}

impl Purpose {
    /// A purpose: what is done, on which basis, and the law, decision or agreement that says so.
    ///
    /// # Errors
    /// The statement or the reference is blank or longer than 500 bytes.
    pub fn new(
        statement: impl Into<String>,
        basis: LegalBasis,
        reference: impl Into<String>,
    ) -> Result<Self, PurposeError> {
        let (statement, reference) = (statement.into(), reference.into());
        if statement.trim().is_empty() {
            return Err(PurposeError::NoStatement);
        }
        if reference.trim().is_empty() {
            return Err(PurposeError::NoReference);
        }
        if statement.len() > LONGEST || reference.len() > LONGEST {
            return Err(PurposeError::TooLong);
        }
        Ok(Self { statement, basis, reference })
    }

    /// What is done with the data.
    #[must_use]
    pub fn statement(&self) -> &str {
        &self.statement
    }

    /// The legal basis.
    #[must_use]
    pub fn basis(&self) -> LegalBasis {
        self.basis
    }

    /// The law, decision or agreement.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }
}

#[derive(Deserialize)]
struct PurposeForm {
    statement: String,
    basis: LegalBasis,
    reference: String,
}

impl TryFrom<PurposeForm> for Purpose {
    type Error = PurposeError;

    fn try_from(form: PurposeForm) -> Result<Self, PurposeError> {
        Self::new(form.statement, form.basis, form.reference)
    }
}

/// Why a purpose is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PurposeError {
    /// No statement.
    #[error("a purpose says what is done with the data")]
    NoStatement,
    /// No reference.
    #[error("a purpose names the law, decision or agreement that it rests on")]
    NoReference,
    /// More than 500 bytes.
    #[error("a purpose's statement and reference have at most {LONGEST} bytes each")]
    TooLong,
}

impl PurposeError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoStatement => "purpose-no-statement",
            Self::NoReference => "purpose-no-reference",
            Self::TooLong => "purpose-too-long",
        }
    }
}

/// How much protection a field needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FieldClass {
    /// Says nothing of a person.
    NotPersonal,
    /// Personal data (GDPR, article 4(1)).
    Personal,
    /// A national identification number (GDPR, article 87).
    NationalNumber,
    /// Special categories: health, religion, origin and the like (GDPR, article 9).
    Special,
    /// Convictions and offences (GDPR, article 10).
    Criminal,
}

/// How long a field is kept, from the day on which the file is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Retention {
    /// Months after the file was closed.
    Months(u32),
    /// For ever: archives.
    Permanent,
}

/// What a crate says once of a field that it keeps, so that an application can export, rectify, erase and register it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDescription {
    /// The field's name in the stored form, parts joined by points: `order.requester.national_number`.
    pub field: String,
    /// How much protection it needs.
    pub class: FieldClass,
    /// Why it is kept.
    pub purpose: Purpose,
    /// How long it is kept.
    pub retention: Retention,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_says_something() {
        let new = |statement: &str, reference: &str| Purpose::new(statement, LegalBasis::Consent, reference);
        assert_eq!(new(" ", "Form 3").unwrap_err(), PurposeError::NoStatement);
        assert_eq!(new("Newsletter", "").unwrap_err(), PurposeError::NoReference);
        assert!(new(&"a".repeat(500), "Form 3").is_ok());
        assert_eq!(new(&"a".repeat(501), "Form 3").unwrap_err(), PurposeError::TooLong);
    }

    #[test]
    fn json_is_the_same_door() {
        let purpose = Purpose::new("Newsletter", LegalBasis::Consent, "Form 3").unwrap();
        let json = serde_json::to_string(&purpose).unwrap();
        assert_eq!(json, r#"{"statement":"Newsletter","basis":"consent","reference":"Form 3"}"#);
        assert_eq!(serde_json::from_str::<Purpose>(&json).unwrap(), purpose);
        assert!(serde_json::from_str::<Purpose>(r#"{"statement":"","basis":"consent","reference":"Form 3"}"#).is_err());
    }
}

use std::{fmt, str::FromStr};

use communes_civil::EnterpriseNumber;

use super::{Siren, Siret};

/// The address of a receiver on the Peppol network: a scheme and a number, `0208:0403449823`.
///
/// Belgium: `0208` (obligatory since 1 January 2026) and `9925`; France: `0002` (SIREN) and `0009` (SIRET).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeppolId(String);

/// Why a text is no Peppol address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeppolError {
    /// It is no scheme of four digits, a colon and a number.
    #[error("a Peppol address is a scheme of four digits, a colon and a number")]
    Form,
    /// The rules of that scheme are not known here.
    #[error("numbers of this scheme are not checked")]
    SchemeNotCovered,
    /// The number does not follow the rules of its scheme.
    #[error("the number is wrong for its scheme")]
    Number,
}

impl PeppolError {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "peppol-form",
            Self::SchemeNotCovered => "peppol-scheme-not-covered",
            Self::Number => "peppol-number",
        }
    }
}

impl FromStr for PeppolId {
    type Err = PeppolError;

    fn from_str(text: &str) -> Result<Self, PeppolError> {
        let (scheme, number) = text.trim().split_once(':').ok_or(PeppolError::Form)?;
        if scheme.len() != 4 || !scheme.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PeppolError::Form);
        }
        let belgian = || number.parse::<EnterpriseNumber>().map_err(|_| PeppolError::Number);
        let number = match scheme {
            "0208" => belgian()?.digits(),
            "9925" if number.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("be")) => {
                format!("be{}", belgian()?.digits())
            }
            "9925" => return Err(PeppolError::Number),
            "0002" => number.parse::<Siren>().map_err(|_| PeppolError::Number)?.to_string(),
            "0009" => number.parse::<Siret>().map_err(|_| PeppolError::Number)?.to_string(),
            _ => return Err(PeppolError::SchemeNotCovered),
        };
        Ok(Self(format!("{scheme}:{number}")))
    }
}

impl fmt::Display for PeppolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes() {
        let canonical = |text: &str| text.parse::<PeppolId>().map(|id| id.to_string());
        assert_eq!(canonical("0208:0403.449.823").as_deref(), Ok("0208:0403449823"));
        // Some were registered so.
        assert_eq!(canonical("0208:be0403449823").as_deref(), Ok("0208:0403449823"));
        assert_eq!(canonical("9925:BE0403449823").as_deref(), Ok("9925:be0403449823"));
        assert_eq!(canonical("9925:0403449823"), Err(PeppolError::Number));
        assert_eq!(canonical("0208:0403449824"), Err(PeppolError::Number));
        assert_eq!(canonical("0088:5412345000013"), Err(PeppolError::SchemeNotCovered));
        assert_eq!(canonical("0403449823"), Err(PeppolError::Form));
    }
}

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What an entity does, after the NACE-BEL nomenclature.
///
/// The activity of a shop stands on its establishment, and several activities are "main": one a group and version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Activity {
    /// Nomenclature and code, never one without the other.
    pub nace: NaceCode,
    /// Main, secondary or auxiliary.
    pub class: ActivityClass,
    /// The administrations that say so.
    pub groups: GroupSet,
}

/// The year of a NACE-BEL nomenclature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum NaceVersion {
    /// NACE-BEL 2003.
    #[serde(rename = "2003")]
    V2003,
    /// NACE-BEL 2008.
    #[serde(rename = "2008")]
    V2008,
    /// NACE-BEL 2025.
    #[serde(rename = "2025")]
    V2025,
}

impl NaceVersion {
    /// The year: 2003, 2008 or 2025.
    #[must_use]
    pub fn year(self) -> u16 {
        match self {
            Self::V2003 => 2003,
            Self::V2008 => 2008,
            Self::V2025 => 2025,
        }
    }
}

impl TryFrom<u16> for NaceVersion {
    type Error = NaceCodeError;

    fn try_from(year: u16) -> Result<Self, NaceCodeError> {
        match year {
            2003 => Ok(Self::V2003),
            2008 => Ok(Self::V2008),
            2025 => Ok(Self::V2025),
            _ => Err(NaceCodeError::Version),
        }
    }
}

/// A NACE-BEL code with its nomenclature: the same digits mean something else in another year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "NaceParts", into = "NaceParts")]
pub struct NaceCode {
    version: NaceVersion,
    digits: u32,
    length: u8,
}

/// What is wrong with a NACE-BEL code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NaceCodeError {
    /// The nomenclature is not 2003, 2008 or 2025.
    #[error("the nomenclature is not NACE-BEL 2003, 2008 or 2025")]
    Version,
    /// Not 2 to 7 digits.
    #[error("a NACE-BEL code of an activity has 2 to 7 digits")]
    Digits,
}

impl NaceCodeError {
    /// The stable code: `nace-version` or `nace-digits`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Version => "nace-version",
            Self::Digits => "nace-digits",
        }
    }
}

impl NaceCode {
    /// Reads 2 to 7 digits.
    ///
    /// # Errors
    /// Anything else.
    pub fn new(version: NaceVersion, digits: &str) -> Result<Self, NaceCodeError> {
        if !(2..=7).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NaceCodeError::Digits);
        }
        let number = digits.parse().map_err(|_| NaceCodeError::Digits)?;
        // At most 7, as just seen.
        Ok(Self { version, digits: number, length: digits.len() as u8 })
    }

    /// The nomenclature.
    #[must_use]
    pub fn version(self) -> NaceVersion {
        self.version
    }

    /// The digits, without the nomenclature.
    #[must_use]
    pub fn digits(self) -> String {
        format!("{:0width$}", self.digits, width = usize::from(self.length))
    }
}

impl fmt::Display for NaceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.version.year(), self.digits())
    }
}

/// `2025:84130`, as [`NaceCode`] prints itself.
impl FromStr for NaceCode {
    type Err = NaceCodeError;

    fn from_str(text: &str) -> Result<Self, NaceCodeError> {
        let (year, digits) = text.split_once(':').ok_or(NaceCodeError::Version)?;
        Self::new(year.parse::<u16>().map_err(|_| NaceCodeError::Version)?.try_into()?, digits)
    }
}

#[derive(Serialize, Deserialize)]
struct NaceParts {
    version: NaceVersion,
    code: String,
}

impl TryFrom<NaceParts> for NaceCode {
    type Error = NaceCodeError;

    fn try_from(parts: NaceParts) -> Result<Self, NaceCodeError> {
        Self::new(parts.version, &parts.code)
    }
}

impl From<NaceCode> for NaceParts {
    fn from(code: NaceCode) -> Self {
        Self { version: code.version, code: code.digits() }
    }
}

/// How much an [`Activity`] weighs (KBO `Classification`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum ActivityClass {
    /// `MAIN`.
    Main,
    /// `SECO`.
    Secondary,
    /// `ANCI`.
    Auxiliary,
    /// A code that this program does not know, kept as it came.
    Other(String),
}

impl ActivityClass {
    /// The register's code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Main => "MAIN",
            Self::Secondary => "SECO",
            Self::Auxiliary => "ANCI",
            Self::Other(code) => code,
        }
    }
}

impl From<String> for ActivityClass {
    fn from(code: String) -> Self {
        match code.as_str() {
            "MAIN" => Self::Main,
            "SECO" => Self::Secondary,
            "ANCI" => Self::Auxiliary,
            _ => Self::Other(code),
        }
    }
}

impl From<ActivityClass> for String {
    fn from(class: ActivityClass) -> Self {
        class.code().to_owned()
    }
}

/// The administrations behind an [`Activity`] (KBO `ActivityGroup`): a bit for each code from 001 to 063.
///
/// 36 million rows of the Belgian register differ in nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupSet(u64);

impl GroupSet {
    /// The set of one group code, `001` to `063`; `None` for any other text.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: u32 = code.parse().ok()?;
        (1..=63).contains(&number).then(|| Self(1 << number))
    }

    /// The set as the bits of an integer, for a store.
    #[must_use]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The set that [`GroupSet::bits`] gave.
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The set with those of another.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The codes, in order: `001`, `006`.
    pub fn codes(self) -> impl Iterator<Item = String> {
        (1..=63).filter(move |number| self.0 >> number & 1 == 1).map(|number: u32| format!("{number:03}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_keeps_its_leading_zeros_and_its_nomenclature() {
        let code = NaceCode::new(NaceVersion::V2003, "01110").unwrap();
        assert_eq!(code.to_string(), "2003:01110");
        assert_eq!("2003:01110".parse(), Ok(code));
        assert_ne!(code, NaceCode::new(NaceVersion::V2008, "01110").unwrap());
        assert_eq!(serde_json::to_string(&code).unwrap(), r#"{"version":"2003","code":"01110"}"#);
    }

    #[test]
    fn groups_are_a_set() {
        let set = GroupSet::of("001").unwrap().union(GroupSet::of("006").unwrap());
        assert_eq!(set.codes().collect::<Vec<_>>(), ["001", "006"]);
        assert_eq!(GroupSet::from_bits(set.bits()), set);
        for unknown in ["", "000", "064", "1", "ABC"] {
            assert_eq!(GroupSet::of(unknown), None, "{unknown}");
        }
    }
}

use std::{fmt, str::FromStr};

use communes_civil::Ogm;
use communes_ledger::{SeriesKey, TextError};
use serde::{Deserialize, Serialize};

/// How the number of an order is written: text with `{year}` and `{number}` once each, `{number:5}` for at least five digits.
///
/// ```
/// use communes_doc_ordering::order::NumberFormat;
///
/// let format: NumberFormat = "{year}/E/{number:5}".parse()?;
/// assert_eq!(format.write(2026, 4127).as_str(), "2026/E/04127");
/// # Ok::<(), communes_doc_ordering::order::NumberFormatError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberFormat {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Year,
    Number { width: usize },
}

/// Why a text is no [`NumberFormat`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberFormatError {
    /// A brace without its other, or another word than `year` and `number` in braces.
    #[error("a number format has {{year}} and {{number}} or {{number:WIDTH}} in braces, nothing else")]
    Placeholder,
    /// `{year}` or `{number}` is missing or stands twice: numbers would repeat.
    #[error("a number format has {{year}} and {{number}} once each")]
    Once,
    /// More than 60 bytes, or a width over 12.
    #[error("the number format is too long")]
    TooLong,
}

impl NumberFormatError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Placeholder => "number-format-placeholder",
            Self::Once => "number-format-once",
            Self::TooLong => "number-format-too-long",
        }
    }
}

impl NumberFormat {
    /// The number of a year and a place in its series.
    #[must_use]
    pub fn write(&self, year: i32, number: u64) -> OrderNumber {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Year => text.push_str(&year.to_string()),
                Part::Number { width } => text.push_str(&format!("{number:0width$}")),
            }
        }
        OrderNumber(text)
    }
}

impl FromStr for NumberFormat {
    type Err = NumberFormatError;

    fn from_str(mut rest: &str) -> Result<Self, NumberFormatError> {
        if rest.len() > 60 {
            return Err(NumberFormatError::TooLong);
        }
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let (text, after) = rest.split_once('{').unwrap_or((rest, ""));
            if text.contains('}') || (after.is_empty() && text.len() < rest.len()) {
                return Err(NumberFormatError::Placeholder);
            }
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
            if after.is_empty() {
                break;
            }
            let (word, after) = after.split_once('}').ok_or(NumberFormatError::Placeholder)?;
            parts.push(placeholder(word)?);
            rest = after;
        }
        let years = parts.iter().filter(|part| **part == Part::Year).count();
        let numbers = parts.iter().filter(|part| matches!(part, Part::Number { .. })).count();
        if (years, numbers) != (1, 1) {
            return Err(NumberFormatError::Once);
        }
        Ok(Self { parts })
    }
}

fn placeholder(word: &str) -> Result<Part, NumberFormatError> {
    match word.split_once(':').unwrap_or((word, "1")) {
        ("year", "1") => Ok(Part::Year),
        ("number", width) => match width.parse() {
            Ok(width @ 1..=12) => Ok(Part::Number { width }),
            Ok(_) => Err(NumberFormatError::TooLong),
            Err(_) => Err(NumberFormatError::Placeholder),
        },
        _ => Err(NumberFormatError::Placeholder),
    }
}

/// The number of an order, as people read it: `2026/E/04127`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderNumber(String);

impl OrderNumber {
    /// A number that was written before; it is looked up, not checked.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A series of order numbers without gaps, from 1 each year of the commune's calendar.
///
/// It also gives the transfer references of its orders: two digits of its own, two of the year, six of the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSeries {
    code: String,
    format: NumberFormat,
    reference_prefix: u8,
}

impl OrderSeries {
    /// The largest number of a year, bounded by the ten digits of a transfer reference.
    pub const LARGEST_NUMBER: u64 = 999_999;

    /// A series with its code, its format, and a prefix (0 to 99) that no other series on the same bank account has.
    ///
    /// # Errors
    /// The code is no key of a ledger's series.
    pub fn new(code: impl Into<String>, format: NumberFormat, reference_prefix: u8) -> Result<Self, TextError> {
        let series = Self { code: code.into(), format, reference_prefix: reference_prefix % 100 };
        SeriesKey::new(series.key_text(9999)).map(|_| series)
    }

    /// Its code, by which document types name it.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its key in the ledger for a year.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the constructor has checked the key")]
    pub fn key(&self, year: i32) -> SeriesKey {
        SeriesKey::new(self.key_text(year)).expect("checked by the constructor")
    }

    /// A number as it is written.
    #[must_use]
    pub fn write(&self, year: i32, number: u64) -> OrderNumber {
        self.format.write(year, number)
    }

    /// The transfer reference of a number; `None` over [`LARGEST_NUMBER`](Self::LARGEST_NUMBER). It repeats after a hundred years.
    #[must_use]
    pub fn reference(&self, year: i32, number: u64) -> Option<Ogm> {
        if number > Self::LARGEST_NUMBER {
            return None;
        }
        let year = u64::try_from(year.rem_euclid(100)).ok()?;
        Ogm::from_base(u64::from(self.reference_prefix) * 100_000_000 + year * 1_000_000 + number).ok()
    }

    fn key_text(&self, year: i32) -> String {
        format!("doc-ordering/{}/{year}", self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_name_the_year_and_the_number_once() {
        let write = |format: &str| format.parse().map(|format: NumberFormat| format.write(2026, 42).0);
        assert_eq!(write("{year}/E/{number:5}").as_deref(), Ok("2026/E/00042"));
        assert_eq!(write("E{number}-{year}").as_deref(), Ok("E42-2026"));
        assert_eq!(write("{number}"), Err(NumberFormatError::Once));
        assert_eq!(write("{year}{number}{number}"), Err(NumberFormatError::Once));
        assert_eq!(write(""), Err(NumberFormatError::Once));
        for bad in
            ["{year}/{", "{year}/}", "{year}/{nombre}", "{year:2}/{number}", "{year}/{number:x}", "}{year}{number}"]
        {
            assert_eq!(write(bad), Err(NumberFormatError::Placeholder), "{bad:?}");
        }
        assert_eq!(write("{year}/{number:13}"), Err(NumberFormatError::TooLong));
    }

    #[test]
    fn references_are_made_of_prefix_year_and_number() {
        let series = OrderSeries::new("E", "{year}/E/{number:5}".parse().unwrap(), 7).unwrap();
        // Base 0726004127: 97 × 7484578 = 726004066, 61 is left.
        assert_eq!(series.reference(2026, 4127).unwrap().to_string(), "+++072/6004/12761+++");
        assert_eq!(series.reference(2026, 1_000_000), None);
        assert_eq!(series.key(2026).as_str(), "doc-ordering/E/2026");
    }
}

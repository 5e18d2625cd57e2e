//! What the readers of numbers share.

use std::{cell::Cell, fmt, marker::PhantomData, str::FromStr};

use serde::{
    Deserializer,
    de::{Error, Visitor},
};

/// Why a text is not the digits that a number needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DigitsError {
    /// Neither digit nor separator.
    Character,
    /// More than the array holds.
    TooMany,
}

/// The digits (0 to 9) of a text and how many they are, what `is_separator` says left out. Allocates nothing.
pub(crate) fn digits<const N: usize>(
    text: &str,
    is_separator: impl Fn(char) -> bool,
) -> Result<([u8; N], usize), DigitsError> {
    let mut digits = [0; N];
    let mut count = 0;
    for character in text.chars().filter(|&character| !is_separator(character)) {
        let value = character.to_digit(10).ok_or(DigitsError::Character)?;
        // The cast keeps the value: a decimal digit is at most 9.
        *digits.get_mut(count).ok_or(DigitsError::TooMany)? = value as u8;
        count += 1;
    }
    Ok((digits, count))
}

/// The number that digits write.
pub(crate) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, &digit| number * 10 + u64::from(digit))
}

/// The letters (upper case) and digits of a text, whitespace left out: `None` if there is anything else, or more than
/// `most`.
pub(crate) fn alphanumerics(text: &str, most: usize) -> Option<String> {
    let mut kept = String::with_capacity(most);
    for character in text.chars().filter(|character| !character.is_whitespace()) {
        if !character.is_ascii_alphanumeric() || kept.len() == most {
            return None;
        }
        kept.push(character.to_ascii_uppercase());
    }
    Some(kept)
}

/// Groups of four characters, as ISO 13616 and ISO 11649 print them.
pub(crate) fn write_in_fours(text: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, character) in text.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            formatter.write_str(" ")?;
        }
        write!(formatter, "{character}")?;
    }
    Ok(())
}

/// Reads personal data from text.
///
/// A format's own complaint about a wrong type repeats the value (``invalid type: integer `…` ``): it is replaced.
pub(crate) fn deserialize_private<'de, T, D>(deserializer: D, expected: &'static str) -> Result<T, D::Error>
where
    T: FromStr<Err: fmt::Display>,
    D: Deserializer<'de>,
{
    let reached = Cell::new(false);
    let visitor = PrivateVisitor { expected, reached: &reached, made: PhantomData };
    deserializer
        .deserialize_str(visitor)
        .map_err(|error| if reached.get() { error } else { D::Error::custom(format_args!("expected {expected}")) })
}

struct PrivateVisitor<'a, T> {
    expected: &'static str,
    /// Whether the text was reached: the error is then our own, which never repeats the value.
    reached: &'a Cell<bool>,
    made: PhantomData<T>,
}

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for PrivateVisitor<'_, T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        self.reached.set(true);
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_bounded_and_ascii() {
        assert_eq!(digits::<3>("1.2", |c| c == '.'), Ok(([1, 2, 0], 2)));
        assert_eq!(digits::<3>("1234", |_| false), Err(DigitsError::TooMany));
        // Arabic-Indic digits are digits to Unicode, not to a register.
        assert_eq!(digits::<3>("١٢٣", |_| false), Err(DigitsError::Character));
    }

    #[test]
    fn alphanumerics_are_bounded() {
        assert_eq!(alphanumerics(" be 12 ", 4).as_deref(), Some("BE12"));
        assert_eq!(alphanumerics("BE123", 4), None);
        assert_eq!(alphanumerics("BÉ1", 4), None);
    }
}

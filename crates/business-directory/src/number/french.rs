use std::{fmt, str::FromStr};

/// The number of a legal unit in the French register SIRENE: nine digits with a Luhn check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Siren(u64);

/// The number of an establishment in SIRENE: its unit's nine digits, then five, with a Luhn check over all.
///
/// The establishments of La Poste (356 000 000) have a sum of digits that five divides instead; its head office has a Luhn check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Siret(u64);

/// Why a text is no SIREN or SIRET.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrenchNumberError {
    /// Something else than digits, spaces, points and dashes.
    #[error("the number has digits only")]
    Character,
    /// Not 9 digits for a SIREN, 14 for a SIRET.
    #[error("a SIREN has 9 digits, a SIRET 14")]
    Length,
    /// The check digit does not follow from the others.
    #[error("the check digit is wrong")]
    CheckDigit,
}

impl FrenchNumberError {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Character => "siren-character",
            Self::Length => "siren-length",
            Self::CheckDigit => "siren-check-digit",
        }
    }
}

const LA_POSTE: u64 = 356_000_000;

impl FromStr for Siren {
    type Err = FrenchNumberError;

    fn from_str(text: &str) -> Result<Self, FrenchNumberError> {
        let number = read(text, 9)?;
        if luhn(number) { Ok(Self(number)) } else { Err(FrenchNumberError::CheckDigit) }
    }
}

impl FromStr for Siret {
    type Err = FrenchNumberError;

    fn from_str(text: &str) -> Result<Self, FrenchNumberError> {
        let number = read(text, 14)?;
        let siren = number / 100_000;
        let of_la_poste = siren == LA_POSTE && digits(number).sum::<u64>().is_multiple_of(5);
        if luhn(siren) && (luhn(number) || of_la_poste) { Ok(Self(number)) } else { Err(FrenchNumberError::CheckDigit) }
    }
}

impl Siret {
    /// The unit whose establishment it is.
    #[must_use]
    pub fn siren(self) -> Siren {
        Siren(self.0 / 100_000)
    }
}

impl fmt::Display for Siren {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:09}", self.0)
    }
}

impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:014}", self.0)
    }
}

fn read(text: &str, length: u32) -> Result<u64, FrenchNumberError> {
    let (mut number, mut count) = (0_u64, 0);
    for character in text.chars().filter(|character| !(character.is_whitespace() || matches!(character, '.' | '-'))) {
        let digit = character.to_digit(10).ok_or(FrenchNumberError::Character)?;
        count += 1;
        if count > length {
            return Err(FrenchNumberError::Length);
        }
        number = number * 10 + u64::from(digit);
    }
    if count == length { Ok(number) } else { Err(FrenchNumberError::Length) }
}

/// The digits, the last one first.
fn digits(mut number: u64) -> impl Iterator<Item = u64> {
    std::iter::from_fn(move || {
        let digit = (number > 0).then_some(number % 10);
        number /= 10;
        digit
    })
}

/// Every second digit from the right doubled, and the digits of it all summed: ten divides the sum.
fn luhn(number: u64) -> bool {
    let weighted = digits(number).enumerate().map(
        |(place, digit)| {
            if place % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
        },
    );
    weighted.sum::<u64>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn la_poste_has_a_rule_of_its_own() {
        // 3+5+6+4+9+8+3+7 = 45, which five divides; one more does not.
        assert!("35600000049837".parse::<Siret>().is_ok());
        assert_eq!("35600000049838".parse::<Siret>(), Err(FrenchNumberError::CheckDigit));
        // The head office: 8+8+4... by Luhn.
        assert_eq!("356 000 000 00048".parse::<Siret>().unwrap().siren().to_string(), "356000000");
        assert_eq!("356000000".parse::<Siret>(), Err(FrenchNumberError::Length));
        assert_eq!("7328293200007A".parse::<Siret>(), Err(FrenchNumberError::Character));
    }
}

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use communes_civil::Texts;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::BlobId;
use crate::order::{Issued, Order, OrderNumber};

/// Digits and capitals that nobody takes for another: without 0, 1, I, L and O. Their count is prime, as the check needs.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Characters that carry chance: 31^19 is about 2^94.
const CHANCE: usize = 19;

/// The code that an issued document carries: 19 characters of chance and one of check, `7H4KM-…` in four groups of five.
///
/// Read in any case, spaces and hyphens anywhere. Every mistyped character and every two exchanged neighbours are found by the
/// check, before any lookup. Whoever holds the code can see that the document is genuine, so it is not logged; only its hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct VerificationCode([u8; CHANCE + 1]);

/// Why a text is no [`VerificationCode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerificationCodeError {
    /// Not 20 characters.
    #[error("a verification code has 20 characters")]
    Length,
    /// A character that no code has.
    #[error("a verification code has no such character")]
    Character,
    /// The check character does not follow from the others.
    #[error("the verification code is mistyped")]
    Check,
}

impl VerificationCodeError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "verification-code-length",
            Self::Character => "verification-code-character",
            Self::Check => "verification-code-check",
        }
    }
}

impl VerificationCode {
    /// The code of 16 random bytes, from a generator fit for secrets.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let mut chance = u128::from_be_bytes(bytes);
        let mut places = [0; CHANCE + 1];
        for place in &mut places[..CHANCE] {
            // At most 30; 2^128 is so far above 31^19 that every code is as likely as another, to 2^-34.
            *place = (chance % 31) as u8;
            chance /= 31;
        }
        places[CHANCE] = check(&places[..CHANCE]);
        Self(places)
    }

    /// Its SHA-256, which is stored and looked up.
    #[must_use]
    pub fn hash(&self) -> CodeHash {
        CodeHash(Sha256::digest(self.letters()).into())
    }

    fn letters(&self) -> [u8; CHANCE + 1] {
        self.0.map(|place| ALPHABET[usize::from(place)])
    }
}

/// Minus the sum of place × weight, modulo 31; the weights 2 to 20 differ and none is 0, so that every
/// change of one and every exchange of two changes the sum.
fn check(places: &[u8]) -> u8 {
    let sum: usize = places.iter().zip(2..).map(|(place, weight)| usize::from(*place) * weight).sum();
    // The check character itself weighs 1: with it the sum is 0.
    ((31 - sum % 31) % 31) as u8
}

impl FromStr for VerificationCode {
    type Err = VerificationCodeError;

    fn from_str(text: &str) -> Result<Self, VerificationCodeError> {
        let mut places = [0; CHANCE + 1];
        let mut count = 0;
        for character in text.chars().filter(|character| !character.is_whitespace() && *character != '-') {
            let place = ALPHABET.iter().position(|letter| char::from(*letter) == character.to_ascii_uppercase());
            let place = place.ok_or(VerificationCodeError::Character)?;
            // The place is below 31.
            *places.get_mut(count).ok_or(VerificationCodeError::Length)? = place as u8;
            count += 1;
        }
        if count != CHANCE + 1 {
            return Err(VerificationCodeError::Length);
        }
        if check(&places[..CHANCE]) != places[CHANCE] {
            return Err(VerificationCodeError::Check);
        }
        Ok(Self(places))
    }
}

impl fmt::Display for VerificationCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.letters().into_iter().enumerate() {
            if place > 0 && place % 5 == 0 {
                formatter.write_str("-")?;
            }
            write!(formatter, "{}", char::from(letter))?;
        }
        Ok(())
    }
}

impl fmt::Debug for VerificationCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("VerificationCode(…)")
    }
}

/// The SHA-256 of a verification code, as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeHash([u8; 32]);

/// A text that is no [`CodeHash`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the hash of a verification code is 64 hexadecimal digits")]
pub struct CodeHashError;

impl TryFrom<String> for CodeHash {
    type Error = CodeHashError;

    fn try_from(text: String) -> Result<Self, CodeHashError> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash).map_err(|_| CodeHashError)?;
        Ok(Self(hash))
    }
}

impl From<CodeHash> for String {
    fn from(hash: CodeHash) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for CodeHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

/// What the public page says of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The document is genuine and valid.
    Valid(Verified),
    /// It is genuine, and no longer valid.
    Expired(Verified),
    /// It was issued and has been taken back.
    Revoked {
        /// The document.
        document: Verified,
        /// On which day.
        on: NaiveDate,
        /// Why.
        reason: String,
    },
    /// No document has this code.
    Unknown,
}

impl Verdict {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Valid(_) => "document-valid",
            Self::Expired(_) => "document-expired",
            Self::Revoked { .. } => "document-revoked",
            Self::Unknown => "document-unknown",
        }
    }
}

/// What everybody may know of an issued document: nothing about the person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Its name.
    pub title: Texts,
    /// The number of its order, which stands on it.
    pub number: OrderNumber,
    /// On which day it was issued.
    pub issued_on: NaiveDate,
    /// The last day on which it is valid.
    pub valid_until: Option<NaiveDate>,
    /// The SHA-256 of its file, for whoever has the file.
    pub sha256: BlobId,
    /// Whether the file bears a seal; if not, only this page proves it.
    pub is_sealed: bool,
}

/// What the public page says of the order whose document has a code, on a day of the commune's calendar.
#[must_use]
pub fn verify(order: Option<&Order>, today: NaiveDate) -> Verdict {
    let Some((order, issued)) = order.and_then(|order| Some((order, order.issued.as_ref()?))) else {
        return Verdict::Unknown;
    };
    let Issued { file, on, valid_until, revoked } = issued;
    let document = Verified {
        title: order.title.clone(),
        number: order.number.clone(),
        issued_on: *on,
        valid_until: *valid_until,
        sha256: file.blob,
        is_sealed: file.is_sealed,
    };
    match revoked {
        Some(revocation) => Verdict::Revoked { document, on: revocation.on, reason: revocation.reason.clone() },
        None if valid_until.is_some_and(|last| last < today) => Verdict::Expired(document),
        None => Verdict::Valid(document),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_by_hand() {
        // 0 in base 31 is all first letters, and the check 0 is the first letter too.
        assert_eq!(VerificationCode::from_random([0; 16]).to_string(), "22222-22222-22222-22222");
        // 33 = 2 + 1 × 31: places 2, 1, 0 …; 2 × 2 + 1 × 3 = 7; 31 − 7 = 24, the letter after V … T U V W: index 24 is T.
        let code = VerificationCode::from_random(33u128.to_be_bytes());
        assert_eq!(code.to_string(), format!("43222-22222-22222-2222{}", char::from(ALPHABET[24])));
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = VerificationCode::from_random(*b"sixteen bytes!!!");
        let typed = code.to_string().to_lowercase().replace('-', "  ");
        assert_eq!(typed.parse(), Ok(code.clone()));
        assert_eq!("".parse::<VerificationCode>(), Err(VerificationCodeError::Length));
        assert_eq!(format!("{code}2").parse::<VerificationCode>(), Err(VerificationCodeError::Length));
        assert_eq!(
            code.to_string().replacen('-', "0", 1).parse::<VerificationCode>(),
            Err(VerificationCodeError::Character)
        );
        assert_eq!(format!("{code:?}"), "VerificationCode(…)");
    }

    #[test]
    fn every_wrong_character_and_every_exchange_is_found() {
        let code = VerificationCode::from_random(*b"\x13\x99\x42\xf0sixteen  xx!");
        let letters: Vec<char> = code.to_string().chars().filter(|letter| *letter != '-').collect();
        for place in 0..20 {
            for letter in ALPHABET.iter().map(|letter| char::from(*letter)).filter(|letter| *letter != letters[place]) {
                let mut wrong = letters.clone();
                wrong[place] = letter;
                let wrong: String = wrong.into_iter().collect();
                assert_eq!(wrong.parse::<VerificationCode>(), Err(VerificationCodeError::Check), "{wrong}");
            }
        }
        for place in (0..19).filter(|place| letters[*place] != letters[place + 1]) {
            let mut wrong = letters.clone();
            wrong.swap(place, place + 1);
            let wrong: String = wrong.into_iter().collect();
            assert_eq!(wrong.parse::<VerificationCode>(), Err(VerificationCodeError::Check), "{wrong}");
        }
    }
}

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A language: the primary subtag of a BCP 47 tag (RFC 5646, section 2.2.1), two or three letters in lower case.
///
/// Whether the subtag is registered is not checked. A tag with a region or script is read with
/// [`of_tag`](Self::of_tag).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lang {
    /// Lower-case letters; a space in the third place where there are two.
    letters: [u8; 3],
}

impl Lang {
    /// French.
    pub const FR: Self = Self { letters: *b"fr " };
    /// Dutch.
    pub const NL: Self = Self { letters: *b"nl " };
    /// German.
    pub const DE: Self = Self { letters: *b"de " };
    /// English.
    pub const EN: Self = Self { letters: *b"en " };

    /// The tag, such as `fr`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII letters are ever kept: there is no other case.
        std::str::from_utf8(&self.letters).unwrap_or_default().trim_end()
    }

    /// The language of a whole tag, its region, script and other subtags left out: `fr` of `fr-BE`.
    ///
    /// # Errors
    /// The tag does not begin with two or three letters.
    pub fn of_tag(tag: &str) -> Result<Self, LangError> {
        tag.split(['-', '_']).next().unwrap_or_default().parse()
    }
}

/// Why a text is no language tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a language is written as two or three letters, such as fr")]
pub struct LangError;

impl LangError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        "language-tag"
    }
}

impl FromStr for Lang {
    type Err = LangError;

    fn from_str(text: &str) -> Result<Self, LangError> {
        let bytes = text.as_bytes();
        if !(2..=3).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_alphabetic) {
            return Err(LangError);
        }
        let mut letters = *b"   ";
        for (letter, byte) in letters.iter_mut().zip(bytes) {
            *letter = byte.to_ascii_lowercase();
        }
        Ok(Self { letters })
    }
}

impl TryFrom<String> for Lang {
    type Error = LangError;

    fn try_from(text: String) -> Result<Self, LangError> {
        text.parse()
    }
}

impl From<Lang> for String {
    fn from(lang: Lang) -> Self {
        lang.as_str().to_owned()
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Lang({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        assert_eq!("FR".parse(), Ok(Lang::FR));
        assert_eq!("wln".parse::<Lang>().unwrap().to_string(), "wln");
        assert_eq!(Lang::of_tag("nl-BE"), Ok(Lang::NL));
        assert_eq!(Lang::of_tag("de_DE.UTF-8"), Ok(Lang::DE));
        for wrong in ["", "f", "fr-BE", "fran", "f1", "f ", "é"] {
            assert_eq!(wrong.parse::<Lang>(), Err(LangError), "{wrong}");
        }
        assert_eq!(Lang::of_tag("-BE"), Err(LangError));
    }
}

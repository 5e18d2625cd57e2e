use serde::{Deserialize, Serialize};

/// A key in words: 1 to 200 bytes, no control character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Text(String);

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Nothing there.
    #[error("the text is empty")]
    Empty,
    /// Over 200 bytes of UTF-8.
    #[error("the text is longer than {MAX_TEXT} bytes")]
    TooLong,
    /// A control character, at this byte.
    #[error("a control character at byte {0}")]
    Control(usize),
}

const MAX_TEXT: usize = 200;

impl TextError {
    /// The stable code: `text-empty`, `text-too-long` or `text-control`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "text-empty",
            Self::TooLong => "text-too-long",
            Self::Control(_) => "text-control",
        }
    }
}

impl Text {
    pub(crate) fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.len() > MAX_TEXT {
            return Err(TextError::TooLong);
        }
        match text.char_indices().find(|(_, character)| character.is_control()) {
            Some((place, _)) => Err(TextError::Control(place)),
            None => Ok(Self(text)),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Text {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::new(text)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

/// A public newtype over [`Text`]: constructor, reading, `Display`, `FromStr`.
macro_rules! text_key {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name($crate::text::Text);

        impl $name {
            /// Takes 1 to 200 bytes without control characters.
            ///
            /// # Errors
            /// The text is empty, too long or holds a control character.
            pub fn new(text: impl Into<String>) -> Result<Self, $crate::TextError> {
                Ok(Self($crate::text::Text::new(text)?))
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::TextError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }
    };
}
pub(crate) use text_key;

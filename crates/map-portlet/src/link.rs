use std::{fmt, sync::LazyLock};

use url::Url;

/// An address that is safe behind a link: `http`, `https`, `mailto` or `tel`, or relative to the page.
///
/// What a browser would run (`javascript:`, `data:`, in any disguise of spaces, tabs and capitals) can't be one: the text is
/// parsed as browsers parse it (WHATWG URL).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeLink(String);

/// Why a text is no link. The text itself is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// Nothing there.
    #[error("the link is empty")]
    Empty,
    /// Over [`SafeLink::MAX_BYTES`].
    #[error("the link is longer than {max} bytes", max = SafeLink::MAX_BYTES)]
    TooLong,
    /// A space or a control character inside.
    #[error("the link holds a space or a control character")]
    Character,
    /// Not an address.
    #[error("the link can't be read: {0}")]
    Unreadable(String),
    /// Another scheme than the four.
    #[error("the link's scheme is not http, https, mailto or tel")]
    Scheme,
}

impl LinkError {
    /// The stable code: `link-empty`, `link-too-long`, `link-character`, `link-unreadable` or `link-scheme`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "link-empty",
            Self::TooLong => "link-too-long",
            Self::Character => "link-character",
            Self::Unreadable(_) => "link-unreadable",
            Self::Scheme => "link-scheme",
        }
    }
}

/// Any page: relative links are judged against it.
static PAGE: LazyLock<Url> = LazyLock::new(|| Url::parse("https://page.invalid/").expect("a constant URL"));

impl SafeLink {
    /// The longest link in bytes.
    pub const MAX_BYTES: usize = 2048;

    /// Reads a link, spaces around it left out.
    ///
    /// # Errors
    /// The text is empty, too long, unreadable, or of another scheme.
    pub fn new(text: &str) -> Result<Self, LinkError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(LinkError::Empty);
        }
        if text.len() > Self::MAX_BYTES {
            return Err(LinkError::TooLong);
        }
        if text.chars().any(|character| character.is_control() || character.is_whitespace()) {
            return Err(LinkError::Character);
        }
        let url = PAGE.join(text).map_err(|error| LinkError::Unreadable(error.to_string()))?;
        match url.scheme() {
            "http" | "https" | "mailto" | "tel" => Ok(Self(text.to_owned())),
            _ => Err(LinkError::Scheme),
        }
    }

    /// The link as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeLink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_schemes_and_relative_links_pass() {
        for text in [
            "https://www.example.org/a?b=c&d#e",
            "HTTP://example.org",
            "mailto:commune@example.org",
            "tel:+3281000000",
            "/annuaire/0203201340",
            "files/photo.png",
            "?page=2",
            "#place-1",
        ] {
            assert_eq!(SafeLink::new(text).map(|link| link.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(SafeLink::new(" https://example.org ").expect("trimmed").as_str(), "https://example.org");
    }

    #[test]
    fn what_a_browser_would_run_is_refused() {
        for (text, code) in [
            ("javascript:alert(1)", "link-scheme"),
            ("JaVaScRiPt:alert(1)", "link-scheme"),
            ("java\nscript:alert(1)", "link-character"),
            ("\u{1}javascript:alert(1)", "link-character"),
            ("data:text/html,x", "link-scheme"),
            ("vbscript:x", "link-scheme"),
            ("file:///etc/passwd", "link-scheme"),
            ("blob:https://example.org/1", "link-scheme"),
            ("", "link-empty"),
            ("https://[", "link-unreadable"),
        ] {
            assert_eq!(SafeLink::new(text).map_err(|error| error.code()), Err(code), "{text:?}");
        }
        let long = "a".repeat(SafeLink::MAX_BYTES + 1);
        assert_eq!(SafeLink::new(&long), Err(LinkError::TooLong));
    }
}

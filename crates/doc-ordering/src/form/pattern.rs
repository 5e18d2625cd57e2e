use regex::{Regex, RegexBuilder};

/// A regular expression that a whole answer has to match.
///
/// It runs in time linear in the answer, whatever the pattern: look-around and back-references are not supported.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Option<Regex>,
}

impl Pattern {
    /// Compiles a pattern. It always succeeds; [`Self::is_supported`] tells whether it can be used.
    #[must_use]
    pub fn new(source: impl Into<String>) -> Self {
        let source = source.into();
        let regex = RegexBuilder::new(&format!(r"\A(?:{source})\z")).size_limit(1 << 20).build().ok();
        Self { source, regex }
    }

    /// Its text.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it was understood.
    #[must_use]
    pub const fn is_supported(&self) -> bool {
        self.regex.is_some()
    }

    /// Whether the whole text matches; never, where the pattern is not supported.
    #[must_use]
    pub fn accepts(&self, text: &str) -> bool {
        self.regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Pattern {}

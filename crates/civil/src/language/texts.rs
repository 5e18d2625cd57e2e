use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Lang;

/// One text in several languages, with the language to fall back on: that one is always there.
///
/// JSON: `{"fallback": "fr", "texts": {"fr": "…", "nl": "…"}}`.
///
/// ```
/// use communes_civil::{Lang, Texts};
/// let title = Texts::new(Lang::FR, "Acte de naissance")?.with(Lang::NL, "Geboorteakte")?;
/// assert_eq!(title.in_language(Lang::NL).text, "Geboorteakte");
/// // The page says which language it shows (`lang="fr"`).
/// assert_eq!(title.in_language(Lang::DE).lang, Lang::FR);
/// # Ok::<(), communes_civil::language::TextsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "TextsForm", into = "TextsForm")]
pub struct Texts {
    fallback: (Lang, String),
    others: BTreeMap<Lang, String>,
}

impl Texts {
    /// A text in the language to fall back on.
    ///
    /// # Errors
    /// The text is blank.
    pub fn new(fallback: Lang, text: impl Into<String>) -> Result<Self, TextsError> {
        Ok(Self { fallback: (fallback, said(fallback, text.into())?), others: BTreeMap::new() })
    }

    /// The same with a text in one more language, or another one in its place.
    ///
    /// # Errors
    /// The text is blank: a language without a text is left out.
    pub fn with(mut self, lang: Lang, text: impl Into<String>) -> Result<Self, TextsError> {
        let text = said(lang, text.into())?;
        if lang == self.fallback.0 {
            self.fallback.1 = text;
        } else {
            self.others.insert(lang, text);
        }
        Ok(self)
    }

    /// The text in exactly that language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> Option<&str> {
        if lang == self.fallback.0 { Some(&self.fallback.1) } else { self.others.get(&lang).map(String::as_str) }
    }

    /// The text in that language, or in the one to fall back on. Not for official notices: see
    /// [`LanguageRegime::notice`](super::LanguageRegime::notice).
    #[must_use]
    pub fn in_language(&self, lang: Lang) -> TextIn<'_> {
        let (fallback, text) = &self.fallback;
        self.get(lang).map_or(TextIn { lang: *fallback, text }, |text| TextIn { lang, text })
    }

    /// The language to fall back on.
    #[must_use]
    pub fn fallback(&self) -> Lang {
        self.fallback.0
    }

    /// Every text: first the one to fall back on, then the others by the tags' alphabet.
    pub fn iter(&self) -> impl Iterator<Item = TextIn<'_>> {
        let (fallback, text) = &self.fallback;
        std::iter::once((fallback, text)).chain(&self.others).map(|(lang, text)| TextIn { lang: *lang, text })
    }
}

fn said(lang: Lang, text: String) -> Result<String, TextsError> {
    if text.trim().is_empty() {
        return Err(TextsError::Blank { lang });
    }
    Ok(text)
}

/// A text and its language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextIn<'a> {
    /// The language in which the text is.
    pub lang: Lang,
    /// The text.
    pub text: &'a str,
}

#[derive(Serialize, Deserialize)]
struct TextsForm {
    fallback: Lang,
    texts: BTreeMap<Lang, String>,
}

impl TryFrom<TextsForm> for Texts {
    type Error = TextsError;

    fn try_from(form: TextsForm) -> Result<Self, TextsError> {
        let TextsForm { fallback, mut texts } = form;
        let text = texts.remove(&fallback).ok_or(TextsError::NoFallback { lang: fallback })?;
        texts.into_iter().try_fold(Self::new(fallback, text)?, |texts, (lang, text)| texts.with(lang, text))
    }
}

impl From<Texts> for TextsForm {
    fn from(texts: Texts) -> Self {
        let (fallback, text) = texts.fallback;
        let mut all = texts.others;
        all.insert(fallback, text);
        Self { fallback, texts: all }
    }
}

/// Why texts are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextsError {
    /// A blank text.
    #[error("the text in {lang} is blank")]
    Blank {
        /// Its language.
        lang: Lang,
    },
    /// No text in the language to fall back on.
    #[error("there is no text in {lang}, the language to fall back on")]
    NoFallback {
        /// The language to fall back on.
        lang: Lang,
    },
}

impl TextsError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Blank { .. } => "texts-blank",
            Self::NoFallback { .. } => "texts-no-fallback",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title() -> Texts {
        Texts::new(Lang::FR, "Acte").unwrap().with(Lang::NL, "Akte").unwrap()
    }

    #[test]
    fn texts_fall_back_as_stated() {
        assert_eq!(title().in_language(Lang::NL), TextIn { lang: Lang::NL, text: "Akte" });
        assert_eq!(title().in_language(Lang::EN), TextIn { lang: Lang::FR, text: "Acte" });
        assert_eq!(title().get(Lang::EN), None);
    }

    #[test]
    fn texts_through_json_are_as_sound() {
        let json = r#"{"fallback":"fr","texts":{"fr":"Acte","nl":"Akte"}}"#;
        assert_eq!(serde_json::from_str::<Texts>(json).unwrap(), title());
        assert_eq!(serde_json::to_string(&title()).unwrap(), json);
        for wrong in [
            r#"{"fallback":"de","texts":{"fr":"Acte"}}"#,
            r#"{"fallback":"fr","texts":{"fr":"Acte","nl":" "}}"#,
            r#"{"fallback":"fr","texts":{}}"#,
            r#"{"fallback":"french","texts":{"fr":"Acte"}}"#,
        ] {
            assert!(serde_json::from_str::<Texts>(wrong).is_err(), "{wrong}");
        }
    }
}

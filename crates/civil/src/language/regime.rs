use serde::{Deserialize, Serialize};

use super::{Lang, TextIn, Texts};

/// The language or languages in which a commune acts (Belgium: coordinated laws of 18 July 1966 on the use of
/// languages).
///
/// Pages may be shown in any language; what the commune says officially is in these alone, and no notice mixes them.
///
/// JSON: `{"single": "fr"}` or `{"bilingual": ["fr", "nl"]}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RegimeForm", into = "RegimeForm")]
pub struct LanguageRegime {
    first: Lang,
    second: Option<Lang>,
}

impl LanguageRegime {
    /// One language.
    #[must_use]
    pub const fn single(lang: Lang) -> Self {
        Self { first: lang, second: None }
    }

    /// Two languages of equal rank, in the order in which they are shown.
    ///
    /// # Errors
    /// Both are the same.
    pub fn bilingual(first: Lang, second: Lang) -> Result<Self, RegimeError> {
        if first == second {
            return Err(RegimeError::SameLanguage { lang: first });
        }
        Ok(Self { first, second: Some(second) })
    }

    /// Its languages, one or two.
    pub fn languages(self) -> impl Iterator<Item = Lang> {
        std::iter::once(self.first).chain(self.second)
    }

    /// Whether the commune acts in a language.
    #[must_use]
    pub fn is_official(self, lang: Lang) -> bool {
        self.languages().any(|official| official == lang)
    }

    /// The language in which to write to a person who uses another: theirs if it is official, or the first.
    #[must_use]
    pub fn language_for(self, person: Lang) -> Lang {
        if self.is_official(person) { person } else { self.first }
    }

    /// An official text in one language, for one person: never in another language than the one asked for.
    ///
    /// # Errors
    /// The language is not official, or the text is missing in it: there is no falling back.
    pub fn official(self, texts: &Texts, lang: Lang) -> Result<&str, RegimeError> {
        if !self.is_official(lang) {
            return Err(RegimeError::NotOfficial { lang });
        }
        texts.get(lang).ok_or(RegimeError::NoText { lang })
    }

    /// An official notice to the public: the text in every language of the regime, each whole, in order.
    ///
    /// # Errors
    /// The text is missing in one of them.
    pub fn notice(self, texts: &Texts) -> Result<Vec<TextIn<'_>>, RegimeError> {
        self.languages()
            .map(|lang| {
                let text = texts.get(lang).ok_or(RegimeError::NoText { lang })?;
                Ok(TextIn { lang, text })
            })
            .collect()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RegimeForm {
    Single(Lang),
    Bilingual(Lang, Lang),
}

impl TryFrom<RegimeForm> for LanguageRegime {
    type Error = RegimeError;

    fn try_from(form: RegimeForm) -> Result<Self, RegimeError> {
        match form {
            RegimeForm::Single(lang) => Ok(Self::single(lang)),
            RegimeForm::Bilingual(first, second) => Self::bilingual(first, second),
        }
    }
}

impl From<LanguageRegime> for RegimeForm {
    fn from(regime: LanguageRegime) -> Self {
        match regime.second {
            None => Self::Single(regime.first),
            Some(second) => Self::Bilingual(regime.first, second),
        }
    }
}

/// Why something cannot be said officially.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegimeError {
    /// Twice the same language.
    #[error("a bilingual commune has two languages, not {lang} twice")]
    SameLanguage {
        /// The language.
        lang: Lang,
    },
    /// The commune does not act in that language.
    #[error("the commune does not act in {lang}")]
    NotOfficial {
        /// The language asked for.
        lang: Lang,
    },
    /// The text is missing.
    #[error("the official text is missing in {lang}")]
    NoText {
        /// The language in which it is missing.
        lang: Lang,
    },
}

impl RegimeError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SameLanguage { .. } => "regime-same-language",
            Self::NotOfficial { .. } => "regime-not-official",
            Self::NoText { .. } => "regime-no-text",
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
    fn a_notice_is_whole_or_refused() {
        let single = LanguageRegime::single(Lang::FR);
        let bilingual = LanguageRegime::bilingual(Lang::NL, Lang::FR).unwrap();
        let german = LanguageRegime::bilingual(Lang::DE, Lang::FR).unwrap();
        assert_eq!(single.notice(&title()), Ok(vec![TextIn { lang: Lang::FR, text: "Acte" }]));
        let title = title();
        let said: Vec<&str> = bilingual.notice(&title).unwrap().iter().map(|text| text.text).collect();
        assert_eq!(said, ["Akte", "Acte"]);
        assert_eq!(german.notice(&title), Err(RegimeError::NoText { lang: Lang::DE }));
    }

    #[test]
    fn what_is_official_never_falls_back() {
        let single = LanguageRegime::single(Lang::FR);
        assert_eq!(single.official(&title(), Lang::FR), Ok("Acte"));
        assert_eq!(single.official(&title(), Lang::NL), Err(RegimeError::NotOfficial { lang: Lang::NL }));
        let german = LanguageRegime::single(Lang::DE);
        assert_eq!(german.official(&title(), Lang::DE), Err(RegimeError::NoText { lang: Lang::DE }));
        assert_eq!((single.language_for(Lang::EN), single.language_for(Lang::FR)), (Lang::FR, Lang::FR));
    }

    #[test]
    fn a_regime_is_a_setting() {
        let bilingual = LanguageRegime::bilingual(Lang::FR, Lang::NL).unwrap();
        assert_eq!(serde_json::to_string(&bilingual).unwrap(), r#"{"bilingual":["fr","nl"]}"#);
        assert_eq!(
            serde_json::from_str::<LanguageRegime>(r#"{"single":"fr"}"#).unwrap(),
            LanguageRegime::single(Lang::FR)
        );
        assert!(serde_json::from_str::<LanguageRegime>(r#"{"bilingual":["fr","fr"]}"#).is_err());
    }
}

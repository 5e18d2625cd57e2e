use std::{fmt::Display, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use communes_civil::{Lang, Texts};
use communes_doc_ordering::money::Money;

use super::visit::Visit;
use crate::{
    composition::Portal,
    language::{self, argument},
};

/// What a template has besides its own values: texts, session, the frame of the site.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    portal: Arc<Portal>,
    lang: Lang,
    pub(crate) section: &'static str,
    pub(crate) title: String,
    /// The name of whoever is signed in.
    pub(crate) person: Option<String>,
    pub(crate) is_staff: bool,
    /// The token of the session's forms.
    pub(crate) token: String,
    back: String,
    /// Whether the title says that something is wrong.
    pub(crate) has_errors: bool,
}

/// A text and the language that it is in.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) text: String,
    /// The language, where it is not the page's.
    pub(crate) other: Option<String>,
}

impl Said {
    /// The attribute `lang`, where it is needed.
    pub(crate) fn attribute(&self) -> String {
        self.other.as_ref().map(|lang| format!(" lang=\"{lang}\"")).unwrap_or_default()
    }
}

impl Page {
    pub(super) fn new(visit: &Visit, portal: Arc<Portal>, section: &'static str, title: String) -> Self {
        let session = visit.session();
        let person = session.as_ref().and_then(|session| session.person.clone());
        Self {
            portal,
            lang: visit.lang(),
            section,
            title,
            is_staff: person.as_ref().is_some_and(|person| person.staff.is_some()),
            person: person.map(|person| person.name),
            token: session.map(|session| session.form_token.to_text()).unwrap_or_default(),
            back: url::form_urlencoded::byte_serialize(visit.path().as_bytes()).collect(),
            has_errors: false,
        }
    }

    /// The same page under a title that is not a text of the site.
    pub(crate) fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same page, whose title says that something is wrong.
    pub(crate) fn with_errors(mut self) -> Self {
        self.has_errors = true;
        self
    }

    pub(crate) fn lang(&self) -> &str {
        self.lang.as_str()
    }

    /// Every language of the site: tag, and its own name.
    pub(crate) fn languages(&self) -> Vec<(String, String)> {
        let name = |lang: Lang| self.portal.language.text(lang, "language-name", &[]);
        language::LANGUAGES.map(|lang| (lang.to_string(), name(lang))).to_vec()
    }

    /// The address that shows this page in a language.
    pub(crate) fn in_language(&self, tag: impl Display) -> String {
        format!("/language/{tag}?back={}", self.back)
    }

    pub(crate) fn commune(&self) -> &str {
        &self.portal.commune.profile.name
    }

    pub(crate) fn contact(&self) -> &crate::commune::Contact {
        &self.portal.commune.profile.contact
    }

    /// The telephone number as a phone dials it.
    pub(crate) fn dialled(&self) -> String {
        self.contact().telephone.replace(' ', "")
    }

    pub(crate) fn is_demo(&self) -> bool {
        self.portal.is_demo()
    }

    pub(crate) fn asset(&self, name: &str) -> String {
        self.portal.assets.address(name)
    }

    /// A text of the site.
    pub(crate) fn t(&self, key: impl AsRef<str>) -> String {
        self.portal.language.text(self.lang, key.as_ref(), &[])
    }

    /// A text of the site with a value in it.
    pub(crate) fn with(&self, key: &str, name: &'static str, value: impl Display) -> String {
        self.portal.language.text(self.lang, key, &[argument(name, value)])
    }

    /// A text of the site with two values in it.
    pub(crate) fn with_two(
        &self,
        key: &str,
        first: &'static str,
        value: impl Display,
        second: &'static str,
        other: impl Display,
    ) -> String {
        self.portal.language.text(self.lang, key, &[argument(first, value), argument(second, other)])
    }

    pub(crate) fn day(&self, day: &NaiveDate) -> String {
        language::day(self.lang, *day)
    }

    pub(crate) fn moment(&self, at: &DateTime<Utc>) -> String {
        language::moment(self.lang, self.portal.commune.office.zone, *at)
    }

    pub(crate) fn amount(&self, amount: &Money) -> String {
        language::amount(self.lang, *amount)
    }

    /// A text of the commune in the page's language, or in the one that it has.
    pub(crate) fn own(&self, texts: &Texts) -> Said {
        let found = texts.in_language(self.lang);
        Said { text: found.text.to_owned(), other: (found.lang != self.lang).then(|| found.lang.to_string()) }
    }

    /// The language in which the commune writes to this reader.
    pub(crate) fn official(&self) -> Lang {
        self.portal.commune.profile.regime.language_for(self.lang)
    }

    /// The attribute `lang` of what the commune wrote in its own language.
    pub(crate) fn official_lang(&self) -> String {
        let official = self.official();
        if official == self.lang { String::new() } else { format!(" lang=\"{official}\"") }
    }
}

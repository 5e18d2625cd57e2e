//! The languages of the site: texts by key (Fluent), days and amounts as each language writes them, and the commune's regime.

use std::{borrow::Cow, fmt::Display};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use communes_civil::Lang;
use communes_doc_ordering::money::Money;
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};

/// The languages in which the site can be read: the commune's own first.
pub(crate) const LANGUAGES: [Lang; 2] = [Lang::FR, Lang::EN];

/// The texts of the site, in every language.
pub(crate) struct Language {
    bundles: [(Lang, FluentBundle<FluentResource>); 2],
}

impl std::fmt::Debug for Language {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Language(…)")
    }
}

impl Language {
    /// Reads the texts that the program carries.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub(crate) fn new() -> Self {
        let bundle = |lang: Lang, text: &str| {
            let text = if lang == Lang::FR { without_breaks(text) } else { text.to_owned() };
            let resource = FluentResource::try_new(text).expect("a test reads the texts");
            let tag = lang.as_str().parse().expect("a language tag");
            let mut bundle = FluentBundle::new_concurrent(vec![tag]);
            bundle.set_use_isolating(false);
            bundle.add_resource(resource).expect("a test finds each key once");
            (lang, bundle)
        };
        Self {
            bundles: [bundle(Lang::FR, include_str!("texts/fr.ftl")), bundle(Lang::EN, include_str!("texts/en.ftl"))],
        }
    }

    /// The text of a key. A key without text is shown as it is, and stands in the log.
    pub(crate) fn text(&self, lang: Lang, key: &str, arguments: &[(&str, String)]) -> String {
        self.find(lang, key, arguments).unwrap_or_else(|| {
            tracing::warn!(key, "no text of this key");
            key.to_owned()
        })
    }

    /// The text of a key, if there is one.
    pub(crate) fn find(&self, lang: Lang, key: &str, arguments: &[(&str, String)]) -> Option<String> {
        let (_, bundle) = self.bundles.iter().find(|(known, _)| *known == lang).unwrap_or(&self.bundles[0]);
        let pattern = bundle.get_message(key)?.value()?;
        let mut given = FluentArgs::new();
        for (name, value) in arguments {
            match value.parse::<i64>() {
                Ok(number) if !value.starts_with('0') || value == "0" => given.set(*name, number),
                _ => given.set(*name, value.clone()),
            }
        }
        let mut faults = Vec::new();
        Some(bundle.format_pattern(pattern, Some(&given), &mut faults).into_owned())
    }
}

/// French keeps the mark before which it puts a space on the line of its word. The file of texts has plain spaces, so that they are seen.
fn without_breaks(text: &str) -> String {
    [(" :", "\u{a0}:"), (" ;", "\u{a0};"), (" ?", "\u{a0}?"), (" !", "\u{a0}!"), (" »", "\u{a0}»"), ("« ", "«\u{a0}")]
        .iter()
        .fold(text.to_owned(), |text, (plain, kept)| text.replace(plain, kept))
}

/// A day in words: `9 décembre 2026`, `9 December 2026`.
pub(crate) fn day(lang: Lang, day: NaiveDate) -> String {
    const FR: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    const EN: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = day.month0() as usize;
    match (lang, day.day()) {
        (Lang::FR, 1) => format!("1er {} {}", FR[month], day.year()),
        (Lang::FR, number) => format!("{number} {} {}", FR[month], day.year()),
        (_, number) => format!("{number} {} {}", EN[month], day.year()),
    }
}

/// A moment in the commune's zone: `9 décembre 2026 à 14:05`.
pub(crate) fn moment(lang: Lang, zone: Tz, at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&zone);
    let joint = if lang == Lang::FR { "à" } else { "at" };
    format!("{} {joint} {}", day(lang, local.date_naive()), local.format("%H:%M"))
}

/// An amount as the language writes it: `6,50 €`, `€6.50`.
pub(crate) fn amount(lang: Lang, amount: Money) -> String {
    let (decimal, code) = (amount.to_decimal(), amount.currency().code());
    let unit = if code == "EUR" { "€" } else { code };
    match lang {
        Lang::FR => format!("{}\u{a0}{unit}", decimal.replace('.', ",")),
        _ if code == "EUR" => format!("€{decimal}"),
        _ => format!("{code}\u{a0}{decimal}"),
    }
}

/// Arguments of a text.
pub(crate) fn argument(name: &'static str, value: impl Display) -> (&'static str, String) {
    (name, value.to_string())
}

/// Reads a language that the site has.
pub(crate) fn known(tag: &str) -> Option<Lang> {
    let lang: Lang = tag.parse().ok()?;
    LANGUAGES.contains(&lang).then_some(lang)
}

/// HTML of a form file, without what could run or reach out.
pub(crate) fn harmless(html: &str) -> Cow<'_, str> {
    if html.contains(['<', '&']) {
        let tags = ["p", "br", "strong", "em", "b", "i", "ul", "ol", "li"].into_iter().collect();
        Cow::Owned(
            ammonia::Builder::empty().tags(tags).url_schemes(["https"].into_iter().collect()).clean(html).to_string(),
        )
    } else {
        // Still text of a file: a template puts it into a page as it is.
        Cow::Borrowed(html)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(text: &str) -> BTreeSet<&str> {
        let entries = text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
        entries.filter_map(|line| Some(line.split_once('=')?.0.trim())).collect()
    }

    #[test]
    fn every_text_is_there_in_every_language() {
        let (fr, en) = (keys(include_str!("texts/fr.ftl")), keys(include_str!("texts/en.ftl")));
        assert_eq!(fr.symmetric_difference(&en).collect::<Vec<_>>(), Vec::<&&str>::new());
        let language = Language::new();
        for key in fr {
            assert!(language.find(Lang::FR, key, &[]).is_some(), "{key}");
            assert!(language.find(Lang::EN, key, &[]).is_some(), "{key}");
        }
    }

    #[test]
    fn french_marks_stay_with_their_word() {
        let text = Language::new().text(Lang::FR, "directory-results-for", &[("query", "pain".to_owned())]);
        assert_eq!(text, "Résultats pour «\u{a0}pain\u{a0}»");
        assert_eq!(Language::new().text(Lang::FR, "colon", &[]), "\u{a0}:");
    }

    #[test]
    fn days_and_amounts_are_written_as_people_write_them() {
        let first = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        assert_eq!(day(Lang::FR, first), "1er décembre 2026");
        assert_eq!(day(Lang::EN, first), "1 December 2026");
        assert_eq!(amount(Lang::FR, Money::euro_cents(123_450)), "1234,50\u{a0}€");
        assert_eq!(amount(Lang::EN, Money::euro_cents(650)), "€6.50");
    }

    #[test]
    fn html_of_a_form_loses_what_could_run() {
        assert_eq!(
            harmless("<p onclick=x>Bonjour <script>alert(1)</script><b>vous</b></p>"),
            "<p>Bonjour <b>vous</b></p>"
        );
        assert_eq!(harmless("a"), "a");
    }
}

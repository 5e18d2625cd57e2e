use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::MAX_QUERY;

/// How many words of a query are read.
const MAX_WORDS: usize = 12;

/// A query's words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    words: Vec<Word>,
}

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Word {
    /// The word, folded.
    pub text: String,
    /// The forms under which documents hold it; the word itself among them.
    pub forms: BTreeSet<String>,
    /// It run together with a neighbour: `fit lab` finds Fitlab.
    pub joined: BTreeSet<String>,
    /// Whether it may be the beginning of a longer word: the last one, as it is being typed.
    pub is_prefix: bool,
}

impl Terms {
    /// Analyzes what somebody typed: the first 400 bytes, the first 12 words.
    ///
    /// Articles, conjunctions and legal forms are left out, unless there is nothing else.
    #[must_use]
    pub fn of_query(text: &str) -> Self {
        let mut end = text.len().min(MAX_QUERY);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        let mut all = words(text);
        all.truncate(MAX_WORDS);
        // A blank after the last word ends it.
        let typing = text.ends_with(|last: char| last.is_alphanumeric());
        let joined: Vec<String> = all.windows(2).map(<[String]>::concat).collect();
        let mut found: Vec<(bool, Word)> = Vec::with_capacity(all.len());
        for (place, text) in all.iter().enumerate() {
            let before = place.checked_sub(1).and_then(|before| joined.get(before));
            let word = Word {
                text: text.clone(),
                forms: forms(text),
                joined: before.into_iter().chain(joined.get(place)).cloned().collect(),
                is_prefix: typing && place + 1 == all.len() && text.chars().nth(1).is_some(),
            };
            found.push((is_weak(text), word));
        }
        let only_weak = found.iter().all(|(weak, _)| *weak);
        // A weak word that is being typed may become another one: `de` of `delhaize`.
        Self {
            words: found
                .into_iter()
                .filter(|(weak, word)| only_weak || !weak || (word.is_prefix && all.len() == 1))
                .map(|(_, word)| word)
                .collect(),
        }
    }

    /// The words that must all match.
    #[must_use]
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words as one, to compare with whole names.
    #[must_use]
    pub fn whole(&self) -> String {
        self.words.iter().map(|word| standard(&word.text)).collect()
    }
}

/// A text without accents, ligatures, capitals, elisions and punctuation, its words parted by single blanks.
///
/// ```
/// use communes_business_directory::search::fold;
/// assert_eq!(fold("L'Œuvre – Braine-l’Alleud"), "oeuvre braine alleud");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    words(text).join(" ")
}

/// The words of a text, folded, in order.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut letters = String::new();
    for chunk in flat(text).split(|character: char| !character.is_alphanumeric() && character != '\'') {
        let Some(word) = without_elision(chunk) else { continue };
        // "I.S.B.W.", "B. W.": initials are one word.
        if word.chars().count() == 1 && word.chars().all(char::is_alphabetic) {
            letters.push_str(&word);
            continue;
        }
        if !letters.is_empty() {
            words.push(std::mem::take(&mut letters));
        }
        words.push(word);
    }
    if !letters.is_empty() {
        words.push(letters);
    }
    words
}

/// Every term under which a document holds a text: its words in all their forms, and neighbours run together.
pub(super) fn terms(text: &str) -> BTreeSet<String> {
    let words = words(text);
    let pairs = words.windows(2).map(<[String]>::concat);
    words.iter().flat_map(|word| forms(word)).chain(pairs).collect()
}

/// A name as one word, to compare with a whole query.
pub(super) fn whole(text: &str) -> String {
    let words = words(text);
    let only_weak = words.iter().all(|word| is_weak(word));
    words.iter().filter(|word| only_weak || !is_weak(word)).map(|word| standard(word)).collect()
}

fn flat(text: &str) -> String {
    let mut flat = String::with_capacity(text.len());
    for character in text.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase) {
        match character {
            'œ' => flat.push_str("oe"),
            'æ' => flat.push_str("ae"),
            'ß' => flat.push_str("ss"),
            'ø' => flat.push('o'),
            'ł' => flat.push('l'),
            'đ' => flat.push('d'),
            '’' | '‘' | '`' | '´' | 'ʼ' => flat.push('\''),
            other => flat.push(other),
        }
    }
    flat
}

/// `l'abeille` is `abeille`, `'t` is nothing, `mcdonald's` is `mcdonalds`.
fn without_elision(chunk: &str) -> Option<String> {
    const ELIDED: [&str; 13] = ["", "l", "d", "qu", "n", "s", "j", "c", "m", "t", "jusqu", "lorsqu", "puisqu"];
    let mut rest = chunk;
    while let Some((head, tail)) = rest.split_once('\'') {
        if !ELIDED.contains(&head) {
            break;
        }
        // The Dutch articles 't and 's, which stand after their apostrophe.
        if head.is_empty() && matches!(tail, "t" | "s" | "n") {
            return None;
        }
        rest = tail;
    }
    let word: String = rest.chars().filter(|character| *character != '\'').collect();
    (!word.is_empty()).then_some(word)
}

fn forms(word: &str) -> BTreeSet<String> {
    [word.to_owned(), standard(word)].into()
}

/// One spelling for words that are written in several ways, and the singular for a French or Dutch plural in s or x.
fn standard(word: &str) -> String {
    let one = match word {
        "st" | "ste" | "sainte" | "sint" | "sinte" | "sankt" | "saint" => "saint",
        "av" | "ave" => "avenue",
        "bd" | "bld" | "blvd" | "boul" => "boulevard",
        "ch" | "chee" => "chaussee",
        "pl" => "place",
        "str" | "strasse" => "straat",
        "cie" => "compagnie",
        "ets" => "etablissement",
        "fr" | "gebr" | "gebroeders" => "frere",
        _ => match word.strip_suffix(['s', 'x']) {
            Some(singular) if singular.len() >= 4 && singular.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                singular
            }
            _ => word,
        },
    };
    one.to_owned()
}

/// Words that tell no name from another: articles, conjunctions, legal forms.
fn is_weak(word: &str) -> bool {
    matches!(
        word,
        "le" | "la"
            | "les"
            | "de"
            | "du"
            | "des"
            | "un"
            | "une"
            | "au"
            | "aux"
            | "et"
            | "en"
            | "het"
            | "een"
            | "van"
            | "der"
            | "den"
            | "the"
            | "die"
            | "das"
            | "und"
            | "and"
            | "of"
            | "sa"
            | "nv"
            | "sprl"
            | "bvba"
            | "sprlu"
            | "srl"
            | "bv"
            | "sc"
            | "scrl"
            | "cv"
            | "cvba"
            | "snc"
            | "vof"
            | "scs"
            | "scomm"
            | "commv"
            | "gcv"
            | "sca"
            | "cva"
            | "asbl"
            | "vzw"
            | "vog"
            | "aisbl"
            | "ivzw"
            | "gmbh"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_ligatures_elisions_and_dots() {
        for (text, expected) in [
            ("ÉBÉNISTERIE", "ebenisterie"),
            ("Cœur d’Ardenne", "coeur ardenne"),
            ("Wallhäuser Straße", "wallhauser strasse"),
            ("I.S.B.W.", "isbw"),
            ("in B.W.", "in bw"),
            ("E. Leclerc", "e leclerc"),
            ("E.P. Finance", "ep finance"),
            ("McDonald's", "mcdonalds"),
            ("'t Hoekje", "hoekje"),
            ("'s-Gravenwezel", "gravenwezel"),
            ("Saint-Malo", "saint malo"),
            ("O'Neil", "oneil"),
            ("L'Étoile de l'Est", "etoile de est"),
            ("  ", ""),
            ("e\u{301}cole", "ecole"),
        ] {
            assert_eq!(fold(text), expected, "{text}");
        }
    }

    #[test]
    fn a_word_being_typed_is_a_prefix_and_a_finished_one_is_not() {
        assert!(Terms::of_query("boul").words()[0].is_prefix);
        assert!(!Terms::of_query("boul ").words()[0].is_prefix);
        assert!(!Terms::of_query("b").words()[0].is_prefix, "one letter is half the register");
    }

    #[test]
    fn weak_words_count_only_alone() {
        let words = |text| Terms::of_query(text).words().iter().map(|word| word.text.clone()).collect::<Vec<_>>();
        assert_eq!(words("Les Échos SA"), ["echos"]);
        assert_eq!(words("Orange SA"), ["orange"]);
        assert_eq!(words("la"), ["la"]);
        assert!(words("&-.").is_empty());
    }

    #[test]
    fn a_query_is_bounded_and_never_cut_in_a_character() {
        let long = "é".repeat(1_000);
        assert_eq!(Terms::of_query(&long).words()[0].text.len(), MAX_QUERY / 2, "200 times two bytes, folded to one");
        assert_eq!(Terms::of_query(&"mot ".repeat(100)).words().len(), MAX_WORDS);
    }
}

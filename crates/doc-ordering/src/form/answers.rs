use std::{collections::BTreeMap, fmt};

use communes_civil::Lang;
use serde::{Deserialize, Serialize};

use super::Value;
use crate::order::{pick, spoken_date};

/// What a person sent for one field.
///
/// In JSON a text, an array of texts, or an array of objects.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// A text; a ticked box is `true`, `on`, `yes` or `1`.
    Text(String),
    /// The ids of several choices.
    Many(Vec<String>),
    /// The rows of a block.
    Rows(Vec<Answers>),
}

impl Answer {
    /// Whether nothing was answered: empty texts, or nothing but spaces, count as no answer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Many(ids) => ids.iter().all(|id| id.trim().is_empty()),
            Self::Rows(rows) => rows.iter().all(|row| row.0.values().all(Self::is_empty)),
        }
    }
}

/// It shows no answer: they are personal data.
impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text(_) => "Text(…)",
            Self::Many(_) => "Many(…)",
            Self::Rows(_) => "Rows(…)",
        })
    }
}

/// What a person sent, by the keys of the fields. Unchecked; keys that the form doesn't have are ignored.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, Answer>);

impl Answers {
    /// No answer.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// With one more answer; replaces one of the same key.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, text: impl Into<String>) -> Self {
        self.insert(key, Answer::Text(text.into()));
        self
    }

    /// Adds an answer; replaces one of the same key.
    pub fn insert(&mut self, key: impl Into<String>, answer: Answer) {
        self.0.insert(key.into(), answer);
    }

    /// The answer of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Answer> {
        self.0.get(key)
    }

    /// Takes the pairs of a web form: a key that comes twice becomes a list, `BLOCK.ROW.KEY` (rows from 0, at most 100) rows.
    #[must_use]
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut answers = Self::new();
        for (key, text) in pairs {
            let mut parts = key.splitn(3, '.');
            match (parts.next(), parts.next().and_then(|row| row.parse::<usize>().ok()), parts.next()) {
                (Some(block), Some(row), Some(inner)) if row < 100 => {
                    let rows = answers.0.entry(block.to_owned()).or_insert_with(|| Answer::Rows(Vec::new()));
                    if let Answer::Rows(rows) = rows {
                        if rows.len() <= row {
                            rows.resize(row + 1, Self::new());
                        }
                        rows[row].push(inner, text);
                    }
                }
                _ => answers.push(&key, text),
            }
        }
        answers
    }

    fn push(&mut self, key: &str, text: String) {
        match self.0.get_mut(key) {
            None => {
                self.0.insert(key.to_owned(), Answer::Text(text));
            }
            Some(Answer::Many(ids)) => ids.push(text),
            Some(answer) => {
                if let Answer::Text(first) = answer {
                    *answer = Answer::Many(vec![std::mem::take(first), text]);
                }
            }
        }
    }
}

/// It shows the keys only: answers are personal data.
impl fmt::Debug for Answers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

/// The answer of one visible field, checked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedAnswer {
    /// The key of the field.
    pub key: String,
    /// The name that conditions and templates use, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub varname: Option<String>,
    /// The label of the field, as the person saw it.
    pub label: String,
    /// The answer: for a choice its id, for a block a list with a list of texts a row.
    pub value: Value,
    /// The answer as the person saw it: for a choice its text.
    pub text: String,
    /// The rows of a block.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<CheckedAnswers>,
}

impl CheckedAnswer {
    /// The answer for people who read French, Dutch, German or English (for others: English): yes or no, a day written out,
    /// anything else as the person saw it.
    #[must_use]
    pub fn text_in(&self, lang: Lang) -> String {
        match &self.value {
            Value::Bool(true) => pick(lang, ["Oui", "Ja", "Ja", "Yes"]).to_owned(),
            Value::Bool(false) => pick(lang, ["Non", "Nee", "Nein", "No"]).to_owned(),
            Value::Date(day) => spoken_date(*day, lang),
            _ => self.text.clone(),
        }
    }
}

/// It shows the key only.
impl fmt::Debug for CheckedAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CheckedAnswer").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The answers of the visible fields that have one, checked, in document order: what an order keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CheckedAnswers(Vec<CheckedAnswer>);

impl CheckedAnswers {
    pub(super) const fn new(answers: Vec<CheckedAnswer>) -> Self {
        Self(answers)
    }

    /// In document order.
    pub fn iter(&self) -> impl Iterator<Item = &CheckedAnswer> {
        self.0.iter()
    }

    /// The answer of a varname or key.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&CheckedAnswer> {
        self.0.iter().find(|answer| answer.varname.as_deref() == Some(name) || answer.key == name)
    }

    /// The value of a varname or key; nothing where there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &Value {
        self.get(name).map_or(&Value::Nothing, |answer| &answer.value)
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_yes_no_and_days_in_their_language() {
        let answer = |value| CheckedAnswer {
            key: "1".to_owned(),
            varname: None,
            label: "Label".to_owned(),
            value,
            text: "as shown".to_owned(),
            rows: Vec::new(),
        };
        let day = chrono::NaiveDate::from_ymd_opt(2027, 1, 24).unwrap();
        assert_eq!(answer(Value::Bool(true)).text_in(Lang::FR), "Oui");
        assert_eq!(answer(Value::Bool(false)).text_in(Lang::NL), "Nee");
        assert_eq!(answer(Value::Date(day)).text_in(Lang::FR), "24 janvier 2027");
        assert_eq!(answer(Value::text("1")).text_in(Lang::FR), "as shown");
    }
}

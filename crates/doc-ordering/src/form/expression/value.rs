use std::cmp::Ordering;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// What an expression or an answer is worth.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// No answer, or an unknown name.
    #[default]
    Nothing,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// A day.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// Several values.
    List(Vec<Value>),
}

impl Value {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Anything but nothing, false, zero, and empty text or list.
    #[must_use]
    pub fn is_true(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Bool(value) => *value,
            Self::Integer(value) => *value != 0,
            Self::Text(value) => !value.is_empty(),
            Self::Date(_) | Self::Time(_) => true,
            Self::List(values) => !values.is_empty(),
        }
    }

    /// As a person reads it: dates as ISO 8601, yes and no as `True` and `False` (as w.c.s. forms compare them), lists with
    /// commas, nothing as empty text.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Integer(value) => value.to_string(),
            Self::Text(value) => value.clone(),
            Self::Date(value) => value.to_string(),
            Self::Time(value) => value.format("%H:%M").to_string(),
            Self::List(values) => values.iter().map(Self::display).collect::<Vec<_>>().join(", "),
        }
    }

    pub(crate) fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A date, also from `2026-11-25` and `25/11/2026`.
    pub(crate) fn as_date(&self) -> Option<NaiveDate> {
        match self {
            Self::Date(value) => Some(*value),
            Self::Text(text) => date(text),
            _ => None,
        }
    }

    /// A time of day, also from `09:30`.
    pub(crate) fn as_time(&self) -> Option<NaiveTime> {
        match self {
            Self::Time(value) => Some(*value),
            Self::Text(text) => time(text),
            _ => None,
        }
    }

    /// Equality as conditions mean it: a text equals what it spells.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        if self == other {
            return true;
        }
        match (self, other) {
            (Self::Bool(truth), Self::Text(text)) | (Self::Text(text), Self::Bool(truth)) => {
                text == if *truth { "True" } else { "False" }
            }
            _ => self.compare(other) == Some(Ordering::Equal),
        }
    }

    /// Order, where there is one.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(left), Self::Text(right)) => Some(left.cmp(right)),
            (Self::Integer(_), _) | (_, Self::Integer(_)) => Some(self.as_integer()?.cmp(&other.as_integer()?)),
            (Self::Date(_), _) | (_, Self::Date(_)) => Some(self.as_date()?.cmp(&other.as_date()?)),
            (Self::Time(_), _) | (_, Self::Time(_)) => Some(self.as_time()?.cmp(&other.as_time()?)),
            _ => None,
        }
    }

    /// `needle in self`: an element of a list, a part of a text.
    pub(crate) fn contains(&self, needle: &Self) -> bool {
        match self {
            Self::List(values) => values.iter().any(|value| value.equals(needle)),
            Self::Text(text) => matches!(needle, Self::Text(part) if text.contains(part.as_str())),
            _ => false,
        }
    }
}

pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    // Ten characters: chrono would take `+10000-01-01` and one-digit years.
    if text.len() != 10 {
        return None;
    }
    ["%Y-%m-%d", "%d/%m/%Y"].iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok())
}

pub(crate) fn time(text: &str) -> Option<NaiveTime> {
    ["%H:%M", "%H:%M:%S"].iter().find_map(|format| NaiveTime::parse_from_str(text.trim(), format).ok())
}

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The value of a workflow variable, of an argument, or of a host's answer.
///
/// `Debug` shows what sort of value it is, not the value: comments and names are personal data.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Value {
    /// Python's `None`: nothing.
    #[default]
    None,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Text(String),
    /// An instant.
    Time(DateTime<Utc>),
    /// A list.
    List(Vec<Value>),
}

impl Value {
    /// Python's truth of the value: `None`, `False`, zero, the empty text and the empty list are false.
    #[must_use]
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::None => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(value) => !value.is_empty(),
            Self::Time(_) => true,
            Self::List(items) => !items.is_empty(),
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Python's `==`: numbers and truth values compare by their amount, everything else by kind and content.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        match (self.number(), other.number()) {
            (Some(one), Some(two)) => one == two,
            (None, None) => match (self, other) {
                (Self::List(one), Self::List(two)) => {
                    one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.equals(two))
                }
                _ => self == other,
            },
            _ => false,
        }
    }

    /// Python's `in`: an element of a list, or a part of a text. `None` where the container is neither.
    #[must_use]
    pub fn is_in(&self, container: &Self) -> Option<bool> {
        match (self, container) {
            (_, Self::List(items)) => Some(items.iter().any(|item| item.equals(self))),
            (Self::Text(part), Self::Text(whole)) => Some(whole.contains(part.as_str())),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            #[expect(clippy::cast_precision_loss, reason = "numbers in guards are small")]
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Bool(true) => "True",
            Self::Bool(false) => "False",
            Self::Int(_) => "Int(…)",
            Self::Float(_) => "Float(…)",
            Self::Text(_) => "Text(…)",
            Self::Time(_) => "Time(…)",
            Self::List(_) => "List(…)",
        })
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_is_pythons() {
        for falsy in
            [Value::None, Value::Bool(false), Value::Int(0), Value::Float(0.0), Value::from(""), Value::List(vec![])]
        {
            assert!(!falsy.is_truthy(), "{falsy:?}");
        }
        // 'False' is a text that is not empty: true, in Python too.
        for truthy in [Value::from("False"), Value::Int(-1), Value::List(vec![Value::None])] {
            assert!(truthy.is_truthy(), "{truthy:?}");
        }
    }

    #[test]
    fn equality_and_membership_are_pythons() {
        assert!(Value::Bool(true).equals(&Value::Int(1)));
        assert!(!Value::from("1").equals(&Value::Int(1)));
        assert_eq!(Value::from("FD").is_in(&Value::from("opinions,FD")), Some(true));
        assert_eq!(Value::from("FD").is_in(&Value::List(vec![Value::from("FD!")])), Some(false));
        assert_eq!(Value::from("FD").is_in(&Value::None), None);
    }

    #[test]
    fn debug_keeps_what_people_wrote_to_itself() {
        assert_eq!(format!("{:?}", Value::from("85.07.30-033.61")), "Text(…)");
    }
}

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A stored value with the name and version of its format, which are read before the value:
/// `{"format": "communes/order", "version": 1, "data": …}`.
///
/// `Debug` shows the format and its version: the value holds what people wrote, and is not for logs.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    format: String,
    version: u32,
    data: Value,
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope").field("format", &self.format).field("version", &self.version).finish_non_exhaustive()
    }
}

/// An envelope that does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Another format than the reader's.
    #[error("the envelope holds {found}, not {wanted}")]
    Format {
        /// What the reader reads.
        wanted: &'static str,
        /// What the envelope says.
        found: String,
    },
    /// A version that the reader does not know: usually a newer program wrote it.
    #[error("version {version} of {format} is unknown to this program")]
    Version {
        /// The format.
        format: &'static str,
        /// Its version.
        version: u32,
    },
    /// The value does not fit its format.
    #[error("the value does not fit its format at {place}: {fault}")]
    Data {
        /// The field at fault, as `people.[0].name`, with the keys of maps; `.` is the value itself.
        place: String,
        /// What the format wants there. What stands there instead is not told: it may be what people wrote.
        fault: String,
    },
}

impl EnvelopeError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Format { .. } => "envelope-format",
            Self::Version { .. } => "envelope-version",
            Self::Data { .. } => "envelope-data",
        }
    }
}

impl Envelope {
    /// Closes a value that is already JSON.
    #[must_use]
    pub fn new(format: impl Into<String>, version: u32, data: Value) -> Self {
        Self { format: format.into(), version, data }
    }

    /// Closes a DTO.
    ///
    /// # Errors
    /// The DTO is no JSON: a map whose keys are not text, usually.
    pub fn seal(format: &'static str, version: u32, dto: &impl Serialize) -> Result<Self, EnvelopeError> {
        let data = serde_path_to_error::serialize(dto, serde_json::value::Serializer).map_err(|error| unfit(&error))?;
        Ok(Self::new(format, version, data))
    }

    /// Opens the value as the DTO of exactly this format and version.
    ///
    /// A reader of several versions looks at [`Envelope::version`] first.
    ///
    /// # Errors
    /// Another format, another version, or a value that does not fit.
    pub fn open<T: DeserializeOwned>(&self, format: &'static str, version: u32) -> Result<T, EnvelopeError> {
        if self.format != format {
            return Err(EnvelopeError::Format { wanted: format, found: self.format.clone() });
        }
        if self.version != version {
            return Err(EnvelopeError::Version { format, version: self.version });
        }
        serde_path_to_error::deserialize(&self.data).map_err(|error| unfit(&error))
    }

    /// The name of the format.
    #[must_use]
    pub fn format(&self) -> &str {
        &self.format
    }

    /// The version of the format.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The value.
    #[must_use]
    pub fn data(&self) -> &Value {
        &self.data
    }
}

// Of serde's own words only those that name the format are kept: the others repeat the value.
fn unfit(error: &serde_path_to_error::Error<serde_json::Error>) -> EnvelopeError {
    let mut place: Vec<_> = error.path().iter().map(ToString::to_string).collect();
    let words = error.inner().to_string();
    if words.starts_with("unknown field ") {
        // The last step is the field that the format does not know.
        place.pop();
    }
    let place = if place.is_empty() { ".".to_owned() } else { place.join(".") };
    let begins = |with: &[&str]| with.iter().any(|with| words.starts_with(with));
    let fault = if begins(&["missing field ", "duplicate field "]) {
        words
    } else if begins(&["invalid type: ", "invalid value: ", "invalid length ", "unknown variant ", "unknown field "])
        && let Some((_, expected)) = words.rsplit_once(", expected ")
    {
        format!("{expected} is expected")
    } else {
        "it is refused".to_owned()
    };
    EnvelopeError::Data { place, fault }
}

/// The one text of a JSON value: keys sorted by their bytes, no blanks. Digests are taken over it.
#[must_use]
pub fn canonical_json(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

// serde_json sorts keys only while nobody in the graph turns on `preserve_order`.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_canonical(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(key, _)| *key);
            text.push('{');
            for (place, (key, member)) in members.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write_canonical(member, text);
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let value = json!({"b": [{"z": 1, "a": null}], "a": "é\n", "B": 1.5});
        assert_eq!(canonical_json(&value), r#"{"B":1.5,"a":"é\n","b":[{"a":null,"z":1}]}"#);
    }

    #[test]
    fn debug_shows_no_value() {
        let shown = format!("{:?}", Envelope::new("communes/order", 1, json!({"name": "Camille"})));
        assert_eq!(shown, "Envelope { format: \"communes/order\", version: 1, .. }");
    }

    #[test]
    fn a_value_that_does_not_fit_is_told_by_its_place_alone() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "they are only read")]
        struct Person {
            born: u16,
            language: Language,
            mother: Option<Box<Person>>,
            reference: Option<uuid::Uuid>,
            account: Option<Account>,
        }
        #[derive(Debug, Deserialize)]
        #[serde(try_from = "String")]
        struct Account;
        impl TryFrom<String> for Account {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                Err(format!("no account, expected {text}"))
            }
        }
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Language {
            Fr,
            Nl,
        }
        let secret = "85.07.30-033.28, expected never";
        let told = |data: Value| {
            let error = Envelope::new("communes/person", 1, data).open::<Person>("communes/person", 1).unwrap_err();
            let told = format!("{error} {error:?}");
            assert!(!told.contains("85.07"), "{told}");
            error.to_string()
        };
        let of = |place: &str, fault: &str| format!("the value does not fit its format at {place}: {fault}");
        let mother = json!({"born": secret, "language": "fr"});
        assert_eq!(
            told(json!({"born": 1985, "language": "fr", "mother": mother})),
            of("mother.born", "u16 is expected")
        );
        assert_eq!(told(json!({"born": 1985, "language": secret})), of("language", "`fr` or `nl` is expected"));
        assert_eq!(told(json!({"born": 1985})), of(".", "missing field `language`"));
        told(json!({"born": 1985, "language": "fr", secret: 1}));
        told(json!({"born": 1985, "language": "fr", "reference": secret}));
        assert_eq!(told(json!({"born": 1985, "language": "fr", "account": secret})), of("account", "it is refused"));
        told(json!(secret));
    }

    #[test]
    fn every_number_is_read_back_as_it_was_written() {
        // Marsaglia's xorshift over the bits of a double.
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..100_000 {
            bits ^= bits << 13;
            bits ^= bits >> 7;
            bits ^= bits << 17;
            let number = f64::from_bits(bits);
            if !number.is_finite() {
                continue;
            }
            let text = canonical_json(&json!(number));
            let back: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(back.as_f64(), Some(number), "{text}");
        }
    }

    #[test]
    fn a_newer_version_is_named_and_not_read() {
        let error = Envelope::new("communes/order", 2, json!({})).open::<Value>("communes/order", 1).unwrap_err();
        assert_eq!(error.code(), "envelope-version");
        assert_eq!(error.to_string(), "version 2 of communes/order is unknown to this program");
    }
}

use std::fmt;

/// A point in time as precise as its source: a year, a month, a day or an instant (KML 2.2, `dateTimeType`).
///
/// The text is kept: a year alone is not its first of January.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Moment(String);

/// When a place was, or is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// At a moment.
    At(Moment),
    /// From a moment to a moment; an absent end is open.
    Span {
        /// The first.
        begin: Option<Moment>,
        /// The last.
        end: Option<Moment>,
    },
}

/// The text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a moment is written YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss, with a zone if any")]
pub struct MomentError;

impl MomentError {
    /// The stable code: `moment`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "moment"
    }
}

impl Moment {
    /// Reads a moment, spaces around it left out.
    ///
    /// # Errors
    /// The text is in none of the four forms, or names no month, day, hour, minute or second that exists.
    pub fn new(text: &str) -> Result<Self, MomentError> {
        let text = text.trim();
        is_moment(text.as_bytes()).then(|| Self(text.to_owned())).ok_or(MomentError)
    }

    /// The moment as its source writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_moment(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let years = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(4..=9).contains(&years) {
        return false;
    }
    let Some(rest) = field(&text[years..], b'-', 1, 12) else {
        return is_zone_or_end(&text[years..]);
    };
    let Some(rest) = field(rest, b'-', 1, 31) else {
        return is_zone_or_end(rest);
    };
    let Some(rest) = field(rest, b'T', 0, 24) else {
        return is_zone_or_end(rest);
    };
    let Some(rest) = field(rest, b':', 0, 59) else {
        return false;
    };
    // A second of 60 is a leap second.
    let Some(rest) = field(rest, b':', 0, 60) else {
        return is_zone_or_end(rest);
    };
    let rest = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let count = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if count == 0 {
                return false;
            }
            &fraction[count..]
        }
        None => rest,
    };
    is_zone_or_end(rest)
}

/// A separator and two digits within bounds; what follows them.
fn field(text: &[u8], separator: u8, least: u8, most: u8) -> Option<&[u8]> {
    let [first, tens @ b'0'..=b'9', units @ b'0'..=b'9', rest @ ..] = text else {
        return None;
    };
    let value = (tens - b'0') * 10 + (units - b'0');
    (*first == separator && (least..=most).contains(&value)).then_some(rest)
}

fn is_zone_or_end(text: &[u8]) -> bool {
    match text {
        [] | b"Z" => true,
        [b'+' | b'-', hours @ ..] if hours.len() == 5 => {
            // The sign stands where `field` wants a separator.
            field(text, text[0], 0, 14).is_some_and(|rest| field(rest, b':', 0, 59).is_some_and(<[u8]>::is_empty))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_forms_of_kml_are_moments() {
        for text in [
            "0725",
            "1997",
            "1997-07",
            "1997-07-16",
            "1997-07-16T07:30:15Z",
            "1997-07-16T10:30:15+03:00",
            "2010-05-28T02:02:09.123456Z",
            "2010-05-28T02:02",
            "-0044",
            "2007Z",
        ] {
            assert_eq!(Moment::new(text).map(|moment| moment.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "97",
            "yesterday",
            "1997-13",
            "1997-00-01",
            "1997-07-32",
            "1997-07-16T25:00:00Z",
            "1997-07-16T10:60:00",
            "1997-07-16T10:30:15.Z",
            "1997-07-16T10:30:15+3:00",
            "1997-07-16 10:30",
            "1997-07-16T10",
            "1997<b>",
        ] {
            assert_eq!(Moment::new(text), Err(MomentError), "{text}");
        }
    }
}

use chrono::NaiveDate;
use communes_civil::Lang;
use serde::Serialize;

use super::Why;
use crate::{register::Postcode, resolve::PublicEntry};

/// What of a query's text is read, in bytes: the rest can't be a name.
pub const MAX_QUERY: usize = 400;

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// The words, or a number.
    pub text: String,
    /// The language of the answer. Names in every language are found.
    pub language: Lang,
    /// The day of the answer.
    pub date: NaiveDate,
    /// Only entries with this postcode.
    pub postcode: Option<Postcode>,
    /// Whether closed entities are found too.
    pub with_gone: bool,
    /// How many hits are left out before the first: at most 1,000.
    pub offset: usize,
    /// How many hits are given: 1 to 100.
    pub limit: usize,
}

impl Query {
    /// The first 20 hits for these words.
    pub fn new(text: impl Into<String>, language: Lang, date: NaiveDate) -> Self {
        Self { text: text.into(), language, date, postcode: None, with_gone: false, offset: 0, limit: 20 }
    }

    /// Only entries with this postcode.
    #[must_use]
    pub fn in_postcode(mut self, postcode: Postcode) -> Self {
        self.postcode = Some(postcode);
        self
    }

    /// Closed entities too.
    #[must_use]
    pub fn with_gone(mut self) -> Self {
        self.with_gone = true;
        self
    }

    /// Another part of the list; taken to the nearest that is allowed.
    #[must_use]
    pub fn part(mut self, offset: usize, limit: usize) -> Self {
        self.offset = offset;
        self.limit = limit;
        self
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Hits {
    /// How many entries match in all.
    pub total: usize,
    /// The part that was asked for, best first.
    pub hits: Vec<Hit>,
}

/// An entry that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Hit {
    /// The entry, as [`resolve`](crate::resolve) gives it.
    pub entry: PublicEntry,
    /// Why it was found.
    pub why: Why,
}

use std::ops::Range;

use chrono::NaiveDate;

use crate::{bank::Direction, money::Currency};

/// A line of 128 bytes. Positions count from 0, in bytes: the encoding is one byte a character.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) bytes: &'a [u8; 128],
    pub(super) line: usize,
}

impl Record<'_> {
    /// The record's kind, `0`, `1`, `8`, `9`, and with its second digit for the movements, `21`.
    pub(super) fn kind(&self) -> &str {
        let length = if matches!(self.bytes[0], b'2' | b'3') { 2 } else { 1 };
        std::str::from_utf8(&self.bytes[..length]).unwrap_or("")
    }

    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes[at]
    }

    /// The text there, from ISO 8859-1, with its blanks.
    pub(super) fn raw(&self, range: Range<usize>) -> String {
        self.bytes[range].iter().map(|byte| char::from(*byte)).collect()
    }

    /// The text there without the blanks around it.
    pub(super) fn text(&self, range: Range<usize>) -> String {
        self.raw(range).trim().to_owned()
    }

    /// The text there, where there is any.
    pub(super) fn some_text(&self, range: Range<usize>) -> Option<String> {
        Some(self.text(range)).filter(|text| !text.is_empty())
    }

    /// Digits only; at most 18 of them.
    pub(super) fn number(&self, range: Range<usize>) -> Option<i64> {
        self.bytes[range]
            .iter()
            .try_fold(0_i64, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
    }

    /// `DDMMYY`; zeros are no date.
    pub(super) fn date(&self, range: Range<usize>) -> Option<NaiveDate> {
        let digits = self.number(range)?;
        let part = |divisor: i64| u32::try_from(digits / divisor % 100).ok();
        NaiveDate::from_ymd_opt(2000 + i32::try_from(part(1)?).ok()?, part(100)?, part(10_000)?)
    }

    pub(super) fn direction(&self, at: usize) -> Option<Direction> {
        match self.bytes[at] {
            b'0' => Some(Direction::Credit),
            b'1' => Some(Direction::Debit),
            _ => None,
        }
    }

    /// The account and currency of records 1 and 8, whose fields begin at `start`: a Belgian number of twelve digits, or
    /// up to 34 characters.
    pub(super) fn account(&self, start: usize) -> (String, Option<Result<Currency, ()>>) {
        let long = self.text(start + 34..start + 37);
        let (account, currency) = if long.is_empty() {
            (self.text(start..start + 12), self.text(start + 13..start + 16))
        } else {
            (self.text(start..start + 34), long)
        };
        let currency = Some(currency).filter(|code| !code.is_empty()).map(|code| code.parse().map_err(|_| ()));
        (account, currency)
    }
}

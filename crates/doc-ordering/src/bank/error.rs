use std::fmt;

use crate::xml::{XmlError, XmlFault};

/// Why a file can't be used as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct BankError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub fault: BankFault,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BankFault {
    /// Neither CODA nor camt.
    #[error("neither a CODA nor a camt file")]
    UnknownFormat,
    /// A CODA version that isn't 1 or 2.
    #[error("CODA version {0:?} is not 1 or 2")]
    CodaVersion(char),
    /// A CODA line of more than 128 characters.
    #[error("a CODA line has 128 characters, not {0}")]
    LineLength(usize),
    /// A currency that isn't one.
    #[error("unknown currency")]
    Currency,
    /// A camt file of another message than 052, 053 and 054.
    #[error("not a camt.052, camt.053 or camt.054 message")]
    CamtMessage,
    /// No statement in it.
    #[error("no statement in the file")]
    NoStatement,
    /// Its XML.
    #[error("{0}")]
    Xml(XmlFault),
}

impl BankError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.fault {
            BankFault::UnknownFormat => "bank-unknown-format",
            BankFault::CodaVersion(_) => "coda-version",
            BankFault::LineLength(_) => "coda-line-length",
            BankFault::Currency => "bank-currency",
            BankFault::CamtMessage => "camt-message",
            BankFault::NoStatement => "bank-no-statement",
            BankFault::Xml(_) => "bank-xml",
        }
    }
}

impl From<XmlError> for BankError {
    fn from(error: XmlError) -> Self {
        Self { line: error.line, fault: BankFault::Xml(error.fault) }
    }
}

/// Something in a file that a person should know; everything else was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankWarning {
    /// The line, from 1.
    pub line: usize,
    /// What.
    pub kind: WarningKind,
}

impl fmt::Display for BankWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.kind)
    }
}

impl BankWarning {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }
}

/// What a person should know about a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WarningKind {
    /// A record that could not be used, and was left out.
    #[error("record left out: {0}")]
    RecordRefused(&'static str),
    /// A CODA line of less than 128 characters, read as if blanks followed.
    #[error("line of {0} characters instead of 128")]
    ShortLine(usize),
    /// The bank marks the file as a copy of one that it sent before.
    #[error("the bank marks this file as a duplicate")]
    Duplicate,
    /// The account at the end isn't the one at the beginning.
    #[error("the account changes inside the statement")]
    AccountChanged,
    /// The number at the end isn't the one at the beginning.
    #[error("the statement's number is {opening} at its beginning and {closing} at its end")]
    NumberChanged {
        /// At its beginning.
        opening: String,
        /// At its end.
        closing: String,
    },
    /// The trailer counts other records than there are.
    #[error("{found} records, but the trailer counts {trailer}")]
    RecordCount {
        /// In the file.
        found: u64,
        /// In the trailer.
        trailer: u64,
    },
    /// The trailer's sum isn't that of the movements.
    #[error("the {side} sum is {found}, but the trailer says {trailer}")]
    Sum {
        /// `debit` or `credit`.
        side: &'static str,
        /// Of the movements, as the file scales it.
        found: String,
        /// Of the trailer.
        trailer: String,
    },
    /// Old balance and movements don't give the new balance.
    #[error("the movements lead to a balance of {found}, but the statement says {stated}")]
    Balance {
        /// The old balance and the movements.
        found: String,
        /// The new balance.
        stated: String,
    },
    /// Decimals that the currency doesn't have.
    #[error("an amount has more decimals than its currency")]
    TooPrecise,
    /// A structured communication with wrong check digits.
    #[error("the structured communication has wrong check digits")]
    CheckDigits,
    /// The details of a movement don't add up to it.
    #[error("the details of a movement do not add up to it")]
    Details,
    /// The statement has no end.
    #[error("the file ends inside a statement")]
    Unfinished,
}

impl WarningKind {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RecordRefused(_) => "record-refused",
            Self::ShortLine(_) => "short-line",
            Self::Duplicate => "file-duplicate",
            Self::AccountChanged => "account-changed",
            Self::NumberChanged { .. } => "statement-number-changed",
            Self::RecordCount { .. } => "record-count",
            Self::Sum { .. } => "trailer-sum",
            Self::Balance { .. } => "balance-does-not-add-up",
            Self::TooPrecise => "amount-too-precise",
            Self::CheckDigits => "reference-check-digits",
            Self::Details => "details-do-not-add-up",
            Self::Unfinished => "statement-unfinished",
        }
    }
}

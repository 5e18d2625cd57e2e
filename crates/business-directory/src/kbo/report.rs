use std::{collections::BTreeMap, io};

use serde::Serialize;

use super::KboFile;
use crate::{register::CodeCategory, store::ImportTotals};

/// How many refused rows and how many different warnings a report names one by one; the rest are counted.
const MAX_NAMED: usize = 1_000;

/// An extract that can't be used as a whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KboError {
    /// A file can't be opened or read.
    #[error("{file}, line {line}: can't be read")]
    Read {
        /// The file.
        file: String,
        /// The line that could not be read; 0: the file could not be opened.
        line: u64,
        /// The system's answer.
        source: io::Error,
    },
    /// A file is empty or its first line is no header.
    #[error("{file}: the first line is no header")]
    NoHeader {
        /// The file.
        file: String,
    },
    /// A file lacks a column.
    #[error("{file}: column {column} is missing")]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
    },
    /// A file that the extract must have is not there.
    #[error("{file} is missing")]
    MissingFile {
        /// The file.
        file: String,
    },
    /// `meta.csv` says something that can't be used.
    #[error("meta.csv: {variable} can't be used")]
    Meta {
        /// Which line of it.
        variable: &'static str,
    },
    /// The code table has more rows than any code table.
    #[error("{file}: more rows than a code table has")]
    CodeTable {
        /// The file.
        file: String,
    },
}

impl KboError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "read",
            Self::NoHeader { .. } => "no-header",
            Self::MissingColumn { .. } => "missing-column",
            Self::MissingFile { .. } => "missing-file",
            Self::Meta { .. } => "meta",
            Self::CodeTable { .. } => "code-table",
        }
    }
}

/// A row that was left out. It never repeats what the row holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The file.
    pub file: String,
    /// The line in it, from 1.
    pub line: u64,
    /// The column at fault, when it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<&'static str>,
    /// Why: a stable code.
    pub code: &'static str,
}

/// Something that an operator should know; nothing was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// What.
    pub code: WarningCode,
    /// About what: a list of codes and the code, a part of records, a file.
    pub subject: String,
    /// How often.
    pub count: u64,
    /// The first file and line of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
}

/// The kinds of [`Warning`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WarningCode {
    /// There is no `code.csv`: codes have no labels unless an earlier extract brought them.
    CodeTableMissing,
    /// There is no `meta.csv`: whether the update comes next is not known.
    MetaMissing,
    /// A code that the code table lacks; the row is kept with it.
    UnknownCode,
    /// Rows about entities whose own row never came.
    Orphan,
    /// Extracts between the one loaded and this one were not loaded.
    ExtractGap,
    /// The extract is loaded already, or is older than what is loaded: nothing was done.
    ExtractSkipped,
    /// An update was loaded into an empty register.
    NoFullExtract,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ImportReport {
    /// By file, the rows that were kept.
    pub counts: BTreeMap<KboFile, u64>,
    /// By file, the entities that an update takes out.
    pub removed: BTreeMap<KboFile, u64>,
    /// By file, the rows outside the scope.
    pub outside: BTreeMap<KboFile, u64>,
    /// Labels of codes that were read.
    pub labels: u64,
    /// The first rows that were refused.
    pub refused: Vec<Refused>,
    /// How many were refused in all.
    pub refused_total: u64,
    /// What else an operator should know.
    pub warnings: Vec<Warning>,
    /// What the store holds now; `None` when the extract was skipped.
    pub totals: Option<ImportTotals>,
}

impl ImportReport {
    pub(crate) fn count(&mut self, file: KboFile, kept: usize, outside: usize) {
        *self.counts.entry(file).or_default() += kept as u64;
        if outside > 0 {
            *self.outside.entry(file).or_default() += outside as u64;
        }
    }

    pub(crate) fn refuse(&mut self, refused: Refused) {
        self.refused_total += 1;
        if self.refused.len() < MAX_NAMED {
            self.refused.push(refused);
        }
    }

    pub(crate) fn warn(&mut self, code: WarningCode, subject: impl Into<String>, count: u64, first: Option<String>) {
        let subject = subject.into();
        let same = self.warnings.iter_mut().find(|warning| warning.code == code && warning.subject == subject);
        if let Some(warning) = same {
            warning.count += count;
        } else if self.warnings.len() < MAX_NAMED {
            self.warnings.push(Warning { code, subject, count, first });
        }
    }

    pub(crate) fn unknown(&mut self, category: CodeCategory, code: &str, file: &str, line: u64) {
        // A code is short and plain; anything else in its column may be somebody's name, shifted there.
        let plain = code.len() <= 8 && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let code = if plain { code } else { "?" };
        self.warn(WarningCode::UnknownCode, format!("{} {code}", category.word()), 1, Some(format!("{file}:{line}")));
    }
}

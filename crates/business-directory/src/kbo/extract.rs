use std::{collections::HashSet, io::Read};

use communes_civil::Lang;

use super::{
    ExtractFiles, ExtractKind, ImportReport, KboError, KboFile, Meta, Refused, Selection, meta,
    row::{self, Parsed},
    rows::Rows,
};
use crate::{
    register::{CodeCategory, CodeLabel, CodeTable, EntityKey, Of, Part, RegisterChange},
    scope::Scope,
};

/// How many rows a step holds at most.
const STEP: usize = 5_000;

/// The whole table of October 2025 has 21,500 rows.
const MAX_LABELS: usize = 500_000;

const CODE_FILE: &str = "code.csv";

/// One extract: its files, what `meta.csv` says, and its code table.
#[derive(Debug)]
pub struct Extract<'a> {
    files: &'a dyn ExtractFiles,
    meta: Meta,
    codes: Option<CodeTable>,
}

impl<'a> Extract<'a> {
    /// Reads `meta.csv` and `code.csv`. An extract without a code table can be used; see [`Extract::with_codes`].
    ///
    /// # Errors
    /// A file can't be read; there is neither `meta.csv` nor a file of an update; `meta.csv` makes no sense; or the code table
    /// is none.
    pub fn open(files: &'a dyn ExtractFiles) -> Result<Self, KboError> {
        let meta = meta::read(files)?;
        let codes = match open(files, CODE_FILE)? {
            Some(bytes) => Some(read_codes(CODE_FILE, bytes)?),
            None => None,
        };
        Ok(Self { files, meta, codes })
    }

    /// Takes the code table from somewhere else. `name` is what errors call it.
    ///
    /// # Errors
    /// The bytes are no code table.
    pub fn with_codes(mut self, name: &str, bytes: Box<dyn Read + Send + '_>) -> Result<Self, KboError> {
        self.codes = Some(read_codes(name, bytes)?);
        Ok(self)
    }

    /// What `meta.csv` says.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The code table that came with it.
    #[must_use]
    pub fn codes(&self) -> Option<&CodeTable> {
        self.codes.as_ref()
    }

    /// Finds which entities the extract's addresses put inside a scope: one pass over addresses, establishments and branches.
    /// Memory grows with the scope, not with the extract.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn select(&self, scope: &Scope) -> Result<Selection, KboError> {
        if scope.is_everything() {
            return Ok(Selection::everything());
        }
        let mut keys = HashSet::new();
        // Rows that can't be used are reported when they are read for good.
        self.visit(KboFile::Address, |parsed| {
            if let Parsed::Address(Of { key, value }) = parsed
                && scope.contains(&value)
            {
                keys.insert(key.to_integer());
            }
        })?;
        for file in [KboFile::Establishment, KboFile::Branch] {
            let mut enterprises = Vec::new();
            self.visit(file, |parsed| {
                if let Parsed::Entity(entity) = parsed
                    && let Some(number) = entity.enterprise
                    && keys.contains(&entity.key.to_integer())
                {
                    enterprises.push(EntityKey::Enterprise(number).to_integer());
                }
            })?;
            keys.extend(enterprises);
        }
        Ok(Selection::of(keys))
    }

    /// The steps of its import, in the order in which they must be applied: of every file first its deletes, then its rows.
    #[must_use]
    pub fn steps(&self) -> Steps<'_> {
        let mut parts = Vec::new();
        for file in KboFile::ALL.into_iter().rev() {
            match self.meta.kind {
                ExtractKind::Full => parts.push((file, Action::Insert, format!("{}.csv", file.word()))),
                ExtractKind::Update => {
                    parts.push((file, Action::Insert, format!("{}_insert.csv", file.word())));
                    parts.push((file, Action::Delete, format!("{}_delete.csv", file.word())));
                }
            }
        }
        Steps { extract: self, parts, open: None, labels: self.codes.is_some() }
    }

    fn visit(&self, file: KboFile, mut each: impl FnMut(Parsed)) -> Result<(), KboError> {
        let name = match self.meta.kind {
            ExtractKind::Full => format!("{}.csv", file.word()),
            ExtractKind::Update => format!("{}_insert.csv", file.word()),
        };
        let Some(bytes) = open(self.files, &name)? else {
            return Ok(());
        };
        let mut rows = Rows::open(name, bytes, file.columns())?;
        while let Some(row) = rows.next()? {
            if let Some(parsed) = row.ok().and_then(|row| row::parse(file, &row.values).ok()) {
                each(parsed);
            }
        }
        Ok(())
    }

    fn knows(&self, category: CodeCategory, code: &str) -> bool {
        match &self.codes {
            _ if code.is_empty() => true,
            Some(codes) if codes.covers(category) => codes.contains(category, code),
            _ => row::cookbook_lists(category).is_none_or(|list| list.contains(&code)),
        }
    }
}

/// One step of an import, and the file that it comes from.
#[derive(Debug)]
pub struct Step {
    /// The file; `None` for the code table.
    pub file: Option<KboFile>,
    /// What is to be applied.
    pub change: RegisterChange,
}

/// The steps of an import.
#[derive(Debug)]
pub struct Steps<'a> {
    extract: &'a Extract<'a>,
    /// The files still to be read, the next one last.
    parts: Vec<(KboFile, Action, String)>,
    open: Option<Open<'a>>,
    labels: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Delete,
    Insert,
}

struct Open<'a> {
    file: KboFile,
    action: Action,
    rows: Rows<'a>,
}

impl std::fmt::Debug for Open<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("file", &self.rows.file()).finish_non_exhaustive()
    }
}

impl Steps<'_> {
    /// The next step, at most 5,000 rows; `None` at the end. Refused rows and unknown codes go to the report.
    ///
    /// # Errors
    /// A file can't be read, lacks a column, or, of a full extract, is not there.
    pub fn next(&mut self, report: &mut ImportReport) -> Result<Option<Step>, KboError> {
        if std::mem::take(&mut self.labels) {
            let labels: Vec<CodeLabel> = self.extract.codes.iter().flat_map(CodeTable::iter).collect();
            report.labels = labels.len() as u64;
            return Ok(Some(Step { file: None, change: RegisterChange::Codes(labels) }));
        }
        loop {
            if self.open.is_none() && !self.open_next()? {
                return Ok(None);
            }
            let Some(open) = &mut self.open else { continue };
            let file = open.file;
            let change = match open.action {
                Action::Delete => deletes(open, report)?,
                Action::Insert => inserts(self.extract, open, report)?,
            };
            if change.len() < STEP {
                self.open = None;
            }
            if !change.is_empty() {
                return Ok(Some(Step { file: Some(file), change }));
            }
        }
    }

    /// Opens the next file that is there. A full extract must have all, an update may lack some.
    fn open_next(&mut self) -> Result<bool, KboError> {
        while let Some((file, action, name)) = self.parts.pop() {
            let columns = match action {
                Action::Delete => &file.columns()[..1],
                Action::Insert => file.columns(),
            };
            match open(self.extract.files, &name)? {
                Some(bytes) => {
                    self.open = Some(Open { file, action, rows: Rows::open(name, bytes, columns)? });
                    return Ok(true);
                }
                None if self.extract.meta.kind == ExtractKind::Full => {
                    return Err(KboError::MissingFile { file: name });
                }
                None => {}
            }
        }
        Ok(false)
    }
}

fn deletes(open: &mut Open<'_>, report: &mut ImportReport) -> Result<RegisterChange, KboError> {
    let part = match open.file {
        KboFile::Enterprise | KboFile::Establishment | KboFile::Branch => Part::Entity,
        KboFile::Denomination => Part::Names,
        KboFile::Address => Part::Addresses,
        KboFile::Contact => Part::Contacts,
        KboFile::Activity => Part::Activities,
    };
    let mut keys = Vec::new();
    while keys.len() < STEP {
        let Some(row) = open.rows.next()? else { break };
        match row {
            Err(refused) => report.refuse(refused),
            Ok(row) => match row::key(open.file, row.values[0]) {
                Ok(key) => keys.push(key),
                Err(fault) => {
                    let line = row.line;
                    report.refuse(refused(&open.rows, line, fault));
                }
            },
        }
    }
    Ok(RegisterChange::Remove(part, keys))
}

fn inserts(extract: &Extract<'_>, open: &mut Open<'_>, report: &mut ImportReport) -> Result<RegisterChange, KboError> {
    let mut change = match open.file {
        KboFile::Enterprise | KboFile::Establishment | KboFile::Branch => RegisterChange::Entities(Vec::new()),
        KboFile::Denomination => RegisterChange::Names(Vec::new()),
        KboFile::Address => RegisterChange::Addresses(Vec::new()),
        KboFile::Contact => RegisterChange::Contacts(Vec::new()),
        KboFile::Activity => RegisterChange::Activities(Vec::new()),
    };
    let name = open.rows.file().to_owned();
    while change.len() < STEP {
        let Some(row) = open.rows.next()? else { break };
        let row = match row {
            Ok(row) => row,
            Err(refused) => {
                report.refuse(refused);
                continue;
            }
        };
        match row::parse(open.file, &row.values) {
            Err(fault) => {
                report.refuse(Refused {
                    file: name.clone(),
                    line: row.line,
                    column: Some(fault.column),
                    code: fault.code,
                });
                continue;
            }
            Ok(parsed) => push(&mut change, parsed),
        }
        for (category, code) in row::codes(open.file, &row.values) {
            if !extract.knows(category, code) {
                report.unknown(category, code, &name, row.line);
            }
        }
    }
    Ok(change)
}

fn push(change: &mut RegisterChange, parsed: Parsed) {
    match (change, parsed) {
        (RegisterChange::Entities(rows), Parsed::Entity(row)) => rows.push(row),
        (RegisterChange::Names(rows), Parsed::Name(row)) => rows.push(row),
        (RegisterChange::Addresses(rows), Parsed::Address(row)) => rows.push(row),
        (RegisterChange::Contacts(rows), Parsed::Contact(row)) => rows.push(row),
        (RegisterChange::Activities(rows), Parsed::Activity(row)) => rows.push(row),
        // Both are chosen by the same file.
        _ => {}
    }
}

fn refused(rows: &Rows<'_>, line: u64, fault: row::Fault) -> Refused {
    Refused { file: rows.file().to_owned(), line, column: Some(fault.column), code: fault.code }
}

fn open<'a>(files: &'a dyn ExtractFiles, name: &str) -> Result<Option<Box<dyn Read + Send + 'a>>, KboError> {
    files.open(name).map_err(|source| KboError::Read { file: name.to_owned(), line: 0, source })
}

/// The first file of an update that is there.
pub(super) fn first_update_file(files: &dyn ExtractFiles) -> Result<Option<String>, KboError> {
    for file in KboFile::ALL {
        for action in ["delete", "insert"] {
            let name = format!("{}_{action}.csv", file.word());
            if open(files, &name)?.is_some() {
                return Ok(Some(name));
            }
        }
    }
    Ok(None)
}

fn read_codes(name: &str, bytes: Box<dyn Read + Send + '_>) -> Result<CodeTable, KboError> {
    let mut rows = Rows::open(name, bytes, &["Category", "Code", "Language", "Description"])?;
    let mut table = CodeTable::default();
    let mut count = 0;
    while let Some(row) = rows.next()? {
        // A list or language that this program does not know has no reader here.
        let Ok(row) = row else { continue };
        let Some(category) = CodeCategory::from_word(row.values[0]) else {
            continue;
        };
        let Ok(language) = row.values[2].parse::<Lang>() else {
            continue;
        };
        count += 1;
        if count > MAX_LABELS {
            return Err(KboError::CodeTable { file: name.to_owned() });
        }
        table.insert(CodeLabel {
            category,
            code: row.values[1].to_owned(),
            language,
            text: row.values[3].trim().to_owned(),
        });
    }
    Ok(table)
}

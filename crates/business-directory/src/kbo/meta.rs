use chrono::NaiveDate;

use super::{ExtractFiles, KboError, row::date, rows::Rows};

/// What `meta.csv` says of an extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// Whole register or changes.
    pub kind: ExtractKind,
    /// `ExtractNumber`; `None` for an update without `meta.csv`.
    pub number: Option<u32>,
    /// `SnapshotDate`: the day that the data are of.
    pub snapshot: Option<NaiveDate>,
}

/// Whole register or changes (`ExtractType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExtractKind {
    /// `full`.
    Full,
    /// `update`.
    Update,
}

/// Reads `meta.csv`. A full extract must have it; an update may lack it.
pub(super) fn read(files: &dyn ExtractFiles) -> Result<Meta, KboError> {
    const FILE: &str = "meta.csv";
    let opened = files.open(FILE).map_err(|source| KboError::Read { file: FILE.to_owned(), line: 0, source })?;
    let Some(bytes) = opened else {
        return match super::extract::first_update_file(files)? {
            Some(_) => Ok(Meta { kind: ExtractKind::Update, number: None, snapshot: None }),
            None => Err(KboError::MissingFile { file: FILE.to_owned() }),
        };
    };
    let mut rows = Rows::open(FILE, bytes, &["Variable", "Value"])?;
    let (mut kind, mut number, mut snapshot) = (None, None, None);
    while let Some(row) = rows.next()? {
        let Ok(row) = row else { continue };
        match row.values[0] {
            "ExtractType" => {
                kind = match row.values[1] {
                    "full" => Some(ExtractKind::Full),
                    "update" => Some(ExtractKind::Update),
                    _ => {
                        return Err(KboError::Meta { variable: "ExtractType" });
                    }
                };
            }
            "ExtractNumber" => {
                let parsed = row.values[1].parse().map_err(|_| KboError::Meta { variable: "ExtractNumber" })?;
                number = Some(parsed);
            }
            "SnapshotDate" => {
                let parsed = date(row.values[1]).map_err(|_| KboError::Meta { variable: "SnapshotDate" })?;
                snapshot = parsed;
            }
            _ => {}
        }
    }
    Ok(Meta {
        kind: kind.ok_or(KboError::Meta { variable: "ExtractType" })?,
        number: Some(number.ok_or(KboError::Meta { variable: "ExtractNumber" })?),
        snapshot: Some(snapshot.ok_or(KboError::Meta { variable: "SnapshotDate" })?),
    })
}

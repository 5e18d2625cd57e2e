//! The real files of `COMMUNES_FIXTURES`, against the values counted from them by hand.

#[path = "fixtures/bank.rs"]
mod bank;
#[path = "fixtures/vectors.rs"]
mod vectors;
#[path = "fixtures/wcs.rs"]
mod wcs;

use std::{fs, path::PathBuf, process::ExitCode};

use communes_suite::{Suite, fixtures};

fn main() -> ExitCode {
    let mut suite = Suite::new();
    wcs::add(&mut suite);
    bank::add(&mut suite);
    vectors::add(&mut suite);
    suite.run()
}

/// A folder of this capability's fixtures.
fn folder(name: &str) -> PathBuf {
    fixtures().join("doc-ordering").join(name)
}

fn bytes(path: &str) -> Result<Vec<u8>, String> {
    fs::read(folder(path)).map_err(|error| format!("{path}: {error}"))
}

/// The rows of a CSV file, as columns by name.
fn rows(path: &str) -> Result<Vec<csv::StringRecord>, String> {
    let mut reader = csv::Reader::from_path(folder(path)).map_err(|error| error.to_string())?;
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let rows: Result<Vec<_>, _> = std::iter::once(Ok(header)).chain(reader.into_records()).collect();
    rows.map_err(|error| error.to_string())
}

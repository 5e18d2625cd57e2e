//! KBO/BCE Open Data: the Belgian register's extracts, full and update, as CSV files (cookbook R018 of FPS Economy).
//!
//! Reading is streaming: memory does not grow with the files. A row that can't be used is refused, with its file and line, and
//! reading goes on. Rows hold one line each, as the register writes them, and no line is longer than 64 KiB.

mod checkpoint;
mod extract;
mod files;
mod meta;
mod report;
mod row;
mod rows;
mod selection;

pub use checkpoint::{Admission, Checkpoint};
pub use extract::{Extract, Step, Steps};
pub use files::{ExtractFiles, KboFile, KboFolder, MemoryFiles};
pub use meta::{ExtractKind, Meta};
pub use report::{ImportReport, KboError, Refused, Warning, WarningCode};
pub use selection::Selection;

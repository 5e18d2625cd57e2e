//! Bank statements: CODA and camt.052, .053 and .054 to movements, and movements to the orders that they pay.
//!
//! ```
//! use communes_doc_ordering::bank;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let bytes = br#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>1</Id>
//! # <Ntry><Amt Ccy="EUR">6.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry></Stmt></BkToCstmrStmt></Document>"#;
//! let file = bank::read(bytes)?;
//! for warning in &file.warnings {
//!     eprintln!("{warning}");
//! }
//! for movement in file.payments() {
//!     println!("{} {:?}", movement.amount, movement.communication.ogm());
//! }
//! # Ok(())
//! # }
//! ```

mod amount;
mod camt;
mod coda;
mod communication;
mod error;
mod matcher;
mod movement;

pub use amount::BankAmount;
pub use communication::{Communication, StructuredReference};
pub use error::{BankError, BankFault, BankWarning, WarningKind};
pub use matcher::{Match, OpenOrder, OrderStanding, Verdict, reconcile};
pub use movement::{Balance, BankFile, BankFormat, Counterparty, Direction, Movement, Statement, Totals};

/// Reads a statement file of either kind: XML is camt, anything else CODA.
///
/// # Errors
/// The file as a whole can't be used; the line says where. Single records that can't be used are warnings.
pub fn read(bytes: &[u8]) -> Result<BankFile, BankError> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if start.starts_with(b"<") { camt::read(bytes) } else { coda::read(bytes) }
}

//! Account numbers and payment references: IBAN (ISO 13616), the Belgian structured communication (OGM/VCS) and the
//! creditor reference (ISO 11649).

mod iban;
mod ogm;
mod rf;

pub use iban::{Iban, IbanError};
pub use ogm::{Ogm, OgmError};
pub use rf::{CreditorReference, CreditorReferenceError};

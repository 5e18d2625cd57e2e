//! Numbers that name an enterprise or a place of business: what is well-formed. Whether it exists, only its register knows.
//!
//! Belgian enterprises and establishments are in [`communes_civil::enterprise_number`].

mod check;
mod french;
mod peppol;
mod vat;

pub use check::{NumberCheck, NumberKind, check};
pub use french::{FrenchNumberError, Siren, Siret};
pub use peppol::{PeppolError, PeppolId};
pub use vat::{VatError, VatNumber};

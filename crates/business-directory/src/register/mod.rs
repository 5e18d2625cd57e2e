//! What a business register says about an enterprise, an establishment or a branch: one type a file, no privacy applied.
//!
//! Nothing of this is shown to the public as it is: [`resolve`](crate::resolve) is the one door.

mod activity;
mod address;
mod branch;
mod change;
mod code_table;
mod contact;
mod key;
mod name;
mod record;
mod situation;

pub use activity::{Activity, ActivityClass, GroupSet, NaceCode, NaceCodeError, NaceVersion};
pub use address::{Address, AddressKind, Postcode, PostcodeError};
pub use branch::{BranchId, BranchIdError};
pub use change::{Of, Part, RegisterChange};
pub use code_table::{CodeCategory, CodeLabel, CodeTable};
pub use contact::{Contact, ContactKind};
pub use key::{EntityKey, EntityKind};
pub use name::{Name, NameKind};
pub use record::{Entity, Parent, PersonKind, Presence, RegisterRecord};
pub use situation::{LegalForm, Situation};

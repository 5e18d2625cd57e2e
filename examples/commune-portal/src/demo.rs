//! The demonstration: a fictional commune, its register and its first orders, and cards that are no cards.
//!
//! Nothing of this is reachable out of demo mode: the routes are not there.

mod seed;
mod test_card;

use communes_business_directory::kbo::MemoryFiles;

pub(crate) use self::{seed::first_orders, test_card::TestCards};

/// The commune's settings, by the names of their files.
pub(crate) const COMMUNE: &[(&str, &[u8])] = &[
    ("commune.toml", include_bytes!("demo/commune/commune.toml")),
    ("event-attestation.json", include_bytes!("demo/commune/event-attestation.json")),
    ("event-attestation.wcs", include_bytes!("demo/commune/event-attestation.wcs")),
    ("fees.json", include_bytes!("demo/commune/fees.json")),
    ("definition.xml", include_bytes!("demo/commune/definition.xml")),
    ("overlays.json", include_bytes!("demo/commune/overlays.json")),
];

/// An extract of a register of enterprises, in the format of the KBO. Its numbers are given to nobody.
pub(crate) fn register() -> MemoryFiles {
    MemoryFiles::new()
        .with("meta.csv", include_bytes!("demo/commune/register/meta.csv").as_slice())
        .with("code.csv", include_bytes!("demo/commune/register/code.csv").as_slice())
        .with("enterprise.csv", include_bytes!("demo/commune/register/enterprise.csv").as_slice())
        .with("establishment.csv", include_bytes!("demo/commune/register/establishment.csv").as_slice())
        .with("branch.csv", include_bytes!("demo/commune/register/branch.csv").as_slice())
        .with("denomination.csv", include_bytes!("demo/commune/register/denomination.csv").as_slice())
        .with("address.csv", include_bytes!("demo/commune/register/address.csv").as_slice())
        .with("contact.csv", include_bytes!("demo/commune/register/contact.csv").as_slice())
        .with("activity.csv", include_bytes!("demo/commune/register/activity.csv").as_slice())
}

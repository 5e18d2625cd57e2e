//! A commune's business directory: enterprises and establishments from a register, the commune's own layer over it, one door to
//! what is public, and search.
//!
//! # How it fits together
//! A register's extract ([`kbo::Extract`]) is imported into a [`RegisterStore`], whole or for a [`Scope`]. The commune says about each
//! entity what it inherits, sets or hides ([`Overlay`]). [`resolve()`] makes of both, and of the [`PrivacyPolicy`], a [`PublicEntry`]; nothing
//! else is ever shown, indexed or found. [`Directory`] is the facade over it all.
//!
//! ```
//! use std::sync::Arc;
//!
//! use chrono::NaiveDate;
//! use communes_business_directory::{
//!     Directory, MemoryOverlays, MemoryRegister, Overlay, Query, Scope,
//!     entry::Field,
//!     kbo::{Extract, MemoryFiles},
//!     place::{Place, PlaceSource, Precision},
//!     search::TantivyIndex,
//! };
//! use communes_civil::Lang;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # pollster::block_on(async {
//! // An extract's files: in memory here, `KboFolder::new("KboOpenData_0136_Full")` on a disk.
//! let files = MemoryFiles::new()
//!     .with("meta.csv", "Variable,Value\nExtractType,full\nExtractNumber,136\nSnapshotDate,30-05-2025\n")
//!     .with(
//!         "enterprise.csv",
//!         "EnterpriseNumber,Status,JuridicalSituation,TypeOfEnterprise,JuridicalForm,JuridicalFormCAC,StartDate\n\
//!          0403.449.823,AC,000,2,017,,01-01-1968\n",
//!     )
//!     .with("denomination.csv", "EntityNumber,Language,TypeOfDenomination,Denomination\n0403.449.823,1,001,Cinéma Étoile\n")
//!     .with(
//!         "address.csv",
//!         "EntityNumber,TypeOfAddress,CountryNL,CountryFR,Zipcode,MunicipalityNL,MunicipalityFR,StreetNL,StreetFR,HouseNumber,\
//!          Box,ExtraAddressInfo,DateStrikingOff\n0403.449.823,REGO,,,5300,Andenne,Andenne,,Rue du Pont,1,,,\n",
//!     )
//!     .with("establishment.csv", "EstablishmentNumber,StartDate,EnterpriseNumber\n")
//!     .with("branch.csv", "Id,StartDate,EnterpriseNumber\n")
//!     .with("contact.csv", "EntityNumber,EntityContact,ContactType,Value\n")
//!     .with("activity.csv", "EntityNumber,ActivityGroup,NaceVersion,NaceCode,Classification\n");
//!
//! let overlays = Arc::new(MemoryOverlays::new());
//! let index = Arc::new(TantivyIndex::in_memory());
//! let directory = Directory::new(Arc::new(MemoryRegister::new()), overlays.clone(), index);
//! let scope = Scope::postcodes(["5300".parse()?]);
//! let report = directory.import(&Extract::open(&files)?, Some(scope)).await?;
//! assert_eq!(report.refused, []);
//!
//! // Registers have no coordinates: the commune puts the marker.
//! let place = Place::new(50.489, 5.095, Precision::Address, PlaceSource::Commune)?;
//! overlays.put("0403.449.823".parse()?, Overlay { place: Field::Set(place), ..Overlay::default() });
//!
//! let today = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap_or_default();
//! directory.reindex(today, false).await?;
//! let found = directory.search(&Query::new("cinema eto", Lang::FR, today)).await?;
//! assert_eq!(found.hits[0].entry.name.value, "Cinéma Étoile");
//! assert!(found.hits[0].entry.place.is_some());
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! # What to implement
//! [`RegisterStore`] for another database (`communes-sqlite` and `communes-postgres` have it; `testkit` holds its conformance
//! kit), [`EntryOverlays`] for where a commune keeps its layer, [`SearchIndex`] for another engine, [`kbo::ExtractFiles`] for another place
//! to read an extract from. Pages of a store, [`RegisterStore::scan`], are also how an application reads everything.
//!
//! # Personal data
//! A register holds natural persons: names, addresses that are often homes. What is known to be a natural person, or not known to
//! be none, is withheld unless the policy or the person's own agreement says otherwise; reports and errors name files, lines and
//! columns, never what stands there.
//!
//! # Not covered yet
//! Extracts as ZIP; SIRENE; a commune's own CSV; entries that no register has; categories, opening hours, media; moderation, claims,
//! doubles; facets, typing errors, radius; BeSt addresses and geocoding; exports and feeds; VIES; EU VAT numbers but Belgium's
//! and France's; resuming an import in the middle (it is one transaction: it starts again). A scoped update keeps an entity that moves out
//! of the scope until the next full extract, and of one that moves in what the update holds.

mod directory;
pub mod entry;
mod error;
pub mod kbo;
mod memory;
pub mod number;
pub mod place;
mod privacy;
pub mod register;
mod relation;
mod resolve;
mod scope;
pub mod search;
pub mod store;
#[cfg(feature = "testkit")]
pub mod testkit;

pub use crate::{
    directory::Directory,
    entry::{EntryOverlays, MemoryOverlays, Overlay},
    error::DirectoryError,
    memory::MemoryRegister,
    privacy::{PrivacyPolicy, SoleTraders},
    relation::{PostcodeRelation, RelationError},
    resolve::{Coded, PublicActivity, PublicAddress, PublicEntry, PublicName, Source, Sourced, Withheld, resolve},
    scope::Scope,
    search::{Hits, Query, SearchIndex},
    store::RegisterStore,
};

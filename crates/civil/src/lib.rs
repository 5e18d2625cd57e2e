//! Facts of public life that every municipal application needs: legal holidays and working days, national, enterprise
//! and bank numbers, languages, codes of communes, and the purposes for which personal data is read.
//!
//! Everything is pure: no input or output, no clock, no list loaded from elsewhere. A type that exists is valid: each
//! has one door (`FromStr`), which JSON goes through too, bounded and without panics for any input.
//!
//! ```
//! use chrono::NaiveDate;
//! use communes_civil::{
//!     EnterpriseNumber, Iban, Lang, LanguageRegime, LegalBasis, NationalNumber, Ogm, Purpose, Texts, WorkingCalendar,
//!     working_day::Term,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // What a citizen typed, each in its own way of writing.
//! let applicant: NationalNumber = "42.01.22-051.81".parse()?;
//! let employer: EnterpriseNumber = "BE 0403.449.823".parse()?;
//! let account: Iban = "BE68 5390 0754 7034".parse()?;
//! assert_eq!(employer.to_string(), "0403.449.823");
//! assert_eq!(account.electronic(), "BE68539007547034");
//!
//! // A national number is read for a stated purpose only, and shows itself nowhere else.
//! let purpose = Purpose::new(
//!     "Ask the National Register for the household",
//!     LegalBasis::PublicTask,
//!     "Loi du 8 août 1983 organisant un Registre national, art. 5",
//! )?;
//! assert_eq!(applicant.expose(&purpose), "42012205181");
//! assert_eq!(format!("{applicant:?}"), "NationalNumber(***********)");
//!
//! // The reference under which the transfer will come in.
//! assert_eq!(Ogm::from_base(4127)?.to_string(), "+++000/0004/12753+++");
//!
//! // Thirty days from 15 January 2026 end on a Saturday: the term runs until Monday.
//! let received = NaiveDate::from_ymd_opt(2026, 1, 15).ok_or("no such day")?;
//! let answer_due = WorkingCalendar::belgian().end_of_term(received, Term::Days(30))?;
//! assert_eq!(answer_due.last_day.to_string(), "2026-02-16");
//!
//! // A page falls back on another language; an official notice never does.
//! let title = Texts::new(Lang::FR, "Certificat de résidence")?;
//! assert_eq!(title.in_language(Lang::DE).text, "Certificat de résidence");
//! assert!(LanguageRegime::bilingual(Lang::FR, Lang::NL)?.notice(&title).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # How numbers are written
//!
//! `Display` is the printed form (`0403.449.823`, `+++123/4567/89002+++`, `BE68 5390 0754 7034`); `serde` and the
//! method that gives text (`digits`, `electronic`, `as_str`) are the form that is stored and compared, without
//! separators. Both are read back, as are the usual ways to type them. Each error is an enum with a stable `code()`, an
//! identifier of Fluent, and repeats nothing of the text.
//!
//! # The trait to implement
//!
//! [`HolidayCalendar`](holiday::HolidayCalendar), for a country or region that is not here.
//!
//! # Not covered
//!
//! Holidays of French overseas departments; half holidays; school holidays. Suspension and prorogation of terms, which
//! belong to a procedure. The French NIR and SIREN. Whether a number is in use: only its register knows. Lists of
//! communes, languages or banks: the user gives them. A national number in memory is not wiped when it is dropped.

pub mod bank;
pub mod commune;
pub mod enterprise_number;
pub mod holiday;
pub mod language;
pub mod national_number;
pub mod purpose;
mod text;
pub mod working_day;

pub use bank::{Iban, Ogm};
pub use commune::NisCode;
pub use enterprise_number::{EnterpriseNumber, EstablishmentNumber};
pub use language::{Lang, LanguageRegime, Texts};
pub use national_number::NationalNumber;
pub use purpose::{LegalBasis, Purpose};
pub use working_day::WorkingCalendar;

/// The README's example is run too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

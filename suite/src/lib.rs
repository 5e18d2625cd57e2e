//! What the test suites of the house share: where the fixtures lie, a PostgreSQL server, a browser.
//!
//! A suite that needs one of them is a `harness = false` target on `libtest-mimic`. Without the need its tests are listed as
//! ignored, by name; `COMMUNES_REQUIRE=fixtures,postgres,browser` turns absence into failure.
//!
//! ```no_run
//! use communes_suite::{Need, Suite, fixtures};
//!
//! fn main() -> std::process::ExitCode {
//!     let mut suite = Suite::new();
//!     suite.test(Need::Fixtures, "reads_the_real_extract", || {
//!         let path = fixtures().join("business-directory/kbo/full-0136-excerpt");
//!         if path.is_dir() { Ok(()) } else { Err("no extract".into()) }
//!     });
//!     suite.run()
//! }
//! ```

pub mod durable;
mod need;
mod postgres;
mod suite;

pub use need::{Need, fixtures};
pub use postgres::Postgres;
pub use suite::Suite;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

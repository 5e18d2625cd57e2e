//! Ordering of administrative documents: the forms that communes really use, their price, the bank transfer that pays it, and the
//! order from its number to the issued document that anybody can check.
//!
//! Every module but [`desk`] is pure: bytes and values in, values and located errors out. Nothing is opened, no clock is read, no number is
//! thrown. [`desk`] commits what the others decide, through traits that the application fills in.
//!
//! | module | what it does |
//! |---|---|
//! | [`wcs`] | reads (and writes) forms, blocks, cards, data sources, workflows and mail templates of w.c.s. (Publik) |
//! | [`form`] | which fields are visible, and answers checked against them on the server |
//! | [`lint`] | faults of real form files, with place and remedy |
//! | [`fee`], [`money`] | fee schedules of financial years, quotes, amounts in minor units |
//! | [`epc`] | the QR code of a SEPA transfer |
//! | [`bank`] | CODA and camt.052/.053/.054 statements, and the orders that their movements pay |
//! | [`catalogue`] | what can be ordered: document types, versioned, immutable once published |
//! | [`order`] | an order's stages, commands, decisions, refusals in four languages, numbers without gaps |
//! | [`payment`] | an order's payment, the transfer that is asked for, the movements that settle it |
//! | [`issue`] | who makes documents, where their files are kept, the code by which anybody checks one |
//! | [`desk`] | the facade over all of that: quote, submit, act, import, issue, download, verify |
//! | [`store`], [`memory`] | what is read, and its implementation in memory |
//!
//! # From a form to a matched payment
//!
//! ```
//! use std::collections::BTreeSet;
//!
//! use chrono::NaiveDate;
//! use communes_civil::{Ogm, WorkingCalendar};
//! use communes_doc_ordering::{
//!     bank::{self, OpenOrder, OrderStanding},
//!     epc::{EpcTransfer, ReferencePlace},
//!     fee::{Copies, FeeSchedule, PriceRequest},
//!     form::{Answers, Context},
//!     wcs::WcsFile,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A form, as the commune exports it.
//! let file = WcsFile::read(br#"<formdef><name>Attestation</name><url_name>attestation</url_name><fields>
//!   <field><type>page</type><label>Commande</label><id>1</id></field>
//!   <field><type>string</type><label>Copies</label><required>True</required><varname>copies</varname><id>2</id></field>
//! </fields></formdef>"#)?;
//! let form = file.into_form().ok_or("not a form")?;
//!
//! // What a citizen sent.
//! let today = NaiveDate::from_ymd_opt(2026, 11, 25).ok_or("no day")?;
//! let calendar = WorkingCalendar::belgian();
//! let context = Context::new(today, &calendar);
//! let errors = form.check(&Answers::new(), &context).expect_err("nothing was answered");
//! assert_eq!((errors[0].key.as_deref(), errors[0].code()), (Some("copies"), "required"));
//! let checked = form.check(&Answers::new().with("copies", "2"), &context).map_err(|errors| format!("{errors:?}"))?;
//!
//! // What it costs: the quote that is shown is the one that is kept and charged.
//! let fees: FeeSchedule = serde_json::from_str(r#"{"id": "2026", "nature": "charge", "regulation": "Council of 12 November 2025",
//!   "currency": "EUR", "valid_from": "2026-01-01", "valid_until": "2026-12-31",
//!   "documents": {"attestation": {"price": "3,25", "most_copies": 20}}}"#)?;
//! let copies = Copies::parse(&checked.value("copies").display(), 20)?;
//! let quote = fees.quote(&PriceRequest::new("attestation", today).copies(copies))?;
//! assert_eq!(quote.total().to_string(), "6.50 EUR");
//!
//! // How it is paid.
//! let reference = Ogm::from_base(1_234_567_890)?;
//! let transfer = EpcTransfer::new("Commune", "BE72 0000 0000 1616".parse()?, quote.total())?;
//! let picture = transfer.with_ogm(reference, ReferencePlace::Text).svg()?;
//! assert!(picture.starts_with("<svg"));
//!
//! // And how the payment finds its order.
//! let statement = bank::read(br#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>
//!   <Ntry><Amt Ccy="EUR">6.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls><TxDtls>
//!   <RmtInf><Ustrd>+++123/4567/89002+++</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"#)?;
//! let open = [OpenOrder { order: "2026/E/1", reference, amount: quote.total(), standing: OrderStanding::Awaiting }];
//! let found = bank::reconcile(&open, statement.payments(), &BTreeSet::new());
//! assert_eq!(found[0].verdict.code(), "exact");
//! # Ok(())
//! # }
//! ```
//!
//! From an order to the document that is checked: see the example of [`desk`].
//!
//! # The traits to implement
//!
//! [`OrderStore`](store::OrderStore), which `communes-sqlite` and `communes-postgres` implement; [`BlobStore`](issue::BlobStore), of which a
//! folder is here (feature `blob-folder`); [`DocumentIssuer`](issue::DocumentIssuer), of which Typst templates are here (feature `typst`);
//! [`PaymentProvider`](payment::PaymentProvider), of which the bank transfer is here. The module `testkit` (feature `testkit`) has the kits
//! of the first two.
//!
//! # Not covered yet
//!
//! Eligibility and representation with proof; attachments and their scan; online payment; refunds are recorded, not paid out; an
//! unmatched movement is listed, not yet assigned to an order by hand; counter slots, post and eBox; mail; seals; registers as issuers;
//! retention and anonymisation; statistics; HTTP idempotency.
//!
//! Templates of w.c.s. with tags (`{% if %}`, `{% for %}`) are kept and not run: the application gives what they would compute
//! ([`form::Context::prefill`], [`form::Context::choices_of`]). Validations by a Django filter other than those of
//! [`form::Filter`] refuse every answer. Conditions inside a block see the block's own row only. Uploads are ids of files that
//! the application stored.

mod wire;
mod xml;

pub mod bank;
pub mod catalogue;
pub mod desk;
pub mod epc;
pub mod fee;
pub mod form;
pub mod issue;
pub mod lint;
pub mod memory;
pub mod money;
pub mod order;
pub mod payment;
pub mod store;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod wcs;

pub use xml::{XmlError, XmlFault};

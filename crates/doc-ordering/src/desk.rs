//! The facade: what an embedder calls to have documents ordered, paid, issued and checked.
//!
//! ```
//! use std::sync::Arc;
//!
//! use chrono::{DateTime, Utc};
//! use communes_civil::Lang;
//! use communes_doc_ordering::{
//!     bank,
//!     catalogue::{Catalogue, DocumentType},
//!     desk::{By, OrderDesk, OrderRequest},
//!     fee::FeeSchedules,
//!     form::{self, Answers},
//!     issue::{DocumentIssuer, IssueError, IssueOutcome, IssueRequest, MadeFile, MemoryBlobs, Verdict},
//!     memory::MemoryOrders,
//!     order::{CitizenKey, Office, OrderCommand, OrderId, OrderSeries, Party},
//!     payment::{BankTransfer, PaymentProvider, PaymentRequest},
//!     wcs::WcsFile,
//! };
//! use communes_ledger::{Actor, ActorKind, CommandId, MemoryLedger, async_trait};
//! use uuid::Uuid;
//!
//! /// Who makes the documents; with the feature `typst` this is `TypstIssuer::new()`.
//! #[derive(Debug)]
//! struct Stub;
//!
//! #[async_trait]
//! impl DocumentIssuer for Stub {
//!     async fn issue(&self, request: &IssueRequest<'_>) -> Result<IssueOutcome, IssueError> {
//!         let bytes = format!("%PDF-1.7 for {}, to be checked at {}", request.order.requester.name, request.check_at);
//!         Ok(IssueOutcome::Ready(MadeFile { bytes: bytes.into(), media_type: "application/pdf".into(), is_sealed: false }))
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # pollster::block_on(async {
//! // What the commune has set: a form, a document type, its price, how orders are numbered.
//! let form = WcsFile::read(br#"<formdef><name>Attestation</name><url_name>attestation</url_name><fields>
//!   <field><type>page</type><label>Commande</label><id>1</id></field>
//!   <field><type>string</type><label>Event</label><required>True</required><varname>event</varname><id>2</id></field>
//! </fields></formdef>"#)?.into_form().ok_or("not a form")?;
//! let document: DocumentType = serde_json::from_str(r#"{
//!     "id": "event-attestation", "version": 1,
//!     "title": {"fallback": "fr", "texts": {"fr": "Attestation de manifestation"}},
//!     "issuing_authority": {"fallback": "fr", "texts": {"fr": "Commune de Valmont"}},
//!     "form": "attestation", "tariff": "attestation", "series": "E", "deliveries": ["download"],
//!     "payment": "before-review", "pay_within_days": 14, "answer_within": {"working-days": 10}
//! }"#)?;
//! let fees = FeeSchedules::new(vec![serde_json::from_str(r#"{"id": "2026", "nature": "charge", "regulation": "12 November 2025",
//!     "currency": "EUR", "valid_from": "2026-01-01", "valid_until": "2026-12-31",
//!     "documents": {"attestation": {"price": "5,00", "most_copies": 1}}}"#)?])?;
//! let series = OrderSeries::new("E", "{year}/E/{number:5}".parse()?, 7)?;
//! let office = Office::belgian(Catalogue::new().publish(document, form)?, fees, vec![series]);
//!
//! // The desk, here in memory; `communes-sqlite` and `communes-postgres` are ledger and store in one.
//! let ledger = MemoryLedger::new();
//! let store = Arc::new(MemoryOrders::new(ledger.clone()));
//! let blobs = Arc::new(MemoryBlobs::new());
//! let desk = OrderDesk::new(office, Arc::new(ledger), store, blobs, Arc::new(Stub), "https://valmont.example/check/");
//!
//! // A citizen orders. Ids, time and chance come from the application.
//! let now: DateTime<Utc> = "2026-11-25T08:00:00Z".parse()?;
//! let citizen = Actor::new(ActorKind::Citizen, "citizen-1")?;
//! let id = OrderId::new(Uuid::from_u128(1));
//! let request = OrderRequest {
//!     id,
//!     document: "event-attestation".parse()?,
//!     requester: Party::new(CitizenKey::new("citizen-1")?, "Zoë"),
//!     answers: Answers::new().with("event", "Fête de quartier"),
//!     language: Lang::FR,
//!     shown_price: None,
//! };
//! let calendar = desk.office().calendar.clone();
//! let form = form::Context::new(desk.office().day(now), &calendar);
//! let by = |seed, actor| By { command: CommandId::derived(seed), actor, now };
//! let order = desk.submit(&by("submit", &citizen), &request, &form).await?.order;
//! assert_eq!(order.number.as_str(), "2026/E/00001");
//! let progress = order.progress(desk.office().day(now));
//! assert_eq!((progress.step, progress.steps.len()), (2, 4)); // of 4: to be paid
//!
//! // He pays, and the clerk imports the statement.
//! let transfer = BankTransfer::new("Commune de Valmont", "BE72 0000 0000 1616".parse()?)?;
//! let asked = transfer.instructions(&PaymentRequest::new(&order)).await?;
//! let statement = format!(r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>
//!   <Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls><TxDtls>
//!   <RmtInf><Ustrd>{}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"#, asked.reference);
//! let clerk = Actor::new(ActorKind::Staff, "clerk-1")?;
//! let report = desk.import(&by("import", &clerk), bank::read(statement.as_bytes())?.payments()).await?;
//! assert_eq!(report.matched[0].result.word(), "exact");
//!
//! // The clerk accepts; the document is issued; anybody checks it.
//! desk.act(&by("accept", &clerk), id, &OrderCommand::Accept).await?;
//! desk.act(&by("start", &clerk), id, &OrderCommand::StartIssue).await?;
//! desk.issue(&by("issue", &clerk), id, *b"16 random bytes!").await?;
//! let (_, bytes) = desk.download(&by("download", &citizen), id).await?;
//! let text = String::from_utf8(bytes)?;
//! let code = text.rsplit('/').next().ok_or("no code")?;
//! assert!(matches!(desk.verify(code, now).await?, Verdict::Valid(_)));
//! # Ok(())
//! # })
//! # }
//! ```

mod error;
mod import;

use std::sync::Arc;

use chrono::{DateTime, Months, Utc};
use communes_ledger::{Actor, ActorKind, Change, CommandId, CommandStamp, Fingerprint, Ledger, StoreError};
use serde::Serialize;

pub use self::{
    error::DeskError,
    import::{ImportReport, RefusedMovement},
};
use crate::{
    catalogue::{DocumentTypeId, Published},
    fee::Quote,
    form::{self, Answers, CheckedAnswers},
    issue::{
        BlobStore, DocumentIssuer, IssueError, IssueOutcome, IssueRequest, MadeFile, Verdict, VerificationCode, verify,
    },
    money::Money,
    order::{
        Context, IssuedFile, Office, Order, OrderCommand, OrderId, Party, Refusal, Stage, Submission, decide, price,
    },
    store::OrderStore,
};

/// Who gives a command, under which id and when.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a command has these three particulars")]
pub struct By<'a> {
    /// The id under which a repetition is recognised.
    pub command: CommandId,
    /// Who; a citizen's id is the [`CitizenKey`](crate::order::CitizenKey) of his orders.
    pub actor: &'a Actor,
    /// When.
    pub now: DateTime<Utc>,
}

/// What a citizen sends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by whoever submits")]
pub struct OrderRequest {
    /// The id of the order, made by the application with the first page of the form: sending it twice makes one order.
    pub id: OrderId,
    /// What is ordered.
    pub document: DocumentTypeId,
    /// Who asks.
    pub requester: Party,
    /// What was answered, unchecked.
    pub answers: Answers,
    /// The language in which the requester orders.
    pub language: communes_civil::Lang,
    /// The price that the requester was shown; another one is refused.
    pub shown_price: Option<Money>,
}

/// A price, with the answers that it was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Priced {
    /// The document type that it is the price of.
    pub published: Arc<Published>,
    /// The answers, checked.
    pub answers: CheckedAnswers,
    /// The price.
    pub quote: Quote,
}

/// What came of a command.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Done {
    /// The order as it stands.
    pub order: Order,
    /// Whether the command was done before, so that nothing was written now.
    pub replayed: bool,
}

/// The desk at which documents are ordered.
///
/// An application that commits an order together with a change of its own calls [`decide`] with [`OrderDesk::context`] and commits
/// both; the desk's own verbs do the same with the order's change alone.
#[derive(Debug, Clone)]
pub struct OrderDesk {
    office: Arc<Office>,
    ledger: Arc<dyn Ledger>,
    store: Arc<dyn OrderStore>,
    blobs: Arc<dyn BlobStore>,
    issuer: Arc<dyn DocumentIssuer>,
    check_at: String,
}

impl OrderDesk {
    /// A desk over a ledger, the reads of the same database, the files and the issuer. `check_at` is the address of the public page
    /// that checks codes, to which a code is appended: `https://valmont.example/check/`.
    #[must_use]
    pub fn new(
        office: Office,
        ledger: Arc<dyn Ledger>,
        store: Arc<dyn OrderStore>,
        blobs: Arc<dyn BlobStore>,
        issuer: Arc<dyn DocumentIssuer>,
        check_at: impl Into<String>,
    ) -> Self {
        Self { office: Arc::new(office), ledger, store, blobs, issuer, check_at: check_at.into() }
    }

    /// What the commune has set.
    #[must_use]
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// The reads.
    #[must_use]
    pub fn orders(&self) -> &dyn OrderStore {
        &*self.store
    }

    /// The surroundings of a decision.
    #[must_use]
    pub fn context<'a>(&'a self, actor: &'a Actor, at: DateTime<Utc>) -> Context<'a> {
        Context { office: &self.office, actor, at }
    }

    /// Checks answers and prices them, without writing anything.
    ///
    /// # Errors
    /// [`DeskError::Answers`] with every fault, in document order; no such document; no price.
    pub fn quote(
        &self,
        document: &DocumentTypeId,
        answers: &Answers,
        form: &form::Context<'_>,
        now: DateTime<Utc>,
    ) -> Result<Priced, DeskError> {
        let published = self.office.catalogue.current(document);
        let published = published.ok_or_else(|| Refusal::UnknownDocument(document.clone()))?.clone();
        let answers = published.form.check(answers, form).map_err(DeskError::Answers)?;
        let quote = price(&self.office, &published.document, &answers, self.office.day(now))?;
        Ok(Priced { published, answers, quote })
    }

    /// Makes an order: answers checked, price computed, number drawn, in one commit.
    ///
    /// # Errors
    /// As [`OrderDesk::quote`]; the price is not the one shown; the store could not.
    pub async fn submit(
        &self,
        by: &By<'_>,
        request: &OrderRequest,
        form: &form::Context<'_>,
    ) -> Result<Done, DeskError> {
        #[derive(Serialize)]
        struct Dto<'a> {
            submit: OrderId,
            document: &'a DocumentTypeId,
            requester: &'a str,
            name: &'a str,
            answers: &'a Answers,
            language: communes_civil::Lang,
            shown_price: Option<Money>,
        }
        let dto = Dto {
            submit: request.id,
            document: &request.document,
            requester: request.requester.key.as_str(),
            name: &request.requester.name,
            answers: &request.answers,
            language: request.language,
            shown_price: request.shown_price,
        };
        let stamp = stamp(by, &dto);
        if self.ledger.outcome(&stamp).await?.is_some() {
            return self.done(request.id, true).await;
        }
        let priced = self.quote(&request.document, &request.answers, form, by.now)?;
        let submission = Submission {
            id: request.id,
            document: request.document.clone(),
            requester: request.requester.clone(),
            answers: priced.answers,
            language: request.language,
            shown_price: request.shown_price,
        };
        let change = decide::submit(&submission, &self.context(by.actor, by.now))?;
        let committed = self.ledger.commit(stamp, vec![change]).await?;
        self.done(request.id, committed.replayed).await
    }

    /// Gives an order a command.
    ///
    /// # Errors
    /// A rule refuses, somebody else was first ([`VERSION_CONFLICT`](communes_ledger::code::VERSION_CONFLICT)), or the store could not.
    pub async fn act(&self, by: &By<'_>, id: OrderId, command: &OrderCommand) -> Result<Done, DeskError> {
        #[derive(Serialize)]
        struct Dto<'a> {
            order: OrderId,
            #[serde(flatten)]
            command: &'a OrderCommand,
        }
        let stamp = stamp(by, &Dto { order: id, command });
        if self.ledger.outcome(&stamp).await?.is_some() {
            return self.done(id, true).await;
        }
        let order = self.order(id).await?;
        let decided = decide::decide(&order, command, &self.context(by.actor, by.now))?;
        self.commit(stamp, decided, Vec::new()).await
    }

    /// Makes the document of an order that is being issued, keeps its file and says so, in that order: what dies in between is done
    /// again by the next call. `chance` is 16 random bytes from a generator fit for secrets.
    ///
    /// Called for every effect of kind [`ISSUE_EFFECT`](decide::ISSUE_EFFECT), its command derived from the effect's key. An
    /// order that was issued already is left as it is.
    ///
    /// # Errors
    /// The order is not being issued; the issuer gave no answer and may be asked again ([`DeskError::is_retryable`]); the store could not.
    pub async fn issue(&self, by: &By<'_>, id: OrderId, chance: [u8; 16]) -> Result<Done, DeskError> {
        self.issue_with(by, id, chance, |_| Vec::new()).await
    }

    /// [`OrderDesk::issue`], in one commit with the changes that others decide on: `others` is given the order as it will stand, issued or
    /// not, and is not called for an order that was issued before.
    ///
    /// # Errors
    /// As [`OrderDesk::issue`], and of the changes of the others.
    pub async fn issue_with(
        &self,
        by: &By<'_>,
        id: OrderId,
        chance: [u8; 16],
        others: impl FnOnce(&Order) -> Vec<Change>,
    ) -> Result<Done, DeskError> {
        let order = self.order(id).await?;
        if order.issued.is_some() {
            return Ok(Done { order, replayed: true });
        }
        let context = self.context(by.actor, by.now);
        let code = VerificationCode::from_random(chance);
        let probe = OrderCommand::FailIssue { code: String::new() };
        decide::check(&order, &probe, &context)?;
        let command = match self.made(&order, &code, &context).await {
            Ok(IssueOutcome::Ready(file)) => OrderCommand::RecordIssue(self.keep(file, &code).await?),
            Ok(IssueOutcome::Later { reference, poll_after }) => OrderCommand::DeferIssue { reference, poll_after },
            Ok(IssueOutcome::NotFound) => OrderCommand::FailIssue { code: "issue-not-found".to_owned() },
            Ok(IssueOutcome::Impossible { code }) => OrderCommand::FailIssue { code },
            Err(error) if error.is_retryable() => return Err(error.into()),
            Err(error) => OrderCommand::FailIssue { code: error.code().to_owned() },
        };
        // The bytes differ from one try to the next: what was asked is to issue this order.
        let stamp = stamp(by, &serde_json::json!({"issue": id}));
        let decided = decide::decide(&order, &command, &context)?;
        let others = others(&decided.order);
        self.commit(stamp, decided, others).await
    }

    /// The issued file of an order. A requester who fetches it the first time has it delivered.
    ///
    /// # Errors
    /// Nothing was issued, the order is somebody else's, or the file is lost.
    pub async fn download(&self, by: &By<'_>, id: OrderId) -> Result<(Order, Vec<u8>), DeskError> {
        let mut order = self.order(id).await?;
        let is_requester = order.requester.key.as_str() == by.actor.principal().unwrap_or(by.actor.id());
        if by.actor.kind() == ActorKind::Citizen && !is_requester {
            return Err(Refusal::NotRequester.into());
        }
        let issued = order.issued.as_ref().ok_or(Refusal::NotIssued)?;
        let blob = issued.file.blob;
        let lost = || StoreError::corrupt("blob-lost", format!("file {blob} of order {id} is lost"));
        let bytes = self.blobs.get(&blob).await?.ok_or_else(lost)?;
        if is_requester && order.stage == Stage::Ready {
            order = match self.act(by, id, &OrderCommand::Deliver).await {
                Ok(done) => done.order,
                // Fetched twice at once, or closed meanwhile: the file is the same.
                Err(error) if error.is_conflict() => self.order(id).await?,
                Err(DeskError::Refused(_)) => self.order(id).await?,
                Err(error) => return Err(error),
            };
        }
        Ok((order, bytes))
    }

    /// What everybody may know of the document that has a code.
    ///
    /// # Errors
    /// [`DeskError::Code`]: no code is written like this; the store could not.
    pub async fn verify(&self, code: &str, now: DateTime<Utc>) -> Result<Verdict, DeskError> {
        let code: VerificationCode = code.parse()?;
        let order = self.store.by_code(&code.hash()).await?;
        Ok(verify(order.as_ref(), self.office.day(now)))
    }

    async fn made(
        &self,
        order: &Order,
        code: &VerificationCode,
        context: &Context<'_>,
    ) -> Result<IssueOutcome, IssueError> {
        let published = self.office.catalogue.version(&order.document).ok_or(IssueError::Unsupported)?;
        let day = context.today();
        let check_at = format!("{}{code}", self.check_at);
        let months = published.document.valid_months;
        let request = IssueRequest::new(order, &published.document, day, code, &check_at)
            .valid_until(months.and_then(|months| day.checked_add_months(Months::new(months))));
        match self.issuer.issue(&request).await? {
            IssueOutcome::Ready(file) if file.media_type == "application/pdf" && !file.bytes.starts_with(b"%PDF-") => {
                Err(IssueError::NotADocument)
            }
            outcome => Ok(outcome),
        }
    }

    async fn keep(&self, file: MadeFile, code: &VerificationCode) -> Result<IssuedFile, StoreError> {
        let MadeFile { bytes, media_type, is_sealed } = file;
        let blob = self.blobs.put(&bytes).await?;
        Ok(IssuedFile { blob, size: bytes.len() as u64, media_type, is_sealed, code: code.hash() })
    }

    async fn commit(
        &self,
        stamp: CommandStamp,
        decided: decide::Decided,
        others: Vec<Change>,
    ) -> Result<Done, DeskError> {
        let order = decided.order;
        let changes = std::iter::once(decided.change).chain(others).collect();
        let committed = self.ledger.commit(stamp, changes).await?;
        if committed.replayed {
            // The same command, sent twice at once: the other one did it.
            return self.done(order.id, true).await;
        }
        Ok(Done { order, replayed: false })
    }

    async fn order(&self, id: OrderId) -> Result<Order, StoreError> {
        let order = self.store.order(id).await?;
        order.ok_or_else(|| StoreError::not_found("order-unknown", format!("there is no order {id}")))
    }

    async fn done(&self, id: OrderId, replayed: bool) -> Result<Done, DeskError> {
        Ok(Done { order: self.order(id).await?, replayed })
    }
}

fn stamp(by: &By<'_>, dto: &impl Serialize) -> CommandStamp {
    let fingerprint = Fingerprint::of(dto).expect("the DTO is plain JSON");
    CommandStamp::new(by.command, fingerprint, by.now, by.actor.clone())
}

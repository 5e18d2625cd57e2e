//! A small commune of its own, with one document to order: what the kits and the tests of this crate use.

use chrono::{DateTime, NaiveDate, Utc};
use communes_civil::{Lang, Ogm, WorkingCalendar};
use communes_ledger::{Actor, ActorKind, CommandId, CommandStamp, Fingerprint, Ledger};
use serde_json::json;
use uuid::Uuid;

use super::Pair;
use crate::{
    bank::{self, Communication, Counterparty, Movement, StructuredReference},
    catalogue::{Catalogue, DocumentType, PaymentTiming},
    fee::{FeeSchedule, FeeSchedules},
    form::{Answers, CheckedAnswers, Context as FormContext, Form},
    issue::{BlobId, VerificationCode},
    order::{
        CitizenKey, Context, IssuedFile, Office, Order, OrderCommand, OrderId, OrderSeries, Party, Submission, decide,
    },
    wcs::WcsFile,
};

const FORM: &[u8] = r#"<formdef><name>Attestation de manifestation</name><url_name>attestation-manifestation</url_name><fields>
  <field><type>page</type><label>Manifestation</label><id>1</id></field>
  <field><type>string</type><label>Nom de la manifestation</label><required>True</required><varname>event</varname><id>2</id></field>
  <field><type>string</type><label>Nombre d'exemplaires</label><required>False</required><varname>copies</varname><id>3</id></field>
  <field><type>string</type><label>Remise</label><required>False</required><varname>delivery</varname><id>4</id></field>
</fields></formdef>"#
    .as_bytes();

/// The form of the document.
#[must_use]
pub fn form() -> Form {
    WcsFile::read(FORM).unwrap().into_form().unwrap()
}

/// The document: 2.50 € a copy, 1.50 € by post, paid before the office looks at it, answered within ten working days, valid for six months.
#[must_use]
pub fn document() -> DocumentType {
    serde_json::from_value(json!({
        "id": "event-attestation", "version": 1,
        "title": {"fallback": "fr", "texts": {"fr": "Attestation de manifestation", "nl": "Evenementenattest", "en": "Event attestation"}},
        "issuing_authority": {"fallback": "fr", "texts": {"fr": "Commune de Valmont"}},
        "legal_basis": [{"title": {"fallback": "fr", "texts": {"fr": "Nouvelle loi communale, article 135"}}}],
        "form": "attestation-manifestation", "questions": {"copies": "copies", "delivery": "delivery"},
        "tariff": "attestation", "series": "E", "deliveries": ["download", "post"],
        "payment": "before-review", "pay_within_days": 14, "answer_within": {"working-days": 10}, "valid_months": 6
    }))
    .unwrap()
}

fn schedule(price: &str) -> FeeSchedules {
    let schedule: FeeSchedule = serde_json::from_value(json!({
        "id": "2026", "nature": "charge", "regulation": "Conseil communal du 12 novembre 2025", "currency": "EUR",
        "valid_from": "2026-01-01", "valid_until": "2027-12-31",
        "documents": {"attestation": {"price": price, "most_copies": 20}},
        "deliveries": {"download": "0", "post": "1.50"}
    }))
    .unwrap();
    FeeSchedules::new(vec![schedule]).unwrap()
}

fn office_of(price: &str, document: DocumentType) -> Office {
    let series = OrderSeries::new("E", "{year}/E/{number:5}".parse().unwrap(), 7).unwrap();
    let catalogue = Catalogue::new().publish(document, form()).unwrap();
    Office::belgian(catalogue, schedule(price), vec![series])
}

/// The commune, with the one document.
#[must_use]
pub fn office() -> Office {
    office_of("2.50", document())
}

/// The commune that has its document paid once it has accepted.
#[must_use]
pub fn office_paid_after_review() -> Office {
    let mut document = document();
    document.payment = PaymentTiming::AfterReview;
    office_of("2.50", document)
}

/// The commune that asks nothing for its document.
#[must_use]
pub fn free_office() -> Office {
    office_of("0", document())
}

/// A citizen.
#[must_use]
pub fn citizen(id: &str) -> Actor {
    Actor::new(ActorKind::Citizen, id).unwrap()
}

/// A clerk.
#[must_use]
pub fn clerk() -> Actor {
    Actor::new(ActorKind::Staff, "clerk-1").unwrap()
}

/// A morning: Wednesday 25 November 2026, 9 o'clock in Brussels, and so many days later.
#[must_use]
pub fn morning(days: i64) -> DateTime<Utc> {
    "2026-11-25T08:00:00Z".parse::<DateTime<Utc>>().unwrap() + chrono::TimeDelta::days(days)
}

/// The id of the sample's order of a number.
#[must_use]
pub fn order_id(number: u128) -> OrderId {
    OrderId::new(Uuid::from_u128(number))
}

/// Two copies for an event.
#[must_use]
pub fn answers() -> Answers {
    Answers::new().with("event", "Fête de la Saint-Éloi à Dvořákovo").with("copies", "2")
}

/// Answers as the sample's form checks them.
#[must_use]
pub fn checked(answers: &Answers) -> CheckedAnswers {
    let calendar = WorkingCalendar::belgian();
    let day = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
    form().check(answers, &FormContext::new(day, &calendar)).unwrap()
}

/// A submission of two copies: 5.00 € to pay.
#[must_use]
pub fn submission(id: OrderId, citizen: &str) -> Submission {
    Submission {
        id,
        document: "event-attestation".parse().unwrap(),
        requester: Party::new(CitizenKey::new(citizen).unwrap(), "Zoë Ślązak-Ķirsone"),
        answers: checked(&answers()),
        language: Lang::FR,
        shown_price: None,
    }
}

/// A file as an issuer would have made it for an order.
#[must_use]
pub fn issued_file(id: OrderId) -> IssuedFile {
    let bytes = format!("%PDF-1.7 {id}").into_bytes();
    let code = VerificationCode::from_random(*id.as_uuid().as_bytes()).hash();
    let (blob, size) = (BlobId::of(&bytes), bytes.len() as u64);
    IssuedFile { blob, size, media_type: "application/pdf".to_owned(), is_sealed: false, code }
}

/// A booked credit of an account.
#[must_use]
pub fn movement(key: &str, reference: Option<Ogm>, amount: &str) -> Movement {
    let references = reference.map(|ogm| StructuredReference { kind: "101".to_owned(), text: ogm.digits() });
    let mut movement = booked(amount);
    movement.key = key.to_owned();
    movement.entry_date = NaiveDate::from_ymd_opt(2026, 11, 26);
    movement.communication =
        Communication { references: references.into_iter().collect(), free: vec!["merci".to_owned()] };
    movement.counterparty = Counterparty { name: Some("Zoë Ślązak".to_owned()), account: None, bic: None };
    movement.line = 7;
    movement
}

fn booked(amount: &str) -> Movement {
    let statement = format!(
        r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id><Ntry>
        <Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts></Ntry></Stmt></BkToCstmrStmt></Document>"#
    );
    bank::read(statement.as_bytes()).unwrap().movements().next().unwrap().clone()
}

fn stamp(seed: &str, actor: Actor, at: DateTime<Utc>) -> CommandStamp {
    CommandStamp::new(CommandId::derived(seed), Fingerprint::of(&seed).unwrap(), at, actor)
}

/// Submits an order at a time, and gives it as the store reads it.
pub async fn submit(pair: &Pair, office: &Office, id: OrderId, by: &str, at: DateTime<Utc>) -> Order {
    let actor = citizen(by);
    let change = decide::submit(&submission(id, by), &Context { office, actor: &actor, at }).unwrap();
    pair.ledger.commit(stamp(&format!("submit/{id}"), actor, at), vec![change]).await.unwrap();
    pair.store.order(id).await.unwrap().expect("what was committed is read")
}

/// Has a clerk do something to an order, and gives it as the store reads it.
pub async fn act(pair: &Pair, office: &Office, id: OrderId, command: &OrderCommand, at: DateTime<Utc>) -> Order {
    let order = pair.store.order(id).await.unwrap().expect("what was committed is read");
    let actor = clerk();
    let decided = decide::decide(&order, command, &Context { office, actor: &actor, at }).unwrap();
    let seed = format!("{}/{id}/{}", command.word(), order.version);
    pair.ledger.commit(stamp(&seed, actor, at), vec![decided.change]).await.unwrap();
    pair.store.order(id).await.unwrap().expect("what was committed is read")
}

/// Imports a movement, and gives the id that it has now.
pub async fn import(
    pair: &Pair,
    office: &Office,
    movement: &Movement,
    order: Option<&Order>,
) -> crate::payment::MovementId {
    let (actor, at) = (clerk(), morning(1));
    let context = Context { office, actor: &actor, at };
    let credit = crate::payment::Credit::of(movement, context.today()).unwrap().unwrap();
    let (imported, changes, _) = crate::payment::settle(&credit, order, &context).unwrap();
    pair.ledger.commit(stamp(&format!("import/{}", movement.key), actor, at), changes).await.unwrap();
    imported.id
}

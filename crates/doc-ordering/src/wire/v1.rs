use chrono::{DateTime, NaiveDate, Utc};
use communes_civil::{Lang, Texts};
use communes_ledger::{AggregateKey, Envelope, StoreError, Stored};
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::{DeliveryMode, DocumentRef, PaymentTiming},
    fee::{Copies, Quote},
    form::CheckedAnswers,
    issue::{BlobId, CodeHash},
    order::{CitizenKey, Issued, IssuedFile, Order, OrderId, OrderNumber, Party, Revocation},
    payment::{Credit, ImportedMovement, MatchResult, MovementId, Payment},
};

const ORDER_FORMAT: &str = "communes/order";
const MOVEMENT_FORMAT: &str = "communes/order-movement";
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct OrderV1 {
    number: String,
    document: DocumentRef,
    title: Texts,
    requester: PartyV1,
    answers: CheckedAnswers,
    language: Lang,
    copies: Copies,
    delivery: DeliveryMode,
    price: Quote,
    timing: PaymentTiming,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment: Option<Payment>,
    stage: String,
    stage_since: DateTime<Utc>,
    accepted: bool,
    submitted_on: NaiveDate,
    answer_due: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_due: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    awaited: Option<AwaitedV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issued: Option<IssuedV1>,
}

#[derive(Serialize, Deserialize)]
struct PartyV1 {
    key: CitizenKey,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct AwaitedV1 {
    reference: String,
    poll_after: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct IssuedV1 {
    sha256: BlobId,
    size: u64,
    media_type: String,
    sealed: bool,
    code_sha256: CodeHash,
    on: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_until: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked: Option<RevokedV1>,
}

#[derive(Serialize, Deserialize)]
struct RevokedV1 {
    on: NaiveDate,
    reason: String,
}

#[derive(Serialize, Deserialize)]
struct MovementV1 {
    credit: Credit,
    result: MatchResult,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<OrderId>,
    imported_at: DateTime<Utc>,
}

pub(crate) fn seal_order(order: &Order) -> Envelope {
    let dto = OrderV1 {
        number: order.number.to_string(),
        document: order.document.clone(),
        title: order.title.clone(),
        requester: PartyV1 { key: order.requester.key.clone(), name: order.requester.name.clone() },
        answers: order.answers.clone(),
        language: order.language,
        copies: order.copies,
        delivery: order.delivery,
        price: order.price.clone(),
        timing: order.timing,
        payment: order.payment.clone(),
        stage: order.stage.word().to_owned(),
        stage_since: order.stage_since,
        accepted: order.is_accepted,
        submitted_on: order.submitted_on,
        answer_due: order.answer_due,
        payment_due: order.payment_due,
        remark: order.remark.clone(),
        awaited: order.awaited.clone().map(|(reference, poll_after)| AwaitedV1 { reference, poll_after }),
        issued: order.issued.as_ref().map(seal_issued),
    };
    Envelope::seal(ORDER_FORMAT, VERSION, &dto).expect("the DTO is plain JSON")
}

fn seal_issued(issued: &Issued) -> IssuedV1 {
    let Issued { file, on, valid_until, revoked } = issued.clone();
    IssuedV1 {
        sha256: file.blob,
        size: file.size,
        media_type: file.media_type,
        sealed: file.is_sealed,
        code_sha256: file.code,
        on,
        valid_until,
        revoked: revoked.map(|Revocation { on, reason }| RevokedV1 { on, reason }),
    }
}

/// Reads an order as a ledger has it.
pub(crate) fn open_order(key: &AggregateKey, stored: &Stored) -> Result<Order, StoreError> {
    let dto: OrderV1 = stored.state.open(ORDER_FORMAT, VERSION).map_err(|error| StoreError::unreadable(key, error))?;
    let stage = dto.stage.parse().map_err(|error: crate::order::StageError| {
        StoreError::corrupt("order-stage-unknown", format!("{key} can't be read")).caused_by(error)
    })?;
    Ok(Order {
        id: OrderId::new(key.id()),
        version: stored.head.version,
        number: OrderNumber::new(dto.number),
        document: dto.document,
        title: dto.title,
        requester: Party::new(dto.requester.key, dto.requester.name),
        answers: dto.answers,
        language: dto.language,
        copies: dto.copies,
        delivery: dto.delivery,
        price: dto.price,
        timing: dto.timing,
        payment: dto.payment,
        stage,
        stage_since: dto.stage_since,
        is_accepted: dto.accepted,
        submitted_on: dto.submitted_on,
        answer_due: dto.answer_due,
        payment_due: dto.payment_due,
        remark: dto.remark,
        awaited: dto.awaited.map(|AwaitedV1 { reference, poll_after }| (reference, poll_after)),
        issued: dto.issued.map(open_issued),
    })
}

fn open_issued(dto: IssuedV1) -> Issued {
    Issued {
        file: IssuedFile {
            blob: dto.sha256,
            size: dto.size,
            media_type: dto.media_type,
            is_sealed: dto.sealed,
            code: dto.code_sha256,
        },
        on: dto.on,
        valid_until: dto.valid_until,
        revoked: dto.revoked.map(|RevokedV1 { on, reason }| Revocation { on, reason }),
    }
}

pub(crate) fn seal_movement(movement: &ImportedMovement) -> Envelope {
    let dto = MovementV1 {
        credit: movement.credit.clone(),
        result: movement.result,
        order: movement.order,
        imported_at: movement.imported_at,
    };
    Envelope::seal(MOVEMENT_FORMAT, VERSION, &dto).expect("the DTO is plain JSON")
}

/// Reads an imported movement as a ledger has it.
pub(crate) fn open_movement(key: &AggregateKey, stored: &Stored) -> Result<ImportedMovement, StoreError> {
    let dto: MovementV1 =
        stored.state.open(MOVEMENT_FORMAT, VERSION).map_err(|error| StoreError::unreadable(key, error))?;
    Ok(ImportedMovement {
        id: MovementId::new(key.id()),
        version: stored.head.version,
        credit: dto.credit,
        result: dto.result,
        order: dto.order,
        imported_at: dto.imported_at,
    })
}

//! The decisions: pure, from an order and a command to the change that an application commits.

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use communes_civil::Lang;
use communes_ledger::{
    Actor, ActorKind, Change, Effect, EffectKey, EffectKind, Envelope, Event, EventName, Expected, Rows, Timer,
    TimerChange, TimerName, Version,
};

use super::{
    EVENT_FORMAT, EventV1, Issued, Office, Order, OrderCommand, OrderId, OrderNumber, Party, Refusal, Revocation,
    Stage, price,
};
use crate::{
    catalogue::{DocumentTypeId, PaymentTiming},
    form::CheckedAnswers,
    money::Money,
    payment::{Payment, PaymentEvent, PaymentRefusal, PaymentState, Standing},
    wire,
};

/// The kind of the effect that a receiver answers by [`OrderDesk::issue`](crate::desk::OrderDesk::issue); its aggregate is the order.
pub const ISSUE_EFFECT: &str = "doc-ordering/issue";
/// The name of the timer that a receiver answers by [`OrderCommand::ExpirePayment`].
pub const PAYMENT_TIMER: &str = "payment-due";

const MOST_CHARACTERS: usize = 2_000;
const MOST_NAME: usize = 200;

/// The surroundings of a decision.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a decision has these surroundings")]
pub struct Context<'a> {
    /// What the commune has set.
    pub office: &'a Office,
    /// Who decides; a citizen's id is the [`CitizenKey`](super::CitizenKey) of his orders.
    pub actor: &'a Actor,
    /// When.
    pub at: DateTime<Utc>,
}

impl Context<'_> {
    /// The day, in the commune's zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.office.day(self.at)
    }
}

/// What was decided: the order as it will stand, and the change that makes it so.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Decided {
    /// The order after the commit.
    pub order: Order,
    /// What is to be committed.
    pub change: Change,
}

/// What a citizen submits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by whoever submits")]
pub struct Submission {
    /// The id of the order, made by the application with the first page of the form: submitting it twice makes one order.
    pub id: OrderId,
    /// What is ordered.
    pub document: DocumentTypeId,
    /// Who asks.
    pub requester: Party,
    /// The answers, checked against the form of the document type.
    pub answers: CheckedAnswers,
    /// The language in which the requester orders.
    pub language: Lang,
    /// The price that the requester was shown and agreed to; another one is refused.
    pub shown_price: Option<Money>,
}

/// Makes an order of a submission. Its number is drawn in the commit: [`Order::number`] is read from the store afterwards.
///
/// # Errors
/// The rule that refuses.
pub fn submit(submission: &Submission, context: &Context<'_>) -> Result<Change, Refusal> {
    let Context { office, actor, at } = *context;
    let unknown = || Refusal::UnknownDocument(submission.document.clone());
    let document = &office.catalogue.current(&submission.document).ok_or_else(unknown)?.document;
    let series =
        office.series(&document.series).ok_or_else(|| Refusal::UnknownSeries(document.series.clone()))?.clone();
    let requester = &submission.requester;
    if requester.name.trim().is_empty() || requester.name.chars().count() > MOST_NAME {
        return Err(Refusal::Name);
    }
    if actor.kind() == ActorKind::Citizen && !is_requester(requester, actor) {
        return Err(Refusal::NotRequester);
    }
    let today = context.today();
    let quote = price(office, document, &submission.answers, today)?;
    let total = quote.total();
    if let Some(shown) = submission.shown_price.filter(|shown| *shown != total) {
        return Err(Refusal::PriceChanged { price: total, shown });
    }
    let pays_first = !quote.is_free() && document.payment == PaymentTiming::BeforeReview;
    let draft = Order {
        id: submission.id,
        version: Version::FIRST,
        number: OrderNumber::new(""),
        document: document.reference(),
        title: document.title.clone(),
        requester: requester.clone(),
        answers: submission.answers.clone(),
        language: submission.language,
        copies: price::copies(office, document, &submission.answers, today)?,
        delivery: price::delivery(document, &submission.answers)?,
        payment: (!quote.is_free()).then(|| Payment::new(total, None)),
        price: quote,
        timing: document.payment,
        stage: if pays_first { Stage::AwaitingPayment } else { Stage::Submitted },
        stage_since: at,
        is_accepted: false,
        submitted_on: today,
        answer_due: office.calendar.end_of_term(today, document.answer_within)?.last_day,
        payment_due: pays_first.then(|| payment_due(today, document.pay_within_days)),
        remark: None,
        awaited: None,
        issued: None,
    };
    let timer = draft.payment_due.map(|due| payment_timer(draft.id, office.end_of_day(due)));
    let year = chrono::Datelike::year(&today);
    let (id, key) = (draft.id, series.key(year));
    Ok(Change::drawing([(id.key(), Expected::New)], [key.clone()], move |drawn| {
        let mut order = draft.clone();
        let number = drawn.number(&key).unwrap_or_default();
        order.number = series.write(year, number);
        let event = event(&order, "submit", None, None);
        let Some(reference) = series.reference(year, number) else {
            // The series is used up: an event without a row makes the ledger refuse the commit, and the number stays free.
            return Rows::new().event(event);
        };
        if let Some(payment) = &mut order.payment {
            *payment = Payment::new(payment.due(), Some(reference));
            if pays_first && let Ok(requested) = payment.apply(PaymentEvent::Requested) {
                *payment = requested;
            }
        }
        let mut rows = Rows::new().state(id.key(), wire::v1::seal_order(&order)).event(event);
        rows.timers.extend(timer.clone());
        rows
    }))
}

/// Decides a command on an order.
///
/// # Errors
/// The rule that refuses.
pub fn decide(order: &Order, command: &OrderCommand, context: &Context<'_>) -> Result<Decided, Refusal> {
    check(order, command, context)?;
    let mut next = order.clone();
    next.version = order.version.next();
    let (amount, key) = apply(&mut next, command, context)?;
    if next.stage != order.stage {
        next.stage_since = context.at;
    }
    let mut rows = Rows::new().state(next.id.key(), wire::v1::seal_order(&next));
    rows = rows.event(event(&next, command.word(), amount, key));
    let again =
        next.awaited.as_ref().filter(|_| next.stage == Stage::AwaitingRegister).map(|(_, poll_after)| *poll_after);
    if matches!(command, OrderCommand::StartIssue | OrderCommand::DeferIssue { .. }) {
        rows = rows.effect(issue_effect(&next, again));
    }
    rows.timers.extend(timer_change(order, &next, command, context));
    Ok(Decided { change: Change::finished([(next.id.key(), Expected::At(order.version))], rows), order: next })
}

/// Whether an actor could give a command now, its particulars apart: what a page offers.
///
/// # Errors
/// The rule that refuses.
pub fn check(order: &Order, command: &OrderCommand, context: &Context<'_>) -> Result<(), Refusal> {
    let actor = context.actor;
    if !command.is_open_to(actor.kind()) {
        return Err(Refusal::OfficeOnly { command: command.word(), by: actor.kind() });
    }
    if actor.kind() == ActorKind::Citizen && !is_requester(&order.requester, actor) {
        return Err(Refusal::NotRequester);
    }
    let allowed = command.stages();
    if !allowed.contains(&order.stage) {
        return Err(Refusal::Stage { command: command.word(), stage: order.stage, allowed });
    }
    match command {
        OrderCommand::Close if !order.refund_due().is_zero() => Err(Refusal::RefundDue { amount: order.refund_due() }),
        OrderCommand::StartIssue if !order.is_settled() => Err(Refusal::NotPaid { missing: missing(order) }),
        OrderCommand::Revoke { .. } => match &order.issued {
            None => Err(Refusal::NotIssued),
            Some(issued) if issued.revoked.is_some() => Err(Refusal::Revoked),
            Some(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

fn apply(
    order: &mut Order,
    command: &OrderCommand,
    context: &Context<'_>,
) -> Result<(Option<Money>, Option<String>), Refusal> {
    let mut moved = (None, None);
    match command {
        OrderCommand::StartReview | OrderCommand::ReceiveProof => order.stage = Stage::UnderReview,
        OrderCommand::RequestProof { message } => {
            order.remark = Some(written(command, message)?);
            order.stage = Stage::NeedsProof;
        }
        OrderCommand::Accept => accept(order, context)?,
        OrderCommand::Refuse { reason } => {
            order.remark = Some(written(command, reason)?);
            give_up(order, Stage::Refused, PaymentEvent::Cancelled)?;
        }
        OrderCommand::Cancel => give_up(order, Stage::Cancelled, PaymentEvent::Cancelled)?,
        OrderCommand::ExpirePayment { .. } => give_up(order, Stage::Expired, PaymentEvent::Expired)?,
        OrderCommand::RecordPayment(receipt) => {
            pay(order, PaymentEvent::Received(receipt.clone()))?;
            moved = (Some(receipt.amount), Some(receipt.key.to_string()));
            // Once: only an order that waits for its money goes on when it is there.
            if order.stage == Stage::AwaitingPayment && order.is_settled() {
                order.stage = if order.is_accepted { Stage::ReadyToIssue } else { Stage::Submitted };
            }
        }
        OrderCommand::RecordRefund(refund) => {
            pay(order, PaymentEvent::Refunded(refund.clone()))?;
            moved = (Some(refund.amount), Some(refund.key.to_string()));
        }
        OrderCommand::StartIssue => {
            order.remark = None;
            order.stage = Stage::Issuing;
        }
        OrderCommand::DeferIssue { reference, poll_after } => {
            order.awaited = Some((written(command, reference)?, *poll_after));
            order.stage = Stage::AwaitingRegister;
        }
        OrderCommand::FailIssue { code } => {
            order.remark = Some(written(command, code)?);
            order.awaited = None;
            order.stage = Stage::IssueFailed;
        }
        OrderCommand::RecordIssue(file) => {
            let months =
                context.office.catalogue.version(&order.document).and_then(|known| known.document.valid_months);
            let on = context.today();
            let valid_until = months.and_then(|months| on.checked_add_months(Months::new(months)));
            moved.1 = Some(file.blob.to_string());
            order.issued = Some(Issued { file: file.clone(), on, valid_until, revoked: None });
            order.awaited = None;
            order.stage = Stage::Ready;
        }
        OrderCommand::Deliver => order.stage = Stage::Delivered,
        OrderCommand::Close => order.stage = Stage::Closed,
        OrderCommand::Revoke { reason } => {
            let revocation = Revocation { on: context.today(), reason: written(command, reason)? };
            if let Some(issued) = &mut order.issued {
                issued.revoked = Some(revocation);
            }
        }
    }
    Ok(moved)
}

fn accept(order: &mut Order, context: &Context<'_>) -> Result<(), Refusal> {
    order.is_accepted = true;
    if order.is_settled() {
        order.stage = Stage::ReadyToIssue;
        return Ok(());
    }
    if order.payment.as_ref().is_some_and(|payment| payment.state() == PaymentState::Created) {
        pay(order, PaymentEvent::Requested)?;
    }
    let within = context.office.catalogue.version(&order.document).map_or(0, |known| known.document.pay_within_days);
    order.payment_due = Some(payment_due(context.today(), within));
    order.stage = Stage::AwaitingPayment;
    Ok(())
}

/// Ends an order without a document. A payment that succeeded stays what it is: its money is then to be refunded.
fn give_up(order: &mut Order, stage: Stage, event: PaymentEvent) -> Result<(), Refusal> {
    if order.payment.is_some() {
        match pay(order, event) {
            Ok(()) | Err(Refusal::Payment(PaymentRefusal::State { .. })) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    order.stage = stage;
    order.awaited = None;
    Ok(())
}

fn pay(order: &mut Order, event: PaymentEvent) -> Result<(), Refusal> {
    let payment = order.payment.as_ref().ok_or(Refusal::Free)?;
    order.payment = Some(payment.apply(event)?);
    Ok(())
}

fn written(command: &OrderCommand, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MOST_CHARACTERS {
        return Err(Refusal::TextMissing { command: command.word() });
    }
    Ok(text.to_owned())
}

fn missing(order: &Order) -> Money {
    match order.payment.as_ref().map(Payment::standing) {
        Some(Standing::Underpaid { missing }) => missing,
        _ => order.price.total(),
    }
}

fn is_requester(requester: &Party, actor: &Actor) -> bool {
    requester.key.as_str() == actor.principal().unwrap_or(actor.id())
}

fn payment_due(today: NaiveDate, within: u32) -> NaiveDate {
    today.checked_add_days(Days::new(within.into())).unwrap_or(NaiveDate::MAX)
}

fn event(order: &Order, name: &'static str, amount: Option<Money>, key: Option<String>) -> Event {
    let remarks = ["request-proof", "refuse", "fail-issue"].contains(&name).then(|| order.remark.clone()).flatten();
    let revoked = order.issued.as_ref().and_then(|issued| issued.revoked.as_ref());
    let remark = if name == "revoke" { revoked.map(|revoked| revoked.reason.clone()) } else { remarks };
    let dto = EventV1 { stage: order.stage.word().to_owned(), remark, amount, key };
    Event {
        aggregate: order.id.key(),
        name: EventName::new(name).expect("a literal word"),
        payload: Envelope::seal(EVENT_FORMAT, 1, &dto).expect("the DTO is plain JSON"),
    }
}

fn issue_effect(order: &Order, not_before: Option<DateTime<Utc>>) -> Effect {
    let key = format!("doc-ordering/issue/{}/{}", order.id, order.version);
    Effect {
        key: EffectKey::new(key).expect("short and without control characters"),
        kind: EffectKind::new(ISSUE_EFFECT).expect("a literal word"),
        aggregate: order.id.key(),
        payload: Envelope::new("communes/order-issue", 1, serde_json::json!({"order": order.id})),
        not_before,
    }
}

fn timer_change(before: &Order, after: &Order, command: &OrderCommand, context: &Context<'_>) -> Option<TimerChange> {
    let waits = |order: &Order| order.stage == Stage::AwaitingPayment;
    match (waits(before), waits(after), after.payment_due) {
        (false, true, Some(due)) => Some(payment_timer(after.id, context.office.end_of_day(due))),
        (true, false, _) => Some(match command {
            OrderCommand::ExpirePayment { timer: Some(set_at) } => {
                TimerChange::Fire { aggregate: after.id.key(), name: timer_name(), set_at: *set_at }
            }
            _ => TimerChange::Cancel { aggregate: after.id.key(), name: timer_name() },
        }),
        _ => None,
    }
}

fn payment_timer(order: OrderId, due: DateTime<Utc>) -> TimerChange {
    let payload = Envelope::new("communes/order-timer", 1, serde_json::json!({"order": order}));
    TimerChange::Set(Timer { aggregate: order.key(), name: timer_name(), due, payload })
}

fn timer_name() -> TimerName {
    TimerName::new(PAYMENT_TIMER).expect("a literal word")
}

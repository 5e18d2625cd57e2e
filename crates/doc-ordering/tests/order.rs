//! What orders may do, by hand: every command in every stage, and the ways through.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use chrono::NaiveDate;
use communes_civil::Lang;
use communes_doc_ordering::{
    form::Answers,
    issue::VerificationCode,
    memory::MemoryOrders,
    money::Money,
    order::{CitizenKey, Context, Office, Order, OrderCommand, Party, ProgressStep, Refusal, Stage, decide},
    payment::{PaymentState, Receipt, ReceiptKey, Refund, Standing},
    testkit::{
        Pair,
        sample::{self, citizen, clerk, morning, order_id},
    },
};
use communes_ledger::{Actor, ActorKind, MemoryLedger};
use proptest::prelude::*;
use std::sync::Arc;

fn pair() -> (Pair, MemoryLedger) {
    let ledger = MemoryLedger::new();
    let store = Arc::new(MemoryOrders::new(ledger.clone()));
    (Pair { ledger: Arc::new(ledger.clone()), store }, ledger)
}

fn submitted(office: &Office) -> Order {
    pollster::block_on(sample::submit(&pair().0, office, order_id(1), "citizen-1", morning(0)))
}

fn by(office: &Office, order: &Order, actor: &Actor, day: i64, command: &OrderCommand) -> Result<Order, Refusal> {
    decide::decide(order, command, &Context { office, actor, at: morning(day) }).map(|decided| decided.order)
}

fn clerk_does(office: &Office, order: &Order, commands: impl IntoIterator<Item = OrderCommand>) -> Order {
    commands.into_iter().fold(order.clone(), |order, command| by(office, &order, &clerk(), 1, &command).unwrap())
}

fn received(key: &str, cents: i64) -> OrderCommand {
    let booked_on = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    OrderCommand::RecordPayment(Receipt {
        key: ReceiptKey::new(key).unwrap(),
        amount: Money::euro_cents(cents),
        booked_on,
    })
}

fn refunded(key: &str, cents: i64) -> OrderCommand {
    let booked_on = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
    OrderCommand::RecordRefund(Refund {
        key: ReceiptKey::new(key).unwrap(),
        amount: Money::euro_cents(cents),
        booked_on,
    })
}

fn refuse() -> OrderCommand {
    OrderCommand::Refuse { reason: "Pas de manifestation.".to_owned() }
}

fn record_issue() -> OrderCommand {
    OrderCommand::RecordIssue(sample::issued_file(order_id(1)))
}

fn request_proof() -> OrderCommand {
    OrderCommand::RequestProof { message: "Le plan, s'il vous plaît.".to_owned() }
}

fn defer() -> OrderCommand {
    OrderCommand::DeferIssue { reference: "R-1".to_owned(), poll_after: morning(2) }
}

fn fail() -> OrderCommand {
    OrderCommand::FailIssue { code: "issue-not-found".to_owned() }
}

fn revoke() -> OrderCommand {
    OrderCommand::Revoke { reason: "Erreur de date.".to_owned() }
}

/// An order in each stage, on the shortest way there.
fn in_every_stage(office: &Office) -> Vec<Order> {
    use OrderCommand as C;
    let start = submitted(office);
    let paid = received("in", 500);
    let issuing = [paid.clone(), C::Accept, C::StartIssue];
    let ready: Vec<_> = issuing.iter().cloned().chain([record_issue()]).collect();
    let delivered: Vec<_> = ready.iter().cloned().chain([C::Deliver]).collect();
    let ways: Vec<Vec<C>> = vec![
        vec![paid.clone()],
        vec![paid.clone(), C::StartReview],
        vec![paid.clone(), request_proof()],
        vec![],
        vec![paid, C::Accept],
        issuing.to_vec(),
        issuing.iter().cloned().chain([defer()]).collect(),
        issuing.iter().cloned().chain([fail()]).collect(),
        ready,
        delivered.clone(),
        delivered.into_iter().chain([C::Close]).collect(),
        vec![refuse()],
        vec![C::Cancel],
        vec![C::ExpirePayment { timer: None }],
    ];
    let orders: Vec<Order> = ways.into_iter().map(|way| clerk_does(office, &start, way)).collect();
    assert_eq!(orders.iter().map(|order| order.stage).collect::<Vec<_>>(), Stage::ALL);
    orders
}

#[test]
fn every_command_in_every_stage() {
    use OrderCommand as C;
    let office = sample::office();
    // One column a stage, in their order: Submitted, UnderReview, NeedsProof, AwaitingPayment, ReadyToIssue, Issuing, AwaitingRegister,
    // IssueFailed, Ready, Delivered, Closed, Refused, Cancelled, Expired; the first letters of the stage after it, or a dot.
    let table = [
        (C::StartReview, "UR .. .. .. .. .. .. .. .. .. .. .. .. .."),
        (request_proof(), "NP NP .. .. .. .. .. .. .. .. .. .. .. .."),
        (C::ReceiveProof, ".. .. UR .. .. .. .. .. .. .. .. .. .. .."),
        (C::Accept, "RI RI .. .. .. .. .. .. .. .. .. .. .. .."),
        (refuse(), "Re Re Re Re Re .. Re Re .. .. .. .. .. .."),
        (C::Cancel, "Ca Ca Ca Ca .. .. .. .. .. .. .. .. .. .."),
        (C::ExpirePayment { timer: None }, ".. .. .. Ex .. .. .. .. .. .. .. .. .. .."),
        (received("more", 500), "Su UR NP Su RI Is AR IF Ra De Cl Re Ca Ex"),
        (C::StartIssue, ".. .. .. .. Is .. .. Is .. .. .. .. .. .."),
        (defer(), ".. .. .. .. .. AR AR .. .. .. .. .. .. .."),
        (fail(), ".. .. .. .. .. IF IF .. .. .. .. .. .. .."),
        (record_issue(), ".. .. .. .. .. Ra Ra .. .. .. .. .. .. .."),
        (C::Deliver, ".. .. .. .. .. .. .. .. De .. .. .. .. .."),
        (C::Close, ".. .. .. .. .. .. .. .. .. Cl .. Cl Cl Cl"),
        (revoke(), ".. .. .. .. .. .. .. .. Ra De Cl .. .. .."),
    ];
    let letters = |stage: Stage| match stage {
        Stage::Submitted => "Su",
        Stage::UnderReview => "UR",
        Stage::NeedsProof => "NP",
        Stage::AwaitingPayment => "AP",
        Stage::ReadyToIssue => "RI",
        Stage::Issuing => "Is",
        Stage::AwaitingRegister => "AR",
        Stage::IssueFailed => "IF",
        Stage::Ready => "Ra",
        Stage::Delivered => "De",
        Stage::Closed => "Cl",
        Stage::Refused => "Re",
        Stage::Cancelled => "Ca",
        _ => "Ex",
    };
    let orders = in_every_stage(&office);
    for (command, row) in table {
        for (order, expected) in orders.iter().zip(row.split(' ')) {
            let outcome = by(&office, order, &clerk(), 2, &command);
            let got = outcome.as_ref().map_or("..", |order| letters(order.stage));
            assert_eq!(got, expected, "{} in {}: {outcome:?}", command.word(), order.stage);
            if let Ok(next) = outcome {
                assert_eq!(next.version, order.version.next());
            }
        }
    }
}

#[test]
fn the_office_accepts_first_where_the_type_says_so() {
    let office = sample::office_paid_after_review();
    let order = submitted(&office);
    assert_eq!((order.stage, order.payment_due), (Stage::Submitted, None));
    let accepted = by(&office, &order, &clerk(), 1, &OrderCommand::Accept).unwrap();
    assert_eq!(accepted.stage, Stage::AwaitingPayment);
    assert_eq!(accepted.payment.as_ref().unwrap().state(), PaymentState::Pending);
    // Asked on 26 November 2026, within 14 days.
    assert_eq!(accepted.payment_due.unwrap().to_string(), "2026-12-10");
    let paid = by(&office, &accepted, &clerk(), 2, &received("in", 500)).unwrap();
    assert_eq!(paid.stage, Stage::ReadyToIssue);
    // Who paid before being asked is not asked.
    let early = by(&office, &order, &clerk(), 1, &received("in", 500)).unwrap();
    assert_eq!(early.stage, Stage::Submitted);
    assert_eq!(by(&office, &early, &clerk(), 1, &OrderCommand::Accept).unwrap().stage, Stage::ReadyToIssue);
}

#[test]
fn a_free_order_has_no_payment() {
    let office = sample::free_office();
    let order = submitted(&office);
    assert_eq!((order.stage, &order.payment), (Stage::Submitted, &None));
    assert_eq!(order.progress(order.submitted_on).steps.len(), 3);
    assert_eq!(by(&office, &order, &clerk(), 1, &OrderCommand::Accept).unwrap().stage, Stage::ReadyToIssue);
    assert_eq!(by(&office, &order, &clerk(), 1, &received("in", 1)).unwrap_err(), Refusal::Free);
}

#[test]
fn a_partial_payment_waits_for_the_rest() {
    let office = sample::office();
    let order = submitted(&office);
    let partly = clerk_does(&office, &order, [received("a", 200)]);
    assert_eq!(partly.stage, Stage::AwaitingPayment);
    assert_eq!(partly.payment.as_ref().unwrap().standing(), Standing::Underpaid { missing: Money::euro_cents(300) });
    let paid = clerk_does(&office, &partly, [received("b", 350)]);
    assert_eq!((paid.stage, paid.refund_due()), (Stage::Submitted, Money::euro_cents(50)));
}

#[test]
fn money_that_comes_too_late_goes_back_and_holds_the_file_open() {
    let office = sample::office();
    let expired = clerk_does(&office, &submitted(&office), [OrderCommand::ExpirePayment { timer: None }]);
    let late = clerk_does(&office, &expired, [received("late", 500)]);
    assert_eq!((late.stage, late.refund_due()), (Stage::Expired, Money::euro_cents(500)));
    let refusal = by(&office, &late, &clerk(), 3, &OrderCommand::Close).unwrap_err();
    assert_eq!(refusal, Refusal::RefundDue { amount: Money::euro_cents(500) });
    assert_eq!(refusal.text(Lang::FR), "Il reste 5,00\u{a0}€ à rembourser.");
    let back = clerk_does(&office, &late, [refunded("back", 500)]);
    assert_eq!(back.payment.as_ref().unwrap().state(), PaymentState::Refunded);
    let closed = clerk_does(&office, &back, [OrderCommand::Close]);
    assert_eq!(clerk_does(&office, &closed, [received("later", 500)]).refund_due(), Money::euro_cents(500));
}

#[test]
fn a_document_is_not_issued_once_its_money_went_back() {
    let office = sample::office();
    let ready =
        clerk_does(&office, &submitted(&office), [received("in", 500), OrderCommand::Accept, refunded("back", 200)]);
    let refusal = by(&office, &ready, &clerk(), 2, &OrderCommand::StartIssue).unwrap_err();
    assert_eq!(refusal, Refusal::NotPaid { missing: Money::euro_cents(200) });
}

#[test]
fn citizens_do_what_is_theirs() {
    let office = sample::office();
    let order = submitted(&office);
    let refusal = by(&office, &order, &citizen("citizen-1"), 1, &refuse()).unwrap_err();
    assert_eq!(refusal.code(), "order-office-only");
    assert_eq!(refusal.text(Lang::FR), "Seul un agent de la commune peut faire cela.");
    assert_eq!(
        by(&office, &order, &citizen("citizen-2"), 1, &OrderCommand::Cancel).unwrap_err(),
        Refusal::NotRequester
    );
    assert_eq!(by(&office, &order, &citizen("citizen-1"), 1, &OrderCommand::Cancel).unwrap().stage, Stage::Cancelled);
    let helper = citizen("citizen-2").on_behalf_of("citizen-1").unwrap();
    assert_eq!(by(&office, &order, &helper, 1, &OrderCommand::Cancel).unwrap().stage, Stage::Cancelled);
    let paid = by(&office, &order, &citizen("citizen-1"), 1, &received("in", 500)).unwrap_err();
    assert_eq!(paid.code(), "order-office-only", "nobody says himself that he paid");
    let job = Actor::new(ActorKind::System, "timers").unwrap();
    assert_eq!(
        by(&office, &order, &job, 20, &OrderCommand::ExpirePayment { timer: None }).unwrap().stage,
        Stage::Expired
    );
}

#[test]
fn a_reason_is_needed_and_has_an_end() {
    let office = sample::office();
    let order = submitted(&office);
    for reason in [String::new(), "  \n".to_owned(), "x".repeat(2_001)] {
        let refusal = by(&office, &order, &clerk(), 1, &OrderCommand::Refuse { reason }).unwrap_err();
        assert_eq!(refusal.text(Lang::FR), "Indiquez le motif (2 000 caractères au plus).");
    }
    let refused = by(&office, &order, &clerk(), 1, &OrderCommand::Refuse { reason: "é".repeat(2_000) }).unwrap();
    assert_eq!(refused.remark.unwrap().chars().count(), 2_000);
}

#[test]
fn a_refusal_says_where_the_order_would_have_to_stand() {
    let office = sample::office();
    let refusal = by(&office, &submitted(&office), &clerk(), 1, &OrderCommand::StartIssue).unwrap_err();
    assert_eq!(
        refusal.text(Lang::FR),
        "La commande est en attente de paiement\u{a0}: cela n’est possible que si elle est «\u{a0}à établir\u{a0}» ou «\u{a0}établissement en échec\u{a0}»."
    );
    assert_eq!(refusal.code(), "order-stage");
}

#[test]
fn a_citizen_sees_the_step_and_the_day() {
    let office = sample::office();
    let order = submitted(&office);
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let progress = order.progress(day("2026-11-25"));
    assert_eq!((progress.step, progress.steps.len()), (2, 4));
    assert_eq!(progress.steps[1].label(Lang::FR), "Paiement");
    // Ten working days from Wednesday 25 November: 9 December. Fourteen days to pay: 9 December too.
    assert_eq!((progress.answer_due, progress.payment_due), (Some(day("2026-12-09")), Some(day("2026-12-09"))));
    assert!(!order.progress(day("2026-12-09")).is_late && order.progress(day("2026-12-10")).is_late);
    let steps: Vec<_> = in_every_stage(&office).iter().map(|order| order.progress(order.submitted_on).step).collect();
    assert_eq!(steps, [3, 3, 3, 2, 3, 3, 3, 3, 4, 4, 4, 3, 3, 2]);
    let office = sample::office_paid_after_review();
    let order = submitted(&office);
    assert_eq!(order.progress(order.submitted_on).steps[1], ProgressStep::Examination);
    let mut steps = vec![order.progress(order.submitted_on).step];
    let mut next = order;
    for command in [OrderCommand::Accept, received("in", 500), OrderCommand::StartIssue, record_issue()] {
        next = clerk_does(&office, &next, [command]);
        steps.push(next.progress(next.submitted_on).step);
    }
    assert_eq!(steps, [2, 3, 3, 3, 4], "never back");
}

#[test]
fn a_submission_is_checked_against_what_the_commune_has_set() {
    let office = sample::office();
    let submit = |change: &dyn Fn(&mut decide::Submission), actor: &Actor| {
        let mut submission = sample::submission(order_id(1), "citizen-1");
        change(&mut submission);
        let context = Context { office: &office, actor, at: morning(0) };
        decide::submit(&submission, &context).map(drop).map_err(|refusal| refusal.code())
    };
    let own = citizen("citizen-1");
    assert_eq!(submit(&|_| {}, &own), Ok(()));
    assert_eq!(submit(&|_| {}, &citizen("citizen-2")), Err("order-not-requester"));
    assert_eq!(submit(&|_| {}, &clerk()), Ok(()), "at the counter");
    assert_eq!(submit(&|order| order.document = "passport".parse().unwrap(), &own), Err("order-unknown-document"));
    assert_eq!(submit(&|order| order.shown_price = Some(Money::euro_cents(500)), &own), Ok(()));
    assert_eq!(submit(&|order| order.shown_price = Some(Money::euro_cents(499)), &own), Err("order-price-changed"));
    let nameless = Party::new(CitizenKey::new("citizen-1").unwrap(), " ");
    assert_eq!(submit(&|order| order.requester = nameless.clone(), &own), Err("order-name"));
    let answers = |copies: &str, delivery: &str| {
        sample::checked(&Answers::new().with("event", "x").with("copies", copies).with("delivery", delivery))
    };
    assert_eq!(submit(&|order| order.answers = answers("00", "post"), &own), Err("copies-out-of-range"));
    assert_eq!(submit(&|order| order.answers = answers("21", "post"), &own), Err("copies-out-of-range"));
    assert_eq!(submit(&|order| order.answers = answers("2", "pigeon"), &own), Err("order-delivery"));
    assert_eq!(
        submit(&|order| order.answers = answers("2", "counter"), &own),
        Err("order-delivery"),
        "not for this document"
    );
    // 2 × 2.50 and 1.50 by post.
    let shown = Some(Money::euro_cents(650));
    let by_post = |order: &mut decide::Submission| (order.answers, order.shown_price) = (answers("2", "post"), shown);
    assert_eq!(submit(&by_post, &own), Ok(()));
}

#[test]
fn numbers_begin_anew_with_the_year_of_the_commune() {
    let (pair, _) = pair();
    let office = sample::office();
    let at = |text: &str| text.parse().unwrap();
    let numbers = [("2026-12-31T22:59:59Z", "2026/E/00001"), ("2026-12-31T23:00:00Z", "2027/E/00001")];
    for (place, (time, number)) in (1..).zip(numbers) {
        let order = pollster::block_on(sample::submit(&pair, &office, order_id(place), "citizen-1", at(time)));
        assert_eq!(order.number.as_str(), number);
    }
}

#[test]
fn no_personal_data_stands_in_debug_or_errors() {
    // An artificial national number, in every place where people write.
    const CANARY: &str = "71715100070";
    let (pair, ledger) = pair();
    let office = sample::office();
    let mut submission = sample::submission(order_id(1), "citizen-1");
    submission.answers = sample::checked(&Answers::new().with("event", CANARY));
    submission.requester = Party::new(CitizenKey::new("citizen-1").unwrap(), CANARY);
    let context = Context { office: &office, actor: &citizen("citizen-1"), at: morning(0) };
    let change = decide::submit(&submission, &context).unwrap();
    let mut shown = format!("{submission:?} {change:?} {context:?}");
    let stamp = communes_ledger::CommandStamp::new(
        communes_ledger::CommandId::derived("one"),
        communes_ledger::Fingerprint::of(&"one").unwrap(),
        morning(0),
        citizen("citizen-1"),
    );
    pollster::block_on(pair.ledger.commit(stamp, vec![change])).unwrap();
    let order = pollster::block_on(pair.store.order(order_id(1))).unwrap().unwrap();
    assert!(order.requester.name.contains(CANARY));
    shown += &format!("{order:?} {:?}", pair.store);
    let mut movement = sample::movement("k", None, "5.00");
    movement.communication.free = vec![CANARY.to_owned()];
    movement.counterparty.name = Some(CANARY.to_owned());
    let imported = pollster::block_on(sample::import(&pair, &office, &movement, None));
    let imported = pollster::block_on(pair.store.movement(imported)).unwrap().unwrap();
    assert!(imported.credit.communication.contains(CANARY));
    shown += &format!("{imported:?}");
    let wrong = format!("{CANARY}-{CANARY}").parse::<VerificationCode>().unwrap_err();
    shown += &format!("{wrong:?} {wrong}");
    // A row that can't be read any more.
    let (key, mut stored) = ledger.aggregates(&communes_doc_ordering::order::ORDER).remove(0);
    let mut data = stored.state.data().clone();
    data["submitted_on"] = CANARY.into();
    data["language"] = CANARY.into();
    stored.state = communes_ledger::Envelope::new("communes/order", 1, data);
    let error = communes_doc_ordering::store::order_row(&key, &stored).unwrap_err();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        shown += &format!("{error} {error:?}");
        cause = error.source();
    }
    assert!(!shown.contains(CANARY), "{shown}");
}

fn any_command() -> impl Strategy<Value = OrderCommand> {
    (0u8..16, 0u8..6, 1i64..900).prop_map(|(kind, key, cents)| match kind {
        0 => OrderCommand::StartReview,
        1 => request_proof(),
        2 => OrderCommand::ReceiveProof,
        3 | 4 => OrderCommand::Accept,
        5 => refuse(),
        6 => OrderCommand::Cancel,
        7 => OrderCommand::ExpirePayment { timer: None },
        8..=10 => received(&format!("k{key}"), cents),
        11 => refunded(&format!("b{key}"), cents),
        12 => OrderCommand::StartIssue,
        13 => record_issue(),
        14 => OrderCommand::Deliver,
        _ => OrderCommand::Close,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn in_every_history_the_money_adds_up(
        commands in proptest::collection::vec(any_command(), 0..50),
        after_review in any::<bool>(),
    ) {
        let office = if after_review { sample::office_paid_after_review() } else { sample::office() };
        let mut order = submitted(&office);
        let mut balance = 0;
        for command in commands {
            let before = order.stage;
            let Ok(next) = by(&office, &order, &clerk(), 1, &command) else { continue };
            order = next;
            match &command {
                OrderCommand::RecordPayment(receipt) => balance += receipt.amount.minor(),
                OrderCommand::RecordRefund(refund) => balance -= refund.amount.minor(),
                _ => {}
            }
            prop_assert_eq!(order.payment.as_ref().unwrap().balance().minor(), balance);
            let ended = matches!(order.stage, Stage::Refused | Stage::Cancelled | Stage::Expired)
                || (order.stage == Stage::Closed && order.issued.is_none());
            prop_assert_eq!(order.refund_due().minor(), if ended { balance } else { (balance - 500).max(0) });
            if command == OrderCommand::StartIssue {
                prop_assert!(balance >= 500, "nothing is issued unpaid");
            }
            if order.stage == Stage::Closed && before != Stage::Closed {
                prop_assert_eq!(order.refund_due().minor(), 0);
            }
            if order.stage == Stage::AwaitingPayment {
                prop_assert!(balance < 500);
            }
        }
    }
}

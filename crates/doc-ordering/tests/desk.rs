//! The desk from the order to the checked document, with what comes twice, at once and too late.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use communes_civil::{Lang, WorkingCalendar};
use communes_doc_ordering::{
    desk::{By, DeskError, OrderDesk, OrderRequest},
    form::{Answers, Context as FormContext},
    issue::{DocumentIssuer, IssueError, IssueOutcome, IssueRequest, MadeFile, MemoryBlobs, Verdict},
    memory::MemoryOrders,
    money::Money,
    order::{CitizenKey, HistoryEntry, Order, OrderCommand, OrderId, Party, Stage, decide},
    payment::{BankTransfer, MatchResult, PaymentProvider, PaymentRequest},
    testkit::sample::{self, citizen, clerk, morning, movement, order_id},
};
use communes_ledger::{
    Actor, AggregateKey, AggregateKind, Change, ClaimRequest, CommandId, Envelope, Expected, Ledger, MemoryLedger,
    Outbox, Rows, Timers, Version, WorkerId, async_trait, testkit::on_threads, verify_chain,
};
use uuid::Uuid;

/// Answers what it was told to, and remembers the code that each document carried.
#[derive(Debug, Default)]
struct Scripted {
    answers: Mutex<Vec<Result<IssueOutcome, IssueError>>>,
    codes: Mutex<Vec<String>>,
}

#[async_trait]
impl DocumentIssuer for Scripted {
    async fn issue(&self, request: &IssueRequest<'_>) -> Result<IssueOutcome, IssueError> {
        self.codes.lock().unwrap().push(request.code.to_string());
        assert_eq!(request.check_at, format!("https://valmont.example/check/{}", request.code));
        let made = || {
            let bytes = format!("%PDF-1.7 {}", request.order.number).into_bytes();
            Ok(IssueOutcome::Ready(MadeFile { bytes, media_type: "application/pdf".to_owned(), is_sealed: false }))
        };
        self.answers.lock().unwrap().pop().unwrap_or_else(made)
    }
}

struct Commune {
    desk: OrderDesk,
    ledger: MemoryLedger,
    issuer: Arc<Scripted>,
    commands: AtomicU32,
}

impl Commune {
    fn new() -> Self {
        let ledger = MemoryLedger::new();
        let issuer = Arc::new(Scripted::default());
        let desk = OrderDesk::new(
            sample::office(),
            Arc::new(ledger.clone()),
            Arc::new(MemoryOrders::new(ledger.clone())),
            Arc::new(MemoryBlobs::new()),
            issuer.clone(),
            "https://valmont.example/check/",
        );
        Self { desk, ledger, issuer, commands: AtomicU32::new(0) }
    }

    fn by<'a>(&self, actor: &'a Actor, day: i64) -> By<'a> {
        let command = CommandId::derived(&format!("test/{}", self.commands.fetch_add(1, Ordering::Relaxed)));
        By { command, actor, now: morning(day) }
    }

    async fn submit(&self, number: u128) -> Order {
        let calendar = WorkingCalendar::belgian();
        let form = FormContext::new(NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(), &calendar);
        let by = citizen("citizen-1");
        self.desk.submit(&self.by(&by, 0), &request(order_id(number)), &form).await.unwrap().order
    }

    async fn act(&self, id: OrderId, command: OrderCommand) -> Stage {
        self.desk.act(&self.by(&clerk(), 2), id, &command).await.unwrap().order.stage
    }

    async fn ready_to_make(&self, number: u128) -> OrderId {
        let order = self.submit(number).await;
        let paid = movement(&format!("m{number}"), order.payment.unwrap().reference(), "5.00");
        self.desk.import(&self.by(&clerk(), 1), [&paid]).await.unwrap();
        self.act(order.id, OrderCommand::Accept).await;
        assert_eq!(self.act(order.id, OrderCommand::StartIssue).await, Stage::Issuing);
        order.id
    }
}

fn request(id: OrderId) -> OrderRequest {
    OrderRequest {
        id,
        document: "event-attestation".parse().unwrap(),
        requester: Party::new(CitizenKey::new("citizen-1").unwrap(), "Zoë Ślązak-Ķirsone"),
        answers: sample::answers(),
        language: Lang::FR,
        shown_price: Some(Money::euro_cents(500)),
    }
}

#[test]
fn from_the_order_to_the_checked_document() {
    pollster::block_on(async {
        let commune = Commune::new();
        let order = commune.submit(1).await;
        assert_eq!(order.number.as_str(), "2026/E/00001");
        let transfer = BankTransfer::new("Commune de Valmont", "BE72 0000 0000 1616".parse().unwrap()).unwrap();
        let pay = transfer.instructions(&PaymentRequest::new(&order)).await.unwrap();
        // 0726000001 mod 97: 97 × 7484536 = 725999992, 9 is left.
        assert_eq!(pay.reference.to_string(), "+++072/6000/00109+++");
        assert!(pay.epc.contains("EUR5.00") && pay.due == order.payment_due);

        let statement = [movement("s1/1", pay.reference.into(), "5.00"), movement("s1/2", None, "7.00")];
        let report = commune.desk.import(&commune.by(&clerk(), 1), &statement).await.unwrap();
        assert_eq!((report.matched.len(), report.unmatched.len(), report.repeated), (1, 1, 0));
        assert_eq!((report.matched[0].result, report.matched[0].order), (MatchResult::Exact, Some(order.id)));
        let again = commune.desk.import(&commune.by(&clerk(), 2), &statement).await.unwrap();
        assert_eq!((again.matched.len(), again.unmatched.len(), again.repeated), (0, 0, 2));
        assert_eq!(commune.desk.orders().unmatched(None, 10).await.unwrap().items.len(), 1);

        assert_eq!(commune.act(order.id, OrderCommand::Accept).await, Stage::ReadyToIssue);
        commune.act(order.id, OrderCommand::StartIssue).await;
        let claim = ClaimRequest::new(WorkerId::new("w").unwrap(), morning(2), TimeDelta::days(1), 10);
        let effects = Outbox::claim(&commune.ledger, &claim).await.unwrap();
        assert_eq!(effects.len(), 1);
        assert_eq!(
            (effects[0].effect.kind.as_str(), effects[0].effect.aggregate.id()),
            (decide::ISSUE_EFFECT, order.id.as_uuid())
        );
        let worker = Actor::new(communes_ledger::ActorKind::System, "outbox").unwrap();
        let command = CommandId::derived(effects[0].effect.key.as_str());
        let by = By { command, actor: &worker, now: morning(2) };
        let issued = commune.desk.issue(&by, order.id, [1; 16]).await.unwrap();
        assert_eq!((issued.order.stage, issued.replayed), (Stage::Ready, false));
        // The effect arrives again, with other chance.
        let again = commune.desk.issue(&by, order.id, [2; 16]).await.unwrap();
        assert!(again.replayed);
        assert_eq!(again.order, issued.order);

        let code = commune.issuer.codes.lock().unwrap()[0].clone();
        let Verdict::Valid(shown) = commune.desk.verify(&code.to_lowercase(), morning(3)).await.unwrap() else {
            panic!()
        };
        assert_eq!((shown.number, shown.is_sealed), (order.number.clone(), false));
        // Issued on 27 November 2026 for six months: valid on 27 May 2027, not on the 28th.
        assert_eq!(shown.valid_until.unwrap().to_string(), "2027-05-27");
        let on = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let verdict = async |time| commune.desk.verify(&code, on(time)).await.unwrap().code();
        assert_eq!(verdict("2027-05-27T21:59:59Z").await, "document-valid");
        assert_eq!(verdict("2027-05-27T22:00:00Z").await, "document-expired");

        let (me, other) = (citizen("citizen-1"), citizen("citizen-2"));
        let refused = commune.desk.download(&commune.by(&other, 3), order.id).await.unwrap_err();
        assert_eq!(refused.code(), "order-not-requester");
        let (read, bytes) = commune.desk.download(&commune.by(&clerk(), 3), order.id).await.unwrap();
        assert_eq!((read.stage, bytes.as_slice()), (Stage::Ready, b"%PDF-1.7 2026/E/00001".as_slice()));
        let (delivered, _) = commune.desk.download(&commune.by(&me, 3), order.id).await.unwrap();
        assert_eq!(delivered.stage, Stage::Delivered);
        let (delivered, _) = commune.desk.download(&commune.by(&me, 4), order.id).await.unwrap();
        assert_eq!(delivered.stage, Stage::Delivered, "fetched again");

        commune.act(order.id, OrderCommand::Revoke { reason: "Erreur de date.".to_owned() }).await;
        assert_eq!(verdict("2026-12-01T08:00:00Z").await, "document-revoked");
        let unknown = communes_doc_ordering::issue::VerificationCode::from_random([9; 16]).to_string();
        assert_eq!(commune.desk.verify(&unknown, morning(3)).await.unwrap(), Verdict::Unknown);
        assert_eq!(
            commune.desk.verify("nonsense", morning(3)).await.unwrap_err().code(),
            "verification-code-character"
        );

        let records = commune.ledger.history(&order.id.key(), 0, 100).await.unwrap();
        verify_chain(&records).unwrap();
        let history: Vec<_> = records.iter().map(|record| HistoryEntry::open(record).unwrap()).collect();
        let events: Vec<_> = history.iter().map(|entry| entry.event.as_str()).collect();
        assert_eq!(events, ["submit", "record-payment", "accept", "start-issue", "record-issue", "deliver", "revoke"]);
        assert_eq!(history[1].amount, Some(Money::euro_cents(500)));
        assert_eq!(history[6].remark.as_deref(), Some("Erreur de date."));
    });
}

#[test]
fn sending_an_order_twice_makes_one() {
    pollster::block_on(async {
        let commune = Commune::new();
        let calendar = WorkingCalendar::belgian();
        let form = FormContext::new(NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(), &calendar);
        let me = citizen("citizen-1");
        let by = commune.by(&me, 0);
        let first = commune.desk.submit(&by, &request(order_id(1)), &form).await.unwrap();
        let second = commune.desk.submit(&by, &request(order_id(1)), &form).await.unwrap();
        assert_eq!((first.replayed, second.replayed), (false, true));
        assert_eq!(first.order, second.order);
        // The same id of a command for something else, and the same order under another.
        let other = OrderRequest { language: Lang::NL, ..request(order_id(1)) };
        assert_eq!(commune.desk.submit(&by, &other, &form).await.unwrap_err().code(), "command-reused");
        let error = commune.desk.submit(&commune.by(&me, 0), &request(order_id(1)), &form).await.unwrap_err();
        assert!(error.is_conflict());
        let blank = OrderRequest { answers: Answers::new(), ..request(order_id(2)) };
        let error = commune.desk.submit(&commune.by(&me, 0), &blank, &form).await.unwrap_err();
        let DeskError::Answers(faults) = error else { panic!() };
        assert_eq!((faults.len(), faults[0].key.as_deref(), faults[0].code()), (1, Some("event"), "required"));
        assert_eq!(commune.submit(3).await.number.as_str(), "2026/E/00002");
    });
}

#[test]
fn payments_that_do_not_fit_are_told_apart() {
    pollster::block_on(async {
        let commune = Commune::new();
        let mut references = Vec::new();
        for number in 1..=4 {
            references.push(commune.submit(number).await.payment.unwrap().reference());
        }
        commune.act(order_id(4), OrderCommand::Cancel).await;
        let unknown = communes_civil::Ogm::from_base(1).ok();
        let mut debit = movement("debit", references[0], "5.00");
        debit.direction = communes_doc_ordering::bank::Direction::Debit;
        let mut pending = movement("pending", references[0], "5.00");
        pending.booked = false;
        let statement = [
            movement("a", references[0], "5.00"),
            movement("b", references[0], "5.00"),
            movement("c", references[1], "4.99"),
            movement("d", references[1], "0.01"),
            movement("e", references[2], "6.00"),
            movement("f", references[3], "5.00"),
            movement("g", unknown, "5.00"),
            movement("h", None, "5.00"),
            movement("i", references[2], "5.005"),
            debit,
            pending,
        ];
        let report = commune.desk.import(&commune.by(&clerk(), 1), &statement).await.unwrap();
        let results: Vec<_> = report.matched.iter().map(|found| found.result).collect();
        use MatchResult as R;
        assert_eq!(results, [R::Exact, R::AlreadyPaid, R::Underpaid, R::Exact, R::Overpaid, R::Late]);
        let results: Vec<_> = report.unmatched.iter().map(|found| found.result).collect();
        assert_eq!(results, [R::UnknownReference, R::NoReference, R::Uncountable]);
        assert_eq!((report.ignored, report.refused.len()), (2, 0));
        let refunds =
            async |number| commune.desk.orders().order(order_id(number)).await.unwrap().unwrap().refund_due().minor();
        assert_eq!([refunds(1).await, refunds(2).await, refunds(3).await, refunds(4).await], [500, 0, 100, 500]);
        // The bank's key comes again with another amount: somebody has to look.
        let report = commune.desk.import(&commune.by(&clerk(), 1), [&movement("h", None, "6.00")]).await.unwrap();
        assert_eq!((report.refused[0].line, report.refused[0].code), (7, "command-reused"));
        let report = commune.desk.import(&commune.by(&clerk(), 1), [&movement("", None, "6.00")]).await.unwrap();
        assert_eq!(report.refused[0].code, "text-empty");
    });
}

#[test]
fn a_statement_that_many_import_at_once_is_credited_once() {
    let commune = Arc::new(Commune::new());
    let references: Vec<_> =
        (1..=5).map(|number| pollster::block_on(commune.submit(number)).payment.unwrap().reference()).collect();
    // Two transfers for each order, and one for none.
    let mut statement: Vec<_> = references
        .iter()
        .enumerate()
        .flat_map(|(place, reference)| ["a", "b"].map(|half| movement(&format!("{half}{place}"), *reference, "2.50")))
        .collect();
    statement.push(movement("none", None, "1.00"));
    let statement = Arc::new(statement);
    let credited = Arc::new(AtomicU32::new(0));
    let tasks = (0..8).map(|_| {
        let (commune, statement, credited) = (commune.clone(), statement.clone(), credited.clone());
        let task: communes_ledger::testkit::Task = Box::pin(async move {
            let mut report = commune.desk.import(&commune.by(&clerk(), 1), statement.iter()).await.unwrap();
            while report.refused.iter().any(|refused| refused.code == "version-conflict") {
                credited.fetch_add(report.matched.len() as u32, Ordering::Relaxed);
                report = commune.desk.import(&commune.by(&clerk(), 1), statement.iter()).await.unwrap();
            }
            assert!(report.refused.is_empty(), "{:?}", report.refused);
            credited.fetch_add(report.matched.len() as u32, Ordering::Relaxed);
        });
        task
    });
    on_threads(tasks.collect(), pollster::block_on);
    assert_eq!(credited.load(Ordering::Relaxed), 10);
    for number in 1..=5 {
        let order = pollster::block_on(commune.desk.orders().order(order_id(number))).unwrap().unwrap();
        assert_eq!((order.stage, order.payment.unwrap().balance().minor()), (Stage::Submitted, 500));
    }
    assert_eq!(pollster::block_on(commune.desk.orders().unmatched(None, 10)).unwrap().items.len(), 1);
}

#[test]
fn of_two_who_decide_at_once_one_wins() {
    let commune = Arc::new(Commune::new());
    pollster::block_on(commune.submit(1));
    let won = Arc::new(AtomicU32::new(0));
    let tasks = (0..16).map(|place| {
        let (commune, won) = (commune.clone(), won.clone());
        let task: communes_ledger::testkit::Task = Box::pin(async move {
            let refuse = OrderCommand::Refuse { reason: "Non.".to_owned() };
            let command = if place % 2 == 0 { OrderCommand::Cancel } else { refuse };
            match commune.desk.act(&commune.by(&clerk(), 1), order_id(1), &command).await {
                Ok(_) => drop(won.fetch_add(1, Ordering::Relaxed)),
                Err(error) => assert!(error.is_conflict() || error.code() == "order-stage", "{error:?}"),
            }
        });
        task
    });
    on_threads(tasks.collect(), pollster::block_on);
    assert_eq!(won.load(Ordering::Relaxed), 1);
}

#[test]
fn another_capability_moves_with_the_document_or_neither_does() {
    pollster::block_on(async {
        let commune = Commune::new();
        let id = commune.ready_to_make(1).await;
        let handling = AggregateKey::new(AggregateKind::from_static("test/handling"), Uuid::from_u128(1));
        let moved = |expected| {
            let rows = Rows::new().state(handling.clone(), Envelope::new("test/handling", 1, "finished".into()));
            vec![Change::finished([(handling.clone(), expected)], rows)]
        };
        let (clerk, version) = (clerk(), Expected::At(Version::FIRST));
        let stale = commune.desk.issue_with(&commune.by(&clerk, 2), id, [1; 16], |_| moved(version)).await;
        assert!(stale.unwrap_err().is_conflict());
        assert_eq!(commune.desk.orders().order(id).await.unwrap().unwrap().stage, Stage::Issuing);

        let with = |order: &Order| {
            assert_eq!(order.stage, Stage::Ready);
            moved(Expected::New)
        };
        let done = commune.desk.issue_with(&commune.by(&clerk, 2), id, [1; 16], with).await.unwrap();
        assert_eq!((done.order.stage, done.replayed), (Stage::Ready, false));
        assert!(commune.ledger.load(&handling).await.unwrap().is_some());

        let not_asked = |_: &Order| panic!("it is issued already");
        assert!(commune.desk.issue_with(&commune.by(&clerk, 2), id, [1; 16], not_asked).await.unwrap().replayed);
    });
}

#[test]
fn an_issuer_that_answers_later_or_not_is_asked_again() {
    pollster::block_on(async {
        let commune = Commune::new();
        let id = commune.ready_to_make(1).await;
        let script = |answer| commune.issuer.answers.lock().unwrap().push(answer);
        let issue = async || commune.desk.issue(&commune.by(&clerk(), 2), id, [1; 16]).await;
        script(Err(IssueError::Unavailable("no route".into())));
        let error = issue().await.unwrap_err();
        assert!(error.is_retryable() && error.code() == "issue-unavailable");
        script(Ok(IssueOutcome::Later { reference: "R-1".to_owned(), poll_after: morning(3) }));
        let later = issue().await.unwrap().order;
        assert_eq!((later.stage, later.awaited), (Stage::AwaitingRegister, Some(("R-1".to_owned(), morning(3)))));
        // The second effect waits until it makes sense to ask; the first is still in its way.
        let claim = |now| ClaimRequest::new(WorkerId::new("w").unwrap(), now, TimeDelta::days(9), 10);
        let first = Outbox::claim(&commune.ledger, &claim(morning(2))).await.unwrap().remove(0);
        commune.ledger.acknowledge(&first.effect.key, first.fence).await.unwrap();
        assert_eq!(Outbox::claim(&commune.ledger, &claim(morning(2))).await.unwrap(), []);
        assert_eq!(Outbox::claim(&commune.ledger, &claim(morning(3))).await.unwrap().len(), 1);
        // An error page under the name of a PDF.
        let bytes = b"<html>502 Bad Gateway</html>".to_vec();
        script(Ok(IssueOutcome::Ready(MadeFile { bytes, media_type: "application/pdf".to_owned(), is_sealed: false })));
        let failed = issue().await.unwrap().order;
        assert_eq!((failed.stage, failed.remark.as_deref()), (Stage::IssueFailed, Some("issue-not-a-document")));
        assert_eq!(issue().await.unwrap_err().code(), "order-stage");
        commune.act(id, OrderCommand::StartIssue).await;
        assert_eq!(issue().await.unwrap().order.stage, Stage::Ready);
    });
}

#[test]
fn an_order_that_is_not_paid_in_time_expires_by_its_timer() {
    pollster::block_on(async {
        let commune = Commune::new();
        let order = commune.submit(1).await;
        let pending = commune.ledger.pending(&order.id.key()).await.unwrap();
        // 14 days from 25 November: until the end of 9 December in Brussels.
        assert_eq!(pending[0].timer.due, "2026-12-09T23:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let job = Actor::new(communes_ledger::ActorKind::System, "timers").unwrap();
        let by = By { command: pending[0].command(), actor: &job, now: morning(15) };
        let expire = OrderCommand::ExpirePayment { timer: Some(pending[0].set_at) };
        assert_eq!(commune.desk.act(&by, order.id, &expire).await.unwrap().order.stage, Stage::Expired);
        assert!(commune.desk.act(&by, order.id, &expire).await.unwrap().replayed);
        assert!(commune.ledger.pending(&order.id.key()).await.unwrap().is_empty());
        // Who pays takes the timer away.
        let order = commune.submit(2).await;
        let paid = movement("m", order.payment.unwrap().reference(), "5.00");
        commune.desk.import(&commune.by(&clerk(), 1), [&paid]).await.unwrap();
        assert!(commune.ledger.pending(&order.id.key()).await.unwrap().is_empty());
    });
}

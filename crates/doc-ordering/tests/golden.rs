//! What is stored, one file a format and version: a later program reads them all, and this one writes them as they are.
//!
//! `COMMUNES_GOLDEN=write` writes the files anew, after a change that was meant.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::{fs, path::PathBuf, sync::Arc};

use communes_doc_ordering::{
    memory::MemoryOrders,
    money::Money,
    order::{HistoryEntry, Order, OrderCommand},
    payment::{Receipt, ReceiptKey, Refund},
    store::{movement_row, order_row},
    testkit::{
        Pair,
        sample::{act, import, issued_file, morning, movement, office, order_id, submit},
    },
};
use communes_ledger::{Envelope, Ledger, MemoryLedger, Stored};

fn check(name: &str, written: &Envelope) -> Envelope {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1").join(name);
    let text = serde_json::to_string_pretty(written).unwrap() + "\n";
    if std::env::var("COMMUNES_GOLDEN").is_ok_and(|value| value == "write") {
        fs::write(&path, &text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap();
    assert_eq!(text, golden, "{name} is written otherwise");
    serde_json::from_str(&golden).unwrap()
}

fn pair() -> (Pair, MemoryLedger) {
    let ledger = MemoryLedger::new();
    let store = Arc::new(MemoryOrders::new(ledger.clone()));
    (Pair { ledger: Arc::new(ledger.clone()), store }, ledger)
}

async fn golden_order(name: &str, ledger: &MemoryLedger, order: &Order) {
    let stored = ledger.load(&order.id.key()).await.unwrap().unwrap();
    let state = check(name, &stored.state);
    assert_eq!(order_row(&order.id.key(), &Stored { head: stored.head, state }).unwrap(), *order);
}

#[test]
fn orders() {
    pollster::block_on(async {
        let (pair, ledger) = pair();
        let office = office();
        let order = submit(&pair, &office, order_id(1), "citizen-1", morning(0)).await;
        golden_order("order-submitted.json", &ledger, &order).await;
        let booked_on = order.submitted_on;
        let key = |text: &str| ReceiptKey::new(text).unwrap();
        let receipt = Receipt { key: key("BE72000000001616/1"), amount: Money::euro_cents(600), booked_on };
        let refund = Refund { key: key("refund-1"), amount: Money::euro_cents(100), booked_on };
        let mut order = order;
        for command in [
            OrderCommand::RecordPayment(receipt),
            OrderCommand::RecordRefund(refund),
            OrderCommand::Accept,
            OrderCommand::StartIssue,
            OrderCommand::DeferIssue { reference: "R-1".to_owned(), poll_after: morning(1) },
        ] {
            order = act(&pair, &office, order.id, &command, morning(1)).await;
        }
        golden_order("order-awaiting-register.json", &ledger, &order).await;
        act(&pair, &office, order.id, &OrderCommand::RecordIssue(issued_file(order.id)), morning(1)).await;
        let revoke = OrderCommand::Revoke { reason: "Erreur de date.".to_owned() };
        let order = act(&pair, &office, order.id, &revoke, morning(2)).await;
        golden_order("order-revoked.json", &ledger, &order).await;
        for record in ledger.history(&order.id.key(), 0, 100).await.unwrap() {
            let mut golden = record.clone();
            golden.payload = check(&format!("event-{}-{}.json", record.number, record.name), &record.payload);
            assert_eq!(HistoryEntry::open(&golden).unwrap(), HistoryEntry::open(&record).unwrap());
        }
    });
}

#[test]
fn movements() {
    pollster::block_on(async {
        let (pair, ledger) = pair();
        let office = office();
        let order = submit(&pair, &office, order_id(1), "citizen-1", morning(0)).await;
        let reference = order.payment.as_ref().unwrap().reference();
        for (name, line, order) in [
            ("movement-exact.json", movement("a", reference, "5.00"), Some(&order)),
            ("movement-unmatched.json", movement("b", None, "5.005"), None),
        ] {
            let id = import(&pair, &office, &line, order).await;
            let stored = ledger.load(&id.key()).await.unwrap().unwrap();
            let state = check(name, &stored.state);
            let read = movement_row(&id.key(), &Stored { head: stored.head, state }).unwrap();
            assert_eq!(Some(read), pair.store.movement(id).await.unwrap());
        }
    });
}

#[test]
fn a_newer_version_is_not_read() {
    pollster::block_on(async {
        let (pair, ledger) = pair();
        let order = submit(&pair, &office(), order_id(1), "citizen-1", morning(0)).await;
        let mut stored = ledger.load(&order.id.key()).await.unwrap().unwrap();
        stored.state = Envelope::new("communes/order", 2, stored.state.data().clone());
        assert_eq!(order_row(&order.id.key(), &stored).unwrap_err().code(), "envelope-version");
    });
}

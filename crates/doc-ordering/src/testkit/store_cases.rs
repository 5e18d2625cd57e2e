use communes_ledger::{CommandId, CommandStamp, Cursor, Fingerprint, StoreErrorKind, code};

use super::{
    Harness,
    sample::{act, citizen, clerk, import, issued_file, morning, movement, office, order_id, submission, submit},
};
use crate::{
    issue::VerificationCode,
    order::{CitizenKey, Context, Order, OrderCommand, OrderId, OrderNumber, Stage, decide},
    payment::{MatchResult, MovementId, Receipt, ReceiptKey},
    store::{MAX_LIMIT, OrderQuery, OrderStore},
};

fn receipt(order: &Order) -> OrderCommand {
    let key = ReceiptKey::new(format!("receipt/{}", order.id)).unwrap();
    OrderCommand::RecordPayment(Receipt { key, amount: order.price.total(), booked_on: order.submitted_on })
}

fn refuse() -> OrderCommand {
    OrderCommand::Refuse { reason: "Pas de manifestation ce jour-là.".to_owned() }
}

fn ids(orders: &[Order]) -> Vec<OrderId> {
    orders.iter().map(|order| order.id).collect()
}

pub(super) async fn an_order_is_read_as_it_was_committed(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let (id, office) = (order_id(1), office());
    assert_eq!(pair.store.order(id).await.unwrap(), None, "there is none yet");
    let order = submit(&pair, &office, id, "citizen-1", morning(0)).await;
    let sent = submission(id, "citizen-1");
    assert_eq!((order.id, order.version.number()), (id, 1));
    assert_eq!(order.number.as_str(), "2026/E/00001");
    assert_eq!((&order.requester, &order.answers), (&sent.requester, &sent.answers));
    assert_eq!((order.stage, order.price.total().minor()), (Stage::AwaitingPayment, 500));
    // The tenth working day after Wednesday 25 November 2026 is Wednesday 9 December.
    assert_eq!(order.answer_due.to_string(), "2026-12-09");
    assert_eq!(pair.store.by_number(&order.number).await.unwrap().as_ref(), Some(&order));
    assert_eq!(pair.store.by_number(&OrderNumber::new("2026/E/00002")).await.unwrap(), None);
    assert_eq!(pair.store.order(order_id(2)).await.unwrap(), None);
}

pub(super) async fn a_command_is_seen_by_the_next_read(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let (id, office) = (order_id(1), office());
    let order = submit(&pair, &office, id, "citizen-1", morning(0)).await;
    let paid = act(&pair, &office, id, &receipt(&order), morning(1)).await;
    assert_eq!((paid.version.number(), paid.stage), (2, Stage::Submitted));
    assert_eq!(pair.store.by_number(&order.number).await.unwrap().as_ref(), Some(&paid));
    let reference = order.payment.as_ref().unwrap().reference().unwrap();
    assert_eq!(pair.store.by_references(&[reference]).await.unwrap(), std::slice::from_ref(&paid));
    let refused = act(&pair, &office, id, &refuse(), morning(2)).await;
    assert_eq!((refused.version.number(), refused.stage), (3, Stage::Refused));
    assert_eq!(pair.store.worklist(&OrderQuery::new()).await.unwrap().items, []);
}

pub(super) async fn a_commit_that_failed_is_not_seen(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let office = office();
    let first = submit(&pair, &office, order_id(1), "citizen-1", morning(0)).await;
    // A second order in one commit with a command that was decided on a version long gone.
    let (clerk, by) = (clerk(), citizen("citizen-2"));
    let stale =
        decide::decide(&first, &receipt(&first), &Context { office: &office, actor: &clerk, at: morning(1) }).unwrap();
    act(&pair, &office, first.id, &receipt(&first), morning(1)).await;
    let context = Context { office: &office, actor: &by, at: morning(2) };
    let change = decide::submit(&submission(order_id(2), "citizen-2"), &context).unwrap();
    let stamp =
        CommandStamp::new(CommandId::derived("both"), Fingerprint::of(&"both").unwrap(), morning(2), by.clone());
    let error = pair.ledger.commit(stamp, vec![change, stale.change]).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (StoreErrorKind::Conflict, code::VERSION_CONFLICT));
    assert_eq!(pair.store.order(order_id(2)).await.unwrap(), None);
    let key = CitizenKey::new("citizen-2").unwrap();
    assert_eq!(pair.store.of_citizen(&key, None, 10).await.unwrap().items, []);
    let second = submit(&pair, &office, order_id(3), "citizen-3", morning(3)).await;
    assert_eq!(second.number.as_str(), "2026/E/00002", "the commit that failed took no number");
}

pub(super) async fn references_find_their_orders(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let office = office();
    let mut references = Vec::new();
    for number in 1..=3 {
        let order = submit(&pair, &office, order_id(number), "citizen-1", morning(0)).await;
        references.push(order.payment.unwrap().reference().unwrap());
    }
    let mut found = pair.store.by_references(&[references[2], references[0]]).await.unwrap();
    found.sort_by_key(|order| order.id);
    assert_eq!(ids(&found), [order_id(1), order_id(3)]);
    let unknown = communes_civil::Ogm::from_base(1).unwrap();
    assert_eq!(pair.store.by_references(&[unknown]).await.unwrap(), []);
    assert_eq!(pair.store.by_references(&[]).await.unwrap(), []);
    let twice = pair.store.by_references(&[references[1], references[1], unknown]).await.unwrap();
    assert_eq!(ids(&twice), [order_id(2)]);
}

pub(super) async fn a_citizen_sees_his_own_orders_the_latest_first(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let office = office();
    for (number, by, day) in [(1, "citizen-1", 0), (2, "citizen-2", 0), (3, "citizen-1", 1), (4, "citizen-1", 1)] {
        submit(&pair, &office, order_id(number), by, morning(day)).await;
    }
    act(&pair, &office, order_id(3), &refuse(), morning(2)).await;
    let of = |key: &str| CitizenKey::new(key).unwrap();
    let page = pair.store.of_citizen(&of("citizen-1"), None, 10).await.unwrap();
    assert_eq!(ids(&page.items), [order_id(4), order_id(3), order_id(1)], "ended ones too");
    assert_eq!(page.next, None);
    let page = pair.store.of_citizen(&of("citizen-1"), None, 2).await.unwrap();
    assert_eq!(ids(&page.items), [order_id(4), order_id(3)]);
    let rest = pair.store.of_citizen(&of("citizen-1"), page.next.as_ref(), 2).await.unwrap();
    assert_eq!((ids(&rest.items), rest.next), (vec![order_id(1)], None));
    assert_eq!(pair.store.of_citizen(&of("citizen"), None, 10).await.unwrap().items, []);
}

pub(super) async fn a_worklist_shows_open_orders_the_earliest_due_first(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let office = office();
    for (number, day) in [(1, 2), (2, 0), (3, 1), (4, 0), (5, 0)] {
        submit(&pair, &office, order_id(number), "citizen-1", morning(day)).await;
    }
    act(&pair, &office, order_id(4), &refuse(), morning(3)).await;
    let page = pair.store.worklist(&OrderQuery::new()).await.unwrap();
    assert_eq!(ids(&page.items), [order_id(2), order_id(5), order_id(3), order_id(1)]);
}

pub(super) async fn stages_choose(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let office = office();
    for number in 1..=3 {
        submit(&pair, &office, order_id(number), "citizen-1", morning(0)).await;
    }
    let order = pair.store.order(order_id(1)).await.unwrap().unwrap();
    act(&pair, &office, order.id, &receipt(&order), morning(1)).await;
    act(&pair, &office, order_id(2), &refuse(), morning(1)).await;
    let worklist = async |stages: &[Stage]| {
        let query = OrderQuery::new().in_stages(stages.iter().copied());
        ids(&pair.store.worklist(&query).await.unwrap().items)
    };
    assert_eq!(worklist(&[Stage::Submitted]).await, [order_id(1)]);
    assert_eq!(worklist(&[Stage::Refused]).await, [order_id(2)], "one that is not open, when it is named");
    assert_eq!(worklist(&[Stage::AwaitingPayment, Stage::Submitted]).await, [order_id(1), order_id(3)]);
    assert_eq!(worklist(&[Stage::Ready]).await, []);
}

pub(super) async fn what_is_due_on_the_day_is_included(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let office = office();
    let mut due = Vec::new();
    for number in 1..=3 {
        due.push(submit(&pair, &office, order_id(number), "citizen-1", morning(number as i64 - 1)).await.answer_due);
    }
    let worklist = async |day| ids(&pair.store.worklist(&OrderQuery::new().due_by(day)).await.unwrap().items);
    assert_eq!(worklist(due[0].pred_opt().unwrap()).await, []);
    assert_eq!(worklist(due[1]).await, [order_id(1), order_id(2)]);
    let order = pair.store.order(order_id(1)).await.unwrap().unwrap();
    let issue = OrderCommand::RecordIssue(issued_file(order.id));
    for command in [receipt(&order), OrderCommand::Accept, OrderCommand::StartIssue, issue] {
        act(&pair, &office, order.id, &command, morning(4)).await;
    }
    assert_eq!(worklist(due[1]).await, [order_id(2)], "the first has its answer");
}

pub(super) async fn money_to_go_back_is_found_in_whatever_stage(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let office = office();
    for number in 1..=3 {
        let order = submit(&pair, &office, order_id(number), "citizen-1", morning(0)).await;
        if number < 3 {
            act(&pair, &office, order.id, &receipt(&order), morning(1)).await;
        }
    }
    act(&pair, &office, order_id(2), &refuse(), morning(2)).await;
    act(&pair, &office, order_id(3), &refuse(), morning(2)).await;
    let page = pair.store.worklist(&OrderQuery::new().with_refund_due()).await.unwrap();
    assert_eq!(ids(&page.items), [order_id(2)], "paid and refused");
    assert_eq!(page.items[0].refund_due().minor(), 500);
}

pub(super) async fn pages_join_without_gap_or_repetition(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let office = office();
    for number in 1..=7u128 {
        submit(&pair, &office, order_id(number), "citizen-1", morning((number % 3) as i64)).await;
    }
    let all = pair.store.worklist(&OrderQuery::new()).await.unwrap();
    assert_eq!((all.items.len(), &all.next), (7, &None));
    let mut joined = Vec::new();
    let mut after = None;
    loop {
        let page = pair.store.worklist(&OrderQuery::new().after(after).limit(3)).await.unwrap();
        assert!(page.items.len() <= 3, "no more than asked for");
        joined.extend(page.items);
        after = page.next;
        if after.is_none() || joined.len() > 7 {
            break;
        }
    }
    assert_eq!(ids(&joined), ids(&all.items));
    let citizen = CitizenKey::new("citizen-1").unwrap();
    for limit in [0, MAX_LIMIT + 1] {
        // A page of nothing would never end; one of everything would be without bound.
        assert!(!pair.store.of_citizen(&citizen, None, limit).await.unwrap().items.is_empty());
    }
}

pub(super) async fn a_cursor_of_something_else_is_refused(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let citizen = CitizenKey::new("citizen-1").unwrap();
    for text in ["", "7", "2026-11-25", "2026-11-25/x", "-/00000000-0000-0000-0000-000000000001"] {
        let cursor = Cursor::new(text);
        let worklist = pair.store.worklist(&OrderQuery::new().after(Some(cursor.clone()))).await.unwrap_err();
        let own = pair.store.of_citizen(&citizen, Some(&cursor), 10).await.unwrap_err();
        let unmatched = pair.store.unmatched(Some(&cursor), 10).await.unwrap_err();
        assert_eq!([worklist.code(), own.code(), unmatched.code()], [code::CURSOR_UNKNOWN; 3], "{text:?}");
    }
}

pub(super) async fn movements_that_are_no_orders_are_listed(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let office = office();
    let order = submit(&pair, &office, order_id(1), "citizen-1", morning(0)).await;
    let reference = order.payment.as_ref().unwrap().reference();
    let mut late = movement("late", None, "7.00");
    late.entry_date = late.entry_date.and_then(|day| day.succ_opt());
    let late = import(&pair, &office, &late, None).await;
    let unknown = movement("unknown", communes_civil::Ogm::from_base(1).ok(), "5.00");
    let unknown = import(&pair, &office, &unknown, None).await;
    let matched = import(&pair, &office, &movement("paid", reference, "5.00"), Some(&order)).await;
    let page = pair.store.unmatched(None, 10).await.unwrap();
    let listed: Vec<MovementId> = page.items.iter().map(|movement| movement.id).collect();
    assert_eq!((listed, page.next), (vec![unknown, late], None));
    let read = pair.store.movement(matched).await.unwrap().unwrap();
    assert_eq!((read.result, read.order), (MatchResult::Exact, Some(order.id)));
    assert_eq!(read.credit.amount.map(crate::money::Money::minor), Some(500));
    let first = pair.store.unmatched(None, 1).await.unwrap();
    assert_eq!(first.items.len(), 1);
    let second = pair.store.unmatched(first.next.as_ref(), 1).await.unwrap();
    assert_eq!((second.items[0].id, second.next), (late, None));
    let nobody = MovementId::of(&ReceiptKey::new("nobody").unwrap());
    assert_eq!(pair.store.movement(nobody).await.unwrap(), None);
}

pub(super) async fn a_code_finds_its_order(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let office = office();
    for number in 1..=2 {
        let order = submit(&pair, &office, order_id(number), "citizen-1", morning(0)).await;
        let issue = OrderCommand::RecordIssue(issued_file(order.id));
        for command in [receipt(&order), OrderCommand::Accept, OrderCommand::StartIssue, issue] {
            act(&pair, &office, order.id, &command, morning(1)).await;
        }
    }
    let found = pair.store.by_code(&issued_file(order_id(2)).code).await.unwrap().unwrap();
    assert_eq!((found.id, found.stage), (order_id(2), Stage::Ready));
    let other = VerificationCode::from_random([7; 16]).hash();
    assert_eq!(pair.store.by_code(&other).await.unwrap(), None);
    let revoke = OrderCommand::Revoke { reason: "Erreur de date.".to_owned() };
    act(&pair, &office, order_id(2), &revoke, morning(2)).await;
    let found = pair.store.by_code(&issued_file(order_id(2)).code).await.unwrap().unwrap();
    assert!(found.issued.unwrap().revoked.is_some(), "a revoked document is found, and said to be");
}

pub(super) async fn two_tenants_never_meet(harness: &impl Harness) {
    let Some([one, two]) = harness.tenants().await else {
        return;
    };
    let office = office();
    let order = submit(&one, &office, order_id(1), "citizen-1", morning(0)).await;
    let reference = order.payment.as_ref().unwrap().reference().unwrap();
    import(&one, &office, &movement("unknown", None, "5.00"), None).await;
    assert_eq!(two.store.order(order.id).await.unwrap(), None);
    assert_eq!(two.store.by_number(&order.number).await.unwrap(), None);
    assert_eq!(two.store.by_references(&[reference]).await.unwrap(), []);
    assert_eq!(two.store.of_citizen(&order.requester.key, None, 10).await.unwrap().items, []);
    assert_eq!(two.store.worklist(&OrderQuery::new()).await.unwrap().items, []);
    assert_eq!(two.store.unmatched(None, 10).await.unwrap().items, []);
    // The same ids in the other tenant are other rows.
    let own = submit(&two, &office, order_id(1), "citizen-2", morning(1)).await;
    assert_eq!(own.number.as_str(), "2026/E/00001");
    assert_eq!(one.store.order(order.id).await.unwrap(), Some(order));
}

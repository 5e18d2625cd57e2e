use communes_ledger::{Cursor, code};

use super::{
    Harness, Pair,
    given::{commit, day, fire, id, moved, start},
};
use crate::{Due, Fire, WorklistQuery};

async fn list(pair: &Pair, query: WorklistQuery) -> Vec<u128> {
    let page = pair.store.worklist(&query).await.unwrap();
    page.items.iter().map(|instance| instance.id.as_uuid().as_u128()).collect()
}

pub(super) async fn an_instance_is_read_as_it_was_committed(harness: &impl Harness) {
    let pair = harness.fresh().await;
    assert_eq!(pair.store.instance(id(1)).await.unwrap(), None);
    let started = start(&pair, "permit", 1, Some(day(25))).await;
    assert_eq!(pair.store.instance(id(1)).await.unwrap(), Some(started));
    assert_eq!(pair.store.instance(id(2)).await.unwrap(), None);
}

pub(super) async fn a_move_is_seen_by_the_next_read(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let started = start(&pair, "permit", 1, Some(day(25))).await;
    assert_eq!(pair.store.instance(id(1)).await.unwrap(), Some(started.clone()));
    assert_eq!(list(&pair, WorklistQuery::new()).await, [1]);
    let decided = fire(&started, &Fire::new("check").due(Due::On(day(27))));
    let checked = commit(&pair, decided, "check").await.unwrap();
    assert_eq!(pair.store.instance(id(1)).await.unwrap(), Some(checked.clone()));
    assert_eq!(pair.store.worklist(&WorklistQuery::new()).await.unwrap().items, [checked]);
    let wanted = [(WorklistQuery::new().in_states(["asked"]), 0), (WorklistQuery::new().in_states(["checked"]), 1)];
    for (query, count) in wanted {
        assert_eq!(list(&pair, query).await.len(), count, "the state of before the move is still listed");
    }
    assert!(list(&pair, WorklistQuery::new().for_roles(["Clerk"])).await.is_empty(), "a former candidate is listed");
    assert!(list(&pair, WorklistQuery::new().due_by(day(25))).await.is_empty(), "the former day is listed");
}

pub(super) async fn a_commit_that_failed_is_not_seen(harness: &impl Harness) {
    let pair = harness.fresh().await;
    let started = start(&pair, "permit", 1, None).await;
    let decided = fire(&started, &Fire::new("check"));
    let checked = commit(&pair, decided.clone(), "check").await.unwrap();
    let mut other = fire(&started, &Fire::new("check").due(Due::On(day(1))));
    other.instance.variables.clear();
    let conflict = commit(&pair, other, "late").await.unwrap_err();
    assert_eq!(conflict.code(), code::VERSION_CONFLICT);
    assert_eq!(pair.store.instance(id(1)).await.unwrap(), Some(checked));
    assert!(list(&pair, WorklistQuery::new().due_by(day(1))).await.is_empty());
}

pub(super) async fn a_worklist_is_in_its_order(harness: &impl Harness) {
    let pair = harness.fresh().await;
    // Written in another order than they are due.
    for (number, due) in [(5, None), (4, Some(day(26))), (3, Some(day(24))), (2, None), (1, Some(day(26)))] {
        start(&pair, "permit", number, due).await;
    }
    assert_eq!(list(&pair, WorklistQuery::new()).await, [3, 1, 4, 2, 5]);
    assert_eq!(list(&pair, WorklistQuery::new().for_roles(["Head"])).await, [3, 1, 4, 2, 5]);
}

pub(super) async fn what_is_due_on_the_day_is_included(harness: &impl Harness) {
    let pair = harness.fresh().await;
    for (number, due) in [(1, Some(day(24))), (2, Some(day(25))), (3, Some(day(26))), (4, None)] {
        start(&pair, "permit", number, due).await;
    }
    assert_eq!(list(&pair, WorklistQuery::new().due_by(day(25))).await, [1, 2]);
    assert_eq!(list(&pair, WorklistQuery::new().due_by(day(25)).for_roles(["Clerk"])).await, [1, 2]);
}

pub(super) async fn closed_instances_are_shown_on_demand_only(harness: &impl Harness) {
    let pair = harness.fresh().await;
    start(&pair, "permit", 1, None).await;
    let second = start(&pair, "permit", 2, None).await;
    let second = moved(&pair, &second, "check").await;
    let second = moved(&pair, &second, "finish").await;
    assert!(!second.is_open);
    assert_eq!(list(&pair, WorklistQuery::new()).await, [1]);
    let mut all = WorklistQuery::new();
    all.with_closed = true;
    assert_eq!(list(&pair, all.clone()).await, [1, 2]);
    assert_eq!(list(&pair, all.in_states(["done"])).await, [2]);
    assert_eq!(list(&pair, WorklistQuery::new().in_states(["done"])).await, [0; 0]);
}

pub(super) async fn workflow_states_and_roles_choose(harness: &impl Harness) {
    let pair = harness.fresh().await;
    start(&pair, "permit", 1, None).await;
    start(&pair, "subsidy", 2, None).await;
    let third = start(&pair, "permit", 3, None).await;
    moved(&pair, &third, "check").await;
    let query = WorklistQuery::new;
    assert_eq!(list(&pair, query().of_workflow("permit")).await, [1, 3]);
    assert_eq!(list(&pair, query().in_states(["checked"])).await, [3]);
    assert_eq!(list(&pair, query().in_states(["checked", "asked"])).await, [1, 2, 3]);
    assert_eq!(list(&pair, query().for_roles(["Clerk"])).await, [1, 2]);
    assert_eq!(list(&pair, query().for_roles(["Clerk"]).of_workflow("permit")).await, [1]);
    assert_eq!(list(&pair, query().for_roles(["Head"]).in_states(["checked"])).await, [3]);
    assert_eq!(list(&pair, query().for_roles(["Mayor"])).await, [0; 0]);
    // Ids are compared as they are written.
    assert_eq!(list(&pair, query().for_roles(["clerk"])).await, [0; 0]);
    assert_eq!(list(&pair, query().in_states(["%"])).await, [0; 0]);
}

pub(super) async fn an_instance_stands_once_whatever_its_candidates(harness: &impl Harness) {
    let pair = harness.fresh().await;
    start(&pair, "permit", 1, None).await;
    start(&pair, "permit", 2, Some(day(25))).await;
    assert_eq!(list(&pair, WorklistQuery::new().for_roles(["Head", "Clerk", "Head"])).await, [2, 1]);
}

pub(super) async fn pages_join_without_gap_or_repetition(harness: &impl Harness) {
    let pair = harness.fresh().await;
    // Seven on one day, seven on another, seven without: pages of four end inside each.
    for number in 1..=21 {
        let due = [Some(day(24)), Some(day(25)), None][(number % 3) as usize];
        start(&pair, "permit", number, due).await;
    }
    let whole = list(&pair, WorklistQuery::new()).await;
    assert_eq!(whole.len(), 21);
    for query in [WorklistQuery::new(), WorklistQuery::new().for_roles(["Head", "Clerk"])] {
        let mut joined = Vec::new();
        let mut query = query.limit(4);
        loop {
            let page = pair.store.worklist(&query).await.unwrap();
            assert!(page.items.len() <= 4, "a page is longer than asked for");
            joined.extend(page.items.iter().map(|instance| instance.id.as_uuid().as_u128()));
            assert!(joined.len() <= 21, "pages repeat themselves");
            match page.next {
                Some(next) => query = query.after(Some(next)),
                None => break,
            }
        }
        assert_eq!(joined, whole);
    }
}

pub(super) async fn a_cursor_of_something_else_is_refused(harness: &impl Harness) {
    let pair = harness.fresh().await;
    for text in ["", "17", "2026-11-25/17", "x/00000000-0000-0000-0000-000000000001"] {
        let query = WorklistQuery::new().after(Some(Cursor::new(text)));
        assert_eq!(pair.store.worklist(&query).await.unwrap_err().code(), code::CURSOR_UNKNOWN, "{text:?}");
    }
}

pub(super) async fn two_tenants_never_meet(harness: &impl Harness) {
    let Some([one, two]) = harness.tenants().await else {
        return;
    };
    let first = start(&one, "permit", 1, Some(day(25))).await;
    let other = start(&two, "subsidy", 1, None).await;
    moved(&one, &first, "check").await;
    assert_eq!(two.store.instance(id(1)).await.unwrap(), Some(other));
    assert_eq!(list(&one, WorklistQuery::new().of_workflow("subsidy")).await, [0; 0]);
    assert_eq!(list(&two, WorklistQuery::new().for_roles(["Clerk"])).await, [1]);
    assert_eq!(list(&one, WorklistQuery::new().for_roles(["Clerk"])).await, [0; 0]);
}

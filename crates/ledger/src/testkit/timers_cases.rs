use chrono::TimeDelta;
use serde_json::json;

use super::{
    Harness,
    given::{claim, code_of, commit, committed, key, minute, timer, write, write_timers},
};
use crate::{
    AggregateKey, ClaimedTimer, FencingToken, Ledger, TimerChange, TimerName, Timers, Version, WorkerId, code,
};

fn names(claimed: &[ClaimedTimer]) -> Vec<&str> {
    claimed.iter().map(|claimed| claimed.pending.timer.name.as_str()).collect()
}

fn fire(aggregate: &AggregateKey, name: &str, set_at: u64) -> TimerChange {
    let name = TimerName::new(name).unwrap();
    TimerChange::Fire { aggregate: aggregate.clone(), name, set_at: Version::new(set_at).unwrap() }
}

pub(super) async fn a_timer_is_due_at_its_time<H: Harness<Store: Ledger + Timers>>(harness: &H) {
    let store = harness.fresh().await;
    let set = timer(&key(1), "answer-due", minute(5));
    committed(&store, "make", write_timers(&key(1), 0, vec![set.clone()])).await;
    let pending = store.pending(&key(1)).await.unwrap();
    let TimerChange::Set(expected) = set else { unreachable!("it was set") };
    assert_eq!((&pending[0].timer, pending[0].set_at, pending.len()), (&expected, Version::FIRST, 1));
    let mut request = claim("w", 5, 10);
    request.now -= TimeDelta::microseconds(1);
    assert_eq!(store.claim_due(&request).await.unwrap(), [], "a microsecond early");
    let claimed = store.claim_due(&claim("w", 5, 10)).await.unwrap();
    assert_eq!(claimed, [ClaimedTimer { pending: pending[0].clone(), fence: FencingToken::new(1) }]);
    assert_eq!(store.pending(&key(2)).await.unwrap(), []);
}

pub(super) async fn the_earliest_comes_first<H: Harness<Store: Ledger + Timers>>(harness: &H) {
    let store = harness.fresh().await;
    let timers = vec![timer(&key(1), "c", minute(3)), timer(&key(1), "a", minute(2))];
    committed(&store, "one", write_timers(&key(1), 0, timers)).await;
    committed(&store, "two", write_timers(&key(2), 0, vec![timer(&key(2), "b", minute(1))])).await;
    assert_eq!(names(&store.claim_due(&claim("w", 9, 2)).await.unwrap()), ["b", "a"]);
    assert_eq!(names(&store.claim_due(&claim("w", 9, 2)).await.unwrap()), ["c"]);
    let pending = store.pending(&key(1)).await.unwrap();
    assert_eq!(pending.iter().map(|pending| pending.timer.name.as_str()).collect::<Vec<_>>(), ["a", "c"], "by name");
}

pub(super) async fn setting_again_replaces<H: Harness<Store: Ledger + Timers>>(harness: &H) {
    let store = harness.fresh().await;
    committed(&store, "make", write_timers(&key(1), 0, vec![timer(&key(1), "due", minute(1))])).await;
    assert_eq!(store.claim_due(&claim("w", 1, 10)).await.unwrap().len(), 1);
    committed(&store, "later", write_timers(&key(1), 1, vec![timer(&key(1), "due", minute(5))])).await;
    let pending = store.pending(&key(1)).await.unwrap();
    assert_eq!((pending.len(), pending[0].timer.due, pending[0].set_at.number()), (1, minute(5), 2));
    assert_eq!(store.claim_due(&claim("w", 4, 10)).await.unwrap(), []);
    assert_eq!(
        store.claim_due(&claim("w", 5, 10)).await.unwrap().len(),
        1,
        "the claim on the one before holds up the new one"
    );
    let twice = vec![timer(&key(1), "due", minute(6)), timer(&key(1), "due", minute(7))];
    assert_eq!(code_of(commit(&store, "twice", write_timers(&key(1), 2, twice)).await), code::CHANGE_MALFORMED);
}

pub(super) async fn a_cancelled_timer_is_gone<H: Harness<Store: Ledger + Timers>>(harness: &H) {
    let store = harness.fresh().await;
    let timers = vec![timer(&key(1), "due", minute(1)), timer(&key(1), "alert", minute(1))];
    committed(&store, "make", write_timers(&key(1), 0, timers)).await;
    let cancel = |name| TimerChange::Cancel { aggregate: key(1), name: TimerName::new(name).unwrap() };
    committed(&store, "cancel", write_timers(&key(1), 1, vec![cancel("due"), cancel("never set")])).await;
    assert_eq!(names(&store.claim_due(&claim("w", 9, 10)).await.unwrap()), ["alert"]);
    commit(&store, "refused", write_timers(&key(1), 7, vec![cancel("alert")])).await.unwrap_err();
    assert_eq!(store.pending(&key(1)).await.unwrap().len(), 1);
}

pub(super) async fn a_timer_fires_once<H: Harness<Store: Ledger + Timers>>(harness: &H) {
    let store = harness.fresh().await;
    committed(&store, "make", write_timers(&key(1), 0, vec![timer(&key(1), "due", minute(1))])).await;
    committed(&store, "fire", write_timers(&key(1), 1, vec![fire(&key(1), "due", 1)])).await;
    assert_eq!(store.pending(&key(1)).await.unwrap(), []);
    let twice = commit(&store, "twice", write_timers(&key(1), 2, vec![fire(&key(1), "due", 1)])).await;
    assert_eq!(code_of(twice), code::TIMER_GONE);
    assert_eq!(store.load(&key(1)).await.unwrap().unwrap().head.version.number(), 2);
    // Set again, it is another one.
    committed(&store, "again", write_timers(&key(1), 2, vec![timer(&key(1), "due", minute(2))])).await;
    let old = commit(&store, "old", write_timers(&key(1), 3, vec![fire(&key(1), "due", 1)])).await;
    assert_eq!(code_of(old), code::TIMER_GONE);
    committed(&store, "new", write_timers(&key(1), 3, vec![fire(&key(1), "due", 3)])).await;
}

pub(super) async fn a_claim_on_a_timer_lasts_until_its_time<H: Harness<Store: Ledger + Timers>>(harness: &H) {
    let store = harness.fresh().await;
    committed(&store, "make", write_timers(&key(1), 0, vec![timer(&key(1), "due", minute(0))])).await;
    assert_eq!(store.claim_due(&claim("w", 0, 10)).await.unwrap().len(), 1);
    assert_eq!(store.claim_due(&claim("v", 9, 10)).await.unwrap(), []);
    assert_eq!(store.claim_due(&claim("v", 10, 10)).await.unwrap()[0].fence, FencingToken::new(2));
    assert_eq!(store.release(&WorkerId::new("w").unwrap()).await.unwrap(), 0);
    assert_eq!(store.release(&WorkerId::new("v").unwrap()).await.unwrap(), 1);
    assert_eq!(store.claim_due(&claim("u", 11, 10)).await.unwrap().len(), 1);
    // A write that leaves the timer alone leaves it as it is.
    committed(&store, "beside", write(&key(1), 1, json!("beside"))).await;
    assert_eq!(store.pending(&key(1)).await.unwrap()[0].set_at, Version::FIRST);
}

pub(super) async fn timers_outlive_the_process<H: Harness<Store: Ledger + Timers>>(harness: &H) {
    if !harness.capabilities().durable {
        return;
    }
    let store = harness.fresh().await;
    committed(&store, "make", write_timers(&key(1), 0, vec![timer(&key(1), "due", minute(1))])).await;
    let before = store.pending(&key(1)).await.unwrap();
    let store = harness.reopen(store).await;
    assert_eq!(store.pending(&key(1)).await.unwrap(), before);
    assert_eq!(names(&store.claim_due(&claim("w", 1, 10)).await.unwrap()), ["due"]);
}

pub(super) async fn tenants_have_their_own_timers<H: Harness<Store: Ledger + Timers>>(harness: &H) {
    if !harness.capabilities().tenants {
        return;
    }
    let [one, two] = harness.tenants().await;
    committed(&one, "make", write_timers(&key(1), 0, vec![timer(&key(1), "due", minute(1))])).await;
    assert_eq!(two.pending(&key(1)).await.unwrap(), []);
    assert_eq!(two.claim_due(&claim("w", 9, 10)).await.unwrap(), []);
    committed(&two, "make", write_timers(&key(1), 0, vec![timer(&key(1), "due", minute(2))])).await;
    committed(&two, "fire", write_timers(&key(1), 1, vec![fire(&key(1), "due", 1)])).await;
    assert_eq!(one.pending(&key(1)).await.unwrap().len(), 1);
}

use super::{
    Harness,
    given::{claim, code_of, commit, committed, effect, key, minute, rows, stamp, write_effects},
};
use crate::{
    Change, ClaimedEffect, Effect, EffectKey, Expected, Failure, FencingToken, Ledger, Outbox, WorkerId, code,
};

fn names(claimed: &[ClaimedEffect]) -> Vec<&str> {
    claimed.iter().map(|claimed| claimed.effect.key.as_str()).collect()
}

fn name(name: &str) -> EffectKey {
    EffectKey::new(name).unwrap()
}

pub(super) async fn effects_leave_as_they_were_written<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    let store = harness.fresh().await;
    assert_eq!(store.claim(&claim("w", 0, 10)).await.unwrap(), []);
    let written = Effect { not_before: Some(minute(-1)), ..effect(&key(1), "été-1") };
    let change = Change::finished([(key(1), Expected::New)], rows(&key(1), "x".into()).effect(written.clone()));
    committed(&store, "make", change).await;
    let claimed = store.claim(&claim("w", 0, 10)).await.unwrap();
    assert_eq!(claimed, [ClaimedEffect { effect: written, fence: FencingToken::new(1) }]);
    store.acknowledge(&name("été-1"), claimed[0].fence).await.unwrap();
    assert_eq!(store.claim(&claim("w", 60, 10)).await.unwrap(), [], "what was delivered came again");
    // A command that is refused or repeated leaves nothing.
    commit(&store, "refused", write_effects(&key(1), 7, &["refused"])).await.unwrap_err();
    committed(&store, "again", write_effects(&key(1), 1, &["again"])).await;
    committed(&store, "again", write_effects(&key(1), 1, &["again"])).await;
    assert_eq!(names(&store.claim(&claim("w", 0, 10)).await.unwrap()), ["again"]);
}

pub(super) async fn effects_of_one_aggregate_leave_in_order<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    let store = harness.fresh().await;
    committed(&store, "make", write_effects(&key(1), 0, &["z", "a"])).await;
    committed(&store, "more", write_effects(&key(1), 1, &["m"])).await;
    for expected in ["z", "a", "m"] {
        let claimed = store.claim(&claim("w", 0, 10)).await.unwrap();
        assert_eq!(names(&claimed), [expected]);
        assert_eq!(
            store.claim(&claim("other", 0, 10)).await.unwrap(),
            [],
            "one left before the one ahead of it had arrived"
        );
        store.acknowledge(&name(expected), claimed[0].fence).await.unwrap();
    }
}

pub(super) async fn aggregates_do_not_hold_up_each_other<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    let store = harness.fresh().await;
    committed(&store, "one", write_effects(&key(1), 0, &["1a", "1b"])).await;
    committed(&store, "two", write_effects(&key(2), 0, &["2a"])).await;
    committed(&store, "three", write_effects(&key(3), 0, &["3a"])).await;
    assert_eq!(
        names(&store.claim(&claim("w", 0, 2)).await.unwrap()),
        ["1a", "2a"],
        "in the order of commits, up to the limit"
    );
    assert_eq!(names(&store.claim(&claim("v", 0, 2)).await.unwrap()), ["3a"]);
}

pub(super) async fn a_claim_lasts_until_its_time<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    let store = harness.fresh().await;
    committed(&store, "make", write_effects(&key(1), 0, &["a"])).await;
    assert_eq!(store.claim(&claim("w", 0, 10)).await.unwrap().len(), 1);
    assert_eq!(store.claim(&claim("v", 9, 10)).await.unwrap(), []);
    let again = store.claim(&claim("v", 10, 10)).await.unwrap();
    assert_eq!(names(&again), ["a"], "a claim of ten minutes is over after ten");
    assert_eq!(again[0].fence, FencingToken::new(2));
}

pub(super) async fn a_claim_that_passed_on_ends_nothing<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    let store = harness.fresh().await;
    committed(&store, "make", write_effects(&key(1), 0, &["a", "b"])).await;
    let old = store.claim(&claim("w", 0, 10)).await.unwrap()[0].fence;
    let new = store.claim(&claim("v", 10, 10)).await.unwrap()[0].fence;
    assert_eq!(code_of(store.acknowledge(&name("a"), old).await), code::CLAIM_LOST);
    assert_eq!(code_of(store.fail(&name("a"), old, Failure::Dead, "too late").await), code::CLAIM_LOST);
    assert_eq!(store.claim(&claim("u", 11, 10)).await.unwrap(), []);
    store.acknowledge(&name("a"), new).await.unwrap();
    assert_eq!(code_of(store.acknowledge(&name("a"), new).await), code::CLAIM_LOST, "delivered twice");
    assert_eq!(code_of(store.acknowledge(&name("b"), FencingToken::new(0)).await), code::CLAIM_LOST, "never claimed");
    assert_eq!(code_of(store.acknowledge(&name("?"), new).await), code::EFFECT_UNKNOWN);
}

pub(super) async fn a_retry_waits_and_holds_up<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    let store = harness.fresh().await;
    committed(&store, "make", write_effects(&key(1), 0, &["a", "b"])).await;
    let fence = store.claim(&claim("w", 0, 10)).await.unwrap()[0].fence;
    store.fail(&name("a"), fence, Failure::Retry { at: minute(30) }, "host is down").await.unwrap();
    assert_eq!(code_of(store.acknowledge(&name("a"), fence).await), code::CLAIM_LOST);
    assert_eq!(store.claim(&claim("w", 29, 10)).await.unwrap(), []);
    let again = store.claim(&claim("w", 30, 10)).await.unwrap();
    assert_eq!((names(&again), again[0].fence.number()), (vec!["a"], 2));
}

pub(super) async fn nothing_leaves_before_its_time<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    let store = harness.fresh().await;
    let later = Effect { not_before: Some(minute(5)), ..effect(&key(1), "later") };
    let rows = rows(&key(1), "x".into()).effect(later).effect(effect(&key(1), "behind"));
    committed(&store, "make", Change::finished([(key(1), Expected::New)], rows)).await;
    assert_eq!(store.claim(&claim("w", 4, 10)).await.unwrap(), []);
    assert_eq!(names(&store.claim(&claim("w", 5, 10)).await.unwrap()), ["later"]);
}

pub(super) async fn a_dead_letter_blocks_until_it_is_skipped<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    let store = harness.fresh().await;
    for number in 1..=3_u128 {
        let (first, second) = (format!("{number}a"), format!("{number}b"));
        committed(&store, &format!("make {number}"), write_effects(&key(number), 0, &[&first, &second])).await;
    }
    assert_eq!(store.dead_letters(None, 10).await.unwrap().items, []);
    for claimed in store.claim(&claim("w", 0, 10)).await.unwrap() {
        store.fail(&claimed.effect.key, claimed.fence, Failure::Dead, "no such address").await.unwrap();
    }
    assert_eq!(store.claim(&claim("w", 600, 10)).await.unwrap(), [], "one overtook a dead letter");
    let first = store.dead_letters(None, 2).await.unwrap();
    let keys = |items: &[crate::DeadLetter]| items.iter().map(|dead| dead.effect.key.to_string()).collect::<Vec<_>>();
    assert_eq!(keys(&first.items), ["1a", "2a"]);
    assert_eq!((first.items[0].tries, first.items[0].reason.as_str()), (1, "no such address"));
    let rest = store.dead_letters(first.next.as_ref(), 2).await.unwrap();
    assert_eq!((keys(&rest.items), rest.next), (vec!["3a".to_owned()], None));
    let by = stamp("").actor;
    assert_eq!(code_of(store.skip(&name("1b"), &by, minute(1), "not dead").await), code::NOT_DEAD);
    assert_eq!(code_of(store.skip(&name("?"), &by, minute(1), "unknown").await), code::EFFECT_UNKNOWN);
    store.skip(&name("1a"), &by, minute(1), "told by telephone").await.unwrap();
    assert_eq!(code_of(store.skip(&name("1a"), &by, minute(1), "twice").await), code::NOT_DEAD);
    assert_eq!(names(&store.claim(&claim("w", 2, 10)).await.unwrap()), ["1b"]);
}

pub(super) async fn a_worker_that_stops_gives_back<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    let store = harness.fresh().await;
    for number in 1..=3_u128 {
        committed(&store, &format!("make {number}"), write_effects(&key(number), 0, &[&number.to_string()])).await;
    }
    let held = store.claim(&claim("w", 0, 2)).await.unwrap();
    assert_eq!(names(&store.claim(&claim("v", 0, 10)).await.unwrap()), ["3"]);
    assert_eq!(store.release(&WorkerId::new("w").unwrap()).await.unwrap(), 2);
    assert_eq!(code_of(store.acknowledge(&name("1"), held[0].fence).await), code::CLAIM_LOST);
    assert_eq!(names(&store.claim(&claim("u", 0, 10)).await.unwrap()), ["1", "2"]);
    assert_eq!(store.release(&WorkerId::new("w").unwrap()).await.unwrap(), 0);
}

pub(super) async fn an_effect_key_is_used_once<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    let store = harness.fresh().await;
    committed(&store, "make", write_effects(&key(1), 0, &["a"])).await;
    let error = commit(&store, "other", write_effects(&key(2), 0, &["a"])).await;
    assert_eq!(code_of(error), code::EFFECT_EXISTS);
    let fence = store.claim(&claim("w", 0, 10)).await.unwrap()[0].fence;
    store.acknowledge(&name("a"), fence).await.unwrap();
    assert_eq!(code_of(commit(&store, "late", write_effects(&key(2), 0, &["a"])).await), code::EFFECT_EXISTS);
    assert_eq!(store.load(&key(2)).await.unwrap(), None);
    let twice = commit(&store, "twice", write_effects(&key(2), 0, &["b", "b"])).await;
    assert_eq!(code_of(twice), code::CHANGE_MALFORMED);
}

pub(super) async fn the_outbox_outlives_the_process<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    if !harness.capabilities().durable {
        return;
    }
    let store = harness.fresh().await;
    committed(&store, "make", write_effects(&key(1), 0, &["a", "b"])).await;
    let fence = store.claim(&claim("w", 0, 10)).await.unwrap()[0].fence;
    let store = harness.reopen(store).await;
    assert_eq!(store.claim(&claim("v", 1, 10)).await.unwrap(), [], "the claim was forgotten");
    store.acknowledge(&name("a"), fence).await.unwrap();
    assert_eq!(names(&store.claim(&claim("v", 1, 10)).await.unwrap()), ["b"]);
}

pub(super) async fn tenants_have_their_own_outbox<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    if !harness.capabilities().tenants {
        return;
    }
    let [one, two] = harness.tenants().await;
    committed(&one, "make", write_effects(&key(1), 0, &["a"])).await;
    assert_eq!(two.claim(&claim("w", 0, 10)).await.unwrap(), []);
    committed(&two, "make", write_effects(&key(1), 0, &["a"])).await;
    let fence = one.claim(&claim("w", 0, 10)).await.unwrap()[0].fence;
    assert_eq!(code_of(two.acknowledge(&name("a"), fence).await), code::CLAIM_LOST);
    assert_eq!(two.release(&WorkerId::new("w").unwrap()).await.unwrap(), 0);
    one.acknowledge(&name("a"), fence).await.unwrap();
    assert_eq!(names(&two.claim(&claim("w", 0, 10)).await.unwrap()), ["a"]);
}

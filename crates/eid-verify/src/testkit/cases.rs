use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Harness, Task};
use crate::{Challenge, ChallengeStore, SessionId};

const RACERS: usize = 8;
const ROUNDS: u8 = 50;

/// A fixed moment, with every digit down to the microsecond.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_767_225_600_123_456).unwrap()
}

fn session(name: &str) -> SessionId {
    SessionId::new(name).unwrap()
}

/// A challenge of this session with this byte, for five minutes from now.
fn challenge(name: &str, byte: u8) -> Challenge {
    Challenge::new(session(name), [byte; 32], now(), TimeDelta::minutes(5))
}

async fn put(store: &impl ChallengeStore, challenge: &Challenge) {
    store.put(challenge.clone(), now()).await.unwrap();
}

async fn take(store: &impl ChallengeStore, name: &str) -> Option<Challenge> {
    store.take(&session(name)).await.unwrap()
}

/// Whether it is this very challenge: a failed comparison prints no challenge.
fn is(taken: Option<&Challenge>, expected: &Challenge) -> bool {
    taken == Some(expected)
}

pub(super) async fn what_was_put_is_taken<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    put(&store, &challenge("a", 1)).await;
    let taken = take(&store, "a").await.expect("what was put is not there");
    assert_eq!(taken.session().as_str(), "a");
    assert_eq!(taken.random(), &[1; 32]);
    assert_eq!(taken.nonce().as_str(), challenge("a", 1).nonce().as_str());
}

pub(super) async fn what_was_never_put_is_none<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    assert!(take(&store, "a").await.is_none(), "an empty store gave a challenge");
    put(&store, &challenge("a", 1)).await;
    assert!(take(&store, "b").await.is_none(), "a session that has none was given one");
}

pub(super) async fn every_byte_is_kept<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    for start in (0..=255_u8).step_by(32) {
        let mut random = [0; 32];
        for (byte, value) in random.iter_mut().zip(start..=255) {
            *byte = value;
        }
        let kept = Challenge::new(session("bytes"), random, now(), TimeDelta::minutes(5));
        put(&store, &kept).await;
        assert!(is(take(&store, "bytes").await.as_ref(), &kept), "bytes from {start}");
    }
}

pub(super) async fn the_moment_is_kept_to_the_millisecond<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    put(&store, &challenge("a", 1)).await;
    // 2026-01-01T00:00:00.123456Z and five minutes, without the 456 microseconds.
    let expected = DateTime::from_timestamp_millis(1_767_225_600_123 + 300_000).unwrap();
    assert_eq!(take(&store, "a").await.map(|taken| taken.expires_at()), Some(expected));
}

pub(super) async fn a_challenge_is_taken_once<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    put(&store, &challenge("a", 1)).await;
    assert!(take(&store, "a").await.is_some());
    assert!(take(&store, "a").await.is_none(), "a challenge was given twice");
    put(&store, &challenge("a", 2)).await;
    assert!(is(take(&store, "a").await.as_ref(), &challenge("a", 2)), "a session has no second challenge");
}

pub(super) async fn a_session_takes_only_its_own<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    put(&store, &challenge("a", 1)).await;
    put(&store, &challenge("b", 2)).await;
    assert!(take(&store, "c").await.is_none());
    assert!(is(take(&store, "a").await.as_ref(), &challenge("a", 1)), "another session's challenge");
    assert!(is(take(&store, "b").await.as_ref(), &challenge("b", 2)), "used up by another session");
}

pub(super) async fn the_last_put_counts<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    for byte in 1..=3 {
        put(&store, &challenge("a", byte)).await;
    }
    assert!(is(take(&store, "a").await.as_ref(), &challenge("a", 3)), "not the last one");
    assert!(take(&store, "a").await.is_none(), "an earlier one is left");
}

pub(super) async fn sessions_are_compared_byte_by_byte<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    let long = ["x".repeat(128), format!("{}y", "x".repeat(127))];
    let names =
        ["a", "A", "a%", "a_", "a'", "a\"", "a\\", "a;", "0a", "00a", "1", "01", "1.0", "1e0", &long[0], &long[1]];
    for (byte, name) in (0..).zip(names) {
        put(&store, &challenge(name, byte)).await;
    }
    for (byte, name) in (0..).zip(names) {
        assert!(is(take(&store, name).await.as_ref(), &challenge(name, byte)), "session {name}");
    }
}

pub(super) async fn an_ended_challenge_is_never_another_ones<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    let ended = Challenge::new(session("a"), [1; 32], now() - TimeDelta::hours(1), TimeDelta::minutes(5));
    store.put(ended.clone(), now() - TimeDelta::hours(1)).await.unwrap();
    put(&store, &challenge("b", 2)).await;
    // It may be forgotten, or given with its moment: whether it has ended is the caller's to judge.
    let taken = take(&store, "a").await;
    assert!(taken.is_none() || is(taken.as_ref(), &ended), "an ended challenge was given another moment");
}

pub(super) async fn putting_forgets_nobody<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    // Put at the very last moment of the first: that one has not ended.
    let first = challenge("first", 1);
    put(&store, &first).await;
    for byte in 2..50 {
        let other = challenge(&format!("other-{byte}"), byte);
        store.put(other, first.expires_at()).await.unwrap();
    }
    assert!(is(take(&store, "first").await.as_ref(), &first), "a challenge was forgotten before its end");
}

pub(super) async fn of_many_who_take_one_gets_it<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    for round in 0..ROUNDS {
        put(&store, &challenge("a", round)).await;
        let winners = Arc::new(AtomicUsize::new(0));
        let race = (0..RACERS)
            .map(|_| -> Task {
                let (store, winners) = (store.clone(), winners.clone());
                Box::pin(async move {
                    if let Some(taken) = take(&store, "a").await {
                        assert!(is(Some(&taken), &challenge("a", round)), "a challenge of an earlier round");
                        winners.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        harness.parallel(race).await;
        assert_eq!(winners.load(Ordering::SeqCst), 1, "winners of round {round}");
    }
}

pub(super) async fn of_many_who_put_one_is_kept<H: Harness<Store: ChallengeStore>>(harness: &H) {
    let store = harness.fresh().await;
    for round in 0..ROUNDS {
        let race = (0..8)
            .map(|byte| -> Task {
                let store = store.clone();
                Box::pin(async move { put(&store, &challenge("a", byte)).await })
            })
            .collect();
        harness.parallel(race).await;
        assert!(take(&store, "a").await.is_some(), "none was kept in round {round}");
        assert!(take(&store, "a").await.is_none(), "two were kept in round {round}");
    }
}

pub(super) async fn what_was_put_outlives_the_process<H: Harness<Store: ChallengeStore>>(harness: &H) {
    if !harness.capabilities().durable {
        return;
    }
    let store = harness.fresh().await;
    put(&store, &challenge("kept", 1)).await;
    put(&store, &challenge("taken", 2)).await;
    assert!(take(&store, "taken").await.is_some());
    let store = harness.reopen(store).await;
    assert!(is(take(&store, "kept").await.as_ref(), &challenge("kept", 1)), "forgotten on reopening");
    assert!(take(&store, "taken").await.is_none(), "taken again after reopening");
}

pub(super) async fn tenants_have_their_own_challenges<H: Harness<Store: ChallengeStore>>(harness: &H) {
    if !harness.capabilities().tenants {
        return;
    }
    let [one, two] = harness.tenants().await;
    put(&one, &challenge("a", 1)).await;
    assert!(take(&two, "a").await.is_none(), "one tenant was given the other's");
    put(&two, &challenge("a", 2)).await;
    assert!(is(take(&one, "a").await.as_ref(), &challenge("a", 1)), "replaced by the other tenant");
    assert!(is(take(&two, "a").await.as_ref(), &challenge("a", 2)), "used up by the other tenant");
}

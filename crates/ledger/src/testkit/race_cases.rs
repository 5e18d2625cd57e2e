use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use serde_json::json;

use super::{
    Harness, Task,
    feed_cases::read_all,
    given::{
        at, claim, code_of, commit, committed, key, numbered, rows, series, stamp, timer, write, write_effects,
        write_timers,
    },
};
use crate::{Change, Feed, Ledger, Outbox, StoreErrorKind, TimerChange, Timers, code, verify_chain};

const WRITERS: u64 = 8;
const ROUNDS: u64 = 25;
// How often a task asks in vain before it gives up: others may have panicked.
const PATIENCE: u64 = 5_000;

/// Counts its end, also by a panic.
struct Ended(Arc<AtomicU64>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn tasks<F: Future<Output = ()> + Send + 'static>(count: u64, mut make: impl FnMut(u64) -> F) -> Vec<Task> {
    (0..count).map(|number| -> Task { Box::pin(make(number)) }).collect()
}

pub(super) async fn of_many_on_one_version_one_wins<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    for version in 0..ROUNDS {
        let wins = Arc::new(AtomicU64::new(0));
        let race = tasks(WRITERS, |writer| {
            let (ledger, wins) = (ledger.clone(), wins.clone());
            async move {
                let name = format!("writer {writer} at {version}");
                match commit(&ledger, &name, write(&key(1), version, json!([writer, version]))).await {
                    Ok(_) => drop(wins.fetch_add(1, Ordering::SeqCst)),
                    Err(error) => assert_eq!(error.code(), code::VERSION_CONFLICT, "{error}"),
                }
            }
        });
        harness.parallel(race).await;
        assert_eq!(wins.load(Ordering::SeqCst), 1, "winners of version {version}");
    }
    let history = ledger.history(&key(1), 0, 1000).await.unwrap();
    assert_eq!(history.len() as u64, ROUNDS);
    verify_chain(&history).expect("the chain is tied");
}

pub(super) async fn of_many_on_one_series_each_has_its_number<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    let numbers = Arc::new(Mutex::new(BTreeSet::new()));
    let race = tasks(WRITERS, |writer| {
        let (ledger, numbers) = (ledger.clone(), numbers.clone());
        async move {
            for round in 0..ROUNDS {
                let own = key(u128::from(writer * ROUNDS + round + 1));
                let done = committed(&ledger, &format!("order {writer} {round}"), numbered(&own, "order")).await;
                let number = done.number(&series("order")).expect("one was drawn");
                assert!(numbers.lock().unwrap().insert(number), "number {number} was given twice");
                // It exists now: refused, and the number that was drawn for it goes back.
                let refused = commit(&ledger, &format!("again {writer} {round}"), numbered(&own, "order")).await;
                assert_eq!(code_of(refused), code::VERSION_CONFLICT);
            }
        }
    });
    harness.parallel(race).await;
    let numbers = numbers.lock().unwrap().clone();
    assert!(numbers.into_iter().eq(1..=WRITERS * ROUNDS), "the numbers have gaps");
}

pub(super) async fn of_many_with_one_command_id_one_writes<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    for round in 0..u128::from(ROUNDS) {
        let outcomes = Arc::new(Mutex::new(Vec::new()));
        let race = tasks(WRITERS, |_| {
            let (ledger, outcomes) = (ledger.clone(), outcomes.clone());
            async move {
                let done = committed(&ledger, &format!("pay {round}"), numbered(&key(round), "receipt")).await;
                outcomes.lock().unwrap().push(done);
            }
        });
        harness.parallel(race).await;
        let outcomes = outcomes.lock().unwrap();
        assert_eq!(outcomes.iter().filter(|done| !done.replayed).count(), 1);
        assert!(outcomes.iter().all(|done| done.number(&series("receipt")) == Some(round as u64 + 1)));
    }
}

pub(super) async fn crossing_changes_do_not_lock_each_other_out<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    ledger.commit(stamp("make"), vec![write(&key(1), 0, json!(0)), write(&key(2), 0, json!(0))]).await.unwrap();
    let race = tasks(WRITERS, |writer| {
        let ledger = ledger.clone();
        async move {
            for round in 0..ROUNDS {
                // Half of them name the two the other way round.
                let pair = if writer % 2 == 0 { [1, 2] } else { [2, 1] };
                for try_number in 0.. {
                    assert!(try_number < PATIENCE, "conflict upon conflict");
                    let mut changes = Vec::new();
                    for number in pair {
                        let head = ledger.load(&key(number)).await.unwrap().unwrap().head;
                        let rows = rows(&key(number), json!([writer, round]));
                        changes.push(Change::finished([(key(number), at(head.version.number()))], rows));
                    }
                    match ledger.commit(stamp(&format!("cross {writer} {round}")), changes).await {
                        Ok(_) => break,
                        Err(error) => assert_eq!(error.kind(), StoreErrorKind::Conflict, "{error}"),
                    }
                }
            }
        }
    });
    harness.parallel(race).await;
    for number in [1, 2] {
        let stored = ledger.load(&key(number)).await.unwrap().unwrap();
        assert_eq!(stored.head.version.number(), 1 + WRITERS * ROUNDS);
    }
}

pub(super) async fn many_claimers_keep_the_order<H: Harness<Store: Ledger + Outbox>>(harness: &H) {
    let store = harness.fresh().await;
    let aggregates = 4;
    for version in 0..ROUNDS {
        for number in 0..aggregates {
            let name = format!("{number}:{version:03}");
            committed(&store, &name, write_effects(&key(number), version, &[&name])).await;
        }
    }
    let arrived = Arc::new(Mutex::new(Vec::new()));
    let open = Arc::new(AtomicU64::new(ROUNDS * aggregates as u64));
    let race = tasks(WRITERS, |worker| {
        let (store, arrived, open) = (store.clone(), arrived.clone(), open.clone());
        async move {
            let mut idle = 0;
            while open.load(Ordering::SeqCst) > 0 {
                let work = store.claim(&claim(&format!("worker {worker}"), 0, 3)).await.unwrap();
                idle = if work.is_empty() { idle + 1 } else { 0 };
                assert!(idle < PATIENCE, "effects wait and nobody may claim them");
                for claimed in work {
                    arrived.lock().unwrap().push(claimed.effect.key.to_string());
                    store.acknowledge(&claimed.effect.key, claimed.fence).await.unwrap();
                    open.fetch_sub(1, Ordering::SeqCst);
                }
            }
        }
    });
    harness.parallel(race).await;
    let arrived = arrived.lock().unwrap();
    for number in 0..aggregates {
        let of_it: Vec<_> = arrived.iter().filter(|name| name.starts_with(&format!("{number}:"))).cloned().collect();
        let expected: Vec<_> = (0..ROUNDS).map(|version| format!("{number}:{version:03}")).collect();
        assert_eq!(of_it, expected);
    }
}

pub(super) async fn of_many_who_fire_a_timer_one_does<H: Harness<Store: Ledger + Timers>>(harness: &H) {
    let store = harness.fresh().await;
    for round in 0..u128::from(ROUNDS) {
        let set = timer(&key(round), "due", super::given::minute(1));
        committed(&store, &format!("set {round}"), write_timers(&key(round), 0, vec![set])).await;
    }
    let fired = Arc::new(AtomicU64::new(0));
    let race = tasks(WRITERS, |worker| {
        let (store, fired) = (store.clone(), fired.clone());
        async move {
            loop {
                let due = store.claim_due(&claim(&format!("worker {worker}"), 1, 2)).await.unwrap();
                if due.is_empty() {
                    break;
                }
                for claimed in due {
                    let pending = claimed.pending;
                    let own = &pending.timer.aggregate;
                    let name = pending.timer.name.clone();
                    let fire = TimerChange::Fire { aggregate: own.clone(), name, set_at: pending.set_at };
                    let stamp = crate::CommandStamp { id: pending.command(), ..stamp("fire") };
                    let done = store.commit(stamp, vec![write_timers(own, 1, vec![fire])]).await.unwrap();
                    if !done.replayed {
                        fired.fetch_add(1, Ordering::SeqCst);
                    }
                }
            }
        }
    });
    harness.parallel(race).await;
    assert_eq!(fired.load(Ordering::SeqCst), ROUNDS);
}

pub(super) async fn a_reader_misses_nothing_of_many_writers<H: Harness<Store: Ledger + Feed>>(harness: &H) {
    let store = harness.fresh().await;
    let done = Arc::new(AtomicU64::new(0));
    let checked = Arc::new(AtomicBool::new(false));
    let mut race = tasks(WRITERS, |writer| {
        let (store, ended) = (store.clone(), Ended(done.clone()));
        async move {
            let _ended = ended;
            for version in 0..ROUNDS {
                let name = format!("write {writer} {version}");
                committed(&store, &name, write(&key(u128::from(writer)), version, json!(version))).await;
            }
        }
    });
    let reader = {
        let checked = checked.clone();
        async move {
            let (mut all, mut cursor) = (Vec::new(), None);
            loop {
                let last = done.load(Ordering::SeqCst) == WRITERS;
                let (more, next) = read_all(&store, cursor, 7).await;
                all.extend(more);
                cursor = next;
                if last {
                    break;
                }
            }
            for writer in 0..WRITERS {
                let own = key(u128::from(writer));
                let numbers = all.iter().filter(|record| record.aggregate == own).map(|record| record.number);
                assert!(numbers.eq(1..=ROUNDS), "the reader has not each record of {own} once and in order");
            }
            checked.store(true, Ordering::SeqCst);
        }
    };
    race.push(Box::pin(reader));
    harness.parallel(race).await;
    assert!(checked.load(Ordering::SeqCst), "the tasks did not all run");
}

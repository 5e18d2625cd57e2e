use serde_json::{Value, json};

use super::{
    Harness,
    given::{
        at, code_of, commit, committed, event, key, minute, numbered, rows, series, stamp, stamp_of, value, write,
    },
};
use crate::{Change, Expected, Ledger, Rows, StoreErrorKind, Stored, code, verify_chain};

async fn state(ledger: &impl Ledger, number: u128) -> Option<Value> {
    ledger.load(&key(number)).await.unwrap().map(|stored| stored.state.data().clone())
}

pub(super) async fn round_trip<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    let long = "é€😀".repeat(40_000);
    let data = json!({
        "empty": "", "null": null, "text": "Ça coûte 5 €\u{0}\n\"'\\", "long": long, "list": [[], {}, [1, -2, true]],
        "big": u64::MAX, "small": i64::MIN, "fraction": 0.1, "": "the empty key", "é": "an accent in a key",
    });
    committed(&ledger, "make", write(&key(1), 0, data.clone())).await;
    let Stored { head, state } = ledger.load(&key(1)).await.unwrap().expect("it was committed");
    assert_eq!((head.version.number(), head.records), (1, 1));
    assert_eq!(state, value(data.clone()));
    let history = ledger.history(&key(1), 0, 10).await.unwrap();
    assert_eq!(history[0].payload, value(data));
    assert_eq!(history[0].hash, head.hash);
}

pub(super) async fn what_was_never_written_is_none<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    assert_eq!(ledger.load(&key(1)).await.unwrap(), None);
    assert_eq!(ledger.history(&key(1), 0, 10).await.unwrap(), []);
    assert_eq!(ledger.outcome(&stamp("never")).await.unwrap(), None);
}

pub(super) async fn versions_count_up<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    for version in 0..5 {
        let done = committed(&ledger, &format!("write {version}"), write(&key(1), version, json!(version))).await;
        assert_eq!(done.version(&key(1)).map(crate::Version::number), Some(version + 1));
        assert!(!done.replayed);
    }
    let stored = ledger.load(&key(1)).await.unwrap().unwrap();
    assert_eq!((stored.head.version.number(), stored.state), (5, value(json!(4))));
}

pub(super) async fn a_stale_decision_writes_nothing<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    committed(&ledger, "one", write(&key(1), 0, json!("one"))).await;
    committed(&ledger, "two", write(&key(1), 1, json!("two"))).await;
    // Of another version, of none, and of one that is not yet.
    for (name, number, version) in [("again", 1, 0), ("stale", 1, 1), ("early", 1, 3), ("absent", 2, 1)] {
        let error = commit(&ledger, name, write(&key(number), version, json!(name))).await.unwrap_err();
        assert_eq!((error.code(), error.kind()), (code::VERSION_CONFLICT, StoreErrorKind::Conflict), "{name}");
        assert_eq!(ledger.outcome(&stamp(name)).await.unwrap(), None, "{name}");
    }
    assert_eq!(state(&ledger, 1).await, Some(json!("two")));
    assert_eq!(state(&ledger, 2).await, None);
    assert_eq!(ledger.history(&key(1), 0, 10).await.unwrap().len(), 2);
}

pub(super) async fn what_was_only_read_must_hold<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    committed(&ledger, "make", write(&key(1), 0, json!("rule"))).await;
    let decide = |version, other: u128| {
        Change::finished([(key(1), at(version)), (key(other), Expected::New)], rows(&key(other), json!("decided")))
    };
    let done = committed(&ledger, "holds", decide(1, 2)).await;
    assert_eq!(done.version(&key(1)), None, "what was only read is not written");
    committed(&ledger, "change", write(&key(1), 1, json!("other rule"))).await;
    assert_eq!(code_of(commit(&ledger, "stale", decide(1, 3)).await), code::VERSION_CONFLICT);
    assert_eq!(state(&ledger, 3).await, None);
}

pub(super) async fn all_changes_or_none<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    let pair = |version| vec![write(&key(1), version, json!("a")), write(&key(2), version, json!("b"))];
    let done = ledger.commit(stamp("both"), pair(0)).await.unwrap();
    assert_eq!(done.versions.len(), 2);
    committed(&ledger, "second moves", write(&key(2), 1, json!("moved"))).await;
    assert_eq!(code_of(ledger.commit(stamp("half"), pair(1)).await), code::VERSION_CONFLICT);
    let stored = ledger.load(&key(1)).await.unwrap().unwrap();
    assert_eq!(stored.head.version.number(), 1, "the sound half was written alone");
    assert_eq!(ledger.history(&key(1), 0, 10).await.unwrap().len(), 1);
}

pub(super) async fn a_repeated_command_has_its_first_outcome<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    let first = committed(&ledger, "make", numbered(&key(1), "order/2026")).await;
    committed(&ledger, "moves on", write(&key(1), 1, json!("later"))).await;
    // What it was decided on is long past: the command id comes first.
    let again = committed(&ledger, "make", numbered(&key(1), "order/2026")).await;
    assert!(again.replayed && !first.replayed);
    assert_eq!((again.versions, &again.numbers), (first.versions, &first.numbers));
    assert_eq!(again.numbers[&series("order/2026")], [1]);
    let known = ledger.outcome(&stamp("make")).await.unwrap().expect("it was committed");
    assert!(known.replayed);
    assert_eq!(known.numbers, first.numbers);
    assert_eq!(state(&ledger, 1).await, Some(json!("later")));
    assert_eq!(ledger.history(&key(1), 0, 10).await.unwrap().len(), 2);
    let next = committed(&ledger, "next", numbered(&key(2), "order/2026")).await;
    assert_eq!(next.number(&series("order/2026")), Some(2), "the repetition took a number");
}

pub(super) async fn a_command_id_names_one_command<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    committed(&ledger, "make", write(&key(1), 0, json!("made"))).await;
    let other = stamp_of("make", "something else");
    let result = ledger.commit(other.clone(), vec![write(&key(2), 0, json!("other"))]).await;
    assert_eq!(code_of(result), code::COMMAND_REUSED);
    assert_eq!(code_of(ledger.outcome(&other).await), code::COMMAND_REUSED);
    assert_eq!(state(&ledger, 2).await, None);
}

pub(super) async fn a_refused_command_may_come_again<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    committed(&ledger, "make", write(&key(1), 0, json!("made"))).await;
    assert_eq!(code_of(commit(&ledger, "change", write(&key(1), 7, json!("changed"))).await), code::VERSION_CONFLICT);
    let done = committed(&ledger, "change", write(&key(1), 1, json!("changed"))).await;
    assert!(!done.replayed);
    assert_eq!(state(&ledger, 1).await, Some(json!("changed")));
}

pub(super) async fn numbers_have_no_gaps_after_failures<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    for number in 1..=5_u128 {
        let done = committed(&ledger, &format!("order {number}"), numbered(&key(number), "order/2026")).await;
        assert_eq!(done.number(&series("order/2026")).map(u128::from), Some(number));
        assert_eq!(state(&ledger, number).await, Some(json!({"number": number as u64})));
        // The same key again: refused, and after it a change that breaks the contract.
        let refused = commit(&ledger, &format!("again {number}"), numbered(&key(number), "order/2026")).await;
        assert_eq!(code_of(refused), code::VERSION_CONFLICT);
        let malformed = Change::drawing([(key(99), Expected::New)], [series("order/2026")], |_| {
            Rows::new().event(event(&key(99), json!("without a row")))
        });
        assert_eq!(code_of(commit(&ledger, &format!("bad {number}"), malformed).await), code::CHANGE_MALFORMED);
    }
    let other = committed(&ledger, "receipt", numbered(&key(50), "receipt/2026")).await;
    assert_eq!(other.number(&series("receipt/2026")), Some(1), "each series counts for itself");
}

pub(super) async fn rows_are_made_from_what_was_drawn<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    committed(&ledger, "make", write(&key(1), 0, json!("made"))).await;
    let head = ledger.load(&key(1)).await.unwrap().unwrap().head;
    let (page, book) = (series("page"), series("book"));
    let decided_on = [(key(1), at(1)), (key(2), Expected::New)];
    let change = Change::drawing(decided_on, [page.clone(), book.clone(), page.clone()], move |drawn| {
        let seen = json!({
            "page": drawn.numbers(&page), "book": drawn.number(&book), "other": drawn.number(&series("other")),
            "head": drawn.head(&key(1)).map(|head| head.hash.to_string()), "new": drawn.head(&key(2)).is_none(),
        });
        rows(&key(2), seen)
    });
    // Beside it, a change that draws from one of the same series.
    let done = ledger.commit(stamp("draw"), vec![change, numbered(&key(3), "page")]).await.unwrap();
    let seen = json!({"page": [1, 2], "book": 1, "other": null, "head": head.hash.to_string(), "new": true});
    assert_eq!(state(&ledger, 2).await, Some(seen));
    assert_eq!(state(&ledger, 3).await, Some(json!({"number": 3})));
    assert_eq!(done.numbers[&series("page")], [1, 2, 3]);
}

pub(super) async fn a_malformed_change_is_refused_whole<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    let new = |number| (key(number), Expected::New);
    let sound = || rows(&key(1), json!("sound"));
    let wrong = [
        ("a row that was not decided on", Change::finished([new(1)], sound().state(key(2), value(json!(2))))),
        ("two rows of one", Change::finished([new(1)], sound().state(key(1), value(json!(2))))),
        ("an event without a row", Change::finished([new(1), new(2)], sound().event(event(&key(2), json!(2))))),
        (
            "an effect without a row",
            Change::finished([new(1), new(2)], sound().effect(super::given::effect(&key(2), "mail"))),
        ),
        (
            "a timer without a row",
            Change::finished([new(1), new(2)], sound().timer(super::given::timer(&key(2), "due", minute(1)))),
        ),
        ("an aggregate twice", Change::finished([new(1), new(1)], sound())),
    ];
    for (what, change) in wrong {
        let error = commit(&ledger, what, change).await.expect_err(what);
        assert_eq!((error.code(), error.is_retryable()), (code::CHANGE_MALFORMED, false), "{what}");
        assert_eq!(state(&ledger, 1).await, None, "{what}");
    }
    let twice = vec![write(&key(1), 0, json!("a")), write(&key(1), 0, json!("b"))];
    assert_eq!(code_of(ledger.commit(stamp("two changes"), twice).await), code::CHANGE_MALFORMED);
}

pub(super) async fn the_history_is_in_order_and_tied<H: Harness<Store: Ledger>>(harness: &H) {
    let ledger = harness.fresh().await;
    for version in 0..4 {
        let two = rows(&key(1), json!([version, "a"])).event(event(&key(1), json!([version, "b"])));
        let change = Change::finished([(key(1), at(version))], two);
        committed(&ledger, &format!("write {version}"), change).await;
        committed(&ledger, &format!("beside {version}"), write(&key(2), version, json!("other"))).await;
    }
    let whole = ledger.history(&key(1), 0, 100).await.unwrap();
    assert_eq!(whole.iter().map(|record| record.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 8]);
    let said: Vec<_> = whole.iter().map(|record| record.payload.data().clone()).collect();
    let expected: Vec<_> = (0..4).flat_map(|version| [json!([version, "a"]), json!([version, "b"])]).collect();
    assert_eq!(said, expected);
    let end = verify_chain(&whole).expect("the chain is tied");
    assert_eq!(ledger.load(&key(1)).await.unwrap().unwrap().head.hash, end);
    let first = &whole[0];
    assert_eq!((first.at, &first.actor, first.command), (minute(0), &stamp("").actor, stamp("write 0").id));
    // By pages.
    assert_eq!(ledger.history(&key(1), 0, 3).await.unwrap(), whole[..3]);
    assert_eq!(ledger.history(&key(1), 3, 3).await.unwrap(), whole[3..6]);
    assert_eq!(ledger.history(&key(1), 6, 3).await.unwrap(), whole[6..]);
    assert_eq!(ledger.history(&key(1), 8, 3).await.unwrap(), []);
}

pub(super) async fn tenants_never_meet<H: Harness<Store: Ledger>>(harness: &H) {
    if !harness.capabilities().tenants {
        return;
    }
    let [one, two] = harness.tenants().await;
    let first = committed(&one, "make", numbered(&key(1), "order/2026")).await;
    assert_eq!(two.load(&key(1)).await.unwrap(), None);
    assert_eq!(two.history(&key(1), 0, 10).await.unwrap(), []);
    assert_eq!(two.outcome(&stamp("make")).await.unwrap(), None);
    // The same command, key and series are another tenant's own.
    let second = committed(&two, "make", numbered(&key(1), "order/2026")).await;
    assert!(!second.replayed);
    assert_eq!((second.numbers, second.versions), (first.numbers, first.versions));
    committed(&two, "moves on", write(&key(1), 1, json!("two"))).await;
    assert_eq!(state(&one, 1).await, Some(json!({"number": 1})));
    assert_eq!(one.history(&key(1), 0, 10).await.unwrap().len(), 1);
}

pub(super) async fn what_was_committed_outlives_the_process<H: Harness<Store: Ledger>>(harness: &H) {
    if !harness.capabilities().durable {
        return;
    }
    let ledger = harness.fresh().await;
    committed(&ledger, "make", numbered(&key(1), "order/2026")).await;
    committed(&ledger, "moves on", write(&key(1), 1, json!("later"))).await;
    let (before, history) = (ledger.load(&key(1)).await.unwrap(), ledger.history(&key(1), 0, 10).await.unwrap());
    let ledger = harness.reopen(ledger).await;
    assert!(before.is_some());
    assert_eq!(ledger.load(&key(1)).await.unwrap(), before);
    assert_eq!(ledger.history(&key(1), 0, 10).await.unwrap(), history);
    assert!(committed(&ledger, "make", numbered(&key(1), "order/2026")).await.replayed);
    let next = committed(&ledger, "next", numbered(&key(2), "order/2026")).await;
    assert_eq!(next.number(&series("order/2026")), Some(2));
    committed(&ledger, "on", write(&key(1), 2, json!("on"))).await;
    verify_chain(&ledger.history(&key(1), 0, 10).await.unwrap()).expect("the chain goes on where it ended");
}

use serde_json::json;

use super::{
    Harness,
    given::{code_of, commit, committed, key, write},
};
use crate::{Cursor, Feed, Ledger, Record, code};

/// Reads to the end, by pages of this size.
pub(super) async fn read_all(feed: &impl Feed, from: Option<Cursor>, size: u32) -> (Vec<Record>, Option<Cursor>) {
    let (mut all, mut cursor) = (Vec::new(), from);
    loop {
        let page = feed.read(cursor.as_ref(), size).await.unwrap();
        assert!(page.items.len() <= size as usize, "more than was asked for");
        cursor = page.next;
        if page.items.is_empty() {
            return (all, cursor);
        }
        all.extend(page.items);
    }
}

pub(super) async fn every_record_once_in_order<H: Harness<Store: Ledger + Feed>>(harness: &H) {
    let store = harness.fresh().await;
    for version in 0..5 {
        for number in 1..=3_u128 {
            let name = format!("write {number} {version}");
            committed(&store, &name, write(&key(number), version, json!([number as u64, version]))).await;
            committed(&store, &name, write(&key(number), version, json!("repeated"))).await;
        }
        commit(&store, "refused", write(&key(1), 70, json!("refused"))).await.unwrap_err();
    }
    for size in [1, 4, 100] {
        let (all, _) = read_all(&store, None, size).await;
        assert_eq!(all.len(), 15, "by pages of {size}");
        for number in 1..=3 {
            let of_it: Vec<_> = all.iter().filter(|record| record.aggregate == key(number)).cloned().collect();
            assert_eq!(of_it, store.history(&key(number), 0, 100).await.unwrap(), "by pages of {size}");
        }
    }
}

pub(super) async fn an_empty_page_keeps_its_place<H: Harness<Store: Ledger + Feed>>(harness: &H) {
    let store = harness.fresh().await;
    let empty = store.read(None, 10).await.unwrap();
    assert_eq!((empty.items.len(), empty.next), (0, None));
    committed(&store, "one", write(&key(1), 0, json!("one"))).await;
    let (first, cursor) = read_all(&store, None, 10).await;
    assert_eq!(first.len(), 1);
    assert!(cursor.is_some(), "where to go on is not told");
    let (none, cursor) = read_all(&store, cursor, 10).await;
    assert_eq!(none, []);
    committed(&store, "two", write(&key(2), 0, json!("two"))).await;
    let (rest, _) = read_all(&store, cursor, 10).await;
    assert_eq!(rest.iter().map(|record| record.aggregate.clone()).collect::<Vec<_>>(), [key(2)]);
}

pub(super) async fn a_foreign_cursor_is_refused<H: Harness<Store: Ledger + Feed>>(harness: &H) {
    let store = harness.fresh().await;
    for cursor in ["", "nonsense", "1;drop table x", "é"] {
        assert_eq!(code_of(store.read(Some(&Cursor::new(cursor)), 10).await), code::CURSOR_UNKNOWN, "{cursor:?}");
    }
}

pub(super) async fn tenants_have_their_own_feed<H: Harness<Store: Ledger + Feed>>(harness: &H) {
    if !harness.capabilities().tenants {
        return;
    }
    let [one, two] = harness.tenants().await;
    committed(&one, "make", write(&key(1), 0, json!("one"))).await;
    assert_eq!(read_all(&two, None, 10).await.0, []);
    committed(&two, "make", write(&key(1), 0, json!("two"))).await;
    let (of_two, _) = read_all(&two, None, 10).await;
    assert_eq!(of_two, two.history(&key(1), 0, 10).await.unwrap());
}

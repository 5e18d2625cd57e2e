use communes_ledger::Cursor;

use super::{
    Harness,
    given::{
        UPDATE, activity, address, checkpoint, contact, enterprise, enterprise_number, establishment, import, key,
        name, names, record,
    },
};
use crate::{
    RegisterStore,
    register::{EntityKey, Part, Presence, RegisterChange},
    store::code,
};

pub(super) async fn nothing_before_the_first_import(harness: &impl Harness) {
    let store = harness.fresh().await;
    assert_eq!(store.checkpoint().await.unwrap(), None);
    assert_eq!(record(&store, 2_000_657).await, None);
    let page = store.scan(None, 10).await.unwrap();
    assert_eq!((page.items.len(), page.next), (0, None));
    assert_eq!(store.codes().await.unwrap().iter().count(), 0);
}

pub(super) async fn every_field_comes_back(harness: &impl Harness) {
    let store = harness.fresh().await;
    let long = "é".repeat(320);
    let rows = vec![
        RegisterChange::Entities(vec![enterprise(2_000_657)]),
        RegisterChange::Names(vec![name(2_000_657, &long)]),
        RegisterChange::Addresses(vec![address(2_000_657, "Wallhäuser Straße, Dürler")]),
        RegisterChange::Contacts(vec![contact(2_000_657, " 02 315\u{a0}13 51 ")]),
        RegisterChange::Activities(vec![activity(2_000_657, "0111", "007")]),
    ];
    import(&store, UPDATE(), rows).await;
    let record = record(&store, 2_000_657).await.unwrap();
    assert_eq!(record.presence, Presence::Active);
    assert_eq!(record.entity, Some(enterprise(2_000_657)));
    assert_eq!(record.parent, None);
    assert_eq!(record.names, [name(2_000_657, &long).value]);
    assert_eq!(record.addresses, [address(2_000_657, "Wallhäuser Straße, Dürler").value]);
    assert_eq!(record.contacts, [contact(2_000_657, " 02 315\u{a0}13 51 ").value]);
    assert_eq!(record.activities, [activity(2_000_657, "0111", "007").value]);
}

pub(super) async fn rows_come_sorted(harness: &impl Harness) {
    let store = harness.fresh().await;
    let rows = vec![
        RegisterChange::Names(vec![
            name(2_000_657, "b"),
            name(2_000_657, "É"),
            name(2_000_657, "a"),
            name(2_000_657, "Z"),
        ]),
        RegisterChange::Contacts(vec![contact(2_000_657, "2"), contact(2_000_657, "10"), contact(2_000_657, "1")]),
        RegisterChange::Activities(vec![activity(2_000_657, "84", "001"), activity(2_000_657, "0111", "001")]),
    ];
    import(&store, UPDATE(), rows).await;
    let record = record(&store, 2_000_657).await.unwrap();
    // By bytes: capitals, then small letters, then É.
    assert_eq!(names(&record), ["Z", "a", "b", "É"]);
    assert!(record.contacts.is_sorted() && record.activities.is_sorted());
}

pub(super) async fn records_come_in_the_order_of_the_keys(harness: &impl Harness) {
    let store = harness.fresh().await;
    import(&store, UPDATE(), vec![RegisterChange::Entities(vec![enterprise(2_000_657), enterprise(2_000_686)])]).await;
    let asked = [key(2_000_686), key(2_001_719), key(2_000_657), key(2_000_686)];
    let answers = store.records(&asked).await.unwrap();
    let keys: Vec<Option<EntityKey>> = answers.iter().map(|record| record.as_ref().map(|record| record.key)).collect();
    assert_eq!(keys, [Some(asked[0]), None, Some(asked[2]), Some(asked[3])]);
    assert!(store.records(&[]).await.unwrap().is_empty());
}

pub(super) async fn rows_without_their_entity_are_unregistered(harness: &impl Harness) {
    let store = harness.fresh().await;
    import(&store, UPDATE(), vec![RegisterChange::Addresses(vec![address(2_000_657, "Straße")])]).await;
    let record = record(&store, 2_000_657).await.expect("rows that came are kept");
    assert_eq!((record.presence, record.entity.is_none(), record.addresses.len()), (Presence::Unregistered, true, 1));
    let page = store.scan(None, 10).await.unwrap();
    assert!(page.items.is_empty(), "a scan is of those with an own row");
}

pub(super) async fn an_establishment_comes_with_its_enterprise(harness: &impl Harness) {
    let store = harness.fresh().await;
    let rows = vec![
        RegisterChange::Entities(vec![
            establishment(20_000_003, 4_034_498),
            establishment(20_000_004, 4_035_902),
            enterprise(4_034_498),
        ]),
        RegisterChange::Names(vec![name(4_034_498, "Parent")]),
    ];
    import(&store, UPDATE(), rows).await;
    let parent = record(&store, 20_000_003).await.unwrap().parent.expect("its enterprise");
    assert_eq!(parent.number, enterprise_number(4_034_498));
    assert_eq!(parent.entity, Some(enterprise(4_034_498)));
    assert_eq!(parent.names, [name(4_034_498, "Parent").value]);
    let parent = record(&store, 20_000_004).await.unwrap().parent.expect("its number is known");
    assert_eq!((parent.number, parent.entity, parent.names.len()), (enterprise_number(4_035_902), None, 0));
}

pub(super) async fn a_scan_has_every_record_once(harness: &impl Harness) {
    let store = harness.fresh().await;
    let bases = [10_290_252, 2_000_657, 20_000_003, 2_000_686, 4_034_498];
    let mut rows: Vec<_> = bases.iter().map(|base| enterprise(*base)).collect();
    rows[2] = establishment(20_000_003, 4_034_498);
    let changes = vec![
        RegisterChange::Entities(rows),
        RegisterChange::Names(vec![name(2_000_686, "Named"), name(4_034_498, "Parent"), name(2_001_719, "Orphan")]),
        RegisterChange::Remove(Part::Entity, vec![key(4_034_498)]),
    ];
    import(&store, UPDATE(), changes).await;
    for limit in [1, 2, 5, 9] {
        let mut seen = Vec::new();
        let mut after: Option<Cursor> = None;
        loop {
            let page = store.scan(after.as_ref(), limit).await.unwrap();
            assert!(page.items.len() <= limit && (page.next.is_none() || !page.items.is_empty()));
            for record in page.items {
                let alone = store.records(&[record.key]).await.unwrap().remove(0);
                assert_eq!(alone.as_ref(), Some(&record), "a scan gives what a look-up gives");
                seen.push(record.key);
            }
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        let expected = [2_000_657, 2_000_686, 4_034_498, 10_290_252, 20_000_003].map(key);
        assert_eq!(seen, expected, "with pages of {limit}");
    }
}

pub(super) async fn establishments_of_an_enterprise(harness: &impl Harness) {
    let store = harness.fresh().await;
    let rows = vec![
        RegisterChange::Entities(vec![
            establishment(20_000_010, 4_034_498),
            establishment(20_000_003, 4_034_498),
            establishment(20_000_004, 4_034_498),
            establishment(20_000_020, 4_035_902),
            establishment(90_000_066, 4_034_498),
        ]),
        RegisterChange::Remove(Part::Entity, vec![key(20_000_004)]),
    ];
    import(&store, UPDATE(), rows).await;
    let number = enterprise_number(4_034_498);
    let first = store.establishments(number, None, 2).await.unwrap();
    assert_eq!(first.items, [key(20_000_003), key(20_000_010)], "in order, without those that are gone");
    let rest = store.establishments(number, first.next.as_ref(), 2).await.unwrap();
    assert_eq!((rest.items, rest.next), (vec![key(90_000_066)], None));
    assert!(store.establishments(enterprise_number(2_000_657), None, 2).await.unwrap().items.is_empty());
}

pub(super) async fn a_foreign_cursor_is_refused(harness: &impl Harness) {
    let store = harness.fresh().await;
    let foreign = Cursor::new("not of this store");
    let error = store.scan(Some(&foreign), 1).await.expect_err("a scan from nowhere");
    assert_eq!(error.code(), code::CURSOR_UNKNOWN);
    let error =
        store.establishments(enterprise_number(2_000_657), Some(&foreign), 1).await.expect_err("a list from nowhere");
    assert_eq!(error.code(), code::CURSOR_UNKNOWN);
}

pub(super) async fn an_import_outlives_the_process(harness: &impl Harness) {
    let store = harness.fresh().await;
    import(&store, UPDATE(), vec![RegisterChange::Names(vec![name(2_000_657, "Kept")])]).await;
    let Some(store) = harness.reopen(store).await else {
        return;
    };
    assert_eq!(names(&record(&store, 2_000_657).await.unwrap()), ["Kept"]);
    assert_eq!(store.checkpoint().await.unwrap(), Some(checkpoint(1)));
}

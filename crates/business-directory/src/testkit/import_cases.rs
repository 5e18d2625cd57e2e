use communes_civil::Lang;

use super::{
    Harness,
    given::{
        UPDATE, activity, address, checkpoint, contact, day, enterprise, establishment, import, key, name, names,
        record,
    },
};
use crate::{
    RegisterStore,
    register::{CodeCategory, CodeLabel, Part, Presence, RegisterChange},
    store::{ImportMode, code},
};

pub(super) async fn an_import_is_seen_whole_and_at_its_end(harness: &impl Harness) {
    let store = harness.fresh().await;
    let mut open = store.begin(UPDATE()).await.unwrap();
    open.apply(RegisterChange::Entities(vec![enterprise(2_000_657)])).await.unwrap();
    // An answer about its own state: what was queued is applied by now.
    assert_eq!(open.known(&[key(2_000_657)]).await.unwrap(), [true], "an import knows what it has applied");
    assert_eq!(record(&store, 2_000_657).await, None, "rows are seen before the import is finished");
    assert_eq!(store.checkpoint().await.unwrap(), None, "a checkpoint before the import is finished");
    open.apply(RegisterChange::Names(vec![name(2_000_657, "Veneco")])).await.unwrap();
    open.finish(checkpoint(7)).await.unwrap();
    assert_eq!(names(&record(&store, 2_000_657).await.unwrap()), ["Veneco"]);
    assert_eq!(store.checkpoint().await.unwrap(), Some(checkpoint(7)), "the checkpoint comes with the rows");
}

pub(super) async fn a_dropped_import_leaves_no_trace(harness: &impl Harness) {
    let store = harness.fresh().await;
    import(&store, UPDATE(), vec![RegisterChange::Names(vec![name(2_000_657, "Before")])]).await;
    let mut dropped = store.begin(ImportMode::Replace { snapshot: day(12), forget: true }).await.unwrap();
    dropped.apply(RegisterChange::Names(vec![name(2_000_657, "After")])).await.unwrap();
    dropped.known(&[key(2_000_657)]).await.unwrap();
    drop(dropped);
    assert_eq!(names(&record(&store, 2_000_657).await.unwrap()), ["Before"]);
    // And the next import is let in.
    import(&store, UPDATE(), vec![RegisterChange::Names(vec![name(2_000_657, "Next")])]).await;
    assert_eq!(names(&record(&store, 2_000_657).await.unwrap()), ["Before", "Next"]);
}

pub(super) async fn removing_an_entity_leaves_its_rows(harness: &impl Harness) {
    let store = harness.fresh().await;
    let rows = vec![
        RegisterChange::Entities(vec![enterprise(8_724_800), establishment(20_000_003, 8_724_800)]),
        RegisterChange::Names(vec![name(8_724_800, "Stays")]),
        RegisterChange::Addresses(vec![address(8_724_800, "Bergstraße")]),
        RegisterChange::Contacts(vec![contact(8_724_800, "089/36.17.97")]),
        RegisterChange::Activities(vec![activity(8_724_800, "84130", "006")]),
    ];
    import(&store, UPDATE(), rows).await;
    let before = record(&store, 8_724_800).await.unwrap();
    import(&store, UPDATE(), vec![RegisterChange::Remove(Part::Entity, vec![key(8_724_800)])]).await;
    let after = record(&store, 8_724_800).await.unwrap();
    assert_eq!(after.presence, Presence::Gone { seen_on: day(11) });
    assert_eq!(
        (&after.names, &after.addresses, &after.contacts, &after.activities),
        (&before.names, &before.addresses, &before.contacts, &before.activities),
        "an update that takes an enterprise out and puts it back says nothing of its names: a cascade loses them"
    );
    assert_eq!(
        record(&store, 20_000_003).await.unwrap().presence,
        Presence::Active,
        "nor does it close establishments"
    );
}

pub(super) async fn a_tombstone_opens_again(harness: &impl Harness) {
    let store = harness.fresh().await;
    import(&store, UPDATE(), vec![RegisterChange::Entities(vec![enterprise(8_724_800)])]).await;
    let gone = vec![RegisterChange::Remove(Part::Entity, vec![key(8_724_800)])];
    let totals = import(&store, ImportMode::Update { snapshot: day(12) }, gone.clone()).await;
    assert_eq!((totals.entities, totals.gone), (0, 1));
    // Absent still: the first day counts.
    import(&store, ImportMode::Update { snapshot: day(13) }, gone).await;
    assert_eq!(record(&store, 8_724_800).await.unwrap().presence, Presence::Gone { seen_on: day(12) });
    let totals = import(&store, UPDATE(), vec![RegisterChange::Entities(vec![enterprise(8_724_800)])]).await;
    assert_eq!((totals.entities, totals.gone), (1, 0));
    assert_eq!(record(&store, 8_724_800).await.unwrap().presence, Presence::Active);
}

pub(super) async fn rows_are_a_set(harness: &impl Harness) {
    let store = harness.fresh().await;
    let rows = || {
        vec![
            RegisterChange::Names(vec![name(2_000_657, "Twice"), name(2_000_657, "Twice")]),
            RegisterChange::Addresses(vec![address(2_000_657, "Straße"), address(2_000_657, "Straße")]),
            RegisterChange::Contacts(vec![contact(2_000_657, "1"), contact(2_000_657, "1")]),
            RegisterChange::Activities(vec![activity(2_000_657, "84130", "001"), activity(2_000_657, "84130", "006")]),
        ]
    };
    import(&store, UPDATE(), rows()).await;
    import(&store, UPDATE(), rows()).await;
    let record = record(&store, 2_000_657).await.unwrap();
    assert_eq!((record.names.len(), record.addresses.len(), record.contacts.len()), (1, 1, 1));
    let groups: Vec<String> = record.activities.iter().flat_map(|activity| activity.groups.codes()).collect();
    assert_eq!(groups, ["001", "006"], "one activity with both groups");
}

pub(super) async fn deletes_come_before_inserts(harness: &impl Harness) {
    let store = harness.fresh().await;
    import(&store, UPDATE(), vec![RegisterChange::Names(vec![name(8_413_234, "Old"), name(8_413_235, "Other")])]).await;
    let replaced = vec![
        RegisterChange::Remove(Part::Names, vec![key(8_413_234)]),
        RegisterChange::Names(vec![name(8_413_234, "New")]),
    ];
    import(&store, UPDATE(), replaced).await;
    assert_eq!(names(&record(&store, 8_413_234).await.unwrap()), ["New"]);
    assert_eq!(names(&record(&store, 8_413_235).await.unwrap()), ["Other"], "only what was named is removed");
}

pub(super) async fn a_replacement_keeps_tombstones_only(harness: &impl Harness) {
    let store = harness.fresh().await;
    let rows = vec![
        RegisterChange::Entities(vec![enterprise(2_000_657), enterprise(2_000_686)]),
        RegisterChange::Names(vec![name(2_000_657, "Old"), name(2_000_686, "Gone"), name(2_001_719, "Orphan")]),
    ];
    import(&store, UPDATE(), rows).await;
    let again = vec![
        RegisterChange::Entities(vec![enterprise(2_000_657)]),
        RegisterChange::Names(vec![name(2_000_657, "New")]),
    ];
    let totals = import(&store, ImportMode::Replace { snapshot: day(20), forget: false }, again).await;
    assert_eq!((totals.entities, totals.gone), (1, 1));
    assert_eq!(names(&record(&store, 2_000_657).await.unwrap()), ["New"]);
    assert_eq!(record(&store, 2_000_686).await.unwrap().presence, Presence::Gone { seen_on: day(20) });
    assert_eq!(record(&store, 2_001_719).await, None, "rows of no entity go");
}

pub(super) async fn a_replacement_can_forget(harness: &impl Harness) {
    let store = harness.fresh().await;
    import(&store, UPDATE(), vec![RegisterChange::Entities(vec![enterprise(2_000_686)])]).await;
    let totals = import(&store, ImportMode::Replace { snapshot: day(20), forget: true }, Vec::new()).await;
    assert_eq!((totals.entities, totals.gone), (0, 0));
    assert_eq!(record(&store, 2_000_686).await, None);
}

pub(super) async fn one_import_at_a_time(harness: &impl Harness) {
    let store = harness.fresh().await;
    let open = store.begin(UPDATE()).await.unwrap();
    let second = store.begin(UPDATE()).await.map(drop).expect_err("two imports at once");
    assert_eq!(second.code(), code::IMPORT_RUNNING);
    open.finish(checkpoint(1)).await.unwrap();
    store.begin(UPDATE()).await.expect("the first has ended");
}

pub(super) async fn known_are_those_with_any_row(harness: &impl Harness) {
    let store = harness.fresh().await;
    let rows = vec![
        RegisterChange::Entities(vec![enterprise(2_000_657), enterprise(2_000_686)]),
        RegisterChange::Remove(Part::Entity, vec![key(2_000_686)]),
        RegisterChange::Contacts(vec![contact(2_001_719, "1")]),
    ];
    import(&store, UPDATE(), rows).await;
    let mut open = store.begin(UPDATE()).await.unwrap();
    let asked = [key(2_001_719), key(2_002_457), key(2_000_686), key(2_000_657)];
    assert_eq!(open.known(&asked).await.unwrap(), [true, false, true, true]);
}

pub(super) async fn orphans_are_counted_by_part(harness: &impl Harness) {
    let store = harness.fresh().await;
    let rows = vec![
        RegisterChange::Entities(vec![enterprise(2_000_657)]),
        RegisterChange::Names(vec![name(2_000_657, "Not"), name(2_000_686, "One"), name(2_000_686, "Two")]),
        RegisterChange::Activities(vec![activity(2_000_686, "84130", "001"), activity(2_001_719, "84130", "001")]),
    ];
    let totals = import(&store, UPDATE(), rows).await;
    assert_eq!(totals.orphans, [(Part::Names, 1), (Part::Activities, 2)].into(), "entities, not rows");
}

pub(super) async fn labels_are_replaced_one_by_one(harness: &impl Harness) {
    let store = harness.fresh().await;
    let label = |code: &str, text: &str| CodeLabel {
        category: CodeCategory::Nace2025,
        code: code.to_owned(),
        language: Lang::FR,
        text: text.to_owned(),
    };
    import(&store, UPDATE(), vec![RegisterChange::Codes(vec![label("47", "Détail"), label("84", "Ancien")])]).await;
    let replace = ImportMode::Replace { snapshot: day(20), forget: true };
    import(&store, replace, vec![RegisterChange::Codes(vec![label("84", "Nouveau")])]).await;
    let codes = store.codes().await.unwrap();
    assert_eq!(
        codes.label(CodeCategory::Nace2025, "47", Lang::FR),
        Some("Détail"),
        "labels outlive an extract without a table"
    );
    assert_eq!(codes.label(CodeCategory::Nace2025, "84", Lang::FR), Some("Nouveau"));
    assert_eq!(codes.label(CodeCategory::Nace2008, "84", Lang::FR), None);
}

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    register::EntityKey,
    search::{SearchDocument, Terms, Tier, analyzer, ranking},
};

/// The key of any document: its check digits are right.
fn key(place: usize) -> EntityKey {
    let base = 4_000_000 + place;
    format!("{base:08}{:02}", 97 - base % 97).parse().unwrap()
}

fn document(place: usize, name: &str, street: &str, activity: &str) -> SearchDocument {
    SearchDocument {
        key: key(place),
        names: analyzer::terms(name),
        whole_names: [analyzer::whole(name)].into(),
        places: analyzer::terms("Andenne 5300"),
        streets: analyzer::terms(street),
        activities: analyzer::terms(activity),
        postcode: "5300".parse().ok(),
        gone: false,
        tie: 0,
    }
}

fn index(documents: &[SearchDocument]) -> TantivyIndex {
    let index = TantivyIndex::in_memory();
    build(&index, "one", documents);
    index
}

fn build(index: &TantivyIndex, stamp: &str, documents: &[SearchDocument]) {
    pollster::block_on(async {
        let mut build = index.build(stamp.to_owned()).await.unwrap();
        build.add(documents.to_vec()).await.unwrap();
        build.publish().await.unwrap();
    });
}

fn search(index: &TantivyIndex, text: &str) -> Found {
    let terms = Terms::of_query(text);
    let query = IndexQuery { terms, postcode: None, with_gone: false, offset: 0, limit: 100 };
    pollster::block_on(index.search(&query)).unwrap()
}

/// Words near to each other: prefixes, plurals, initials, parts of a pair, articles.
fn words(count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Fit", "Lab", "Fitlab", "Étoile", "étoiles", "de", "L'", "SA", "Saint", "St", "B.W.", "bw", "b", "fi", "Pain",
        "Pains", "Painting",
    ]);
    prop::collection::vec(word, count).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The engine finds what the rule finds, in the order of the rule.
    #[test]
    fn the_engine_agrees_with_the_rule(
        entries in prop::collection::vec((words(1..4), words(0..3), words(0..2)), 1..12),
        query in words(1..4),
    ) {
        let documents: Vec<SearchDocument> = entries
            .iter()
            .enumerate()
            .map(|(place, (name, street, activity))| document(place, name, street, activity))
            .collect();
        let terms = Terms::of_query(&query);
        let tier = |wanted: &EntityKey| {
            let document = documents.iter().find(|document| document.key == *wanted);
            document.and_then(|document| ranking::tier(&terms, document))
        };
        let found = search(&index(&documents), &query);
        let by_rule: BTreeSet<EntityKey> = documents.iter().map(|document| document.key).filter(|key| tier(key).is_some()).collect();
        prop_assert_eq!(found.keys.iter().copied().collect::<BTreeSet<_>>(), by_rule);
        let tiers: Vec<Option<Tier>> = found.keys.iter().map(tier).collect();
        prop_assert!(tiers.is_sorted(), "{:?} for {:?}", tiers, query);
    }

    /// Whatever a name is, it finds itself in the first tier.
    #[test]
    fn every_name_finds_itself(name in "\\PC{1,60}") {
        let terms = Terms::of_query(&name);
        prop_assume!(!terms.is_empty() && name.len() <= 400 && analyzer::words(&name).len() <= 12);
        let found = search(&index(&[document(0, &name, "", ""), document(1, "Autre chose", "", "")]), &name);
        prop_assert_eq!(found.keys.first(), Some(&key(0)));
        prop_assert_eq!(ranking::tier(&terms, &document(0, &name, "", "")), Some(Tier::ExactName));
    }
}

#[test]
fn a_folder_is_read_by_another_handle_and_swapped_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let writer = TantivyIndex::in_folder(&path).unwrap();
    let reader = TantivyIndex::in_folder(&path).unwrap();
    assert_eq!(search(&reader, "un"), Found::default());
    build(&writer, "first", &[document(0, "Un", "", "")]);
    assert_eq!(search(&reader, "un").keys, [key(0)]);
    let abandoned = pollster::block_on(writer.build("abandoned".to_owned())).unwrap();
    drop(abandoned);
    assert_eq!(pollster::block_on(reader.stamp()).unwrap().as_deref(), Some("first"));
    build(&writer, "second", &[document(1, "Deux", "", "")]);
    assert_eq!((search(&reader, "un").total, search(&reader, "deux").keys), (0, vec![key(1)]));
    drop((reader, writer));
    let again = TantivyIndex::in_folder(&path).unwrap();
    assert_eq!(pollster::block_on(again.stamp()).unwrap().as_deref(), Some("second"));
    let generations = std::fs::read_dir(&path).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir());
    assert_eq!(generations.count(), 1, "what was replaced is removed");
}

#[test]
fn filters_leave_out() {
    let gone = SearchDocument { gone: true, ..document(0, "Parti", "", "") };
    let elsewhere = SearchDocument { postcode: "4000".parse().ok(), ..document(1, "Parti ailleurs", "", "") };
    let index = index(&[gone, elsewhere]);
    assert_eq!(search(&index, "parti").keys, [key(1)]);
    let terms = Terms::of_query("parti");
    let query = IndexQuery { terms, postcode: "5300".parse().ok(), with_gone: true, offset: 0, limit: 1 };
    assert_eq!(pollster::block_on(index.search(&query)).unwrap(), Found { total: 1, keys: vec![key(0)] });
}

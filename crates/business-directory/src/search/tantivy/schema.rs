use std::collections::BTreeSet;

use tantivy::{
    TantivyDocument, Term,
    query::{BooleanQuery, ConstScoreQuery, FuzzyTermQuery, Occur, Query, TermQuery},
    schema::{FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions},
};

use super::super::{IndexQuery, SearchDocument, Word};

/// The fields of the index. All terms are made by the one analyzer: here they are only parted at blanks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub(super) key: Field,
    pub(super) tie: Field,
    names: Field,
    whole_names: Field,
    places: Field,
    streets: Field,
    activities: Field,
    postcode: Field,
    gone: Field,
}

/// What a tier is worth: each more than all below it.
const EXACT_NAME: f32 = 16.0;
const NAME: f32 = 8.0;
const NAME_PREFIX: f32 = 4.0;
const NAME_AND_MORE: f32 = 2.0;
const ACTIVITY: f32 = 1.0;

impl Fields {
    pub(super) const KEY: &str = "key";
    pub(super) const TIE: &str = "tie";

    pub(super) fn schema() -> Schema {
        Self::make().0
    }

    pub(super) fn new() -> Self {
        Self::make().1
    }

    /// The fields always have the same order, so that those of one schema are those of any.
    fn make() -> (Schema, Self) {
        let terms = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("whitespace")
                .set_index_option(IndexRecordOption::Basic)
                .set_fieldnorms(false),
        );
        let mut schema = Schema::builder();
        let fields = Self {
            key: schema.add_u64_field(Self::KEY, FAST),
            tie: schema.add_u64_field(Self::TIE, FAST),
            names: schema.add_text_field("names", terms.clone()),
            whole_names: schema.add_text_field("whole_names", STRING),
            places: schema.add_text_field("places", terms.clone()),
            streets: schema.add_text_field("streets", terms.clone()),
            activities: schema.add_text_field("activities", terms),
            postcode: schema.add_text_field("postcode", STRING),
            gone: schema.add_u64_field("gone", INDEXED),
        };
        (schema.build(), fields)
    }

    pub(super) fn document(self, document: &SearchDocument) -> TantivyDocument {
        let mut fields = TantivyDocument::default();
        fields.add_u64(self.key, document.key.to_integer().unsigned_abs());
        fields.add_u64(self.tie, document.tie);
        for (field, terms) in [
            (self.names, &document.names),
            (self.places, &document.places),
            (self.streets, &document.streets),
            (self.activities, &document.activities),
        ] {
            fields.add_text(field, joined(terms));
        }
        for name in &document.whole_names {
            fields.add_text(self.whole_names, name);
        }
        if let Some(postcode) = document.postcode {
            fields.add_text(self.postcode, postcode.to_string());
        }
        fields.add_u64(self.gone, u64::from(document.gone));
        fields
    }

    /// Every word must be somewhere; the score is the tier.
    pub(super) fn query(self, query: &IndexQuery) -> Box<dyn Query> {
        let words = query.terms.words();
        let everywhere = [self.names, self.places, self.streets, self.activities];
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for word in words {
            clauses.push((Occur::Must, scored(any(word, &everywhere, true), 0.0)));
        }
        if let Some(postcode) = query.postcode {
            let only = exact(self.postcode, &postcode.to_string());
            clauses.push((Occur::Must, scored(only, 0.0)));
        }
        if !query.with_gone {
            let open = Box::new(TermQuery::new(Term::from_field_u64(self.gone, 0), IndexRecordOption::Basic));
            clauses.push((Occur::Must, scored(open, 0.0)));
        }
        let all = |prefix| -> Box<dyn Query> {
            let words = words.iter().map(|word| (Occur::Must, any(word, &[self.names], prefix)));
            Box::new(BooleanQuery::new(words.collect()))
        };
        let some = |field| -> Box<dyn Query> {
            let words = words.iter().map(|word| (Occur::Should, any(word, &[field], true)));
            Box::new(BooleanQuery::new(words.collect()))
        };
        for (tier, score) in [
            (exact(self.whole_names, &query.terms.whole()), EXACT_NAME),
            (all(false), NAME),
            (all(true), NAME_PREFIX),
            (some(self.names), NAME_AND_MORE),
            (some(self.activities), ACTIVITY),
        ] {
            clauses.push((Occur::Should, scored(tier, score)));
        }
        Box::new(BooleanQuery::new(clauses))
    }
}

/// A word in any of these fields.
fn any(word: &Word, fields: &[Field], prefix: bool) -> Box<dyn Query> {
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for field in fields {
        for form in word.forms.iter().chain(&word.joined) {
            clauses.push((Occur::Should, exact(*field, form)));
        }
        if prefix && word.is_prefix {
            let begun = FuzzyTermQuery::new_prefix(Term::from_field_text(*field, &word.text), 0, true);
            clauses.push((Occur::Should, Box::new(begun)));
        }
    }
    Box::new(BooleanQuery::new(clauses))
}

fn exact(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn scored(query: Box<dyn Query>, score: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, score))
}

fn joined(terms: &BTreeSet<String>) -> String {
    terms.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

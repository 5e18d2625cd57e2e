use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError, RwLock},
};

use chrono::NaiveDate;
use communes_civil::{EnterpriseNumber, Lang};
use communes_ledger::{Cursor, Page, StoreError};

use crate::{
    entry::EntryOverlays,
    error::DirectoryError,
    kbo::{Admission, Checkpoint, Extract, ExtractKind, ImportReport, KboFile, Selection, Step, WarningCode},
    privacy::PrivacyPolicy,
    register::{CodeTable, EntityKey, EntityKind, Of, RegisterChange, RegisterRecord},
    resolve::{PublicEntry, Withheld, resolve},
    scope::Scope,
    search::{Hit, Hits, IndexQuery, Query, SearchDocument, SearchIndex, Terms, Tier, Why, why},
    store::{ImportMode, RegisterImport, RegisterStore},
};

/// How many records are read at once for the index.
const INDEX_PAGE: usize = 500;
const MAX_LIMIT: usize = 100;
const MAX_OFFSET: usize = 1_000;

/// One commune's business directory: a register, the commune's overlays, a search index and a privacy policy.
///
/// Everything it gives out went through [`resolve`]. It is cheap to clone; calls may come from any task at once.
#[derive(Debug, Clone)]
pub struct Directory {
    store: Arc<dyn RegisterStore>,
    overlays: Arc<dyn EntryOverlays>,
    index: Arc<dyn SearchIndex>,
    privacy: PrivacyPolicy,
    /// The languages in which entries are found, beside that of the query.
    languages: Vec<Lang>,
    /// The store's code table, as of the import of this sequence number.
    codes: Arc<RwLock<(u64, Arc<CodeTable>)>>,
}

impl Directory {
    /// A directory that withholds sole traders and finds French, Dutch and German.
    #[must_use]
    pub fn new(store: Arc<dyn RegisterStore>, overlays: Arc<dyn EntryOverlays>, index: Arc<dyn SearchIndex>) -> Self {
        Self {
            store,
            overlays,
            index,
            privacy: PrivacyPolicy::default(),
            languages: vec![Lang::FR, Lang::NL, Lang::DE],
            codes: Arc::default(),
        }
    }

    /// With another policy. The index must be built again for it to be found by what is now shown.
    #[must_use]
    pub fn with_privacy(mut self, privacy: PrivacyPolicy) -> Self {
        self.privacy = privacy;
        self
    }

    /// Imports an extract of the register, full or update, in one transaction.
    ///
    /// An update keeps the scope of the full extract before it; `scope` is `None` or the same. Of a scoped register, an update
    /// keeps the rows of entities that are known or that its own addresses put inside; what moves inside without its own row is
    /// complete after the next full extract. An extract that is older than what is loaded is skipped, with a warning.
    /// The index is not touched: see [`reindex`](Self::reindex).
    ///
    /// Reads files and parses between awaits: on an asynchronous runtime, run it on a thread that may block.
    ///
    /// # Errors
    /// The extract can't be used as a whole, an update comes with another scope, or the store failed; nothing was written.
    pub async fn import(&self, extract: &Extract<'_>, scope: Option<Scope>) -> Result<ImportReport, DirectoryError> {
        let mut report = ImportReport::default();
        let loaded = self.store.checkpoint().await?;
        let Some((mode, checkpoint)) = plan(extract, scope, loaded.as_ref(), &mut report)? else {
            return Ok(report);
        };
        let selection = extract.select(&checkpoint.scope)?;
        let mut import = self.store.begin(mode).await?;
        let mut steps = extract.steps();
        // Entities that a scoped update takes out and puts back: known before, though maybe not between.
        let mut returning = BTreeSet::new();
        while let Some(Step { file, change }) = steps.next(&mut report)? {
            let Some(file) = file else {
                import.apply(change).await?;
                continue;
            };
            let before = change.len();
            let kept = match extract.meta().kind {
                ExtractKind::Full => retain(change, |key| selection.contains(key)),
                ExtractKind::Update => known(import.as_mut(), change, &selection, &mut returning).await?,
            };
            match &kept {
                RegisterChange::Remove(_, keys) => *report.removed.entry(file).or_default() += keys.len() as u64,
                rows => report.count(file, rows.len(), before - rows.len()),
            }
            if !kept.is_empty() {
                import.apply(kept).await?;
            }
        }
        let totals = import.finish(checkpoint).await?;
        for (part, count) in &totals.orphans {
            report.warn(WarningCode::Orphan, part.word(), *count, None);
        }
        for file in KboFile::ALL {
            report.counts.entry(file).or_default();
        }
        report.totals = Some(totals);
        Ok(report)
    }

    /// What the register was loaded from; `None` before the first import. Every page names its day as the source's.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn extract(&self) -> Result<Option<Checkpoint>, DirectoryError> {
        Ok(self.store.checkpoint().await?)
    }

    /// Builds the search index anew from what is public on this day, and puts it in the place of the old one, which answers
    /// meanwhile. Gives the number of entries. With `only_if_behind`, does nothing if no import came since the last time.
    ///
    /// # Errors
    /// The store or the index failed; the old index stays.
    pub async fn reindex(&self, date: NaiveDate, only_if_behind: bool) -> Result<usize, DirectoryError> {
        let checkpoint = self.store.checkpoint().await?;
        let stamp = serde_json::to_string(&(&checkpoint, self.privacy)).map_err(|error| {
            StoreError::corrupt("checkpoint", "the checkpoint can't be written as JSON").caused_by(error)
        })?;
        if only_if_behind && self.index.stamp().await?.as_deref() == Some(&stamp) {
            return Ok(0);
        }
        let codes = self.codes().await?;
        let mut build = self.index.build(stamp).await?;
        let mut after = None;
        let mut count = 0;
        loop {
            let page = self.store.scan(after.as_ref(), INDEX_PAGE).await?;
            let documents = self.documents(&page.items, date, &codes).await?;
            count += documents.len();
            build.add(documents).await?;
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        build.publish().await?;
        Ok(count)
    }

    /// Searches public entries: by number, else by words. Never fails on what somebody typed; of an empty text nothing is found.
    ///
    /// # Errors
    /// The store or the index failed.
    pub async fn search(&self, query: &Query) -> Result<Hits, DirectoryError> {
        if let Ok(key) = query.text.parse::<EntityKey>()
            && key.kind() != EntityKind::Branch
        {
            return self.by_number(key, query).await;
        }
        let terms = Terms::of_query(&query.text);
        if terms.is_empty() {
            return Ok(Hits { total: 0, hits: Vec::new() });
        }
        let asked = IndexQuery {
            terms,
            postcode: query.postcode,
            with_gone: query.with_gone,
            offset: query.offset.min(MAX_OFFSET),
            limit: query.limit.clamp(1, MAX_LIMIT),
        };
        let found = self.index.search(&asked).await?;
        let codes = self.codes().await?;
        let records = self.store.records(&found.keys).await?;
        let records: Vec<RegisterRecord> = records.into_iter().flatten().collect();
        let overlays = self.overlays.overlays(&found.keys).await?;
        let mut hits = Vec::with_capacity(records.len());
        for record in &records {
            let overlay = overlays.get(&record.key).cloned().unwrap_or_default();
            let in_language = |language| resolve(record, &overlay, &self.privacy, language, query.date, &codes).ok();
            // The index may be a little behind: what is not public now is not shown.
            let Some(entry) = in_language(query.language) else {
                continue;
            };
            let in_others = self.languages.iter().filter_map(|language| why(&asked.terms, &in_language(*language)?));
            // The first of equals: the language of the query.
            let reason = why(&asked.terms, &entry).into_iter().chain(in_others).min_by_key(|why| why.tier);
            hits.push(Hit { entry, why: reason.unwrap_or(Why { tier: Tier::Address, matched: None }) });
        }
        Ok(Hits { total: found.total, hits })
    }

    /// The public entry of an entity in a language on a day; `None` if the register never had it. A closed entity is shown with
    /// its presence, so that old links go on answering.
    ///
    /// # Errors
    /// The store failed.
    pub async fn show(
        &self,
        key: EntityKey,
        language: Lang,
        date: NaiveDate,
    ) -> Result<Option<Result<PublicEntry, Withheld>>, DirectoryError> {
        let Some(record) = self.store.records(&[key]).await?.into_iter().next().flatten() else {
            return Ok(None);
        };
        let overlay = self.overlays.overlays(&[key]).await?.remove(&key).unwrap_or_default();
        let codes = self.codes().await?;
        Ok(Some(resolve(&record, &overlay, &self.privacy, language, date, &codes)))
    }

    /// A page of the public establishments and branches of an enterprise; it may hold fewer than `limit` (1 to 100), even none.
    ///
    /// # Errors
    /// The store failed, or the cursor is not its own.
    pub async fn establishments(
        &self,
        enterprise: EnterpriseNumber,
        language: Lang,
        date: NaiveDate,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<PublicEntry>, DirectoryError> {
        let page = self.store.establishments(enterprise, after, limit.clamp(1, MAX_LIMIT)).await?;
        let records = self.store.records(&page.items).await?;
        let overlays = self.overlays.overlays(&page.items).await?;
        let codes = self.codes().await?;
        let entries = records.iter().flatten().filter_map(|record| {
            let overlay = overlays.get(&record.key).cloned().unwrap_or_default();
            resolve(record, &overlay, &self.privacy, language, date, &codes).ok()
        });
        Ok(Page { items: entries.collect(), next: page.next })
    }

    /// The code table, read again after each import only.
    async fn codes(&self) -> Result<Arc<CodeTable>, StoreError> {
        let sequence = self.store.checkpoint().await?.map_or(0, |checkpoint| checkpoint.sequence);
        {
            let cached = self.codes.read().unwrap_or_else(PoisonError::into_inner);
            if cached.0 == sequence {
                return Ok(Arc::clone(&cached.1));
            }
        }
        let codes = Arc::new(self.store.codes().await?);
        *self.codes.write().unwrap_or_else(PoisonError::into_inner) = (sequence, Arc::clone(&codes));
        Ok(codes)
    }

    async fn by_number(&self, key: EntityKey, query: &Query) -> Result<Hits, DirectoryError> {
        let entry = self.show(key, query.language, query.date).await?.and_then(Result::ok);
        let why = Why { tier: Tier::Number, matched: None };
        let hits: Vec<Hit> = entry.into_iter().map(|entry| Hit { entry, why: why.clone() }).collect();
        Ok(Hits { total: hits.len(), hits: hits.into_iter().skip(query.offset).collect() })
    }

    async fn documents(
        &self,
        records: &[RegisterRecord],
        date: NaiveDate,
        codes: &CodeTable,
    ) -> Result<Vec<SearchDocument>, DirectoryError> {
        let keys: Vec<EntityKey> = records.iter().map(|record| record.key).collect();
        let overlays = self.overlays.overlays(&keys).await?;
        let documents = records.iter().filter_map(|record| {
            let overlay = overlays.get(&record.key).cloned().unwrap_or_default();
            let entries: Result<Vec<PublicEntry>, Withheld> = self
                .languages
                .iter()
                .map(|language| resolve(record, &overlay, &self.privacy, *language, date, codes))
                .collect();
            let entries = entries.ok()?;
            let (first, others) = entries.split_first()?;
            Some(SearchDocument::of(first, others))
        });
        Ok(documents.collect())
    }
}

/// How the extract is to be loaded, and the checkpoint after it; `None` if it is to be skipped.
fn plan(
    extract: &Extract<'_>,
    scope: Option<Scope>,
    before: Option<&Checkpoint>,
    report: &mut ImportReport,
) -> Result<Option<(ImportMode, Checkpoint)>, DirectoryError> {
    let meta = extract.meta();
    let number = meta.number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    match before.map(|loaded| loaded.admits(meta)) {
        Some(Admission::Old) => {
            report.warn(WarningCode::ExtractSkipped, number, 1, None);
            return Ok(None);
        }
        Some(Admission::Gap { missing }) => report.warn(WarningCode::ExtractGap, number, missing.into(), None),
        None if meta.kind == ExtractKind::Update => report.warn(WarningCode::NoFullExtract, number, 1, None),
        Some(Admission::Next | Admission::Unnumbered) | None => {}
    }
    if meta.number.is_none() {
        report.warn(WarningCode::MetaMissing, "meta.csv", 1, None);
    }
    if extract.codes().is_none() {
        report.warn(WarningCode::CodeTableMissing, "code.csv", 1, None);
    }
    let snapshot = meta.snapshot.or_else(|| before.map(|loaded| loaded.snapshot)).unwrap_or_default();
    let (mode, scope) = match (meta.kind, before) {
        (ExtractKind::Full, before) => {
            let scope = scope.or_else(|| before.map(|loaded| loaded.scope.clone())).unwrap_or_default();
            let forget = before.is_some_and(|loaded| loaded.scope != scope);
            (ImportMode::Replace { snapshot, forget }, scope)
        }
        (ExtractKind::Update, None) => (ImportMode::Update { snapshot }, scope.unwrap_or_default()),
        (ExtractKind::Update, Some(loaded)) => {
            if scope.is_some_and(|scope| scope != loaded.scope) {
                return Err(DirectoryError::ScopeDiffers);
            }
            (ImportMode::Update { snapshot }, loaded.scope.clone())
        }
    };
    let checkpoint = Checkpoint {
        extract: meta.number.or_else(|| before.and_then(|loaded| loaded.extract)),
        snapshot,
        scope,
        sequence: before.map_or(0, |loaded| loaded.sequence) + 1,
    };
    Ok(Some((mode, checkpoint)))
}

/// What of an update's step concerns the scope: entities that its own addresses put inside, and those that are known already.
async fn known(
    import: &mut dyn RegisterImport,
    change: RegisterChange,
    selection: &Selection,
    returning: &mut BTreeSet<EntityKey>,
) -> Result<RegisterChange, StoreError> {
    if selection.is_everything() {
        return Ok(change);
    }
    let keys = keys(&change);
    let known: BTreeSet<EntityKey> =
        keys.iter().zip(import.known(&keys).await?).filter(|(_, known)| *known).map(|(key, _)| *key).collect();
    if matches!(change, RegisterChange::Remove(..)) {
        returning.extend(&known);
    }
    Ok(retain(change, |key| selection.contains(key) || known.contains(key) || returning.contains(key)))
}

fn keys(change: &RegisterChange) -> Vec<EntityKey> {
    fn of<T>(rows: &[Of<T>]) -> Vec<EntityKey> {
        rows.iter().map(|row| row.key).collect()
    }
    match change {
        RegisterChange::Remove(_, keys) => keys.clone(),
        RegisterChange::Entities(rows) => rows.iter().map(|row| row.key).collect(),
        RegisterChange::Names(rows) => of(rows),
        RegisterChange::Addresses(rows) => of(rows),
        RegisterChange::Contacts(rows) => of(rows),
        RegisterChange::Activities(rows) => of(rows),
        RegisterChange::Codes(_) => Vec::new(),
    }
}

fn retain(mut change: RegisterChange, keep: impl Fn(&EntityKey) -> bool) -> RegisterChange {
    match &mut change {
        RegisterChange::Remove(_, keys) => keys.retain(keep),
        RegisterChange::Entities(rows) => rows.retain(|row| keep(&row.key)),
        RegisterChange::Names(rows) => rows.retain(|row| keep(&row.key)),
        RegisterChange::Addresses(rows) => rows.retain(|row| keep(&row.key)),
        RegisterChange::Contacts(rows) => rows.retain(|row| keep(&row.key)),
        RegisterChange::Activities(rows) => rows.retain(|row| keep(&row.key)),
        RegisterChange::Codes(_) => {}
    }
    change
}

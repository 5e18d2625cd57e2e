use async_trait::async_trait;
use communes_civil::EnterpriseNumber;
use communes_ledger::{Cursor, Page, StoreError};

use crate::{
    MemoryRegister, RegisterStore,
    kbo::Checkpoint,
    register::{CodeTable, EntityKey, GroupSet, Part, Presence, RegisterChange, RegisterRecord},
    store::{ImportMode, ImportTotals, RegisterImport},
};

/// What a [`LyingRegister`] does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // Each name says it.
pub enum Lie {
    ShowsHalfAnImport,
    KeepsDroppedImports,
    CascadesDeletes,
    ForgetsTombstones,
    MovesTheDayOfATombstone,
    LosesGroups,
    IgnoresDeletes,
    ForgetsNothing,
    LetsTwoImportsIn,
    KnowsEverything,
    HidesOrphans,
    DropsLabels,
    CutsTexts,
    ReversesRows,
    SortsAnswers,
    LosesParents,
    SkipsARecordAtEachPage,
    ListsWhatIsGone,
    TakesAnyCursor,
    ForgetsOnReopen,
}

impl Lie {
    /// Every lie, with the case that must catch it.
    pub const ALL: [(Self, &str); 20] = [
        (Self::ShowsHalfAnImport, "an_import_is_seen_whole_and_at_its_end"),
        (Self::KeepsDroppedImports, "a_dropped_import_leaves_no_trace"),
        (Self::CascadesDeletes, "removing_an_entity_leaves_its_rows"),
        (Self::ForgetsTombstones, "a_replacement_keeps_tombstones_only"),
        (Self::MovesTheDayOfATombstone, "a_tombstone_opens_again"),
        (Self::LosesGroups, "rows_are_a_set"),
        (Self::IgnoresDeletes, "deletes_come_before_inserts"),
        (Self::ForgetsNothing, "a_replacement_can_forget"),
        (Self::LetsTwoImportsIn, "one_import_at_a_time"),
        (Self::KnowsEverything, "known_are_those_with_any_row"),
        (Self::HidesOrphans, "orphans_are_counted_by_part"),
        (Self::DropsLabels, "labels_are_replaced_one_by_one"),
        (Self::CutsTexts, "every_field_comes_back"),
        (Self::ReversesRows, "rows_come_sorted"),
        (Self::SortsAnswers, "records_come_in_the_order_of_the_keys"),
        (Self::LosesParents, "an_establishment_comes_with_its_enterprise"),
        (Self::SkipsARecordAtEachPage, "a_scan_has_every_record_once"),
        (Self::ListsWhatIsGone, "establishments_of_an_enterprise"),
        (Self::TakesAnyCursor, "a_foreign_cursor_is_refused"),
        (Self::ForgetsOnReopen, "an_import_outlives_the_process"),
    ];
}

/// A register in memory that breaks one rule, to test the kit with.
#[derive(Debug)]
pub struct LyingRegister {
    lie: Lie,
    inner: std::sync::Arc<MemoryRegister>,
}

impl LyingRegister {
    /// An empty register with this lie.
    #[must_use]
    pub fn new(lie: Lie) -> Self {
        Self { lie, inner: std::sync::Arc::default() }
    }

    /// What reopening it gives.
    #[must_use]
    pub fn reopen(self) -> Self {
        if self.lie == Lie::ForgetsOnReopen { Self::new(self.lie) } else { self }
    }

    fn lies(&self, lie: Lie) -> bool {
        self.lie == lie
    }

    fn bend(&self, mut record: RegisterRecord) -> RegisterRecord {
        match self.lie {
            Lie::CutsTexts => record.names.iter_mut().for_each(|name| {
                name.text = name.text.chars().take(255).collect();
            }),
            Lie::ReversesRows => record.names.reverse(),
            Lie::LosesParents => record.parent = None,
            Lie::LosesGroups => record.activities.iter_mut().for_each(|activity| {
                activity.groups =
                    activity.groups.codes().last().and_then(|code| GroupSet::of(&code)).unwrap_or_default();
            }),
            _ => {}
        }
        record
    }
}

#[async_trait]
impl RegisterStore for LyingRegister {
    async fn begin(&self, mode: ImportMode) -> Result<Box<dyn RegisterImport>, StoreError> {
        let mode = match (self.lie, mode) {
            (Lie::ForgetsTombstones, ImportMode::Replace { snapshot, .. }) => {
                ImportMode::Replace { snapshot, forget: true }
            }
            (Lie::ForgetsNothing, ImportMode::Replace { snapshot, .. }) => {
                ImportMode::Replace { snapshot, forget: false }
            }
            (_, mode) => mode,
        };
        let half = matches!(self.lie, Lie::ShowsHalfAnImport | Lie::KeepsDroppedImports);
        let inner = if half || self.lies(Lie::LetsTwoImportsIn) { None } else { Some(self.inner.begin(mode).await?) };
        let inner = match inner {
            None if self.lies(Lie::LetsTwoImportsIn) => self.inner.begin(mode).await.ok(),
            inner => inner,
        };
        Ok(Box::new(LyingImport { lie: self.lie, mode, store: std::sync::Arc::clone(&self.inner), inner }))
    }

    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        self.inner.checkpoint().await
    }

    async fn records(&self, keys: &[EntityKey]) -> Result<Vec<Option<RegisterRecord>>, StoreError> {
        let mut keys = keys.to_vec();
        if self.lies(Lie::SortsAnswers) {
            keys.sort();
        }
        let records = self.inner.records(&keys).await?;
        Ok(records.into_iter().map(|record| record.map(|record| self.bend(record))).collect())
    }

    async fn scan(&self, after: Option<&Cursor>, limit: usize) -> Result<Page<RegisterRecord>, StoreError> {
        let known = after.filter(|cursor| cursor.as_str().len() == 10);
        let after = if self.lies(Lie::TakesAnyCursor) { known } else { after };
        let mut page = self.inner.scan(after, limit).await?;
        if self.lies(Lie::SkipsARecordAtEachPage) && page.items.len() > 1 {
            page.items.remove(0);
        }
        Ok(page.map(|record| self.bend(record)))
    }

    async fn establishments(
        &self,
        enterprise: EnterpriseNumber,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<EntityKey>, StoreError> {
        if self.lies(Lie::TakesAnyCursor) {
            return self.inner.establishments(enterprise, None, limit).await;
        }
        if !self.lies(Lie::ListsWhatIsGone) {
            return self.inner.establishments(enterprise, after, limit).await;
        }
        let all = self.inner.scan(after, 1_000).await?.items;
        let of = |record: &RegisterRecord| record.parent.as_ref().is_some_and(|parent| parent.number == enterprise);
        let mut items: Vec<EntityKey> = all.iter().filter(|record| of(record)).map(|record| record.key).collect();
        let next = (items.len() > limit).then(|| Cursor::new(items[limit - 1].digits()));
        items.truncate(limit);
        Ok(Page { items, next })
    }

    async fn codes(&self) -> Result<CodeTable, StoreError> {
        self.inner.codes().await
    }
}

#[derive(Debug)]
struct LyingImport {
    lie: Lie,
    mode: ImportMode,
    store: std::sync::Arc<MemoryRegister>,
    inner: Option<Box<dyn RegisterImport>>,
}

impl LyingImport {
    /// Writes through, one transaction a step.
    async fn at_once(store: &MemoryRegister, mode: ImportMode, change: RegisterChange) -> Result<(), StoreError> {
        let checkpoint = store.checkpoint().await?;
        let mut import = store.begin(ImportMode::Update { snapshot: mode.snapshot() }).await?;
        import.apply(change).await?;
        let sequence = checkpoint.map_or(0, |checkpoint| checkpoint.sequence);
        import.finish(super::given::checkpoint(sequence)).await.map(drop)
    }
}

#[async_trait]
impl RegisterImport for LyingImport {
    async fn apply(&mut self, change: RegisterChange) -> Result<(), StoreError> {
        let Some(inner) = &mut self.inner else {
            return Self::at_once(&self.store, self.mode, change).await;
        };
        match (self.lie, &change) {
            (Lie::CascadesDeletes, RegisterChange::Remove(Part::Entity, keys)) => {
                for part in Part::ALL {
                    inner.apply(RegisterChange::Remove(part, keys.clone())).await?;
                }
                Ok(())
            }
            (Lie::MovesTheDayOfATombstone, RegisterChange::Remove(Part::Entity, keys)) => {
                for record in self.store.records(keys).await?.into_iter().flatten() {
                    if matches!(record.presence, Presence::Gone { .. }) {
                        inner.apply(RegisterChange::Entities(record.entity.into_iter().collect())).await?;
                    }
                }
                inner.apply(change).await
            }
            (Lie::IgnoresDeletes, RegisterChange::Remove(..)) => Ok(()),
            (Lie::DropsLabels, RegisterChange::Codes(labels)) => {
                inner.apply(RegisterChange::Codes(labels.iter().skip(1).cloned().collect())).await
            }
            _ => inner.apply(change).await,
        }
    }

    async fn known(&mut self, keys: &[EntityKey]) -> Result<Vec<bool>, StoreError> {
        match &mut self.inner {
            _ if self.lie == Lie::KnowsEverything => Ok(vec![true; keys.len()]),
            Some(inner) => inner.known(keys).await,
            None => Ok(vec![true; keys.len()]),
        }
    }

    async fn finish(self: Box<Self>, checkpoint: Checkpoint) -> Result<ImportTotals, StoreError> {
        let mut totals = match self.inner {
            Some(inner) => inner.finish(checkpoint).await?,
            None => self.store.begin(self.mode).await?.finish(checkpoint).await?,
        };
        if self.lie == Lie::HidesOrphans {
            totals.orphans.clear();
        }
        Ok(totals)
    }
}

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use chrono::NaiveDate;
use communes_civil::EnterpriseNumber;
use communes_ledger::{Cursor, Page, StoreError};

use crate::{
    kbo::Checkpoint,
    register::{
        Activity, ActivityClass, Address, CodeTable, Contact, Entity, EntityKey, GroupSet, NaceCode, Name, Of, Parent,
        Part, Presence, RegisterChange, RegisterRecord,
    },
    store::{ImportMode, ImportTotals, RegisterImport, RegisterStore, code},
};

/// A register in memory: for demonstrations, tests, and small scopes that are imported at every start.
#[derive(Debug, Default)]
pub struct MemoryRegister {
    state: Arc<RwLock<Arc<State>>>,
    importing: Arc<AtomicBool>,
}

#[derive(Debug, Clone, Default)]
struct State {
    entities: BTreeMap<EntityKey, Row>,
    names: BTreeMap<EntityKey, BTreeSet<Name>>,
    addresses: BTreeMap<EntityKey, BTreeSet<Address>>,
    contacts: BTreeMap<EntityKey, BTreeSet<Contact>>,
    activities: BTreeMap<EntityKey, BTreeMap<(NaceCode, ActivityClass), GroupSet>>,
    codes: CodeTable,
    checkpoint: Option<Checkpoint>,
}

#[derive(Debug, Clone)]
struct Row {
    entity: Entity,
    gone: Option<NaiveDate>,
}

/// Frees the register for the next import, however this one ends.
#[derive(Debug)]
struct Turn(Arc<AtomicBool>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[derive(Debug)]
struct MemoryImport {
    state: State,
    snapshot: NaiveDate,
    shared: Arc<RwLock<Arc<State>>>,
    _turn: Turn,
}

impl MemoryRegister {
    /// An empty register.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> Arc<State> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl RegisterStore for MemoryRegister {
    async fn begin(&self, mode: ImportMode) -> Result<Box<dyn RegisterImport>, StoreError> {
        if self.importing.swap(true, Ordering::AcqRel) {
            return Err(StoreError::conflict(code::IMPORT_RUNNING, "another import is open").retryable(true));
        }
        let turn = Turn(Arc::clone(&self.importing));
        let mut state = State::clone(&self.state());
        if let ImportMode::Replace { snapshot, forget } = mode {
            if forget {
                state.entities.clear();
            }
            for row in state.entities.values_mut() {
                row.gone.get_or_insert(snapshot);
            }
            state.names.clear();
            state.addresses.clear();
            state.contacts.clear();
            state.activities.clear();
        }
        Ok(Box::new(MemoryImport { state, snapshot: mode.snapshot(), shared: Arc::clone(&self.state), _turn: turn }))
    }

    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        Ok(self.state().checkpoint.clone())
    }

    async fn records(&self, keys: &[EntityKey]) -> Result<Vec<Option<RegisterRecord>>, StoreError> {
        let state = self.state();
        Ok(keys.iter().map(|key| state.record(*key)).collect())
    }

    async fn scan(&self, after: Option<&Cursor>, limit: usize) -> Result<Page<RegisterRecord>, StoreError> {
        let state = self.state();
        let keys = state.entities.keys().copied();
        let page = page(keys, after, limit)?;
        Ok(page.map(|key| state.record(key).unwrap_or_else(|| RegisterRecord::empty(key))))
    }

    async fn establishments(
        &self,
        enterprise: EnterpriseNumber,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<EntityKey>, StoreError> {
        let state = self.state();
        let of_enterprise = state.entities.values().filter(|row| row.gone.is_none());
        let of_enterprise = of_enterprise.filter(|row| row.entity.enterprise == Some(enterprise));
        page(of_enterprise.map(|row| row.entity.key), after, limit)
    }

    async fn codes(&self) -> Result<CodeTable, StoreError> {
        Ok(self.state().codes.clone())
    }
}

#[async_trait]
impl RegisterImport for MemoryImport {
    async fn apply(&mut self, change: RegisterChange) -> Result<(), StoreError> {
        let state = &mut self.state;
        match change {
            RegisterChange::Remove(part, keys) => keys.iter().for_each(|key| state.remove(part, key, self.snapshot)),
            RegisterChange::Entities(rows) => {
                state.entities.extend(rows.into_iter().map(|entity| (entity.key, Row { entity, gone: None })));
            }
            RegisterChange::Names(rows) => insert(&mut state.names, rows),
            RegisterChange::Addresses(rows) => insert(&mut state.addresses, rows),
            RegisterChange::Contacts(rows) => insert(&mut state.contacts, rows),
            RegisterChange::Activities(rows) => {
                for Of { key, value } in rows {
                    let groups = state.activities.entry(key).or_default().entry((value.nace, value.class)).or_default();
                    *groups = groups.union(value.groups);
                }
            }
            RegisterChange::Codes(labels) => state.codes.extend(labels),
        }
        Ok(())
    }

    async fn known(&mut self, keys: &[EntityKey]) -> Result<Vec<bool>, StoreError> {
        Ok(keys.iter().map(|key| self.state.knows(key)).collect())
    }

    async fn finish(mut self: Box<Self>, checkpoint: Checkpoint) -> Result<ImportTotals, StoreError> {
        self.state.checkpoint = Some(checkpoint);
        let totals = self.state.totals();
        *self.shared.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(self.state);
        Ok(totals)
    }
}

impl State {
    fn knows(&self, key: &EntityKey) -> bool {
        self.entities.contains_key(key)
            || self.names.contains_key(key)
            || self.addresses.contains_key(key)
            || self.contacts.contains_key(key)
            || self.activities.contains_key(key)
    }

    fn record(&self, key: EntityKey) -> Option<RegisterRecord> {
        if !self.knows(&key) {
            return None;
        }
        let row = self.entities.get(&key);
        let parent = row.and_then(|row| row.entity.enterprise).map(|number| {
            let key = EntityKey::Enterprise(number);
            Parent {
                number,
                entity: self.entities.get(&key).map(|row| row.entity.clone()),
                names: sorted(&self.names, &key),
            }
        });
        let activities = self.activities.get(&key).into_iter().flatten();
        Some(RegisterRecord {
            key,
            presence: match row {
                None => Presence::Unregistered,
                Some(Row { gone: None, .. }) => Presence::Active,
                Some(Row { gone: Some(seen_on), .. }) => Presence::Gone { seen_on: *seen_on },
            },
            entity: row.map(|row| row.entity.clone()),
            parent,
            names: sorted(&self.names, &key),
            addresses: sorted(&self.addresses, &key),
            contacts: sorted(&self.contacts, &key),
            activities: activities
                .map(|((nace, class), groups)| Activity { nace: *nace, class: class.clone(), groups: *groups })
                .collect(),
        })
    }

    /// Never more than the one part: what belongs to an entity outlives the entity's own row.
    fn remove(&mut self, part: Part, key: &EntityKey, snapshot: NaiveDate) {
        match part {
            Part::Entity => {
                if let Some(row) = self.entities.get_mut(key) {
                    row.gone.get_or_insert(snapshot);
                }
            }
            Part::Names => drop(self.names.remove(key)),
            Part::Addresses => drop(self.addresses.remove(key)),
            Part::Contacts => drop(self.contacts.remove(key)),
            Part::Activities => drop(self.activities.remove(key)),
        }
    }

    fn totals(&self) -> ImportTotals {
        let gone = self.entities.values().filter(|row| row.gone.is_some()).count() as u64;
        let orphans = [
            (Part::Names, self.orphans(self.names.keys())),
            (Part::Addresses, self.orphans(self.addresses.keys())),
            (Part::Contacts, self.orphans(self.contacts.keys())),
            (Part::Activities, self.orphans(self.activities.keys())),
        ];
        ImportTotals {
            entities: self.entities.len() as u64 - gone,
            gone,
            orphans: orphans.into_iter().filter(|(_, count)| *count > 0).collect(),
        }
    }

    fn orphans<'a>(&self, keys: impl Iterator<Item = &'a EntityKey>) -> u64 {
        keys.filter(|key| !self.entities.contains_key(key)).count() as u64
    }
}

fn insert<T: Ord>(rows: &mut BTreeMap<EntityKey, BTreeSet<T>>, added: Vec<Of<T>>) {
    for Of { key, value } in added {
        rows.entry(key).or_default().insert(value);
    }
}

fn sorted<T: Clone + Ord>(rows: &BTreeMap<EntityKey, BTreeSet<T>>, key: &EntityKey) -> Vec<T> {
    rows.get(key).into_iter().flatten().cloned().collect()
}

/// The part of sorted keys after a cursor, which is the last key of the page before.
fn page(
    keys: impl Iterator<Item = EntityKey>,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<Page<EntityKey>, StoreError> {
    let unknown = || StoreError::unsupported(code::CURSOR_UNKNOWN, "the cursor is not of this register");
    let after: Option<EntityKey> = after.map(|cursor| cursor.as_str().parse()).transpose().map_err(|_| unknown())?;
    let mut items: Vec<EntityKey> = keys.filter(|key| after.is_none_or(|after| after < *key)).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| Cursor::new(last.digits()));
    Ok(Page { items, next })
}

//! A ledger in one JSON file: what an integrator writes to implement [`Ledger`].
//!
//! One process at a time; the whole file is written anew at each commit. It is right, and it is slow.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use communes_ledger::{
    AggregateKey, Batch, ChainHash, Change, CommandStamp, Committed, Envelope, Fingerprint, Head, Ledger, Record,
    StoreError, Stored, Version, async_trait, code,
};
use serde::{Deserialize, Serialize};

/// The ledger; clones share the file.
#[derive(Debug, Clone)]
pub struct JsonFileLedger {
    path: Arc<PathBuf>,
    content: Arc<Mutex<Content>>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Content {
    aggregates: BTreeMap<String, Row>,
    commands: BTreeMap<String, Outcome>,
    series: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Row {
    version: Version,
    state: Envelope,
    records: Vec<Record>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Outcome {
    fingerprint: [u8; 32],
    committed: Committed,
}

impl JsonFileLedger {
    /// Opens a file, or begins with an empty one.
    ///
    /// # Errors
    /// The file can't be read (`Unavailable`) or is not one of this store (`Corrupt`).
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref().to_path_buf();
        let content = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                StoreError::corrupt("json-file-unreadable", path.display().to_string()).caused_by(error)
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Content::default(),
            Err(error) => return Err(unavailable(&path, error)),
        };
        Ok(Self { path: Arc::new(path), content: Arc::new(Mutex::new(content)) })
    }
}

#[async_trait]
impl Ledger for JsonFileLedger {
    async fn commit(&self, stamp: CommandStamp, changes: Vec<Change>) -> Result<Committed, StoreError> {
        let batch = Batch::new(stamp, changes)?;
        let mut current = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = current.outcome(batch.stamp())? {
            return Ok(known);
        }
        let mut next = current.clone();
        let committed = next.apply(&batch)?;
        next.write(&self.path).map_err(|error| unavailable(&self.path, error))?;
        *current = next;
        Ok(committed)
    }

    async fn outcome(&self, stamp: &CommandStamp) -> Result<Option<Committed>, StoreError> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner).outcome(stamp)
    }

    async fn load(&self, key: &AggregateKey) -> Result<Option<Stored>, StoreError> {
        let content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(content.aggregates.get(&key.to_string()).map(|row| Stored { head: row.head(), state: row.state.clone() }))
    }

    async fn history(&self, key: &AggregateKey, after: u64, limit: u32) -> Result<Vec<Record>, StoreError> {
        let content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        let records = content.aggregates.get(&key.to_string()).map_or(&[][..], |row| &row.records);
        Ok(records.iter().filter(|record| record.number > after).take(limit as usize).cloned().collect())
    }
}

impl Row {
    fn head(&self) -> Head {
        let hash = self.records.last().map_or(ChainHash::START, |record| record.hash);
        Head { version: self.version, records: self.records.len() as u64, hash }
    }
}

impl Content {
    fn outcome(&self, stamp: &CommandStamp) -> Result<Option<Committed>, StoreError> {
        let Some(outcome) = self.commands.get(&stamp.id.to_string()) else {
            return Ok(None);
        };
        if Fingerprint::from_bytes(outcome.fingerprint) == stamp.fingerprint {
            return Ok(Some(Committed { replayed: true, ..outcome.committed.clone() }));
        }
        Err(StoreError::conflict(code::COMMAND_REUSED, format!("command {} was another command", stamp.id)))
    }

    fn apply(&mut self, batch: &Batch) -> Result<Committed, StoreError> {
        let head = |key: &AggregateKey| self.aggregates.get(&key.to_string()).map(Row::head);
        let heads = batch.expected().keys().filter_map(|key| Some((key.clone(), head(key)?))).collect();
        batch.check(&heads)?;
        let last = |series: &str| self.series.get(series).copied().unwrap_or(0);
        let numbers = batch.draws().keys().map(|series| (series.clone(), last(series.as_str()) + 1)).collect();
        let settled = batch.settle(&heads, &numbers)?;
        if !settled.effects.is_empty() || !settled.timers.is_empty() {
            return Err(StoreError::unsupported("json-file-ledger-only", "this store has no outbox and no timers"));
        }
        for (series, count) in batch.draws() {
            *self.series.entry(series.to_string()).or_insert(0) += count;
        }
        for row in settled.rows {
            let records = self.aggregates.remove(&row.key.to_string()).map_or(Vec::new(), |before| before.records);
            self.aggregates.insert(row.key.to_string(), Row { version: row.head.version, state: row.state, records });
        }
        for record in settled.records {
            if let Some(row) = self.aggregates.get_mut(&record.aggregate.to_string()) {
                row.records.push(record);
            }
        }
        let outcome =
            Outcome { fingerprint: *batch.stamp().fingerprint.as_bytes(), committed: settled.outcome.clone() };
        self.commands.insert(batch.stamp().id.to_string(), outcome);
        Ok(settled.outcome)
    }

    /// Whole or not at all: beside it, flushed, then in its place.
    fn write(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension("new");
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        File::open(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))?.sync_all()
    }
}

fn unavailable(path: &Path, error: io::Error) -> StoreError {
    StoreError::unavailable("json-file-unavailable", path.display().to_string()).caused_by(error)
}

use communes_ledger::{MemoryLedger, Page, StoreError, Stored, async_trait};

use crate::{INSTANCE, Instance, InstanceId, WorkflowStore, WorklistPlace, WorklistQuery};

/// The reads of workflows over a [`MemoryLedger`]: for tests, demonstrations, and as the reference.
#[derive(Debug, Clone)]
pub struct MemoryWorkflows {
    ledger: MemoryLedger,
}

impl MemoryWorkflows {
    /// Reads what this ledger holds.
    #[must_use]
    pub fn new(ledger: MemoryLedger) -> Self {
        Self { ledger }
    }

    fn all(&self) -> Result<Vec<Instance>, StoreError> {
        self.ledger.aggregates(&INSTANCE).iter().map(|(key, stored)| Instance::open(key, stored)).collect()
    }
}

#[async_trait]
impl WorkflowStore for MemoryWorkflows {
    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, StoreError> {
        let stored: Option<Stored> = communes_ledger::Ledger::load(&self.ledger, &id.key()).await?;
        stored.map(|stored| Instance::open(&id.key(), &stored)).transpose()
    }

    async fn worklist(&self, query: &WorklistQuery) -> Result<Page<Instance>, StoreError> {
        let after = query.after.as_ref().map(WorklistPlace::parse).transpose()?;
        let mut found = self.all()?;
        found
            .retain(|instance| query.admits(instance) && after.is_none_or(|after| WorklistPlace::of(instance) > after));
        found.sort_by_key(WorklistPlace::of);
        let limit = query.limit.clamp(1, WorklistQuery::MAX_LIMIT) as usize;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|last| WorklistPlace::of(last).cursor());
        Ok(Page { items: found, next })
    }
}

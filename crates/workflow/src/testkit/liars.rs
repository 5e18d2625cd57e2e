use std::sync::Arc;

use communes_ledger::{Page, StoreError, async_trait};

use crate::{Instance, InstanceId, WorkflowStore, WorklistPlace, WorklistQuery};

/// A rule of [`WorkflowStore`] and how it is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lie {
    /// Reads find nothing.
    Nothing,
    /// Reads show the first of the versions that were read.
    Stale,
    /// Those without a day come first.
    Order,
    /// The day asked for is left out.
    DueBy,
    /// Closed instances are always shown.
    Closed,
    /// The workflow is not looked at.
    Workflow,
    /// The states are not looked at.
    States,
    /// The roles are not looked at.
    Roles,
    /// An instance stands once for each role.
    Twice,
    /// The next page begins with the last of this one.
    Overlap,
    /// The next page leaves one out.
    Gap,
    /// A foreign cursor starts from the beginning.
    Cursor,
}

impl Lie {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Nothing,
        Self::Stale,
        Self::Order,
        Self::DueBy,
        Self::Closed,
        Self::Workflow,
        Self::States,
        Self::Roles,
        Self::Twice,
        Self::Overlap,
        Self::Gap,
        Self::Cursor,
    ];
}

/// A store that tells one lie about what an honest one holds.
#[derive(Debug)]
pub struct LyingStore<S> {
    honest: S,
    lie: Lie,
    first_seen: std::sync::Mutex<Vec<Instance>>,
}

impl<S: WorkflowStore> LyingStore<S> {
    /// Lies about this store.
    #[must_use]
    pub fn new(honest: S, lie: Lie) -> Arc<Self> {
        Arc::new(Self { honest, lie, first_seen: std::sync::Mutex::default() })
    }

    fn stale(&self, instance: Instance) -> Instance {
        let mut seen = self.first_seen.lock().expect("no panic while it is held");
        match seen.iter().find(|known| known.id == instance.id) {
            Some(known) => known.clone(),
            None => {
                seen.push(instance.clone());
                instance
            }
        }
    }

    async fn whole(&self, query: &WorklistQuery) -> Result<Vec<Instance>, StoreError> {
        let mut query = query.clone().after(None).limit(WorklistQuery::MAX_LIMIT);
        match self.lie {
            Lie::Closed => query.with_closed = true,
            Lie::Workflow => query.workflow = None,
            Lie::States => query.states.clear(),
            Lie::Roles => query.roles.clear(),
            _ => {}
        }
        let mut all = self.honest.worklist(&query).await?.items;
        match self.lie {
            Lie::Nothing => all.clear(),
            Lie::Order => all.sort_by_key(|instance| (instance.due, instance.id)),
            Lie::DueBy => all.retain(|instance| query.due_by.is_none() || instance.due != query.due_by),
            Lie::Twice if query.roles.len() > 1 => all = all.into_iter().flat_map(|one| [one.clone(), one]).collect(),
            _ => {}
        }
        Ok(all)
    }
}

#[async_trait]
impl<S: WorkflowStore> WorkflowStore for LyingStore<S> {
    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, StoreError> {
        let instance = self.honest.instance(id).await?;
        Ok(match self.lie {
            Lie::Nothing => None,
            Lie::Stale => instance.map(|instance| self.stale(instance)),
            _ => instance,
        })
    }

    async fn worklist(&self, query: &WorklistQuery) -> Result<Page<Instance>, StoreError> {
        let after = match query.after.as_ref().map(WorklistPlace::parse) {
            Some(Err(_)) if self.lie == Lie::Cursor => None,
            Some(place) => Some(place?),
            None => None,
        };
        let all = self.whole(query).await?;
        let place = after.and_then(|after| all.iter().position(|instance| WorklistPlace::of(instance) == after));
        let start = match (place, self.lie) {
            (None, _) => 0,
            (Some(place), Lie::Overlap) => place,
            (Some(place), Lie::Gap) => place + 2,
            (Some(place), _) => place + 1,
        };
        let rest = all.get(start..).unwrap_or_default();
        let items = rest.iter().take(query.limit as usize).cloned();
        let items: Vec<Instance> = match self.lie {
            Lie::Stale => items.map(|instance| self.stale(instance)).collect(),
            _ => items.collect(),
        };
        let next = items.last().filter(|_| rest.len() > items.len()).map(|last| WorklistPlace::of(last).cursor());
        Ok(Page { items, next })
    }
}

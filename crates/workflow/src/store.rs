use chrono::NaiveDate;
use communes_ledger::{Cursor, Page, StoreError, async_trait};

use crate::{Instance, InstanceId};

/// Which instances a worklist shows. Every part that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorklistQuery {
    /// Of this workflow only.
    pub workflow: Option<String>,
    /// In one of these states only; empty: in any.
    pub states: Vec<String>,
    /// With one of these roles among the candidates for the next step; empty: whoever they are.
    pub roles: Vec<String>,
    /// Due on this day or before.
    pub due_by: Option<NaiveDate>,
    /// Closed instances too, from whose state nothing leads out.
    pub with_closed: bool,
    /// After this place.
    pub after: Option<Cursor>,
    /// At most so many, 1 to [`WorklistQuery::MAX_LIMIT`].
    pub limit: u32,
}

impl WorklistQuery {
    /// The most that a page holds.
    pub const MAX_LIMIT: u32 = 500;

    /// All open instances, 50 a page.
    #[must_use]
    pub fn new() -> Self {
        Self {
            workflow: None,
            states: Vec::new(),
            roles: Vec::new(),
            due_by: None,
            with_closed: false,
            after: None,
            limit: 50,
        }
    }

    /// Those of one workflow.
    #[must_use]
    pub fn of_workflow(mut self, workflow: impl Into<String>) -> Self {
        self.workflow = Some(workflow.into());
        self
    }

    /// Those in one of these states.
    #[must_use]
    pub fn in_states<S: Into<String>>(mut self, states: impl IntoIterator<Item = S>) -> Self {
        self.states = states.into_iter().map(Into::into).collect();
        self
    }

    /// Those in which one of these roles may take the next step.
    #[must_use]
    pub fn for_roles<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        self.roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// Those due on a day or before.
    #[must_use]
    pub fn due_by(mut self, day: NaiveDate) -> Self {
        self.due_by = Some(day);
        self
    }

    /// The page after a place.
    #[must_use]
    pub fn after(mut self, cursor: Option<Cursor>) -> Self {
        self.after = cursor;
        self
    }

    /// At most so many a page.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit.clamp(1, Self::MAX_LIMIT);
        self
    }

    /// Whether an instance is among those that the query asks for, its place apart.
    #[must_use]
    pub fn admits(&self, instance: &Instance) -> bool {
        (self.with_closed || instance.is_open)
            && self.workflow.as_ref().is_none_or(|workflow| *workflow == instance.workflow)
            && (self.states.is_empty() || self.states.contains(&instance.state))
            && (self.roles.is_empty() || self.roles.iter().any(|role| instance.candidates.contains(role)))
            && self.due_by.is_none_or(|day| instance.due.is_some_and(|due| due <= day))
    }
}

impl Default for WorklistQuery {
    fn default() -> Self {
        Self::new()
    }
}

/// The place of an instance in a worklist: the earliest due first, those without a day last, then by id.
///
/// A [`Cursor`] of a worklist is its text: `2026-11-25/ID`, or `-/ID` without a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a place has these two parts in every store")]
pub struct WorklistPlace {
    /// Whether there is no day, so that those come last; then the day.
    pub due: (bool, NaiveDate),
    /// The instance.
    pub id: InstanceId,
}

impl WorklistPlace {
    /// The place of an instance.
    #[must_use]
    pub fn of(instance: &Instance) -> Self {
        Self { due: (instance.due.is_none(), instance.due.unwrap_or_default()), id: instance.id }
    }

    /// The day, where there is one.
    #[must_use]
    pub fn day(&self) -> Option<NaiveDate> {
        (!self.due.0).then_some(self.due.1)
    }

    /// The cursor of the place.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        match self.day() {
            Some(day) => Cursor::new(format!("{day}/{}", self.id)),
            None => Cursor::new(format!("-/{}", self.id)),
        }
    }

    /// Reads a cursor.
    ///
    /// # Errors
    /// [`CURSOR_UNKNOWN`](communes_ledger::code::CURSOR_UNKNOWN): it is not one of a worklist.
    pub fn parse(cursor: &Cursor) -> Result<Self, StoreError> {
        let read = || {
            let (day, id) = cursor.as_str().split_once('/')?;
            let day = if day == "-" { None } else { Some(day.parse::<NaiveDate>().ok()?) };
            Some(Self { due: (day.is_none(), day.unwrap_or_default()), id: id.parse().ok()? })
        };
        read().ok_or_else(|| {
            StoreError::conflict(communes_ledger::code::CURSOR_UNKNOWN, "the cursor is not one of a worklist")
        })
    }
}

/// What a store reads of workflows; what is written goes through [`Ledger`](communes_ledger::Ledger).
///
/// **The implementor guarantees:** what was committed before a call is seen by it; the order of [`WorklistPlace`]; a reader that
/// goes on from a page's `next` misses no instance that stays in its place, and sees none twice. **The caller may not assume**
/// that a page is full before the last one.
#[async_trait]
pub trait WorkflowStore: std::fmt::Debug + Send + Sync {
    /// An instance; `None` where there is none of this id.
    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, StoreError>;

    /// A page of the instances that a query asks for.
    async fn worklist(&self, query: &WorklistQuery) -> Result<Page<Instance>, StoreError>;
}

#[async_trait]
impl<S: WorkflowStore + ?Sized> WorkflowStore for std::sync::Arc<S> {
    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, StoreError> {
        (**self).instance(id).await
    }

    async fn worklist(&self, query: &WorklistQuery) -> Result<Page<Instance>, StoreError> {
        (**self).worklist(query).await
    }
}

#[async_trait]
impl<S: WorkflowStore + ?Sized> WorkflowStore for Box<S> {
    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, StoreError> {
        (**self).instance(id).await
    }

    async fn worklist(&self, query: &WorklistQuery) -> Result<Page<Instance>, StoreError> {
        (**self).worklist(query).await
    }
}

#[async_trait]
impl<S: WorkflowStore + ?Sized> WorkflowStore for &S {
    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, StoreError> {
        (**self).instance(id).await
    }

    async fn worklist(&self, query: &WorklistQuery) -> Result<Page<Instance>, StoreError> {
        (**self).worklist(query).await
    }
}

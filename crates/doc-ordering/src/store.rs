//! What a store reads of orders; what is written goes through [`Ledger`](communes_ledger::Ledger).

use chrono::NaiveDate;
use communes_civil::Ogm;
use communes_ledger::{AggregateKey, Cursor, Page, StoreError, Stored, async_trait, code};

use crate::{
    issue::CodeHash,
    order::{CitizenKey, Order, OrderId, OrderNumber, Stage},
    payment::{ImportedMovement, MovementId},
    wire,
};

/// The most that a page holds.
pub const MAX_LIMIT: u32 = 500;

/// Which orders a worklist shows. Every part that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderQuery {
    /// In one of these stages only; empty: in any that is open.
    pub stages: Vec<Stage>,
    /// With an answer due on this day or before, and not given yet.
    pub due_by: Option<NaiveDate>,
    /// With money to go back only.
    pub refund_due: bool,
    /// After this place.
    pub after: Option<Cursor>,
    /// At most so many, 1 to [`MAX_LIMIT`].
    pub limit: u32,
}

impl OrderQuery {
    /// All open orders, 50 a page.
    #[must_use]
    pub const fn new() -> Self {
        Self { stages: Vec::new(), due_by: None, refund_due: false, after: None, limit: 50 }
    }

    /// Those in one of these stages.
    #[must_use]
    pub fn in_stages(mut self, stages: impl IntoIterator<Item = Stage>) -> Self {
        self.stages = stages.into_iter().collect();
        self
    }

    /// Those whose answer is due on a day or before.
    #[must_use]
    pub const fn due_by(mut self, day: NaiveDate) -> Self {
        self.due_by = Some(day);
        self
    }

    /// Those of which money is to go back, in whatever stage.
    #[must_use]
    pub const fn with_refund_due(mut self) -> Self {
        self.refund_due = true;
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
        self.limit = limit.clamp(1, MAX_LIMIT);
        self
    }

    /// The stages in which an order has to be, of all that there are.
    #[must_use]
    pub fn admitted_stages(&self) -> Vec<Stage> {
        let admits = |stage: &Stage| {
            let named =
                if self.stages.is_empty() { stage.is_open() || self.refund_due } else { self.stages.contains(stage) };
            named && (self.due_by.is_none() || stage.awaits_answer())
        };
        Stage::ALL.into_iter().filter(admits).collect()
    }

    /// Whether an order is among those that the query asks for, its place apart.
    #[must_use]
    pub fn admits(&self, order: &Order) -> bool {
        self.admitted_stages().contains(&order.stage)
            && self.due_by.is_none_or(|day| order.answer_due <= day)
            && (!self.refund_due || !order.refund_due().is_zero())
    }
}

impl Default for OrderQuery {
    fn default() -> Self {
        Self::new()
    }
}

/// A place in a list of orders or movements: a day, then an id. Its cursor is `2026-11-25/ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a place has these two parts in every store")]
pub struct ListPlace {
    /// The day: of a worklist when the answer is due, of movements when they were booked, of a citizen's orders when they were submitted.
    pub day: NaiveDate,
    /// The id of the order or movement.
    pub id: uuid::Uuid,
}

impl ListPlace {
    /// The place of an order in a worklist: the earliest due first.
    #[must_use]
    pub const fn due(order: &Order) -> Self {
        Self { day: order.answer_due, id: order.id.as_uuid() }
    }

    /// The place of an order among those of a citizen, where the latest comes first.
    #[must_use]
    pub const fn submitted(order: &Order) -> Self {
        Self { day: order.submitted_on, id: order.id.as_uuid() }
    }

    /// The place of a movement: the earliest booked first.
    #[must_use]
    pub const fn booked(movement: &ImportedMovement) -> Self {
        Self { day: movement.credit.booked_on, id: movement.id.as_uuid() }
    }

    /// The cursor of the place.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor::new(format!("{}/{}", self.day, self.id))
    }

    /// Reads a cursor.
    ///
    /// # Errors
    /// [`CURSOR_UNKNOWN`](communes_ledger::code::CURSOR_UNKNOWN): it is not one of these lists.
    pub fn parse(cursor: &Cursor) -> Result<Self, StoreError> {
        let read = || {
            let (day, id) = cursor.as_str().split_once('/')?;
            Some(Self { day: day.parse().ok()?, id: id.parse().ok()? })
        };
        read().ok_or_else(|| StoreError::unsupported(code::CURSOR_UNKNOWN, "the cursor is not one of a list of orders"))
    }
}

/// What a store reads of orders.
///
/// **The implementor guarantees:** what was committed before a call is seen by it; a page has at most [`MAX_LIMIT`] rows, whatever is
/// asked, and the order of its list; a reader that goes on from a page's `next` misses nothing that stays in its place, and sees
/// nothing twice; an unknown cursor gives [`CURSOR_UNKNOWN`](communes_ledger::code::CURSOR_UNKNOWN). **The caller may not assume** that
/// a page is full before the last one. Each of [`order_row`] and [`movement_row`] reads a ledger's row for an implementor.
#[async_trait]
pub trait OrderStore: std::fmt::Debug + Send + Sync {
    /// An order.
    async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError>;

    /// The order of a number.
    async fn by_number(&self, number: &OrderNumber) -> Result<Option<Order>, StoreError>;

    /// The orders whose payments have one of these references, in any order; unknown ones are left out.
    async fn by_references(&self, references: &[Ogm]) -> Result<Vec<Order>, StoreError>;

    /// The orders of a citizen, the latest first (day of submission, then id, both descending).
    async fn of_citizen(
        &self,
        citizen: &CitizenKey,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Order>, StoreError>;

    /// A worklist: the earliest due answer first, then by id.
    async fn worklist(&self, query: &OrderQuery) -> Result<Page<Order>, StoreError>;

    /// The imported movements that are credited to no order, the earliest booked first, then by id.
    async fn unmatched(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<ImportedMovement>, StoreError>;

    /// An imported movement.
    async fn movement(&self, id: MovementId) -> Result<Option<ImportedMovement>, StoreError>;

    /// The order whose issued document has a verification code.
    async fn by_code(&self, code: &CodeHash) -> Result<Option<Order>, StoreError>;
}

macro_rules! forward {
    ($($pointer:ty),*) => { $(
        #[async_trait]
        impl<T: OrderStore + ?Sized> OrderStore for $pointer {
            async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
                (**self).order(id).await
            }

            async fn by_number(&self, number: &OrderNumber) -> Result<Option<Order>, StoreError> {
                (**self).by_number(number).await
            }

            async fn by_references(&self, references: &[Ogm]) -> Result<Vec<Order>, StoreError> {
                (**self).by_references(references).await
            }

            async fn of_citizen(
                &self,
                citizen: &CitizenKey,
                after: Option<&Cursor>,
                limit: u32,
            ) -> Result<Page<Order>, StoreError> {
                (**self).of_citizen(citizen, after, limit).await
            }

            async fn worklist(&self, query: &OrderQuery) -> Result<Page<Order>, StoreError> {
                (**self).worklist(query).await
            }

            async fn unmatched(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<ImportedMovement>, StoreError> {
                (**self).unmatched(after, limit).await
            }

            async fn movement(&self, id: MovementId) -> Result<Option<ImportedMovement>, StoreError> {
                (**self).movement(id).await
            }

            async fn by_code(&self, code: &CodeHash) -> Result<Option<Order>, StoreError> {
                (**self).by_code(code).await
            }
        }
    )* };
}
forward!(&T, Box<T>, std::sync::Arc<T>);

/// Reads an order out of its row in a ledger, of whatever version.
///
/// # Errors
/// The row can't be read; its kind is `Corrupt`.
pub fn order_row(key: &AggregateKey, stored: &Stored) -> Result<Order, StoreError> {
    wire::v1::open_order(key, stored)
}

/// Reads an imported movement out of its row in a ledger, of whatever version.
///
/// # Errors
/// The row can't be read; its kind is `Corrupt`.
pub fn movement_row(key: &AggregateKey, stored: &Stored) -> Result<ImportedMovement, StoreError> {
    wire::v1::open_movement(key, stored)
}

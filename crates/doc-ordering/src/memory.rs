//! The reads of orders over a ledger in memory: for tests, demonstrations, and as the reference.

use std::fmt;

use communes_civil::Ogm;
use communes_ledger::{Cursor, Ledger, MemoryLedger, Page, StoreError, async_trait};

use crate::{
    issue::CodeHash,
    order::{CitizenKey, ORDER, Order, OrderId, OrderNumber},
    payment::{ImportedMovement, MOVEMENT, MovementId, Payment},
    store::{ListPlace, MAX_LIMIT, OrderQuery, OrderStore, movement_row, order_row},
};

/// The reads of orders over a [`MemoryLedger`]. It looks at every order for every read.
#[derive(Clone)]
pub struct MemoryOrders {
    ledger: MemoryLedger,
}

/// It shows no order: they are personal data.
impl fmt::Debug for MemoryOrders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MemoryOrders").finish_non_exhaustive()
    }
}

impl MemoryOrders {
    /// Reads what this ledger holds.
    #[must_use]
    pub const fn new(ledger: MemoryLedger) -> Self {
        Self { ledger }
    }

    fn orders(&self, holds: impl Fn(&Order) -> bool) -> Result<Vec<Order>, StoreError> {
        let mut found = Vec::new();
        for (key, stored) in self.ledger.aggregates(&ORDER) {
            let order = order_row(&key, &stored)?;
            if holds(&order) {
                found.push(order);
            }
        }
        Ok(found)
    }

    fn first(&self, holds: impl Fn(&Order) -> bool) -> Result<Option<Order>, StoreError> {
        Ok(self.orders(holds)?.into_iter().next())
    }
}

fn page<T>(mut rows: Vec<T>, limit: u32, place: impl Fn(&T) -> ListPlace) -> Page<T> {
    let limit = limit.clamp(1, MAX_LIMIT) as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|last| place(last).cursor());
    Page { items: rows, next }
}

#[async_trait]
impl OrderStore for MemoryOrders {
    async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        let stored = self.ledger.load(&id.key()).await?;
        stored.map(|stored| order_row(&id.key(), &stored)).transpose()
    }

    async fn by_number(&self, number: &OrderNumber) -> Result<Option<Order>, StoreError> {
        self.first(|order| order.number == *number)
    }

    async fn by_references(&self, references: &[Ogm]) -> Result<Vec<Order>, StoreError> {
        self.orders(|order| {
            order.payment.as_ref().and_then(Payment::reference).is_some_and(|reference| references.contains(&reference))
        })
    }

    async fn of_citizen(
        &self,
        citizen: &CitizenKey,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Order>, StoreError> {
        let after = after.map(ListPlace::parse).transpose()?;
        let mut found = self.orders(|order| {
            order.requester.key == *citizen && after.is_none_or(|after| ListPlace::submitted(order) < after)
        })?;
        found.sort_by_key(|order| std::cmp::Reverse(ListPlace::submitted(order)));
        Ok(page(found, limit, ListPlace::submitted))
    }

    async fn worklist(&self, query: &OrderQuery) -> Result<Page<Order>, StoreError> {
        let after = query.after.as_ref().map(ListPlace::parse).transpose()?;
        let mut found =
            self.orders(|order| query.admits(order) && after.is_none_or(|after| ListPlace::due(order) > after))?;
        found.sort_by_key(ListPlace::due);
        Ok(page(found, query.limit, ListPlace::due))
    }

    async fn unmatched(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<ImportedMovement>, StoreError> {
        let after = after.map(ListPlace::parse).transpose()?;
        let mut found = Vec::new();
        for (key, stored) in self.ledger.aggregates(&MOVEMENT) {
            let movement = movement_row(&key, &stored)?;
            if movement.order.is_none() && after.is_none_or(|after| ListPlace::booked(&movement) > after) {
                found.push(movement);
            }
        }
        found.sort_by_key(ListPlace::booked);
        Ok(page(found, limit, ListPlace::booked))
    }

    async fn movement(&self, id: MovementId) -> Result<Option<ImportedMovement>, StoreError> {
        let stored = self.ledger.load(&id.key()).await?;
        stored.map(|stored| movement_row(&id.key(), &stored)).transpose()
    }

    async fn by_code(&self, code: &CodeHash) -> Result<Option<Order>, StoreError> {
        self.first(|order| order.issued.as_ref().is_some_and(|issued| issued.file.code == *code))
    }
}

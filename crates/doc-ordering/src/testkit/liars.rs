use std::sync::{Arc, Mutex};

use chrono::Days;
use communes_civil::Ogm;
use communes_ledger::{Cursor, MemoryLedger, Page, StoreError, async_trait};

use crate::{
    issue::{BlobId, BlobStore, CodeHash, MemoryBlobs},
    memory::MemoryOrders,
    order::{CitizenKey, Order, OrderId, OrderNumber, Stage},
    payment::{ImportedMovement, MovementId},
    store::{OrderQuery, OrderStore},
};

/// A way in which a store of orders is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lie {
    /// It gives every order its first version.
    ForgetsChanges,
    /// A number finds nothing.
    ForgetsNumbers,
    /// References find every order.
    FindsTooMany,
    /// A citizen sees everybody's orders.
    MixesCitizens,
    /// A worklist is in the order of ids.
    OrdersById,
    /// A worklist shows orders that are not open.
    ShowsEnded,
    /// It shows what is due before the day, not on it.
    LosesTheDay,
    /// Stages don't choose.
    IgnoresStages,
    /// It looks for money to go back among open orders only.
    RefundsOnlyOpen,
    /// The next page begins with the row after the next.
    SkipsARow,
    /// A cursor of something else begins at the beginning.
    AcceptsAnyCursor,
    /// Movements that were matched are listed too.
    ListsMatched,
    /// A code finds any issued document.
    FindsAnyCode,
    /// Two tenants see the same.
    MixesTenants,
}

impl Lie {
    /// Every lie.
    pub const ALL: [Self; 14] = [
        Self::ForgetsChanges,
        Self::ForgetsNumbers,
        Self::FindsTooMany,
        Self::MixesCitizens,
        Self::OrdersById,
        Self::ShowsEnded,
        Self::LosesTheDay,
        Self::IgnoresStages,
        Self::RefundsOnlyOpen,
        Self::SkipsARow,
        Self::AcceptsAnyCursor,
        Self::ListsMatched,
        Self::FindsAnyCode,
        Self::MixesTenants,
    ];
}

/// The reads over a ledger in memory, wrong in one way: what the kit is tested against.
#[derive(Debug, Clone)]
pub struct LyingOrders {
    truth: MemoryOrders,
    lie: Lie,
    first: Arc<Mutex<Vec<Order>>>,
}

impl LyingOrders {
    /// A store that reads this ledger, with one lie.
    #[must_use]
    pub fn new(ledger: MemoryLedger, lie: Lie) -> Self {
        Self { truth: MemoryOrders::new(ledger), lie, first: Arc::default() }
    }

    async fn everything(&self) -> Result<Vec<Order>, StoreError> {
        Ok(self.truth.worklist(&OrderQuery::new().in_stages(Stage::ALL).limit(500)).await?.items)
    }

    fn cursor(&self, cursor: Option<&Cursor>) -> Option<Cursor> {
        let known = |cursor: &&Cursor| crate::store::ListPlace::parse(cursor).is_ok();
        if self.lie == Lie::AcceptsAnyCursor { cursor.filter(known).cloned() } else { cursor.cloned() }
    }
}

#[async_trait]
impl OrderStore for LyingOrders {
    async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        let found = self.truth.order(id).await?;
        if self.lie != Lie::ForgetsChanges {
            return Ok(found);
        }
        let mut first = self.first.lock().unwrap();
        if let Some(order) = first.iter().find(|order| order.id == id) {
            return Ok(Some(order.clone()));
        }
        first.extend(found.clone());
        Ok(found)
    }

    async fn by_number(&self, number: &OrderNumber) -> Result<Option<Order>, StoreError> {
        if self.lie == Lie::ForgetsNumbers { Ok(None) } else { self.truth.by_number(number).await }
    }

    async fn by_references(&self, references: &[Ogm]) -> Result<Vec<Order>, StoreError> {
        if self.lie == Lie::FindsTooMany { self.everything().await } else { self.truth.by_references(references).await }
    }

    async fn of_citizen(
        &self,
        citizen: &CitizenKey,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Order>, StoreError> {
        if self.lie == Lie::MixesCitizens {
            return Ok(Page { items: self.everything().await?, next: None });
        }
        self.truth.of_citizen(citizen, self.cursor(after).as_ref(), limit).await
    }

    async fn worklist(&self, query: &OrderQuery) -> Result<Page<Order>, StoreError> {
        let mut query = query.clone().after(self.cursor(query.after.as_ref()));
        match self.lie {
            Lie::LosesTheDay => query.due_by = query.due_by.and_then(|day| day.checked_sub_days(Days::new(1))),
            Lie::IgnoresStages => query.stages.clear(),
            Lie::ShowsEnded if query.stages.is_empty() => query.stages = Stage::ALL.to_vec(),
            Lie::RefundsOnlyOpen if query.refund_due => {
                query.stages = Stage::ALL.into_iter().filter(|stage| stage.is_open()).collect();
            }
            _ => {}
        }
        let mut page = self.truth.worklist(&query).await?;
        match self.lie {
            Lie::OrdersById => page.items.sort_by_key(|order| order.id),
            Lie::SkipsARow if query.after.is_some() && !page.items.is_empty() => drop(page.items.remove(0)),
            _ => {}
        }
        Ok(page)
    }

    async fn unmatched(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<ImportedMovement>, StoreError> {
        let mut page = self.truth.unmatched(self.cursor(after).as_ref(), limit).await?;
        if self.lie == Lie::ListsMatched {
            let paid = crate::payment::ReceiptKey::new("paid").unwrap();
            page.items.extend(self.truth.movement(MovementId::of(&paid)).await?);
        }
        Ok(page)
    }

    async fn movement(&self, id: MovementId) -> Result<Option<ImportedMovement>, StoreError> {
        self.truth.movement(id).await
    }

    async fn by_code(&self, code: &CodeHash) -> Result<Option<Order>, StoreError> {
        if self.lie != Lie::FindsAnyCode {
            return self.truth.by_code(code).await;
        }
        Ok(self.everything().await?.into_iter().find(|order| order.issued.is_some()))
    }
}

/// A way in which a store of files is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BlobLie {
    /// It keeps the first file only.
    KeepsOne,
    /// It takes what it has not for empty.
    InventsFiles,
    /// It cuts files at a zero byte.
    CutsAtZero,
    /// It counts files instead of digesting them.
    CountsFiles,
    /// It refuses the empty file.
    RefusesEmpty,
    /// It refuses what it has.
    RefusesRepetition,
    /// It forgets when it is reopened.
    Forgets,
}

impl BlobLie {
    /// Every lie.
    pub const ALL: [Self; 7] = [
        Self::KeepsOne,
        Self::InventsFiles,
        Self::CutsAtZero,
        Self::CountsFiles,
        Self::RefusesEmpty,
        Self::RefusesRepetition,
        Self::Forgets,
    ];
}

/// Files in memory, wrong in one way: what the kit is tested against.
#[derive(Debug)]
pub struct LyingBlobs {
    truth: MemoryBlobs,
    lie: BlobLie,
    count: Mutex<u8>,
}

impl LyingBlobs {
    /// A store with one lie.
    #[must_use]
    pub fn new(lie: BlobLie) -> Self {
        Self { truth: MemoryBlobs::new(), lie, count: Mutex::new(0) }
    }
}

#[async_trait]
impl BlobStore for LyingBlobs {
    async fn put(&self, bytes: &[u8]) -> Result<BlobId, StoreError> {
        let refused = || StoreError::unsupported("refused", "the store refuses the file");
        let id = BlobId::of(bytes);
        let known = self.truth.get(&id).await?.is_some();
        let count = {
            let mut count = self.count.lock().unwrap();
            *count += 1;
            *count
        };
        match self.lie {
            BlobLie::KeepsOne if count > 1 => return Ok(id),
            BlobLie::RefusesEmpty if bytes.is_empty() => return Err(refused()),
            BlobLie::RefusesRepetition if known => return Err(refused()),
            BlobLie::CountsFiles => return Ok(BlobId::of(&[count])),
            _ => {}
        }
        self.truth.put(bytes).await
    }

    async fn get(&self, id: &BlobId) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.truth.get(id).await?;
        Ok(match self.lie {
            BlobLie::InventsFiles => Some(found.unwrap_or_default()),
            BlobLie::CutsAtZero => {
                found.map(|bytes| bytes.split(|byte| *byte == 0).next().unwrap_or_default().to_vec())
            }
            _ => found,
        })
    }
}

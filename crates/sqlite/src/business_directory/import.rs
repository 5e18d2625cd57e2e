use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use async_trait::async_trait;
use communes_business_directory::{
    kbo::Checkpoint,
    register::{EntityKey, RegisterChange},
    store::{self, ImportMode, ImportTotals, RegisterImport},
};
use communes_ledger::StoreError;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::open::{connect, no_thread};
use crate::{DATABASE_BUSY, Options, fault::Fault};

mod write;

pub(super) use write::CHECKPOINT;

/// How many steps wait for the thread.
const QUEUE: usize = 8;

/// An import on a thread of its own, in one transaction.
pub(super) struct Import {
    /// `None` once it is told to end.
    orders: Option<mpsc::Sender<Order>>,
    thread: Option<JoinHandle<()>>,
    failure: Arc<Mutex<Option<StoreError>>>,
}

enum Order {
    Apply(RegisterChange),
    Known(Vec<EntityKey>, oneshot::Sender<Vec<bool>>),
    Finish(Checkpoint, oneshot::Sender<ImportTotals>),
}

impl std::fmt::Debug for Import {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import").finish_non_exhaustive()
    }
}

impl Import {
    pub(super) async fn begin(path: &Path, mode: ImportMode) -> Result<Self, StoreError> {
        let (orders, waiting) = mpsc::channel(QUEUE);
        let (begun, has_begun) = oneshot::channel();
        let failure = Arc::new(Mutex::new(None));
        let told = Arc::clone(&failure);
        let path = path.to_owned();
        let thread = thread::Builder::new()
            .name("communes-sqlite-import".to_owned())
            .spawn(move || match begin(&path, mode) {
                Ok(connection) => {
                    if begun.send(Ok(())).is_ok() {
                        serve(&connection, mode, waiting, &told);
                    }
                }
                Err(fault) => drop(begun.send(Err(StoreError::from(fault)))),
            })
            .map_err(no_thread)?;
        let import = Self { orders: Some(orders), thread: Some(thread), failure };
        has_begun.await.unwrap_or_else(|_| Err(import.lost()))?;
        Ok(import)
    }

    async fn order(&self, order: Order) -> Result<(), StoreError> {
        match &self.orders {
            Some(orders) => orders.send(order).await.map_err(|_| self.lost()),
            None => Err(self.lost()),
        }
    }

    /// Why the thread has ended; told once, then only that it has.
    fn lost(&self) -> StoreError {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.unwrap_or_else(|| StoreError::unavailable(crate::GROUP_LOST, "the import was not committed"))
    }
}

#[async_trait]
impl RegisterImport for Import {
    async fn apply(&mut self, change: RegisterChange) -> Result<(), StoreError> {
        self.order(Order::Apply(change)).await
    }

    async fn known(&mut self, keys: &[EntityKey]) -> Result<Vec<bool>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Known(keys.to_vec(), reply)).await?;
        answer.await.map_err(|_| self.lost())
    }

    async fn finish(self: Box<Self>, checkpoint: Checkpoint) -> Result<ImportTotals, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Finish(checkpoint, reply)).await?;
        answer.await.map_err(|_| self.lost())
    }
}

/// Waits until the transaction is rolled back, unless it was committed.
impl Drop for Import {
    fn drop(&mut self) {
        self.orders.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has rolled back, and its replies were dropped.
            drop(thread.join());
        }
    }
}

fn begin(path: &Path, mode: ImportMode) -> Result<Connection, Fault> {
    let connection = connect(path, &Options::default())?;
    // Whoever else writes to this file imports, for minutes maybe.
    connection.busy_timeout(Duration::ZERO)?;
    // 64 MiB; the whole import is one transaction.
    connection.pragma_update(None, "cache_size", -65_536)?;
    let begun = connection.execute_batch("BEGIN IMMEDIATE").map_err(Fault::from).map_err(StoreError::from);
    begun.map_err(|error| match error.code() {
        DATABASE_BUSY => {
            StoreError::conflict(store::code::IMPORT_RUNNING, "another import is open").retryable(true).caused_by(error)
        }
        _ => error,
    })?;
    write::prepare(&connection, mode)?;
    Ok(connection)
}

fn serve(
    connection: &Connection,
    mode: ImportMode,
    mut waiting: mpsc::Receiver<Order>,
    failure: &Mutex<Option<StoreError>>,
) {
    let fail = |fault: Fault| *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault.into());
    while let Some(order) = waiting.blocking_recv() {
        let done = match order {
            Order::Apply(change) => write::apply(connection, mode, change),
            Order::Known(keys, reply) => write::known(connection, &keys).map(|known| drop(reply.send(known))),
            Order::Finish(checkpoint, reply) => {
                let committed = write::finish(connection, &checkpoint).and_then(|totals| {
                    connection.execute_batch("COMMIT")?;
                    Ok(totals)
                });
                match committed {
                    Ok(totals) => {
                        // Moves the pages into the file while nobody waits; the next commit would do it too.
                        drop(reply.send(totals));
                        drop(connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)"));
                    }
                    Err(fault) => {
                        fail(fault);
                        drop(reply);
                    }
                }
                break;
            }
        };
        if let Err(fault) = done {
            fail(fault);
            break;
        }
    }
    if !connection.is_autocommit() {
        // If even this fails, closing the connection rolls back.
        drop(connection.execute_batch("ROLLBACK"));
    }
}

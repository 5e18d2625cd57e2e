use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
};

use communes_ledger::{StoreError, code};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::{crash_points, fault::Fault};

/// The database was closed, by its application.
pub const CLOSED: &str = "database-closed";
/// The transaction that the command was in could not be committed: nothing of it was written.
pub const GROUP_LOST: &str = "group-lost";
/// Code of the application panicked inside the transaction: nothing of its command was written.
pub const PANICKED: &str = "command-panicked";

// So that the first of a group does not wait for an endless stream behind it.
const LARGEST_GROUP: usize = 256;

/// The one thread that writes. What waits in its queue is committed together, each command in a savepoint of its own.
pub(crate) struct Writer {
    queue: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

/// One command: run inside the transaction, answered after its commit.
trait Job: Send {
    /// Runs it; `false` when what it has written must be taken back.
    fn run(&mut self, connection: &Connection) -> bool;
    /// Answers, after the commit or with the reason why there was none.
    fn answer(self: Box<Self>, lost: Option<&Lost>);
}

/// Why a group was not committed, as often as there are commands in it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the transaction was not committed")]
struct Lost(#[source] Arc<StoreError>);

struct Command<T, W> {
    work: Option<W>,
    result: Result<T, StoreError>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, W> Job for Command<T, W>
where
    T: Send,
    W: FnOnce(&Connection) -> Result<T, Fault> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        let Some(work) = self.work.take() else { return false };
        self.result = catch_unwind(AssertUnwindSafe(|| work(connection)))
            .unwrap_or_else(|_| Err(StoreError::unsupported(PANICKED, "the command panicked").into()))
            .map_err(StoreError::from);
        self.result.is_ok()
    }

    fn answer(self: Box<Self>, lost: Option<&Lost>) {
        let answer = match lost {
            None => self.result,
            Some(lost) => Err(StoreError::unavailable(GROUP_LOST, "the transaction was not committed: try again")
                .caused_by(lost.clone())),
        };
        // Nobody waits any more: the work is done all the same.
        drop(self.reply.send(answer));
    }
}

impl Writer {
    /// Starts the thread on its connection.
    pub(crate) fn start(connection: Connection, capacity: usize) -> std::io::Result<Self> {
        let (queue, waiting) = sync_channel(capacity.max(1));
        let thread = thread::Builder::new()
            .name("communes-sqlite-writer".to_owned())
            .spawn(move || serve(&connection, &waiting))?;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)) })
    }

    /// Runs `work` inside a transaction and answers after its commit.
    pub(crate) async fn run<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(Command { work: Some(work), result: Err(closed()), reply }))?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    fn send(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        match queue.as_ref().ok_or_else(closed)?.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(StoreError::unavailable(code::QUEUE_FULL, "too many commands wait")),
            Err(TrySendError::Disconnected(_)) => Err(closed()),
        }
    }

    /// Takes nothing more, and waits until all that waits is committed.
    pub(crate) fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The last handle may be dropped by a command, on the thread itself.
        if let Some(thread) = thread
            && thread.thread().id() != thread::current().id()
        {
            // A panic of the thread has been answered by its dropped replies.
            drop(thread.join());
        }
    }
}

pub(crate) fn closed() -> StoreError {
    StoreError::unavailable(CLOSED, "the database is closed").retryable(false)
}

fn serve(connection: &Connection, waiting: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = waiting.recv() {
        let mut group = Vec::new();
        let lost = commit_group(connection, first, waiting, &mut group).err().map(|fault| {
            if !connection.is_autocommit() {
                // If even this fails, the next BEGIN tells.
                drop(connection.execute_batch("ROLLBACK"));
            }
            Lost(Arc::new(fault.into()))
        });
        for job in group {
            job.answer(lost.as_ref());
        }
    }
}

fn commit_group(
    connection: &Connection,
    first: Box<dyn Job>,
    waiting: &Receiver<Box<dyn Job>>,
    group: &mut Vec<Box<dyn Job>>,
) -> Result<(), Fault> {
    let mut next = Some(first);
    if let Err(fault) = execute(connection, "BEGIN IMMEDIATE") {
        group.extend(next);
        return Err(fault);
    }
    crash_points::pass("group-begun");
    while let Some(mut job) = next {
        let outcome = run_in_savepoint(connection, &mut *job);
        group.push(job);
        outcome?;
        next = if group.len() < LARGEST_GROUP { waiting.try_recv().ok() } else { None };
    }
    crash_points::pass("group-written");
    execute(connection, "COMMIT")?;
    crash_points::pass("group-committed");
    Ok(())
}

fn run_in_savepoint(connection: &Connection, job: &mut dyn Job) -> Result<(), Fault> {
    execute(connection, "SAVEPOINT communes_command")?;
    let keep = job.run(connection);
    if connection.is_autocommit() {
        // SQLITE_FULL, IOERR and NOMEM roll back the whole transaction, not the savepoint.
        return Err(StoreError::unavailable(GROUP_LOST, "the whole transaction was rolled back").into());
    }
    if !keep {
        execute(connection, "ROLLBACK TO communes_command")?;
    }
    execute(connection, "RELEASE communes_command")
}

fn execute(connection: &Connection, sql: &'static str) -> Result<(), Fault> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

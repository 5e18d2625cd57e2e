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

use crate::{
    fault::Fault,
    writer::{PANICKED, closed},
};

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// The threads that read, each on a connection of its own: in WAL they wait for no writer.
pub(crate) struct Readers {
    queue: Mutex<Option<SyncSender<Job>>>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
}

impl Readers {
    /// Starts one thread a connection.
    pub(crate) fn start(connections: Vec<Connection>, capacity: usize) -> std::io::Result<Self> {
        let (queue, waiting) = sync_channel(capacity.max(1));
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = connections.into_iter().map(|connection| {
            let waiting = Arc::clone(&waiting);
            let thread = thread::Builder::new().name("communes-sqlite-reader".to_owned());
            thread.spawn(move || serve(&connection, &waiting))
        });
        let threads = threads.collect::<Result<_, _>>()?;
        Ok(Self { queue: Mutex::new(Some(queue)), threads: Mutex::new(threads) })
    }

    /// Runs `read`; what it sees is one state of the database as long as it is one statement or opens a transaction.
    pub(crate) async fn run<T, R>(&self, read: R) -> Result<T, StoreError>
    where
        T: Send + 'static,
        R: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(move |connection| {
            let result = catch_unwind(AssertUnwindSafe(|| read(connection)))
                .unwrap_or_else(|_| Err(StoreError::unsupported(PANICKED, "the read panicked").into()));
            drop(reply.send(result.map_err(StoreError::from)));
        }))?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        match queue.as_ref().ok_or_else(closed)?.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(StoreError::unavailable(code::QUEUE_FULL, "too many reads wait")),
            Err(TrySendError::Disconnected(_)) => Err(closed()),
        }
    }

    /// Takes nothing more, and waits until what waits is read and the connections are closed.
    pub(crate) fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // The last handle may be dropped by a read, on a thread itself.
            if thread.thread().id() != thread::current().id() {
                drop(thread.join());
            }
        }
    }
}

fn serve(connection: &Connection, waiting: &Mutex<Receiver<Job>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(job) => job(connection),
            Err(_) => return,
        }
    }
}

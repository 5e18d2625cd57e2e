use std::{collections::VecDeque, sync::Mutex, sync::PoisonError};

use communes_ledger::{Committed, StoreError, code};
use deadpool_postgres::Pool;
use tokio::{sync::mpsc, sync::oneshot, task::JoinHandle};

use crate::{
    commit::{Group, Member, commit_group},
    database::CLOSED,
    fault::Fault,
};

// Longer groups gain nothing more, and hold their series for longer.
const LARGEST_GROUP: usize = 32;

/// Commits the commands that draw from a series, one group after the other: each would else wait for the row of its series
/// until the one before it is on the disk.
#[derive(Debug)]
pub(crate) struct Committer {
    queue: Mutex<Option<mpsc::Sender<Waiting>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Waiting {
    member: Box<Member>,
    reply: oneshot::Sender<Result<Committed, StoreError>>,
}

impl Committer {
    /// Starts the task; it needs a runtime of tokio.
    pub(crate) fn start(pool: Pool, capacity: usize) -> Self {
        let (queue, waiting) = mpsc::channel(capacity.max(1));
        let task = tokio::spawn(serve(pool, waiting));
        Self { queue: Mutex::new(Some(queue)), task: Mutex::new(Some(task)) }
    }

    /// Commits a command in the next group.
    pub(crate) async fn commit(&self, member: Box<Member>) -> Result<Committed, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Waiting { member, reply })?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    fn send(&self, waiting: Waiting) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        match queue.as_ref().ok_or_else(closed)?.try_send(waiting) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => {
                Err(StoreError::unavailable(code::QUEUE_FULL, "too many commands wait"))
            }
            Err(mpsc::error::TrySendError::Closed(_)) => Err(closed()),
        }
    }

    /// Takes nothing more, and waits until all that waits is committed.
    pub(crate) async fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            // A panic of the task has been answered by its dropped replies.
            drop(task.await);
        }
    }
}

pub(crate) fn closed() -> StoreError {
    StoreError::unavailable(CLOSED, "the database is closed").retryable(false)
}

async fn serve(pool: Pool, mut queue: mpsc::Receiver<Waiting>) {
    // What touched the same as one of the group before it.
    let mut held = VecDeque::new();
    loop {
        let Some(first) = (match held.pop_front() {
            Some(first) => Some(first),
            None => queue.recv().await,
        }) else {
            return;
        };
        let client = pool.get().await.map_err(Fault::from);
        // Those whom the last group has answered are about to ask again: whoever is ready runs first. No clock is waited for.
        let mut waiting = usize::MAX;
        while waiting != queue.len() && queue.len() < LARGEST_GROUP {
            waiting = queue.len();
            tokio::task::yield_now().await;
        }
        let (group, replies) = gather(first, &mut held, &mut queue);
        match client {
            Ok(client) => {
                let outcomes = commit_group(&client, group.members()).await;
                for (reply, outcome) in replies.into_iter().zip(outcomes) {
                    // Nobody waits any more: it is committed all the same.
                    drop(reply.send(outcome));
                }
            }
            Err(fault) => refuse_all(replies, fault.into()),
        }
    }
}

type Reply = oneshot::Sender<Result<Committed, StoreError>>;

fn gather(first: Waiting, held: &mut VecDeque<Waiting>, queue: &mut mpsc::Receiver<Waiting>) -> (Group, Vec<Reply>) {
    let mut group = Group::default();
    let mut replies = Vec::new();
    let mut left = VecDeque::new();
    let mut next = Some(first);
    while let Some(Waiting { member, reply }) = next {
        match group.admit(member) {
            Ok(()) => replies.push(reply),
            Err(member) => left.push_back(Waiting { member, reply }),
        }
        let full = group.members().len() + left.len() >= LARGEST_GROUP;
        next = if full { None } else { held.pop_front().or_else(|| queue.try_recv().ok()) };
    }
    left.append(held);
    *held = left;
    (group, replies)
}

fn refuse_all(replies: Vec<Reply>, error: StoreError) {
    let cause = std::sync::Arc::new(error);
    for reply in replies {
        let error = StoreError::new(cause.kind(), cause.code(), cause.to_string()).retryable(cause.is_retryable());
        drop(reply.send(Err(error.caused_by(std::sync::Arc::clone(&cause)))));
    }
}

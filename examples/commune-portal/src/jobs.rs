//! What happens without a visitor: effects leave, timers fire, the search index follows the register.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use chrono::TimeDelta;
use communes_doc_ordering::order::{
    OrderId,
    decide::{ISSUE_EFFECT, PAYMENT_TIMER},
};
use communes_ledger::{ClaimRequest, ClaimedEffect, ClaimedTimer, Failure as EffectFailure, WorkerId};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::watch,
    task::block_in_place,
    time::sleep,
};

use crate::{
    clock::random,
    composition::Portal,
    failure::Failure,
    handling::{Move, system},
};

/// How long a piece of work is this process's.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How often the stores are asked when nobody says that there is work.
const PAUSE: Duration = Duration::from_secs(2);
/// How often an effect is tried before it becomes a dead letter.
const TRIES: u64 = 8;
/// How often the index is compared with the register.
const INDEX_PAUSE: Duration = Duration::from_secs(60);

/// The jobs of a portal, running.
#[derive(Debug)]
pub struct Jobs {
    stop: watch::Sender<bool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Jobs {
    /// Starts them on the current runtime.
    ///
    /// # Errors
    /// Never in practice: the name of the worker is short.
    pub fn start(portal: &Arc<Portal>) -> anyhow::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let name = format!("portal-{}", hex::encode(random::<8>()));
        let worker = WorkerId::new(name).context("the name of the worker")?;
        let tasks = vec![
            tokio::spawn(work(Arc::clone(portal), worker, stopped.clone())),
            tokio::spawn(follow_register(Arc::clone(portal), stopped)),
        ];
        Ok(Self { stop, tasks })
    }

    /// Finishes the work in hand, and gives back what was claimed beyond it.
    pub async fn stop(self) {
        // Nobody listens any more when the tasks have ended by themselves.
        let _ = self.stop.send(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a job ended badly");
            }
        }
    }
}

async fn work(portal: Arc<Portal>, worker: WorkerId, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        match round(&portal, &worker, &stopped).await {
            Ok(0) => {
                tokio::select! {
                    () = portal.work.notified() => {}
                    () = sleep(PAUSE) => {}
                    _ = stopped.changed() => {}
                }
            }
            Ok(_) => {}
            Err(failure) => {
                failure.log();
                tokio::select! {
                    () = sleep(PAUSE) => {}
                    _ = stopped.changed() => {}
                }
            }
        }
    }
    for released in [portal.outbox.release(&worker).await, portal.timers.release(&worker).await] {
        match released {
            Ok(count) => tracing::info!(count, "claims given back"),
            Err(error) => Failure::from(error).log(),
        }
    }
}

/// Claims some work and does it; gives how much it was.
async fn round(portal: &Portal, worker: &WorkerId, stopped: &watch::Receiver<bool>) -> Result<usize, Failure> {
    let request = ClaimRequest::new(worker.clone(), portal.clock.now(), LEASE, 8);
    let timers = portal.timers.claim_due(&request).await?;
    let effects = portal.outbox.claim(&request).await?;
    let count = timers.len() + effects.len();
    for timer in timers {
        if *stopped.borrow() {
            break;
        }
        if let Err(failure) = fire(portal, &timer).await {
            failure.log();
        }
    }
    for claimed in effects {
        if *stopped.borrow() {
            break;
        }
        let (key, fence) = (claimed.effect.key.clone(), claimed.fence);
        match deliver(portal, &claimed).await {
            Ok(()) => portal.outbox.acknowledge(&key, fence).await?,
            Err(failure) => {
                failure.log();
                let later = if failure.status.is_server_error() && fence.number() < TRIES {
                    let seconds = 1_i64 << fence.number().min(9);
                    EffectFailure::Retry { at: portal.clock.now() + TimeDelta::seconds(seconds) }
                } else {
                    EffectFailure::Dead
                };
                portal.outbox.fail(&key, fence, later, failure.code).await?;
            }
        }
    }
    Ok(count)
}

/// Delivers an effect: makes a document.
async fn deliver(portal: &Portal, claimed: &ClaimedEffect) -> Result<(), Failure> {
    let effect = &claimed.effect;
    if effect.kind.as_str() != ISSUE_EFFECT {
        return Err(Failure::internal(
            "effect-unknown",
            format!("no receiver of effects of kind {}", effect.kind.as_str()),
        ));
    }
    let id = OrderId::new(effect.aggregate.id());
    beside(portal.handling.issue(&effect.key, id, random(), portal.clock.now())).await
}

/// Runs what keeps the processor busy (setting a page) where it holds up no other task.
async fn beside<T>(work: impl Future<Output = T>) -> T {
    let runtime = Handle::current();
    match runtime.runtime_flavor() {
        RuntimeFlavor::MultiThread => block_in_place(|| runtime.block_on(work)),
        _ => work.await,
    }
}

async fn fire(portal: &Portal, claimed: &ClaimedTimer) -> Result<(), Failure> {
    let pending = &claimed.pending;
    if pending.timer.name.as_str() != PAYMENT_TIMER {
        return Err(Failure::internal(
            "timer-unknown",
            format!("nothing is done for timer {}", pending.timer.name.as_str()),
        ));
    }
    let id = OrderId::new(pending.timer.aggregate.id());
    let lapse = Move { timer: Some(pending.set_at), ..Move::of("lapse") };
    portal.handling.fire(pending.command(), &system(), id, lapse, portal.clock.now()).await
}

/// Builds the index anew when an import, by whatever process, has changed the register.
async fn follow_register(portal: Arc<Portal>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        let day = portal.commune.office.day(portal.clock.now());
        if let Err(error) = portal.directory.reindex(day, true).await {
            Failure::from(error).log();
        }
        tokio::select! {
            () = sleep(INDEX_PAUSE) => {}
            _ = stopped.changed() => {}
        }
    }
}

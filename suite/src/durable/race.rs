use std::{
    collections::BTreeSet,
    future::poll_fn,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    task::{Poll, Waker},
    time::Duration,
};

use communes_ledger::{Change, Envelope, Expected, Ledger, Record, Rows, SeriesKey, code, verify_chain};
use serde_json::json;

use super::{Run, Task, key, numbered, stamp, write};

/// How a process did in a race for the versions of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contest {
    /// How many versions it wrote.
    pub wins: u64,
    /// How often another was first.
    pub losses: u64,
}

// Every twentieth version is raced for by every task of every process, the others by one team of each process, turn by turn.
const TEAM: u64 = 4;
const ALL_RACE: u64 = 20;
// Who is so far behind has lost those in between: no use in trying.
const LONG_PAST: u64 = 16;

impl Contest {
    /// Races with `tasks` tasks, a multiple of four, for every version up to `rounds`, as the process of this number, from 0, of so many:
    /// all of them wait for each other at the start.
    ///
    /// # Panics
    /// On any answer but a version or a conflict of versions; when another process does not come.
    pub fn run<L: Ledger + Clone + 'static>(
        ledger: &L,
        (process, processes): (u64, u64),
        tasks: u64,
        rounds: u64,
        run: Run<'_>,
    ) -> Self {
        let (wins, losses) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let turn = Arc::new(Turn::default());
        run(vec![Box::pin(meet(ledger.clone(), process, processes))]);
        let contenders = (0..tasks).map(|number| -> Task {
            let (ledger, turn) = (ledger.clone(), Arc::clone(&turn));
            let (wins, losses) = (Arc::clone(&wins), Arc::clone(&losses));
            let name = format!("{process}/{number}");
            let races =
                move |version: &u64| version.is_multiple_of(ALL_RACE) || version % (tasks / TEAM) == number / TEAM;
            Box::pin(async move {
                for version in (0..rounds).filter(races) {
                    if turn.wait_for(version).await > version + LONG_PAST {
                        continue;
                    }
                    let command = stamp(&format!("{name} at {version}"));
                    match ledger.commit(command, vec![write(&key(1), version, json!(name))]).await {
                        // Nobody repeats a command here.
                        Ok(done) => {
                            assert!(!done.replayed, "{name} had won {version} before");
                            wins.fetch_add(1, Ordering::Relaxed);
                            turn.pass_to(version + 1);
                        }
                        Err(error) if error.code() == code::VERSION_CONFLICT => {
                            losses.fetch_add(1, Ordering::Relaxed);
                            // Another process may be well ahead.
                            if turn.is_at(version) {
                                let stored =
                                    ledger.load(&key(1)).await.expect("it can be read").expect("it was written");
                                turn.pass_to(stored.head.version.number());
                            }
                        }
                        Err(error) => panic!("{name} at {version}: {error:?}"),
                    }
                }
            })
        });
        run(contenders.collect());
        Self { wins: wins.load(Ordering::Relaxed), losses: losses.load(Ordering::Relaxed) }
    }

    /// As a line for the process that waits for it.
    #[must_use]
    pub fn to_line(self) -> String {
        format!("{} {}", self.wins, self.losses)
    }

    /// Reads [`Contest::to_line`].
    #[must_use]
    pub fn from_line(line: &str) -> Option<Self> {
        let (wins, losses) = line.trim().split_once(' ')?;
        Some(Self { wins: wins.parse().ok()?, losses: losses.parse().ok()? })
    }

    /// Checks that each version had one winner: those who won are as many as the versions, and the history has each once.
    ///
    /// # Panics
    /// When it is not so, or when there was no race.
    pub fn check(contests: &[Self], rounds: u64, history: &[Record]) {
        assert_eq!(contests.iter().map(|contest| contest.wins).sum::<u64>(), rounds, "{contests:?}");
        assert_eq!(history.len() as u64, rounds);
        verify_chain(history).expect("the chain is tied");
        let losses: u64 = contests.iter().map(|contest| contest.losses).sum();
        assert!(losses > rounds, "there was hardly a race: {contests:?}");
        assert!(contests.iter().all(|contest| contest.wins > 0), "one process never had its turn: {contests:?}");
    }
}

/// Says that this process is there, and waits until all are.
async fn meet<L: Ledger>(ledger: L, process: u64, processes: u64) {
    let there = |process: u64| key(u128::MAX - u128::from(process));
    ledger
        .commit(stamp(&format!("{process} is there")), vec![write(&there(process), 0, json!(process))])
        .await
        .expect("nobody else says so");
    let mut patience = 60_000;
    for other in 0..processes {
        while ledger.load(&there(other)).await.expect("it can be read").is_none() {
            assert!(patience > 0, "process {other} did not come");
            patience -= 1;
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Which version the tasks of a process race for.
#[derive(Default)]
struct Turn {
    state: Mutex<(u64, Vec<Waker>)>,
}

impl Turn {
    /// Waits for the turn of a version, and says whose it is by then.
    async fn wait_for(&self, version: u64) -> u64 {
        poll_fn(|context| {
            let mut state = self.state.lock().expect("nobody panicked");
            if state.0 >= version {
                return Poll::Ready(state.0);
            }
            state.1.push(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    fn is_at(&self, version: u64) -> bool {
        self.state.lock().expect("nobody panicked").0 == version
    }

    fn pass_to(&self, version: u64) {
        let mut state = self.state.lock().expect("nobody panicked");
        if state.0 < version {
            state.0 = version;
            state.1.drain(..).for_each(Waker::wake);
        }
    }
}

/// `writers` writers draw from one series, each for `commands` commands; about every third is preceded by one that is refused after its
/// number was drawn or on its version, and about every fourth is sent twice at once.
///
/// # Panics
/// When the numbers are not exactly 1 to the number of commands.
pub fn draw_with_refusals<L: Ledger + Clone + 'static>(ledger: &L, writers: u64, commands: u64, run: Run<'_>) {
    let numbers = Arc::new(Mutex::new(BTreeSet::new()));
    let tasks = (0..writers).map(|writer| -> Task {
        let (ledger, numbers) = (ledger.clone(), Arc::clone(&numbers));
        Box::pin(async move {
            let series = SeriesKey::new("order/2026").expect("a short name");
            let mut dice = writer.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            for command in 0..commands {
                // Marsaglia's xorshift: a fixed sequence a writer.
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                let own = key(u128::from(writer * commands + command + 1));
                let name = format!("{writer}/{command}");
                match dice % 6 {
                    0 => {
                        let late = Change::drawing([(own.clone(), Expected::New)], [series.clone()], |_| {
                            // A row that was not decided on: found out after the draw.
                            Rows::new().state(key(u128::MAX), Envelope::new("communes-suite/thing", 1, json!(null)))
                        });
                        let error = ledger.commit(stamp(&format!("bad {name}")), vec![late]).await;
                        assert_eq!(error.expect_err("it is malformed").code(), code::CHANGE_MALFORMED);
                    }
                    1 if command > 0 => {
                        let taken = key(u128::from(writer * commands + command));
                        let stale =
                            ledger.commit(stamp(&format!("stale {name}")), vec![numbered(&taken, "order/2026")]);
                        assert_eq!(stale.await.expect_err("it exists").code(), code::VERSION_CONFLICT);
                    }
                    _ => {}
                }
                let send = || ledger.commit(stamp(&name), vec![numbered(&own, "order/2026")]);
                let done = if dice % 4 == 0 {
                    let (first, second) = both(send(), send()).await;
                    let (first, second) = (first.expect("it is sound"), second.expect("it is sound"));
                    assert_eq!(first.numbers, second.numbers);
                    assert!(first.replayed != second.replayed, "one of both is the repetition");
                    first
                } else {
                    send().await.expect("it is sound")
                };
                let number = done.number(&series).expect("one was drawn");
                assert!(numbers.lock().expect("nobody panicked").insert(number), "number {number} was given twice");
            }
        })
    });
    run(tasks.collect());
    let numbers = numbers.lock().expect("nobody panicked");
    assert!(numbers.iter().copied().eq(1..=writers * commands), "the numbers have gaps");
}

/// Polls two futures in turn until both are done.
async fn both<T>(first: impl Future<Output = T>, second: impl Future<Output = T>) -> (T, T) {
    let (mut first, mut second) = (Box::pin(first), Box::pin(second));
    let (mut one, mut two) = (None, None);
    poll_fn(|context| {
        if one.is_none()
            && let Poll::Ready(value) = first.as_mut().poll(context)
        {
            one = Some(value);
        }
        if two.is_none()
            && let Poll::Ready(value) = second.as_mut().poll(context)
        {
            two = Some(value);
        }
        if one.is_some() && two.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    (one.expect("it is ready"), two.expect("it is ready"))
}

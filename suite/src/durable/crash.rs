use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use communes_ledger::{Ledger, Outbox, SeriesKey, Timers, verify_chain};

use super::{claim, key, numbered, stamp};

const COMMANDS: u128 = 12;

/// A process that works until it is ended at a point, and what it had been told by then.
#[derive(Debug)]
pub struct Crash {
    /// Whether it came to its end by itself: the point was not passed so often.
    pub survived: bool,
    /// What it had an answer to.
    pub worked: Worked,
}

/// What a process had an answer to.
#[derive(Debug, Default)]
pub struct Worked {
    /// The commands that were committed, with the numbers they were given.
    pub committed: Vec<(u128, u64)>,
    /// The effects that were delivered.
    pub delivered: BTreeSet<String>,
}

impl Crash {
    /// Starts a process that calls [`Crash::work`], and lets it die when it comes by `point` for the n-th time.
    ///
    /// # Panics
    /// When it can't be started, or ends otherwise than well or by abort.
    pub fn at(command: &mut Command, point: &str, nth: u64) -> Self {
        let mut child = command
            .env("COMMUNES_CRASH_AT", format!("{point}:{nth}"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the process starts");
        let mut worked = Worked::default();
        for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
            let line = line.expect("it is text");
            let words: Vec<_> = line.split(' ').collect();
            match words[..] {
                ["committed", own, number] => {
                    worked.committed.push((own.parse().expect("a number"), number.parse().expect("a number")));
                }
                ["delivered", key] => drop(worked.delivered.insert(key.to_owned())),
                _ => {}
            }
        }
        let status = child.wait().expect("it ends");
        let aborted = {
            use std::os::unix::process::ExitStatusExt;
            status.signal() == Some(6)
        };
        assert!(status.success() || aborted, "{point}:{nth} ended with {status}");
        Self { survived: status.success(), worked }
    }

    /// Works, and prints every answer: numbered commands, their effects claimed and delivered in between.
    ///
    /// # Panics
    /// When the ledger refuses something.
    pub async fn work(ledger: &(impl Ledger + Outbox)) {
        use std::io::Write;

        let mut out = std::io::stdout();
        for own in 1..=COMMANDS {
            let number = commit(ledger, own).await;
            writeln!(out, "committed {own} {number}").expect("somebody reads");
            if own % 3 == 0 {
                for claimed in ledger.claim(&claim("first", 0, 2)).await.expect("it can be claimed") {
                    ledger.acknowledge(&claimed.effect.key, claimed.fence).await.expect("it is claimed");
                    writeln!(out, "delivered {}", claimed.effect.key).expect("somebody reads");
                }
            }
        }
    }

    /// Checks what the process has left, goes on where it was ended, and checks the end.
    ///
    /// # Panics
    /// When something is lost, doubled, or numbered with gaps.
    pub async fn check(&self, ledger: &(impl Ledger + Outbox + Timers)) {
        let worked = &self.worked;
        let series = SeriesKey::new("order/2026").expect("a short name");
        // Nothing that was answered is lost.
        for (own, number) in &worked.committed {
            let outcome = ledger.outcome(&stamp(&own.to_string())).await.expect("it can be read");
            assert_eq!(outcome.expect("an answered command is kept").number(&series), Some(*number));
        }
        // What is there is whole: state, history, timer and outcome, or none of them; numbers from 1 without gap.
        let mut numbers = BTreeSet::new();
        for own in 1..=COMMANDS {
            let outcome = ledger.outcome(&stamp(&own.to_string())).await.expect("it can be read");
            let stored = ledger.load(&key(own)).await.expect("it can be read");
            let history = ledger.history(&key(own), 0, 10).await.expect("it can be read");
            let timers = ledger.pending(&key(own)).await.expect("it can be read");
            let there = usize::from(outcome.is_some());
            assert_eq!((usize::from(stored.is_some()), history.len(), timers.len()), (there, there, there), "{own}");
            verify_chain(&history).expect("the chain is tied");
            numbers.extend(outcome.and_then(|outcome| outcome.number(&series)));
        }
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u64), "{numbers:?}");
        assert!(numbers.len() >= worked.committed.len());
        // The same commands again: each is there once, and the numbers go on.
        let mut all = BTreeSet::new();
        for own in 1..=COMMANDS {
            all.insert(commit(ledger, own).await);
            assert_eq!(ledger.history(&key(own), 0, 10).await.expect("it can be read").len(), 1);
        }
        assert!(all.into_iter().map(u128::from).eq(1..=COMMANDS));
        // Every effect that was not delivered still leaves, once; those that were, do not.
        let mut left = BTreeSet::new();
        loop {
            let work = ledger.claim(&claim("second", 60, 5)).await.expect("it can be claimed");
            if work.is_empty() {
                break;
            }
            for claimed in work {
                assert!(left.insert(claimed.effect.key.to_string()), "{} left twice", claimed.effect.key);
                ledger.acknowledge(&claimed.effect.key, claimed.fence).await.expect("it is claimed");
            }
        }
        assert!(left.is_disjoint(&worked.delivered), "a delivered effect left again");
        let unanswered = COMMANDS as usize - left.len() - worked.delivered.len();
        // One acknowledgement may have been on its way.
        assert!(unanswered <= 1, "{unanswered} effects are lost");
    }
}

async fn commit(ledger: &impl Ledger, own: u128) -> u64 {
    let series = SeriesKey::new("order/2026").expect("a short name");
    let done = ledger.commit(stamp(&own.to_string()), vec![numbered(&key(own), "order/2026")]).await;
    done.expect("it is sound").number(&series).expect("one was drawn")
}

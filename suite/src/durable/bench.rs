use std::time::{Duration, Instant};

use super::{Run, Task};

/// How often something was done, and in what time.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    count: u64,
    time: Duration,
}

impl Measured {
    /// Lets `callers` callers do something until together they have done it `count` times, one call after the other each.
    pub fn run<F: Future<Output = ()> + Send + 'static>(
        callers: u64,
        count: u64,
        run: Run<'_>,
        work: impl Fn(u64, u64) -> F,
    ) -> Self {
        let each = count / callers;
        let tasks: Vec<Task> = (0..callers)
            .map(|caller| -> Task {
                let calls: Vec<_> = (0..each).map(|call| work(caller, call)).collect();
                Box::pin(async move {
                    for call in calls {
                        call.await;
                    }
                })
            })
            .collect();
        Self::timed(each * callers, || run(tasks))
    }

    /// Does something that is worth `count`.
    pub fn timed(count: u64, work: impl FnOnce()) -> Self {
        let start = Instant::now();
        work();
        Self { count, time: start.elapsed() }
    }

    /// So many a second.
    #[must_use]
    pub fn per_second(self) -> f64 {
        self.count as f64 / self.time.as_secs_f64()
    }
}

/// A table of what was measured, each beside what it has to reach.
#[derive(Debug, Default)]
pub struct Report {
    missed: bool,
}

impl Report {
    /// A table with this title.
    #[must_use]
    pub fn new(title: &str) -> Self {
        println!("{title}");
        Self::default()
    }

    /// A line without a goal.
    pub fn line(&mut self, name: &str, measured: Measured) -> &mut Self {
        println!("  {name:<58} {:>9.0}/s", measured.per_second());
        self
    }

    /// A line that is to be at least `goal` times another.
    pub fn compare(&mut self, name: &str, measured: Measured, beside: Measured, goal: f64) -> &mut Self {
        let ratio = measured.per_second() / beside.per_second();
        let verdict = if ratio >= goal { "" } else { "   MISSED" };
        println!("  {name:<58} {:>9.0}/s = {ratio:.2} of raw, to reach {goal:.2}{verdict}", measured.per_second());
        self.missed |= ratio < goal;
        self
    }

    /// Whether every goal was reached.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        !self.missed
    }
}

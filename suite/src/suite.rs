use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::Need;

/// The tests of one target, each with its need.
#[derive(Debug, Default)]
pub struct Suite {
    trials: Vec<Trial>,
}

impl Suite {
    /// No test yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a test that is ignored, by name, where `need` is not met and not required.
    pub fn test(
        &mut self,
        need: Need,
        name: impl Into<String>,
        run: impl FnOnce() -> Result<(), Failed> + Send + 'static,
    ) -> &mut Self {
        let name = name.into();
        let met = need.is_met();
        let trial = if met || !need.is_required() {
            Trial::test(name, run).with_ignored_flag(!met)
        } else {
            Trial::test(name, move || Err(format!("{} required and not found", need.word()).into()))
        };
        self.trials.push(trial.with_kind(need.word()));
        self
    }

    /// Runs them under the usual arguments of `cargo test`.
    #[must_use]
    pub fn run(self) -> ExitCode {
        libtest_mimic::run(&Arguments::from_args(), self.trials).exit_code()
    }
}

//! What only several processes, or the end of one, can show.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::{
    path::Path,
    process::{Command, ExitCode, Stdio},
};

use communes_ledger::{Ledger, TenantId, testkit::on_threads};
use communes_sqlite::{Database, Options, SqliteLedger, crash_points, migrations};
use communes_suite::durable::{Contest, Crash, Run, Task, draw_with_refusals, key};
use libtest_mimic::{Arguments, Trial};
use pollster::block_on;

// What this program does when a test has started it again: a word and the path of the database.
const CHILD: &str = "COMMUNES_TEST_CHILD";

const ROUNDS: u64 = 10_000;
const TASKS: u64 = 64;

fn main() -> ExitCode {
    if let Ok(order) = std::env::var(CHILD) {
        let (what, path) = order.split_once(' ').expect("a word and a path");
        child(what, Path::new(path));
        return ExitCode::SUCCESS;
    }
    let tests: [(&str, fn()); 5] = [
        ("of_two_processes_one_wins_each_version", of_two_processes_one_wins_each_version),
        ("one_series_has_no_gaps_under_fire", one_series_has_no_gaps_under_fire),
        ("processes_migrate_at_once", processes_migrate_at_once),
        ("a_crash_loses_and_doubles_nothing", a_crash_loses_and_doubles_nothing),
        ("a_crash_in_a_migration_leaves_it_to_the_next", a_crash_in_a_migration_leaves_it_to_the_next),
    ];
    let trials = tests.into_iter().map(|(name, run)| {
        Trial::test(name, move || {
            run();
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

fn child(what: &str, path: &Path) {
    match what {
        "race" => println!("{}", race(&open(path), 1).to_line()),
        "migrate" => drop(open(path)),
        "work" => block_on(Crash::work(&open(path))),
        other => panic!("{other}?"),
    }
}

fn start(what: &str, path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(CHILD, format!("{what} {}", path.display())).stdin(Stdio::null());
    command
}

fn open(path: &Path) -> SqliteLedger {
    let database = Database::open(path, &Options::default()).unwrap_or_else(|error| panic!("{error}"));
    database.tenant(&TenantId::new("62063").unwrap())
}

fn run(tasks: Vec<Task>) {
    on_threads(tasks, block_on);
}

fn race(ledger: &SqliteLedger, process: u64) -> Contest {
    Contest::run(ledger, (process, 2), TASKS, ROUNDS, &run)
}

fn of_two_processes_one_wins_each_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.db");
    let ledger = open(&path);
    let second = start("race", &path).stdout(Stdio::piped()).spawn().unwrap();
    let first = race(&ledger, 0);
    let output = second.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    let second = Contest::from_line(&String::from_utf8(output.stdout).unwrap()).unwrap();
    let history = block_on(ledger.history(&key(1), 0, u32::MAX)).unwrap();
    Contest::check(&[first, second], ROUNDS, &history);
}

fn one_series_has_no_gaps_under_fire() {
    let folder = tempfile::tempdir().unwrap();
    let run: Run<'_> = &run;
    draw_with_refusals(&open(&folder.path().join("series.db")), 64, 100, run);
}

fn processes_migrate_at_once() {
    for round in 0..25 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fresh.db");
        let processes: Vec<_> = (0..8).map(|_| start("migrate", &path).spawn().unwrap()).collect();
        for mut process in processes {
            assert!(process.wait().unwrap().success(), "round {round}");
        }
        assert_eq!(Database::migrate(&path, &Options::default()).unwrap(), [], "round {round}");
        let connection = rusqlite::Connection::open(&path).unwrap();
        let run: i64 =
            connection.query_row("SELECT count(*) FROM communes_ledger_migration", [], |row| row.get(0)).unwrap();
        let known = migrations().iter().filter(|step| step.capability == "ledger").count();
        assert_eq!(usize::try_from(run).unwrap(), known);
    }
}

fn a_crash_loses_and_doubles_nothing() {
    for point in crash_points::ALL {
        for nth in [1, 2, 5, 9] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("crash.db");
            let crash = Crash::at(&mut start("work", &path), point, nth);
            // A migration is passed once.
            assert_eq!(crash.survived, point.starts_with("migration") && nth > 1, "{point}:{nth}");
            block_on(crash.check(&open(&path)));
        }
    }
}

fn a_crash_in_a_migration_leaves_it_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crash.db");
    let crash = Crash::at(&mut start("migrate", &path), "migration-applied", 1);
    assert!(!crash.survived);
    assert_eq!(Database::migrate(&path, &Options::default()).unwrap(), migrations());
}

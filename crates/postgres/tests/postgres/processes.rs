use std::{
    process::{Command, Stdio},
    time::Duration,
};

use communes_ledger::Ledger;
use communes_postgres::{Database, Options, PostgresLedger, crash_points, migrations};
use communes_suite::{
    Suite,
    durable::{Contest, Crash, Task, draw_with_refusals, key},
};

use crate::server::{Server, block_on, connect, runtime, tenant, test};

// What this program does when a test has started it again: a word and the URL of the database.
const CHILD: &str = "COMMUNES_TEST_CHILD";

const ROUNDS: u64 = 10_000;
const TASKS: u64 = 64;

pub(crate) fn add(suite: &mut Suite) {
    test(suite, "processes::of_two_one_wins_each_version", of_two_one_wins_each_version);
    test(suite, "processes::one_series_has_no_gaps_under_fire", one_series_has_no_gaps_under_fire);
    test(suite, "processes::eight_migrate_at_once", eight_migrate_at_once);
    test(suite, "processes::a_crash_loses_and_doubles_nothing", a_crash_loses_and_doubles_nothing);
}

/// Does what the test that started it wants; `false` when no test did.
pub(crate) fn is_child() -> bool {
    let Ok(order) = std::env::var(CHILD) else { return false };
    let (what, url) = order.split_once(' ').expect("a word and a URL");
    match what {
        "race" => println!("{}", race(url, 1).to_line()),
        "migrate" => drop(block_on(open(url))),
        "work" => block_on(async { Crash::work(&open(url).await).await }),
        other => panic!("{other}?"),
    }
    true
}

fn start(what: &str, url: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(CHILD, format!("{what} {url}")).stdin(Stdio::null());
    command
}

async fn open(url: &str) -> PostgresLedger {
    // Everybody waits for few connections: that is more of a race than many that wait for a processor.
    let options = Options::default().connections(4).connection_timeout(Duration::from_secs(120));
    let database = Database::open(url, &options).await.unwrap_or_else(|error| panic!("{error:?}"));
    database.tenant(&tenant("62063"))
}

fn run(tasks: Vec<Task>) {
    block_on(async {
        let tasks: Vec<_> = tasks.into_iter().map(|task| runtime().spawn(task)).collect();
        for task in tasks {
            task.await.expect("a task ends well");
        }
    });
}

fn race(url: &str, process: u64) -> Contest {
    Contest::run(&block_on(open(url)), (process, 2), TASKS, ROUNDS, &run)
}

fn of_two_one_wins_each_version(server: &Server) {
    let url = server.fresh();
    let ledger = block_on(open(&url));
    let second = start("race", &url).stdout(Stdio::piped()).spawn().unwrap();
    let first = race(&url, 0);
    let output = second.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    let second = Contest::from_line(&String::from_utf8(output.stdout).unwrap()).unwrap();
    let history = block_on(ledger.history(&key(1), 0, u32::MAX)).unwrap();
    Contest::check(&[first, second], ROUNDS, &history);
}

fn one_series_has_no_gaps_under_fire(server: &Server) {
    let ledger = block_on(open(&server.fresh()));
    draw_with_refusals(&ledger, 64, 100, &run);
}

fn eight_migrate_at_once(server: &Server) {
    for round in 0..25 {
        let url = server.fresh();
        let processes: Vec<_> = (0..8).map(|_| start("migrate", &url).spawn().unwrap()).collect();
        for mut process in processes {
            assert!(process.wait().unwrap().success(), "round {round}");
        }
        let applied = block_on(Database::migrate(&url, &Options::default())).unwrap();
        assert_eq!(applied, [], "round {round}");
        let run: i64 = block_on(async {
            let client = connect(&url).await;
            client.query_one("SELECT count(*) FROM communes_ledger.migration", &[]).await.unwrap().get(0)
        });
        let known = migrations().iter().filter(|step| step.capability == "ledger").count();
        assert_eq!(usize::try_from(run).unwrap(), known);
    }
}

fn a_crash_loses_and_doubles_nothing(server: &Server) {
    for point in crash_points::ALL {
        for nth in [1, 2, 5, 9] {
            let url = server.fresh();
            let crash = Crash::at(&mut start("work", &url), point, nth);
            // A migration is passed once.
            assert_eq!(crash.survived, point.starts_with("migration") && nth > 1, "{point}:{nth}");
            block_on(async { crash.check(&open(&url).await).await });
        }
    }
}

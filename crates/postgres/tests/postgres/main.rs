//! The ledger on a PostgreSQL server: the kits, and what only a real server, several processes or a crash can show.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod conformance;
mod database;
mod golden;
mod processes;
mod server;
mod tls;

use std::process::ExitCode;

use communes_suite::Suite;

fn main() -> ExitCode {
    if processes::is_child() {
        return ExitCode::SUCCESS;
    }
    let mut suite = Suite::new();
    conformance::add(&mut suite);
    database::add(&mut suite);
    golden::add(&mut suite);
    processes::add(&mut suite);
    tls::add(&mut suite);
    suite.run()
}

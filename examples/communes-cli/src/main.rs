//! The `communes` command: every crate from the shell.
//!
//! Exit status 0: done or positive; 1: findings or a negative verdict; 2: unusable arguments or input. `--format json` prints
//! one JSON document on stdout; messages go to stderr.

mod directory;
mod eid;
mod map;
mod order;
mod output;
mod workflow;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::output::{Format, Unusable, Verdict};

/// Every municipal capability from the shell.
#[derive(Debug, Parser)]
#[command(name = "communes", version, about)]
struct Arguments {
    /// What to print on stdout.
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

// One variant and one module a capability.
#[derive(Debug, Subcommand)]
enum Command {
    /// Plone's workflow definitions: check, show, convert.
    #[command(subcommand)]
    Workflow(workflow::Command),
    /// Enterprises and establishments: registers, search, numbers.
    #[command(subcommand)]
    Directory(directory::Command),
    /// Sign-in by eID.
    #[command(subcommand)]
    Eid(eid::Command),
    /// Ordering of documents: forms, price, bank, references.
    #[command(subcommand)]
    Order(order::Command),
    /// Location files.
    #[command(subcommand)]
    Map(map::Command),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(verdict) => verdict.into(),
        Err(unusable) => {
            eprintln!("communes: {unusable}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<Verdict, Unusable> {
    match &arguments.command {
        Command::Workflow(command) => workflow::run(command, arguments.format),
        Command::Directory(command) => directory::run(command, arguments.format),
        Command::Eid(command) => eid::run(command, arguments.format),
        Command::Order(command) => order::run(command, arguments.format),
        Command::Map(command) => map::run(command, arguments.format),
    }
}

//! `cargo xtask`: what the house asks of every crate, beyond what the compiler says.

mod files;
mod graph;
mod metadata;
mod packed;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask house      licences, one SQLite, one crypto provider, purity of the domain crates, required files, file sizes
cargo xtask features   builds every feature of every library crate alone
cargo xtask packed     packs the library crates and builds examples/third-party-store against the packages, running its tests";

fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        Some("house") => house(),
        Some("features") => graph::check_features(),
        Some("packed") => packed::check(),
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(findings) if findings.is_empty() => ExitCode::SUCCESS,
        Ok(findings) => {
            for finding in &findings {
                eprintln!("{finding}");
            }
            eprintln!("{} findings", findings.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn house() -> anyhow::Result<Vec<String>> {
    let metadata = metadata::Metadata::read()?;
    let mut findings = files::check(&metadata)?;
    findings.extend(graph::check_licences(&metadata));
    findings.extend(graph::check_single()?);
    findings.extend(graph::check_purity(&metadata)?);
    Ok(findings)
}

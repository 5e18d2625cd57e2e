//! The command that runs the portal.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Parser;
use commune_portal::{Clock, Config, Jobs, Portal, router};
use tracing_subscriber::EnvFilter;

/// The website of a commune.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Run the demonstration: a fictional commune, test cards, on this machine only.
    #[arg(long, conflicts_with = "config", required_unless_present = "config")]
    demo: bool,
    /// Where the demonstration listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", conflicts_with = "config")]
    listen: SocketAddr,
    /// The folder in which the demonstration keeps its data; it is made if it is not there.
    #[arg(long, value_name = "FOLDER", default_value = "communes-demo", conflicts_with = "config")]
    data: PathBuf,
    /// Run the portal of a commune, by this configuration file (TOML).
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,tantivy=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let run = || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
        runtime.block_on(run(Arguments::parse()))
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("commune-portal: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let bind =
        async |address: SocketAddr| tokio::net::TcpListener::bind(address).await.with_context(|| address.to_string());
    // Bound before the stores are opened: port 0 gets its number, and an address in use is told at once.
    let (config, listener) = match &arguments.config {
        Some(path) => {
            let config = Config::read(path)?;
            let listener = bind(config.listen).await?;
            (config, listener)
        }
        None => {
            let listener = bind(arguments.listen).await?;
            (Config::demo(listener.local_addr()?, arguments.data)?, listener)
        }
    };
    let portal = Portal::open(config, Clock::system()).await?;
    println!("{}", portal.config().origin.as_str());
    if let Some(code) = portal.first_code() {
        println!(
            "First administrator: sign in, open {}/office and enter the code {code}",
            portal.config().origin.as_str()
        );
    }
    let jobs = Jobs::start(&portal)?;
    let service = router(portal).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stopped()).await?;
    jobs.stop().await;
    Ok(())
}

/// Until the operator says stop: Ctrl-C, or SIGTERM from a supervisor.
async fn stopped() {
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a way to hear it, the process is ended from outside.
    let _ = tokio::signal::ctrl_c().await;
}

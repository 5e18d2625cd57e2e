//! The website of a commune, composed of the capability crates: directory, sign-in by eID, ordering of documents, the office's
//! worklist, statements of account, the public check of documents.
//!
//! `composition.rs` says which implementation serves which trait: start there. `web` has one module a section of the site.
//!
//! ```no_run
//! use commune_portal::{Clock, Config, Jobs, Portal, router};
//!
//! # async fn run() -> anyhow::Result<()> {
//! let config = Config::demo("127.0.0.1:8080".parse()?, "communes-demo")?;
//! let portal = Portal::open(config, Clock::system()).await?;
//! let jobs = Jobs::start(&portal)?;
//! let listener = tokio::net::TcpListener::bind(portal.config().listen).await?;
//! axum::serve(listener, router(portal)).await?;
//! jobs.stop().await;
//! # Ok(())
//! # }
//! ```

mod accounts;
mod clock;
mod commune;
mod composition;
mod config;
mod demo;
mod failure;
mod handling;
mod jobs;
mod language;
mod security;
mod web;

pub use crate::{
    clock::Clock,
    composition::Portal,
    config::{CommuneSource, Config, DatabaseConfig, Limits, Trust},
    jobs::Jobs,
    web::router,
};

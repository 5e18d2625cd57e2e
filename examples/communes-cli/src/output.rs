use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use clap::ValueEnum;
use serde::Serialize;

/// What a command prints on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document, whose keys are a contract.
    Json,
}

/// How a command ended, when it could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Done, or positive: exit status 0.
    Positive,
    /// Findings, or a negative verdict: exit status 1.
    Negative,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Positive => Self::SUCCESS,
            Verdict::Negative => Self::from(1),
        }
    }
}

/// Arguments or input that a command can't use: exit status 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// A file that can't be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file, as it was given.
        path: String,
        /// The system's answer.
        source: io::Error,
    },
    /// Stdout is gone.
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
    /// Anything else; the text names what and where.
    #[error("{0}")]
    Input(String),
}

impl Unusable {
    /// Wraps the error of a library, with its causes.
    pub(crate) fn input(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        Self::Input(text)
    }
}

/// Reads a file whole, with its name in the error.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Unusable> {
    std::fs::read(path).map_err(|source| Unusable::File { path: path.display().to_string(), source })
}

/// Prints one JSON document.
pub(crate) fn print_json(document: &impl Serialize) -> Result<(), Unusable> {
    let mut text = serde_json::to_string_pretty(document).map_err(|error| Unusable::Input(error.to_string()))?;
    text.push('\n');
    print(text.as_bytes())
}

/// Prints an artefact as it is. A reader that has closed the pipe is no error.
pub(crate) fn print(bytes: &[u8]) -> Result<(), Unusable> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

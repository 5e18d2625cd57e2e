//! `communes map …`

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use communes_map_portlet::{
    Warning,
    format::{self, ReadOptions},
};
use serde::Serialize;

use crate::output::{Format, Unusable, Verdict, print, print_json, read};

/// Location files.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Writes a location file in another format. What can't be taken as it stands is left out, with a warning.
    Convert {
        /// A KML or GeoJSON file; its first bytes tell which.
        file: PathBuf,
        /// The format. Only geojson is written so far.
        #[arg(long)]
        to: Target,
        /// Writes the warnings into this file, as JSON, instead of on stderr.
        #[arg(long, allow_hyphen_values = true)]
        warnings: Option<PathBuf>,
    },
}

/// A format to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// GeoJSON, RFC 7946.
    Geojson,
    /// KML.
    Kml,
    /// GPX.
    Gpx,
    /// CSV.
    Csv,
    /// GeoRSS.
    Georss,
}

/// Runs the command.
pub(crate) fn run(command: &Command, format: Format) -> Result<Verdict, Unusable> {
    match command {
        Command::Convert { file, to, warnings } => convert(file, *to, warnings.as_deref(), format),
    }
}

#[derive(Serialize)]
struct ConvertDocument {
    text: String,
    warnings: Vec<WarningRow>,
}

#[derive(Serialize)]
struct WarningsDocument {
    warnings: Vec<WarningRow>,
}

#[derive(Debug, Clone, Serialize)]
struct WarningRow {
    line: u64,
    column: u64,
    code: &'static str,
    feature: Option<String>,
    message: String,
}

impl From<&Warning> for WarningRow {
    fn from(warning: &Warning) -> Self {
        let location = warning.location();
        Self {
            line: location.line,
            column: location.column,
            code: warning.code().as_str(),
            feature: warning.feature().map(str::to_owned),
            message: warning.detail().to_owned(),
        }
    }
}

fn convert(file: &Path, to: Target, warnings: Option<&Path>, format: Format) -> Result<Verdict, Unusable> {
    let named = |error: format::FormatError| Unusable::Input(format!("{}: {error} [{}]", file.display(), error.code()));
    let layer = format::read(&read(file)?, &ReadOptions::default()).map_err(named)?;
    let text = format::write(&layer, to.into()).map_err(named)?;
    let rows: Vec<WarningRow> = layer.warnings().iter().map(WarningRow::from).collect();
    if let Some(path) = warnings {
        write_warnings(path, rows.clone())?;
    } else if format == Format::Text {
        for warning in layer.warnings() {
            eprintln!("communes: warning: {}:{warning}", file.display());
        }
    }
    match format {
        Format::Json => print_json(&ConvertDocument { text, warnings: rows })?,
        Format::Text => print(text.as_bytes())?,
    }
    Ok(Verdict::Positive)
}

fn write_warnings(path: &Path, warnings: Vec<WarningRow>) -> Result<(), Unusable> {
    let document = WarningsDocument { warnings };
    let mut text = serde_json::to_string_pretty(&document).map_err(|error| Unusable::input(&error))?;
    text.push('\n');
    std::fs::write(path, text).map_err(|source| Unusable::File { path: path.display().to_string(), source })
}

impl From<Target> for format::Format {
    fn from(target: Target) -> Self {
        match target {
            Target::Geojson => Self::GeoJson,
            Target::Kml => Self::Kml,
            Target::Gpx => Self::Gpx,
            Target::Csv => Self::Csv,
            Target::Georss => Self::GeoRss,
        }
    }
}

//! `communes workflow …`

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::{Subcommand, ValueEnum};
use communes_civil::Lang;
use communes_workflow::{
    RoleMap,
    check::{self, Finding},
    dcworkflow::{self, Mode, Reading},
    diagram,
    matrix::{Matrix, matrix},
};
use serde::Serialize;

use crate::output::{Format, Unusable, Verdict, print, print_json, read};

/// Plone's workflow definitions: check, show, convert.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Finds what is wrong with definitions: exit status 1 where something is.
    Check {
        /// `definition.xml` files; the folder of one so called is to have the workflow's id as its name.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The language of the messages: fr, nl, de or en.
        #[arg(long, default_value = "en")]
        lang: Lang,
    },
    /// Shows what each role alone may do in each state, and who holds each permission there.
    Matrix {
        /// A `definition.xml`.
        file: PathBuf,
        /// The site's `rolemap.xml`. Without it every permission is the Manager's.
        #[arg(long, allow_hyphen_values = true)]
        rolemap: Option<PathBuf>,
    },
    /// Writes a definition in another form.
    Convert {
        /// A `definition.xml`.
        file: PathBuf,
        /// The form.
        #[arg(long)]
        to: Form,
    },
}

/// A form of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A `definition.xml`, canonical.
    Dcworkflow,
    /// The model as JSON.
    Json,
    /// A state diagram of Mermaid.
    Mermaid,
}

/// Runs the command.
pub(crate) fn run(command: &Command, format: Format) -> Result<Verdict, Unusable> {
    match command {
        Command::Check { files, lang } => check(files, *lang, format),
        Command::Matrix { file, rolemap } => show_matrix(file, rolemap.as_deref(), format),
        Command::Convert { file, to } => convert(file, *to, format),
    }
}

#[derive(Serialize)]
struct CheckDocument {
    findings: Vec<FindingRow>,
}

#[derive(Serialize)]
struct FindingRow {
    file: String,
    code: &'static str,
    subject: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// A file that is no definition does not keep the others from being checked.
fn check(files: &[PathBuf], lang: Lang, format: Format) -> Result<Verdict, Unusable> {
    let mut findings = Vec::new();
    let mut refused = Vec::new();
    for file in files {
        match findings_of(file) {
            Ok(found) => findings.extend(found.into_iter().map(|finding| FindingRow {
                file: file.display().to_string(),
                code: finding.code.code(),
                message: finding.text(lang),
                line: finding.place.map(|place| place.line),
                subject: finding.subject,
            })),
            Err(unusable) => refused.push(unusable.to_string()),
        }
    }
    let verdict = if findings.is_empty() { Verdict::Positive } else { Verdict::Negative };
    match format {
        Format::Json => print_json(&CheckDocument { findings })?,
        Format::Text => {
            let mut text = String::new();
            for row in &findings {
                let line = row.line.map(|line| format!(":{line}")).unwrap_or_default();
                let _ = writeln!(text, "{}{line}: {}: {}", row.file, row.code, row.message);
            }
            print(text.as_bytes())?;
        }
    }
    if refused.is_empty() { Ok(verdict) } else { Err(Unusable::Input(refused.join("\ncommunes: "))) }
}

fn findings_of(file: &Path) -> Result<Vec<Finding>, Unusable> {
    let reading = definition(file)?;
    let mut findings = reading.findings;
    findings.extend(check::structure(&reading.definition));
    if file.file_name().is_some_and(|name| name == "definition.xml") {
        let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let folder = whole.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        findings.extend(folder.and_then(|folder| check::folder_name(&reading.definition, folder)));
    }
    Ok(findings)
}

fn definition(file: &Path) -> Result<Reading, Unusable> {
    dcworkflow::read(&read(file)?, Mode::Lenient).map_err(|error| named(file, &error))
}

fn named(file: &Path, error: &dcworkflow::ReadError) -> Unusable {
    Unusable::Input(format!("{}: {error} [{}]", file.display(), error.code()))
}

fn show_matrix(file: &Path, rolemap: Option<&Path>, format: Format) -> Result<Verdict, Unusable> {
    let reading = definition(file)?;
    warn(&reading);
    let site = match rolemap {
        Some(path) => dcworkflow::read_rolemap(&read(path)?).map_err(|error| named(path, &error))?,
        None => RoleMap::new(),
    };
    let matrix = matrix(&reading.definition, &site);
    match format {
        Format::Json => print_json(&matrix)?,
        Format::Text => print(in_words(&matrix).as_bytes())?,
    }
    Ok(Verdict::Positive)
}

fn in_words(matrix: &Matrix) -> String {
    let mut text = String::new();
    for (state, found) in &matrix.states {
        let _ = writeln!(text, "{state}");
        let mut roles: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (role, transitions) in &found.allowed {
            roles.entry(role).or_default().extend(transitions.iter().cloned());
        }
        for (role, transitions) in &found.depends {
            roles.entry(role).or_default().extend(transitions.iter().map(|one| format!("{one} (if the host agrees)")));
        }
        for (role, transitions) in roles {
            let _ = writeln!(text, "  {role}: {}", transitions.join(", "));
        }
        for (permission, roles) in &found.permission_roles {
            let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
            let _ = writeln!(text, "  [{permission}] {}", if roles.is_empty() { "-".into() } else { roles.join(", ") });
        }
    }
    text
}

#[derive(Serialize)]
struct ConvertDocument {
    text: String,
    warnings: Vec<String>,
}

fn convert(file: &Path, form: Form, format: Format) -> Result<Verdict, Unusable> {
    let reading = definition(file)?;
    let definition = &reading.definition;
    let text = match form {
        Form::Dcworkflow => dcworkflow::write(definition),
        Form::Mermaid => diagram::mermaid(definition),
        Form::Json => {
            let mut text = serde_json::to_string_pretty(definition.model()).map_err(|error| Unusable::input(&error))?;
            text.push('\n');
            text
        }
    };
    match format {
        Format::Json => print_json(&ConvertDocument { text, warnings: warnings(&reading) })?,
        Format::Text => {
            warn(&reading);
            print(text.as_bytes())?;
        }
    }
    Ok(Verdict::Positive)
}

fn warnings(reading: &Reading) -> Vec<String> {
    let line = |finding: &Finding| finding.place.map(|place| format!("{place}: ")).unwrap_or_default();
    reading.findings.iter().map(|finding| format!("{}{}", line(finding), finding.text(Lang::EN))).collect()
}

fn warn(reading: &Reading) {
    for warning in warnings(reading) {
        eprintln!("communes: warning: {warning}");
    }
}

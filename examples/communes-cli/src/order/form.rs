use std::path::{Path, PathBuf};

use communes_doc_ordering::{
    form::Condition,
    lint,
    wcs::{Counts, WcsFile},
};
use serde::Serialize;

use super::Artefact;
use crate::output::{self, Format, Unusable, Verdict};

#[derive(Serialize)]
struct Shown<'a> {
    root: &'a str,
    name: &'a str,
    slug: &'a str,
    #[serde(flatten)]
    counts: Counts,
    /// Conditions that could not be read, as they stand.
    unread_conditions: Vec<&'a str>,
}

pub(super) fn show(path: &Path, format: Format) -> Result<Verdict, Unusable> {
    let file = read(path)?;
    let unread = file.form().map(|form| form.unread_conditions()).unwrap_or_default();
    let shown = Shown {
        root: file.root(),
        name: file.name(),
        slug: file.slug(),
        counts: file.counts(),
        unread_conditions: unread.into_iter().map(Condition::source).collect(),
    };
    if format == Format::Json {
        output::print_json(&shown)?;
        return Ok(Verdict::Positive);
    }
    let Counts { fields, pages, conditions, required, prefill_user, niss, regex, post_conditions, statuses } =
        shown.counts;
    let mut text = format!("{} {} ({})\n", shown.root, shown.name, shown.slug);
    let counts = [
        ("fields", fields),
        ("pages", pages),
        ("conditions", conditions),
        ("required", required),
        ("prefilled from the person", prefill_user),
        ("national numbers", niss),
        ("regular expressions", regex),
        ("post-conditions", post_conditions),
        ("statuses", statuses),
    ];
    for (what, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        text.push_str(&format!("{count:>5} {what}\n"));
    }
    for condition in shown.unread_conditions {
        text.push_str(&format!("not understood: {condition}\n"));
    }
    output::print(text.as_bytes())?;
    Ok(Verdict::Positive)
}

pub(super) fn convert(path: &Path, format: Format) -> Result<Verdict, Unusable> {
    let text = read(path)?.write();
    match format {
        Format::Json => output::print_json(&Artefact { text, warnings: Vec::new() })?,
        Format::Text => output::print(text.as_bytes())?,
    }
    Ok(Verdict::Positive)
}

#[derive(Serialize)]
struct Findings {
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Finding {
    file: String,
    code: &'static str,
    severity: lint::Severity,
    #[serde(rename = "where")]
    place: String,
    line: usize,
    message: String,
    remedy: &'static str,
}

pub(super) fn lint(paths: &[PathBuf], format: Format) -> Result<Verdict, Unusable> {
    let files: Vec<WcsFile> = paths.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    let findings: Vec<Finding> = lint::lint(&files.iter().collect::<Vec<_>>())
        .into_iter()
        .map(|finding| Finding {
            file: paths[finding.file].display().to_string(),
            code: finding.rule.code(),
            severity: finding.severity,
            place: finding.place.to_string(),
            line: finding.place.line,
            message: finding.message,
            remedy: finding.rule.remedy(),
        })
        .collect();
    let verdict = if findings.is_empty() { Verdict::Positive } else { Verdict::Negative };
    if format == Format::Json {
        output::print_json(&Findings { findings })?;
        return Ok(verdict);
    }
    let mut text = String::new();
    for Finding { file, code, place, message, remedy, .. } in findings {
        text.push_str(&format!("{file}: {place}: {code}: {message}\n  remedy: {remedy}\n"));
    }
    output::print(text.as_bytes())?;
    Ok(verdict)
}

fn read(path: &Path) -> Result<WcsFile, Unusable> {
    WcsFile::read(&output::read(path)?).map_err(|error| Unusable::Input(format!("{}: {error}", path.display())))
}

//! The real definitions, with the answers of DCWorkflow itself.

mod reference;

use std::{fs, path::PathBuf, process::ExitCode};

use communes_suite::{Need, Suite, fixtures};
use communes_workflow::{
    Definition,
    check::{self, Finding},
    dcworkflow::{Mode, Reading, read, read_rolemap, write},
    expression::Expression,
    matrix::matrix,
};
use libtest_mimic::Failed;
use serde_json::Value as Json;

const DEFINITIONS: usize = 121;
const MIGRATIONS: usize = 47;
/// What the table of faults in PROVENANCE.md can name; other findings have codes of their own.
const STRUCTURAL: [&str; 10] = [
    "dangling-exit",
    "orphan-trans",
    "undef-target",
    "unreachable",
    "dupstate",
    "dup-permmap",
    "dup-permission-decl",
    "perm-undeclared",
    "perm-missing-in-states",
    "id-mismatch",
];

fn main() -> ExitCode {
    let mut suite = Suite::new();
    suite
        .test(Need::Fixtures, "every_definition_is_read_strictly", || all(DEFINITIONS, "definitions", |_, _| Ok(())))
        .test(Need::Fixtures, "every_published_version_is_read_strictly", || {
            all(MIGRATIONS, "migrations", |_, _| Ok(()))
        })
        .test(Need::Fixtures, "the_canonical_export_is_an_equal_definition", || {
            all(DEFINITIONS, "definitions", |_, reading| same_after_export(&reading.definition))?;
            all(MIGRATIONS, "migrations", |_, reading| same_after_export(&reading.definition))
        })
        .test(Need::Fixtures, "the_model_is_the_reference_importers", || {
            all(DEFINITIONS, "definitions", |name, reading| {
                reference::same("definition", &expected(name)?["definition"], &reference::model(&reading.definition))
            })
        })
        .test(Need::Fixtures, "each_role_may_what_it_may_in_the_reference", || {
            let site = read_rolemap(&fs::read(folder().join("rolemap/plone-default.xml"))?)?;
            all(DEFINITIONS, "definitions", |name, reading| {
                reference::same_behaviour(&expected(name)?["behaviour"], &matrix(&reading.definition, &site))
            })
        })
        .test(Need::Fixtures, "a_run_writes_the_reference_history", || {
            let site = read_rolemap(&fs::read(folder().join("rolemap/plone-default.xml"))?)?;
            let mut traces = 0;
            all(DEFINITIONS, "definitions", |name, reading| {
                let trace = &expected(name)?["trace"];
                if trace.is_null() {
                    return Ok(());
                }
                traces += 1;
                reference::same("trace", trace, &reference::trace(&reading.definition, &site)?)
            })?;
            if traces == 84 { Ok(()) } else { Err(format!("{traces} traces, not 84").into()) }
        })
        .test(Need::Fixtures, "the_structure_check_finds_what_provenance_lists", structure)
        .test(Need::Fixtures, "every_refusal_of_the_corpus_is_explained_and_the_explanation_agrees", || {
            let site = read_rolemap(&fs::read(folder().join("rolemap/plone-default.xml"))?)?;
            all(DEFINITIONS, "definitions", |_, reading| reference::explained(&reading.definition, &site))
        })
        .test(Need::Fixtures, "what_is_no_definition_is_named", rejects)
        .test(Need::Fixtures, "every_expression_of_the_corpus_is_in_the_language", expressions)
        .test(Need::Fixtures, "any_cut_of_a_real_file_is_answered", cuts);
    suite.run()
}

fn folder() -> PathBuf {
    fixtures().join("workflow")
}

fn expected(name: &str) -> Result<Json, Failed> {
    Ok(serde_json::from_slice(&fs::read(folder().join(format!("expected/{name}.json")))?)?)
}

/// Runs over all files of a folder; all failures are reported together.
fn all(
    count: usize,
    folder_name: &str,
    mut run: impl FnMut(&str, &Reading) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let mut seen = 0;
    let mut failures = Vec::new();
    for entry in fs::read_dir(folder().join(folder_name))? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).ok_or("a file without name")?.to_owned();
        let outcome = match read(&fs::read(&path)?, Mode::Strict) {
            Ok(reading) => run(&name, &reading),
            Err(error) => Err(error.into()),
        };
        if let Err(failed) = outcome {
            failures.push(format!("{name}: {}", failed.message().unwrap_or("failed")));
        }
        seen += 1;
    }
    if seen != count {
        failures.push(format!("{seen} files, not {count}"));
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(format!("{} failures\n{}", failures.len(), failures.join("\n")).into())
    }
}

fn same_after_export(definition: &Definition) -> Result<(), Failed> {
    let text = write(definition);
    let again = read(text.as_bytes(), Mode::Strict)?;
    if again.definition != *definition {
        return Err("the export is another definition".into());
    }
    if again.definition.digest() != definition.digest() {
        return Err("the export has another digest".into());
    }
    if write(&again.definition) != text {
        return Err("the export of the export differs".into());
    }
    Ok(())
}

fn structure() -> Result<(), Failed> {
    let provenance = fs::read_to_string(folder().join("PROVENANCE.md"))?;
    all(DEFINITIONS, "definitions", |name, reading| {
        let row = provenance.lines().find(|line| line.starts_with(&format!("| {name}.xml |"))).ok_or("no row")?;
        let cells: Vec<&str> = row.split(" | ").collect();
        let traits = cells.last().copied().unwrap_or_default().trim_end_matches(" |");
        let source = cells.get(2).copied().unwrap_or_default();
        let folder = source.rsplit('/').nth(1).unwrap_or_default();
        let mut findings = reading.findings.clone();
        findings.extend(check::structure(&reading.definition));
        findings.extend(check::folder_name(&reading.definition, folder));
        let found = summary(&findings);
        let wanted = listed(traits);
        if found == wanted { Ok(()) } else { Err(format!("found {found:?}, PROVENANCE has {wanted:?}").into()) }
    })
}

/// Findings in the units of PROVENANCE: `code:subjects`, or `code:count`, sorted.
fn summary(findings: &[Finding]) -> Vec<String> {
    let mut lines = Vec::new();
    for code in STRUCTURAL {
        let subjects: Vec<&str> =
            findings.iter().filter(|one| one.code.code() == code).map(|one| one.subject.as_str()).collect();
        match code {
            _ if subjects.is_empty() => {}
            "perm-undeclared" | "perm-missing-in-states" => lines.push(format!("{code}:{}", subjects.len())),
            "dup-permission-decl" => lines.push(code.to_owned()),
            "dup-permmap" => lines.extend(subjects.iter().map(|subject| format!("{code} {subject}"))),
            _ => lines.push(format!("{code}:{}", subjects.join(","))),
        }
    }
    lines.sort();
    lines
}

fn listed(traits: &str) -> Vec<String> {
    let mut lines: Vec<String> = traits
        .split("; ")
        .map(|one| one.split(" (").next().unwrap_or_default().trim().to_owned())
        .filter(|one| STRUCTURAL.iter().any(|code| one.split([':', ' ']).next() == Some(code)))
        .collect();
    lines.sort();
    lines
}

fn rejects() -> Result<(), Failed> {
    let wanted = [
        ("cps-incoming_mail_wf", "cps-workflow"),
        ("cps-mailbox_folder_wf", "cps-workflow"),
        ("remove-directive-cpskin_workflow", "removal-directive"),
        ("remove-directive-cpskin_moderation_workflow", "removal-directive"),
        ("empty-file", "empty-file"),
    ];
    for (name, code) in wanted {
        let bytes = fs::read(folder().join(format!("reject/{name}.xml")))?;
        for mode in [Mode::Strict, Mode::Lenient] {
            match read(&bytes, mode) {
                Err(error) if error.code() == code => {}
                other => return Err(format!("{name}: {other:?}").into()),
            }
        }
    }
    Ok(())
}

fn expressions() -> Result<(), Failed> {
    let mut read_so_far = 0;
    let mut count = |_: &str, reading: &Reading| {
        let model = reading.definition.model();
        let guards = model.transitions.iter().filter_map(|one| one.guard.expression.as_ref());
        for expression in guards {
            read_so_far += 1;
            let again = Expression::parse(expression.text())?;
            if again != *expression {
                return Err(format!("{expression:?} reads differently").into());
            }
        }
        Ok(())
    };
    all(DEFINITIONS, "definitions", &mut count)?;
    all(MIGRATIONS, "migrations", &mut count)?;
    if read_so_far > 200 { Ok(()) } else { Err(format!("only {read_so_far} expressions").into()) }
}

fn cuts() -> Result<(), Failed> {
    let bytes = fs::read(folder().join("definitions/collective.task--task_workflow.xml"))?;
    for end in (0..bytes.len()).step_by(97) {
        if read(&bytes[..end], Mode::Lenient).is_ok() {
            return Err(format!("{end} bytes of a file are taken for the whole").into());
        }
    }
    Ok(())
}

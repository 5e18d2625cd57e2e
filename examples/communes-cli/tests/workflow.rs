//! `communes workflow …` on the real definitions.

use std::{
    fs,
    path::PathBuf,
    process::{Command, ExitCode, Output},
};

use communes_suite::{Need, Suite, fixtures};
use libtest_mimic::Failed;
use serde_json::{Value, json};

fn main() -> ExitCode {
    let mut suite = Suite::new();
    suite
        .test(Need::Fixtures, "check_finds_what_is_listed", check_finds_what_is_listed)
        .test(Need::Fixtures, "check_finds_nothing_in_plone_itself", check_finds_nothing_in_plone_itself)
        .test(Need::Fixtures, "check_compares_the_id_with_the_folder", check_compares_the_id_with_the_folder)
        .test(Need::Fixtures, "what_is_no_definition_is_named", what_is_no_definition_is_named)
        .test(Need::Fixtures, "matrix_shows_what_a_role_may", matrix_shows_what_a_role_may)
        .test(Need::Fixtures, "convert_is_canonical", convert_is_canonical);
    suite.run()
}

fn definition(name: &str) -> PathBuf {
    fixtures().join(format!("workflow/definitions/{name}.xml"))
}

fn communes(arguments: &[&str], files: &[PathBuf]) -> Result<Output, Failed> {
    Ok(Command::new(env!("CARGO_BIN_EXE_communes")).args(arguments).args(files).output()?)
}

fn same<T: PartialEq + std::fmt::Debug>(found: &T, wanted: &T) -> Result<(), Failed> {
    if found == wanted { Ok(()) } else { Err(format!("found {found:?}, wanted {wanted:?}").into()) }
}

/// The exit status and the JSON on stdout.
fn json_of(arguments: &[&str], files: &[PathBuf]) -> Result<(Option<i32>, Value), Failed> {
    let output = communes(&[&["--format", "json", "workflow"], arguments].concat(), files)?;
    Ok((output.status.code(), serde_json::from_slice(&output.stdout)?))
}

fn rows(document: &Value) -> Vec<(String, String)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = document["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().map(|row| (text(row, "code"), text(row, "subject"))).collect()
}

fn check_finds_what_is_listed() -> Result<(), Failed> {
    let files = [definition("liege.urban--article127_workflow")];
    let (status, document) = json_of(&["check"], &files)?;
    same(&status, &Some(1))?;
    let found = rows(&document);
    // PROVENANCE's row of the file; what it counts is counted.
    let listed = [
        ("dangling-exit", "invalidate_completion"),
        ("dangling-exit", "validate_report_2"),
        ("orphan-trans", "propose_complete"),
        ("unreachable", "frozen_suspension"),
    ];
    same(&found[..4].to_vec(), &listed.map(|(code, subject)| (code.to_owned(), subject.to_owned())).to_vec())?;
    let codes: Vec<&str> = found[4..].iter().map(|(code, _)| code.as_str()).collect();
    same(&codes, &vec!["perm-undeclared", "perm-missing-in-states"])?;
    let first = &document["findings"][0];
    same(&first["file"], &json!(files[0].display().to_string()))?;
    let french = communes(&["workflow", "check", "--lang", "fr"], &files)?;
    let text = String::from_utf8(french.stdout)?;
    if text.contains("dangling-exit: un état a pour sortie la transition") { Ok(()) } else { Err(text.into()) }
}

fn check_finds_nothing_in_plone_itself() -> Result<(), Failed> {
    let names = ["folder", "intranet_folder", "one_state", "plone", "simple_publication"];
    let files = names.map(|name| definition(&format!("cmfplone--{name}_workflow")));
    same(&json_of(&["check"], &files)?, &(Some(0), json!({"findings": []})))
}

fn check_compares_the_id_with_the_folder() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut files = Vec::new();
    for name in ["one_state_workflow", "another_workflow"] {
        fs::create_dir(folder.path().join(name))?;
        let file = folder.path().join(name).join("definition.xml");
        fs::copy(definition("cmfplone--one_state_workflow"), &file)?;
        files.push(file);
    }
    let (status, document) = json_of(&["check"], &files)?;
    same(&status, &Some(1))?;
    same(&rows(&document), &vec![("id-mismatch".to_owned(), "one_state_workflow".to_owned())])
}

fn what_is_no_definition_is_named() -> Result<(), Failed> {
    let wanted = [
        ("cps-incoming_mail_wf", "[cps-workflow]"),
        ("remove-directive-cpskin_workflow", "[removal-directive]"),
        ("empty-file", "[empty-file]"),
    ];
    for (name, code) in wanted {
        let output = communes(&["workflow", "check"], &[fixtures().join(format!("workflow/reject/{name}.xml"))])?;
        let message = String::from_utf8(output.stderr)?;
        same(&output.status.code(), &Some(2))?;
        if !message.contains(code) || !message.contains(name) {
            return Err(message.into());
        }
    }
    let absent = communes(&["workflow", "check", "--", "-no-such-file.xml"], &[])?;
    same(&absent.status.code(), &Some(2))?;
    let message = String::from_utf8(absent.stderr)?;
    if message.contains("-no-such-file.xml: ") { Ok(()) } else { Err(message.into()) }
}

fn matrix_shows_what_a_role_may() -> Result<(), Failed> {
    let rolemap = fixtures().join("workflow/rolemap/plone-default.xml").display().to_string();
    let files = [definition("cmfplone--simple_publication_workflow")];
    let (status, document) = json_of(&["matrix", "--rolemap", &rolemap], &files)?;
    same(&status, &Some(0))?;
    let pending = &document["states"]["pending"];
    let wanted = json!({
        "Editor": ["retract"], "Owner": ["retract"], "Reviewer": ["publish", "reject"],
        "Manager": ["publish", "reject", "retract"], "Site Administrator": ["publish", "reject", "retract"],
    });
    same(&pending["allowed"], &wanted)?;
    same(&pending["depends"], &json!({}))?;
    same(&pending["permission_roles"]["Modify portal content"], &json!(["Manager", "Reviewer", "Site Administrator"]))?;
    let files = [definition("meetingcommunes--meetingadvicefinancesmanager_workflow")];
    let (_, document) = json_of(&["matrix", "--rolemap", &rolemap], &files)?;
    let given = &document["states"]["advice_given"];
    same(&given["depends"]["Anonymous"], &json!(["backToAdviceInitialState"]))?;
    same(&given["allowed"], &json!({}))
}

fn convert_is_canonical() -> Result<(), Failed> {
    let file = definition("ploneboard--ploneboard_comment_workflow");
    let convert = |form, file: &PathBuf| communes(&["workflow", "convert", "--to", form], std::slice::from_ref(file));
    let once = convert("dcworkflow", &file)?;
    same(&once.status.code(), &Some(0))?;
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("copy.xml");
    fs::write(&copy, &once.stdout)?;
    same(&convert("dcworkflow", &copy)?.stdout, &once.stdout)?;
    let diagram = String::from_utf8(convert("mermaid", &file)?.stdout)?;
    // Five states, in the order of their ids; two of the seven transitions are automatic.
    same(&diagram.lines().filter(|line| line.trim_start().starts_with("state ")).count(), &5)?;
    same(&diagram.matches(" (auto)").count(), &2)?;
    let model: Value = serde_json::from_slice(&convert("json", &file)?.stdout)?;
    same(&model["initial_state"], &json!("initial"))?;
    let (_, wrapped) = json_of(&["convert", "--to", "mermaid"], &[file])?;
    same(&wrapped, &json!({"text": diagram, "warnings": []}))
}

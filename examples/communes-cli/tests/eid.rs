//! `communes eid token` on the Web eID cases: each verdict is the word that `cases.json` gives.

use std::{
    fs,
    path::PathBuf,
    process::{Command, ExitCode, Output},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use communes_suite::{Need, Suite, fixtures};
use libtest_mimic::Failed;
use serde_json::Value;
use tempfile::TempDir;

/// Cases that the command can't be asked, with the reason.
const NOT_ASKED: [(&str, &str); 1] =
    [("latvian_rs256_signature_only", "it names no authority and no moment: only the signature is checked")];

fn main() -> ExitCode {
    let mut suite = Suite::new();
    suite.test(Need::Fixtures, "every_token_has_its_verdict", every_token_has_its_verdict);
    suite.test(Need::Fixtures, "text_is_for_people", text_is_for_people);
    suite.test(Need::Fixtures, "a_broken_answer_signs_nobody_in", a_broken_answer_signs_nobody_in);
    suite.test(Need::Fixtures, "what_can_not_be_used_is_status_2", what_can_not_be_used_is_status_2);
    suite.run()
}

fn folder() -> PathBuf {
    fixtures().join("eid-verify/web-eid")
}

fn cases() -> Result<Value, Failed> {
    Ok(serde_json::from_slice(&fs::read(folder().join("cases.json"))?)?)
}

fn text<'a>(case: &'a Value, key: &str) -> Result<&'a str, Failed> {
    case[key].as_str().ok_or_else(|| format!("no text {key}").into())
}

fn require(right: bool, message: impl Into<String>) -> Result<(), Failed> {
    if right { Ok(()) } else { Err(message.into().into()) }
}

/// `communes eid token` on a case of `cases.json`.
fn command(case: &Value, work: &TempDir) -> Result<Command, Failed> {
    let mut token = fs::read_to_string(folder().join(format!("tokens/{}.json", text(case, "token")?)))?;
    if let Some(certificate) = case["x5c"].as_str() {
        token = token.replace("X5C", &STANDARD.encode(fs::read(folder().join("certs").join(certificate))?));
    }
    if let (Some(old), Some(new)) = (case["replace"][0].as_str(), case["replace"][1].as_str()) {
        token = token.replace(old, new);
    }
    let file = work.path().join("token.json");
    fs::write(&file, token)?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_communes"));
    command.args(["--format", "json", "eid", "token"]).arg(file);
    command.args(["--origin", text(case, "origin")?, "--nonce", text(case, "nonce")?, "--at", text(case, "clock")?]);
    command.args(["--ocsp", text(case, "ocsp")?]);
    for name in case["trusted"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        command.arg("--trust").arg(folder().join("ca").join(name));
    }
    for policy in case["disallowed_policies"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        command.args(["--deny-policy", policy]);
    }
    Ok(command)
}

fn document(output: &Output) -> Result<Value, Failed> {
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)).into())
}

fn every_token_has_its_verdict() -> Result<(), Failed> {
    let cases = cases()?;
    let work = TempDir::new()?;
    let mut asked = 0;
    for case in ["token_cases", "token_mutations"].iter().filter_map(|table| cases[table].as_array()).flatten() {
        let name = text(case, "name")?;
        if NOT_ASKED.iter().any(|(not_asked, _)| *not_asked == name) {
            continue;
        }
        asked += 1;
        let output = command(case, &work)?.output()?;
        let document = document(&output)?;
        let expected = text(case, "expect")?;
        require(document["verdict"] == expected, format!("{name}: {document}, not {expected}"))?;
        require(
            output.status.code() == Some(i32::from(expected != "ok")),
            format!("{name}: status {:?}", output.status.code()),
        )?;
        if !case["subject"].is_null() {
            require(document["subject"] == case["subject"], format!("{name}: {document}"))?;
        }
        require(document["subject"].is_null() == (expected != "ok"), format!("{name}: {document}"))?;
    }
    // 18 tokens and 10 mutations of them.
    require(asked == 28 - NOT_ASKED.len(), format!("{asked} cases"))
}

fn first_case() -> Result<Value, Failed> {
    Ok(cases()?["token_cases"][0].clone())
}

fn text_is_for_people() -> Result<(), Failed> {
    let work = TempDir::new()?;
    let output = command(&first_case()?, &work)?.args(["--format", "text"]).output()?;
    let shown = String::from_utf8(output.stdout)?;
    require(shown.starts_with("verdict: ok\ncn: JÕEORG,JAAK-KRISTJAN,38001085718\n"), shown)
}

fn a_broken_answer_signs_nobody_in() -> Result<(), Failed> {
    let work = TempDir::new()?;
    let answer = work.path().join("answer.der");
    fs::write(&answer, "invalid")?;
    let mut case = first_case()?;
    case["ocsp"] = answer.to_str().into();
    let output = command(&case, &work)?.output()?;
    require(output.status.code() == Some(1), "status")?;
    let document = document(&output)?;
    require(document["verdict"] == "ocsp_failed:parse" && document["subject"].is_null(), document.to_string())
}

fn what_can_not_be_used_is_status_2() -> Result<(), Failed> {
    let work = TempDir::new()?;
    let nothing = work.path().join("nothing");
    for (key, value, said) in [
        ("origin", "https://ria.ee/", "trailing slash"),
        ("origin", "-", "https://"),
        ("nonce", "", "44 to 128"),
        ("clock", "yesterday", "--at"),
        ("ocsp", nothing.to_str().ok_or("no text")?, "nothing"),
    ] {
        let mut case = first_case()?;
        case[key] = value.into();
        let output = command(&case, &work)?.output()?;
        let message = String::from_utf8(output.stderr)?;
        require(output.status.code() == Some(2), format!("{key} {value}: {:?}", output.status.code()))?;
        require(message.contains(said), format!("{key} {value}: {message}"))?;
        require(output.stdout.is_empty(), format!("{key} {value}: something on stdout"))?;
    }
    Ok(())
}

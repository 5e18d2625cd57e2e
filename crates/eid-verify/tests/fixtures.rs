//! The cases of the Web eID suites, each with the word that `cases.json` gives it.

use std::{fs, path::PathBuf, process::ExitCode};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use communes_eid_verify::{
    Certificate, Nonce, OcspAnswer, Oid, Origin, Profile, Revocation, SignInError, Token, TokenVerifier, TrustAnchors,
    revocation::ResponseTimes,
    webeid::{MAX_TOKEN_LENGTH, MIN_TOKEN_LENGTH},
};
use communes_suite::{Need, Suite, fixtures};
use libtest_mimic::Failed;
use serde_json::Value;

/// How many cases each table of `cases.json` has: a table that shrinks or is not read is noticed.
const COUNTS: [(&str, usize); 5] = [
    ("/token_cases", 18),
    ("/token_mutations", 10),
    ("/ocsp/cases", 12),
    ("/ocsp_time/cases", 5),
    ("/origins/reject", 9),
];

fn main() -> ExitCode {
    let mut suite = Suite::new();
    // Without the fixtures the names of the cases are not known: one test a table stands for them.
    let cases = cases();
    suite.test(Need::Fixtures, "every_table_has_its_cases", every_table_has_its_cases);
    for (table, run) in TABLES {
        match &cases {
            None => {
                suite.test(Need::Fixtures, table, || Err("no cases.json".into()));
            }
            Some(cases) => {
                for case in cases.pointer(table).and_then(Value::as_array).into_iter().flatten() {
                    let name = case["name"].as_str().or(case.as_str()).unwrap_or("unnamed");
                    let (case, all) = (case.clone(), cases.clone());
                    suite.test(Need::Fixtures, format!("{table}/{name}"), move || run(&case, &all));
                }
            }
        }
    }
    suite.test(Need::Fixtures, "token_length", token_length);
    suite.test(Need::Fixtures, "the_good_answer_is_good", the_good_answer_is_good);
    suite.run()
}

type Run = fn(&Value, &Value) -> Result<(), Failed>;

const TABLES: [(&str, Run); 6] = [
    ("/token_cases", token_case),
    ("/token_mutations", token_case),
    ("/ocsp/cases", ocsp_case),
    ("/ocsp_time/cases", ocsp_time_case),
    ("/origins/accept", origin_accepted),
    ("/origins/reject", origin_refused),
];

fn folder() -> PathBuf {
    fixtures().join("eid-verify/web-eid")
}

fn cases() -> Option<Value> {
    serde_json::from_slice(&fs::read(folder().join("cases.json")).ok()?).ok()
}

fn text<'a>(case: &'a Value, key: &str) -> Result<&'a str, Failed> {
    case[key].as_str().ok_or_else(|| format!("no text {key}").into())
}

#[expect(clippy::needless_pass_by_value, reason = "called with values made for the comparison")]
fn equal<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Result<(), Failed> {
    if found == expected { Ok(()) } else { Err(format!("{found:?}, not {expected:?}").into()) }
}

fn every_table_has_its_cases() -> Result<(), Failed> {
    let cases = cases().ok_or("no cases.json")?;
    for (table, count) in COUNTS {
        let found = cases.pointer(table).and_then(Value::as_array).map(Vec::len);
        equal((table, found), (table, Some(count)))?;
    }
    Ok(())
}

fn token_case(case: &Value, _: &Value) -> Result<(), Failed> {
    let mut token = fs::read_to_string(folder().join(format!("tokens/{}.json", text(case, "token")?)))?;
    if let Some(certificate) = case["x5c"].as_str() {
        let certificate = fs::read(folder().join("certs").join(certificate))?;
        token = token.replace("X5C", &STANDARD.encode(certificate));
    }
    if let (Some(old), Some(new)) = (case["replace"][0].as_str(), case["replace"][1].as_str()) {
        if !token.contains(old) {
            return Err(format!("the token has no {old}").into());
        }
        token = token.replace(old, new);
    }
    let verdict = match verify(case, &token)? {
        Ok(word) => word.to_owned(),
        Err(error) => {
            if let Some(message) = case["message"].as_str() {
                let shown = error.to_string().to_lowercase();
                if !shown.contains(&message.to_lowercase()) {
                    return Err(format!("{shown:?} does not say {message:?}").into());
                }
            }
            error.verdict()
        }
    };
    equal(verdict.as_str(), text(case, "expect")?)
}

fn verify(case: &Value, token: &str) -> Result<Result<&'static str, SignInError>, Failed> {
    let origin: Origin = text(case, "origin")?.parse()?;
    let token = match Token::parse(token) {
        Ok(token) => token,
        Err(error) => return Ok(Err(error.into())),
    };
    let nonce = Nonce::new(text(case, "nonce")?)?;
    let Some(clock) = case["clock"].as_str() else {
        // The source suite checks the signature of this one alone.
        return Ok(token.check_signature(&origin, &nonce).map(|()| "signature_ok").map_err(SignInError::from));
    };
    let policies = case["disallowed_policies"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut profile = Profile::new();
    for policy in policies {
        profile = profile.deny(policy.parse::<Oid>()?);
    }
    equal(case["ocsp"].as_str(), Some("off"))?;
    let verifier = TokenVerifier::new(origin, anchors(&case["trusted"])?, Revocation::Off).with_profile(profile);
    let identity = match verifier.verify(&token, &nonce, clock.parse()?) {
        Ok(identity) => identity,
        Err(error) => return Ok(Err(error)),
    };
    if let Value::Object(expected) = &case["subject"] {
        let subject = identity.subject();
        let purpose = communes_civil::purpose::Purpose::new(
            "Compare with the expected value",
            communes_civil::purpose::LegalBasis::Consent,
            "A published test identity",
        )?;
        for (key, value) in expected {
            let found = match key.as_str() {
                "cn" => subject.common_name(),
                "given_name" => subject.given_name(),
                "surname" => subject.surname(),
                "id_code" => subject.id_code().map(|code| code.expose(&purpose)),
                "country" => subject.country(),
                other => return Err(format!("no such part of a subject: {other}").into()),
            };
            equal(found, value.as_str())?;
        }
    }
    Ok(Ok("ok"))
}

fn anchors(names: &Value) -> Result<TrustAnchors, Failed> {
    let mut all: Option<TrustAnchors> = None;
    for name in names.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let anchors = TrustAnchors::read(&fs::read(folder().join("ca").join(name))?)?;
        all = Some(match all {
            None => anchors,
            Some(all) => all.and(anchors),
        });
    }
    all.ok_or_else(|| "no trusted authority".into())
}

fn ocsp_case(case: &Value, all: &Value) -> Result<(), Failed> {
    let mut der = match case["response"].as_str() {
        Some(name) => fs::read(folder().join("ocsp").join(name))?,
        None => text(case, "response_bytes_utf8")?.as_bytes().to_vec(),
    };
    if let (Some(position), Some(byte)) = (case["set_byte"][0].as_u64(), case["set_byte"][1].as_u64()) {
        der[usize::try_from(position)?] = u8::try_from(byte)?;
    }
    // Every request had a nonce of its own, which none of these answers repeats.
    let mut answer = OcspAnswer::new(der).answering([0x5a; 32]);
    if let Some(name) = text(case, "mode")?.strip_prefix("designated:") {
        answer = answer.designated(&fs::read(folder().join("ca").join(name))?)?;
    }
    let verdict = match check_ocsp(answer, all, text(case, "clock")?)? {
        Ok(()) => "ok".to_owned(),
        Err(error) => error.verdict(),
    };
    equal(verdict.as_str(), text(case, "expect")?)
}

fn check_ocsp(answer: OcspAnswer, all: &Value, clock: &str) -> Result<Result<(), SignInError>, Failed> {
    let certificate =
        Certificate::from_der(&fs::read(folder().join("certs").join(text(&all["ocsp"], "subject_cert")?))?)?;
    let issuer = Certificate::from_der(&fs::read(folder().join("ca").join(text(&all["ocsp"], "issuer")?))?)?;
    Ok(Revocation::Answer(answer).check(&certificate, &issuer, clock.parse()?).map(|_| ()))
}

/// The one good answer, at the moment when it was made: with its own nonce, and where no nonce was sent.
fn the_good_answer_is_good() -> Result<(), Failed> {
    let all = cases().ok_or("no cases.json")?;
    let der = fs::read(folder().join("ocsp/ocsp_response.der"))?;
    // As `openssl ocsp -respin` shows it.
    let nonce = [0x47, 0xff, 0xaf, 0xc9, 0x18, 0x11, 0x77, 0x0e];
    for answer in [OcspAnswer::new(der.clone()), OcspAnswer::new(der.clone()).answering(nonce)] {
        check_ocsp(answer, &all, "2021-09-17T18:25:24Z")??;
    }
    let late = check_ocsp(OcspAnswer::new(der), &all, "2021-09-17T18:27:25Z")?;
    equal(late.map_err(|error| error.verdict()), Err("ocsp_failed:thisUpdate is too old".to_owned()))
}

fn ocsp_time_case(case: &Value, all: &Value) -> Result<(), Failed> {
    let seconds = |value: &Value| value.as_i64().map(TimeDelta::seconds);
    let rules = &all["ocsp_time"];
    let times = ResponseTimes {
        skew: seconds(&rules["skew_seconds"]).ok_or("no skew")?,
        max_age: seconds(&rules["max_this_update_age_seconds"]).ok_or("no age")?,
    };
    equal(times, ResponseTimes::default())?;
    let now: DateTime<Utc> = "2026-03-01T10:00:00Z".parse()?;
    let this = now + seconds(&case["this"]).ok_or("no thisUpdate")?;
    let next = seconds(&case["next"]).map(|offset| now + offset);
    let verdict = times.check(this, next, now).map_or_else(|error| error.to_string(), |()| "ok".to_owned());
    equal(verdict.as_str(), text(case, "expect")?)
}

fn origin_accepted(case: &Value, _: &Value) -> Result<(), Failed> {
    let origin: Origin = case.as_str().ok_or("no text")?.parse()?;
    equal(Some(origin.as_str()), case.as_str())
}

fn origin_refused(case: &Value, _: &Value) -> Result<(), Failed> {
    match case.as_str().ok_or("no text")?.parse::<Origin>() {
        Ok(origin) => Err(format!("accepted as {origin}").into()),
        Err(_) => Ok(()),
    }
}

fn token_length() -> Result<(), Failed> {
    let cases = cases().ok_or("no cases.json")?;
    let length = |key: &str| cases["token_length"][key].as_u64().and_then(|length| usize::try_from(length).ok());
    equal((length("min"), length("max")), (Some(MIN_TOKEN_LENGTH), Some(MAX_TOKEN_LENGTH)))?;
    // A good token, made as long as the limits with a member that is passed over.
    let token = fs::read_to_string(folder().join("tokens/estonia-es384-valid.json"))?;
    let body = token.trim().strip_suffix('}').ok_or("no object")?;
    let of_length = |length: usize| {
        let padding = length - body.chars().count() - r#","x":""}"#.len();
        format!(r#"{body},"x":"{}"}}"#, "x".repeat(padding))
    };
    Token::parse(&of_length(MAX_TOKEN_LENGTH))?;
    for text in [of_length(MAX_TOKEN_LENGTH + 1), "x".repeat(MIN_TOKEN_LENGTH - 1), String::new(), "null".to_owned()] {
        let word = Token::parse(&text).map(|_| ()).map_err(|error| SignInError::from(error).verdict());
        equal(word, Err("parse".to_owned()))?;
    }
    Ok(())
}

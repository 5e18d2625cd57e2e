use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Subcommand;
use communes_civil::purpose::{LegalBasis, Purpose};
use communes_eid_verify::{
    Identity, Nonce, OcspAnswer, Oid, Origin, Profile, Revocation, SignInError, Token, TokenVerifier, TrustAnchors,
};
use serde::Serialize;

use crate::output::{Format, Unusable, Verdict, print, print_json, read};

/// Sign-in by eID.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Verify a Web eID token.
    Token(TokenArguments),
}

#[derive(Debug, clap::Args)]
pub(crate) struct TokenArguments {
    /// The token, as the browser extension gave it (JSON).
    file: PathBuf,
    /// The origin of the site that asked for it, such as `https://commune.example`.
    #[arg(long, allow_hyphen_values = true)]
    origin: String,
    /// The challenge that it answers, as text.
    #[arg(long, allow_hyphen_values = true)]
    nonce: String,
    /// A trusted authority, root or intermediate: a file in DER or PEM, or a folder of such files.
    #[arg(long, required = true)]
    trust: Vec<PathBuf>,
    /// The moment of the sign-in (RFC 3339); now, if not given.
    #[arg(long, allow_hyphen_values = true)]
    at: Option<DateTime<Utc>>,
    /// How revocation is found out: a file with an OCSP answer in DER, or `off`.
    #[arg(long, default_value = "off")]
    ocsp: PathBuf,
    /// A certificate policy that may not sign in, beside those of Mobile-ID.
    #[arg(long, allow_hyphen_values = true)]
    deny_policy: Vec<Oid>,
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    verdict: String,
    /// The operator's cause, where the verdict is not "ok".
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<SubjectReport<'a>>,
}

#[derive(Debug, Serialize)]
struct SubjectReport<'a> {
    cn: Option<&'a str>,
    given_name: Option<&'a str>,
    surname: Option<&'a str>,
    id_code: Option<&'a str>,
    country: Option<&'a str>,
}

pub(crate) fn run(command: &Command, format: Format) -> Result<Verdict, Unusable> {
    let Command::Token(arguments) = command;
    match verify(arguments)? {
        Ok(identity) => {
            let purpose = purpose()?;
            report(
                &Report { verdict: "ok".to_owned(), cause: None, subject: Some(subject(&identity, &purpose)) },
                format,
            )?;
            Ok(Verdict::Positive)
        }
        Err(error) => {
            let cause = error.to_string();
            report(&Report { verdict: error.verdict(), cause: Some(cause), subject: None }, format)?;
            Ok(Verdict::Negative)
        }
    }
}

/// `Err` outside is about the arguments, `Err` inside is the verdict on the token.
fn verify(arguments: &TokenArguments) -> Result<Result<Identity, SignInError>, Unusable> {
    let origin: Origin =
        arguments.origin.parse().map_err(|error| Unusable::Input(format!("--origin {}: {error}", arguments.origin)))?;
    let revocation = revocation(&arguments.ocsp)?;
    let profile = arguments.deny_policy.iter().copied().fold(Profile::new(), Profile::deny);
    let verifier = TokenVerifier::new(origin, anchors(&arguments.trust)?, revocation).with_profile(profile);
    let bytes = read(&arguments.file)?;
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Err(Unusable::Input(format!("{}: not UTF-8", arguments.file.display())));
    };
    // A token that is none has its verdict, whatever the nonce: it is what is read first.
    let token = match Token::parse(text) {
        Ok(token) => token,
        Err(error) => return Ok(Err(error.into())),
    };
    let nonce = Nonce::new(&arguments.nonce).map_err(|error| Unusable::Input(format!("--nonce: {error}")))?;
    Ok(verifier.verify(&token, &nonce, arguments.at.unwrap_or_else(now)))
}

#[expect(clippy::disallowed_methods, reason = "the command is the application: without --at, now is meant")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

fn revocation(ocsp: &Path) -> Result<Revocation, Unusable> {
    if ocsp == Path::new("off") {
        eprintln!("communes: revocation is not checked (--ocsp off)");
        return Ok(Revocation::Off);
    }
    Ok(Revocation::Answer(OcspAnswer::new(read(ocsp)?)))
}

fn anchors(paths: &[PathBuf]) -> Result<TrustAnchors, Unusable> {
    let mut all: Option<TrustAnchors> = None;
    for path in paths {
        for file in files(path)? {
            let anchors = TrustAnchors::read(&read(&file)?)
                .map_err(|error| Unusable::Input(format!("{}: {error}", file.display())))?;
            all = Some(match all {
                None => anchors,
                Some(all) => all.and(anchors),
            });
        }
    }
    all.ok_or_else(|| Unusable::Input("--trust: no certificate in the folder".to_owned()))
}

/// The file itself, or the files of a folder in the order of their names.
fn files(path: &Path) -> Result<Vec<PathBuf>, Unusable> {
    let unreadable = |source| Unusable::File { path: path.display().to_string(), source };
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in path.read_dir().map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn purpose() -> Result<Purpose, Unusable> {
    let purpose = Purpose::new(
        "Show the operator of this command whose token it is",
        LegalBasis::PublicTask,
        "Regulation (EU) 2016/679, article 32(1)(d): testing the security of processing",
    );
    purpose.map_err(|error| Unusable::input(&error))
}

fn subject<'a>(identity: &'a Identity, purpose: &Purpose) -> SubjectReport<'a> {
    let subject = identity.subject();
    SubjectReport {
        cn: subject.common_name(),
        given_name: subject.given_name(),
        surname: subject.surname(),
        id_code: subject.id_code().map(|code| code.expose(purpose)),
        country: subject.country(),
    }
}

fn report(report: &Report<'_>, format: Format) -> Result<(), Unusable> {
    if format == Format::Json {
        return print_json(report);
    }
    let mut text = format!("verdict: {}\n", report.verdict);
    if let Some(cause) = &report.cause {
        text.push_str(&format!("cause: {cause}\n"));
    }
    if let Some(subject) = &report.subject {
        for (label, value) in [
            ("cn", subject.cn),
            ("given name", subject.given_name),
            ("surname", subject.surname),
            ("id code", subject.id_code),
            ("country", subject.country),
        ] {
            if let Some(value) = value {
                // What a card says is shown, and never obeyed by the terminal.
                let value: String = value.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
                text.push_str(&format!("{label}: {value}\n"));
            }
        }
    }
    print(text.as_bytes())
}

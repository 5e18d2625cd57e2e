//! A portal in this process, and a browser without scripts that visits it.
#![allow(dead_code, unreachable_pub, reason = "each test target uses a part")]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use commune_portal::{Clock, CommuneSource, Config, Jobs, Portal, Trust, router};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P384_SHA384};
use tower::ServiceExt;

/// A portal that runs, with a clock of its own: Wednesday 25 November 2026, 9 o'clock in Brussels.
pub struct Site {
    pub portal: Arc<Portal>,
    pub router: Router,
    pub first_code: Option<String>,
    jobs: Option<Jobs>,
    now: Arc<Mutex<DateTime<Utc>>>,
}

impl Site {
    pub async fn demo(data: &Path) -> Self {
        Self::open(Config::demo("127.0.0.1:8080".parse().unwrap(), data).unwrap()).await
    }

    /// The same commune out of demo mode, at https://valbruyere.example.
    pub async fn earnest(data: &Path) -> Self {
        Self::open(earnest(data)).await
    }

    pub async fn open(config: Config) -> Self {
        let now: Arc<Mutex<DateTime<Utc>>> = Arc::new(Mutex::new("2026-11-25T08:00:00Z".parse().unwrap()));
        let clock = Clock::of({
            let now = Arc::clone(&now);
            move || {
                let mut now = now.lock().unwrap();
                // Time goes on a little at each look: ids of version 7 keep their order.
                *now += TimeDelta::milliseconds(1);
                *now
            }
        });
        let portal = Portal::open(config, clock).await.unwrap();
        let (router, first_code) = (router(Arc::clone(&portal)), portal.first_code());
        Self { portal, router, first_code, jobs: None, now }
    }

    pub fn start_jobs(&mut self) {
        self.jobs = Some(Jobs::start(&self.portal).unwrap());
    }

    pub async fn stop(mut self) {
        if let Some(jobs) = self.jobs.take() {
            jobs.stop().await;
        }
    }

    pub fn later(&self, by: TimeDelta) {
        *self.now.lock().unwrap() += by;
    }

    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new(), set: Vec::new() }
    }

    /// A browser in which one of the demonstration's persons has signed in.
    pub async fn signed_in(&self, card: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.get("/sign-in").await;
        let mut fields = page.hidden();
        fields.retain(|(name, _)| name == "_token");
        fields.dedup();
        fields.push(("_card".to_owned(), card.to_owned()));
        let answer = browser.post("/sign-in/test-card", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }

    /// A browser in which the first administrator has signed in.
    pub async fn administrator(&self) -> Browser {
        let mut browser = self.signed_in("alix").await;
        let page = browser.get("/office").await;
        let mut fields = vec![("_token".to_owned(), page.token())];
        fields.push(("_code".to_owned(), self.first_code.clone().expect("nobody of the staff yet")));
        let answer = browser.post("/office/claim", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }
}

/// The commune of the demonstration, out of demo mode.
pub fn earnest(data: &Path) -> Config {
    let mut config = Config::demo("127.0.0.1:8080".parse().unwrap(), data).unwrap();
    config.origin = "https://valbruyere.example".parse().unwrap();
    config.commune = CommuneSource::Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/commune"));
    config.trust = Trust::Given { anchors: vec![authority()], person_key_secret: vec![7; 32] };
    config
}

fn authority() -> Vec<u8> {
    let (params, key) = authority_params();
    params.self_signed(&key).unwrap().der().to_vec()
}

/// A browser without scripts.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// Every `Set-Cookie` of the last answer.
    pub set: Vec<String>,
}

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub async fn post<N: AsRef<str>, V: AsRef<str>>(&mut self, path: &str, fields: &[(N, V)]) -> Answer {
        let body = url_encoded(fields);
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn upload(&mut self, path: &str, token: &str, bytes: &[u8]) -> Answer {
        let mut body = Vec::new();
        body.extend_from_slice(b"--xyz\r\nContent-Disposition: form-data; name=\"_token\"\r\n\r\n");
        body.extend_from_slice(token.as_bytes());
        body.extend_from_slice(b"\r\n--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.cod\"\r\nContent-Type: text/plain\r\n\r\n");
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--xyz--\r\n");
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8080");
        if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies.join("; ")) }
    }

    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.unwrap().to_vec();
        self.set.clear();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap().to_owned();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            self.set.push(set);
        }
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    /// In English from now on.
    pub async fn in_english(&mut self) {
        let answer = self.get("/language/en?back=/").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }

    /// The token of the session's forms.
    pub async fn token(&mut self) -> String {
        if !self.cookies.keys().any(|name| name.ends_with("session")) {
            return self.get("/sign-in").await.token();
        }
        // The frame of each page has the form that signs out.
        let page = self.get("/documents").await;
        page.token()
    }
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// The hidden inputs of the page.
    pub fn hidden(&self) -> Vec<(String, String)> {
        let inputs = self.body.split("<input type=\"hidden\"").skip(1);
        inputs.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect()
    }

    /// The hidden inputs of the form with this action.
    pub fn hidden_of(&self, action: &str) -> Vec<(String, String)> {
        let start = self
            .body
            .find(&format!("action=\"{action}\""))
            .unwrap_or_else(|| panic!("no form {action} in {}", self.body));
        let form = &self.body[start..];
        let form = &form[..form.find("</form>").unwrap()];
        let inputs = form.split("<input type=\"hidden\"").skip(1);
        inputs.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect()
    }

    pub fn token(&self) -> String {
        let found = self.hidden().into_iter().find(|(name, _)| name == "_token");
        found.unwrap_or_else(|| panic!("no form in {}", self.body)).1
    }
}

fn attribute(input: &str, name: &str) -> String {
    let input = &input[..input.find('>').unwrap()];
    let Some(start) = input.find(&format!("{name}=\"")) else {
        return String::new();
    };
    let value = &input[start + name.len() + 2..];
    let value = &value[..value.find('"').unwrap()];
    value
        .replace("&#38;", "&")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&amp;", "&")
}

pub fn url_encoded<N: AsRef<str>, V: AsRef<str>>(fields: &[(N, V)]) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        if !body.is_empty() {
            body.push('&');
        }
        for (text, end) in [(name.as_ref(), "="), (value.as_ref(), "")] {
            for byte in text.bytes() {
                if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                    body.push(char::from(byte));
                } else {
                    body.push_str(&format!("%{byte:02X}"));
                }
            }
            body.push_str(end);
        }
    }
    body
}

/// A CODA file of one statement with these credits: amount in cents, and the structured communication or words.
pub fn coda(credits: &[(i64, Result<&str, &str>)]) -> Vec<u8> {
    let line = |text: String| {
        assert!(text.len() <= 128, "{} {text}", text.len());
        format!("{text:<128}\n")
    };
    let account = format!("{:<37}", format!("{:<34}EUR", "BE72000000001616"));
    let mut file = String::new();
    file.push_str(&line(format!(
        "0000025112672505        00000000  {:<26}{:<11}{:<11} 00000{:<16}{:<16}{:<7}2",
        "COMMUNE", "GEBABEBB", "00000000000", "", "", ""
    )));
    file.push_str(&line(format!("12001{account}0{:015}251126{:<26}{:<35}001", 0, "COMMUNE", "COMPTE")));
    let mut sum = 0;
    for (place, (cents, communication)) in credits.iter().enumerate() {
        sum += cents;
        let sequence = place + 1;
        let (kind, text) = match communication {
            Ok(digits) => ("1", format!("101{digits}")),
            Err(words) => ("0", (*words).to_owned()),
        };
        file.push_str(&line(format!(
            "21{sequence:04}0000{:<21}0{:015}25112600150000{kind}{text:<53}25112600100 0",
            "REF",
            cents * 10
        )));
    }
    file.push_str(&line(format!("8001{account}0{:015}251126{:<64}0", sum * 10, "")));
    let records = credits.len() + 2;
    file.push_str(&line(format!("9{:<15}{records:06}{:015}{:015}{:<75}2", "", 0, sum * 10, "")));
    file.into_bytes()
}

/// Answers to the form of the demonstration: two copies, to download. 5,00 €.
pub fn answers() -> Vec<(&'static str, &'static str)> {
    vec![
        ("a-event", "Fête de la Saint-Éloi"),
        ("a-kind", "Brocante"),
        ("a-date", "2027-02-14"),
        ("a-place", "Place de la Bruyère"),
        ("a-copies", "2"),
        ("a-delivery", "download"),
        ("a-truth", "true"),
    ]
}

/// Orders what [`answers`] say; gives the address of the file.
pub async fn order(browser: &mut Browser) -> String {
    let path = "/documents/event-attestation/order";
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let mut fields = page.hidden_of(path);
    fields.extend(answers().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
    fields.push(("_action".to_owned(), "check".to_owned()));
    let review = browser.post(path, &fields).await;
    assert_eq!(review.status, StatusCode::OK, "{}", review.body);
    let mut fields = review.hidden_of(path);
    fields.push(("_action".to_owned(), "submit".to_owned()));
    let done = browser.post(path, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    done.location().split('?').next().unwrap().to_owned()
}

/// A card with a key in this process, and the authority that issued it.
pub struct Card {
    pub authority: Vec<u8>,
    key: aws_lc_rs::signature::EcdsaKeyPair,
    certificate: Vec<u8>,
}

impl Card {
    pub fn issue(given_name: &str, surname: &str, number: &str) -> Self {
        let (params, key) = authority_params();
        let authority = params.self_signed(&key).unwrap().der().to_vec();
        let card_key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        let mut card = CertificateParams::new(Vec::new()).unwrap();
        let name = format!("{given_name} {surname} (Authentication)");
        for (kind, value) in [
            (DnType::CountryName, "BE"),
            (DnType::CommonName, name.as_str()),
            (DnType::from_oid(&[2, 5, 4, 4]), surname),
            (DnType::from_oid(&[2, 5, 4, 42]), given_name),
            (DnType::from_oid(&[2, 5, 4, 5]), number),
        ] {
            card.distinguished_name.push(kind, value);
        }
        card.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let certificate = card.signed_by(&card_key, &rcgen::Issuer::from_params(&params, &key)).unwrap().der().to_vec();
        let signing = &aws_lc_rs::signature::ECDSA_P384_SHA384_FIXED_SIGNING;
        let key = aws_lc_rs::signature::EcdsaKeyPair::from_pkcs8(signing, card_key.serialized_der()).unwrap();
        Self { authority, key, certificate }
    }

    /// A Web eID token: the signature is over the two hashes, which it hashes again.
    pub fn token(&self, origin: &str, nonce: &str) -> String {
        use aws_lc_rs::digest::{SHA384, digest};
        use base64::{Engine, engine::general_purpose::STANDARD};
        let message =
            [digest(&SHA384, origin.as_bytes()).as_ref(), digest(&SHA384, nonce.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&aws_lc_rs::rand::SystemRandom::new(), &message).unwrap();
        let (certificate, signature) = (STANDARD.encode(&self.certificate), STANDARD.encode(signature.as_ref()));
        format!(
            r#"{{"format":"web-eid:1.0","algorithm":"ES384","unverifiedCertificate":"{certificate}","signature":"{signature}","appVersion":"https://web-eid.eu/web-eid-app/releases/2.7.0"}}"#
        )
    }
}

fn authority_params() -> (CertificateParams, KeyPair) {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Test authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    (params, key)
}

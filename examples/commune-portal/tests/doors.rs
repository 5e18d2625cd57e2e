//! Bad input at every door, in French and English; what guards each page.
#![allow(clippy::unwrap_used, reason = "a test that can't go on panics")]

mod common;

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use common::{Browser, Site, answers, coda, order, url_encoded};
use tracing_subscriber::fmt::MakeWriter;

/// A request and what must come of it: status, and code in the page.
struct Door {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    fields: Vec<(&'static str, String)>,
    status: u16,
    code: &'static str,
}

fn door(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    fields: &[(&'static str, &str)],
    status: u16,
    code: &'static str,
) -> Door {
    let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Door { name, method, path, fields, status, code }
}

fn doors() -> Vec<Door> {
    let long = "x".repeat(12_000);
    let order = "/documents/event-attestation/order";
    vec![
        door("no such page", "GET", "/nowhere", &[], 404, "not-found"),
        door("another method", "POST", "/directory", &[], 405, "method-not-allowed"),
        door("a page number that is none", "GET", "/directory?q=a&page=x", &[], 400, "bad-request"),
        door("a number of nobody", "GET", "/directory/0123456789", &[], 404, "not-found"),
        door("a number that is none", "GET", "/directory/abc", &[], 404, "not-found"),
        door("broken encoding of a path", "GET", "/directory/%ff", &[], 400, "bad-request"),
        door("a language that is not spoken", "GET", "/language/xx", &[], 404, "not-found"),
        door("no such document", "GET", "/documents/passport", &[], 404, "not-found"),
        door("no document's name", "GET", "/documents/..%2f..%2fetc", &[], 404, "not-found"),
        door("no such order", "GET", "/my-files/00000000-0000-0000-0000-000000000000", &[], 404, "not-found"),
        door("no id of an order", "GET", "/my-files/1", &[], 404, "not-found"),
        door("a cursor that is none", "GET", "/my-files?after=zz", &[], 400, "cursor-unknown"),
        door("an order of nobody's", "POST", order, &[("_order", "1")], 400, "form-unreadable"),
        door("control characters in a form", "POST", order, &[("a-event", "\u{0}")], 400, "form-unreadable"),
        door(
            "an order of nothing",
            "POST",
            order,
            &[("_order", "01890000-0000-7000-8000-000000000000")],
            422,
            "required",
        ),
        door("a code too short", "GET", "/verify?code=abc", &[], 422, "verification-code-length"),
        door(
            "a code with a wrong character",
            "GET",
            "/verify?code=%3Cscript%3E",
            &[],
            422,
            "verification-code-character",
        ),
        door("a mistyped code", "GET", "/verify/22222-22222-22222-22223", &[], 422, "verification-code-check"),
        door("a code of no document", "GET", "/verify/22222-22222-22222-22222", &[], 404, "document-unknown"),
        door("no token", "POST", "/sign-in/token", &[], 400, "form-unreadable"),
        door(
            "a token without a challenge",
            "POST",
            "/sign-in/token",
            &[("_web_eid_token", "{}")],
            409,
            "sign-in-start-again",
        ),
        door("a very long token", "POST", "/sign-in/token", &[("_web_eid_token", &long)], 409, "sign-in-start-again"),
        door("a card of nobody", "POST", "/sign-in/test-card", &[("_card", "eve")], 422, "sign-in-no-card"),
        door("the office", "GET", "/office/orders/1", &[], 403, "staff-only"),
        door("the statements", "GET", "/office/statements", &[], 403, "staff-only"),
        door("no one-time code", "POST", "/office/claim", &[("_code", "hello")], 422, "one-time-code-malformed"),
        door(
            "another one-time code",
            "POST",
            "/office/claim",
            &[("_code", "22222222222222222222")],
            422,
            "one-time-code-unknown",
        ),
    ]
}

async fn knock(browser: &mut Browser, door: &Door, token: &str) -> common::Answer {
    if door.method == "GET" {
        return browser.get(door.path).await;
    }
    let mut fields = vec![("_token", token.to_owned())];
    fields.extend(door.fields.iter().cloned());
    browser.post(door.path, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_door_answers_bad_input_with_a_page_and_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::demo(folder.path()).await;
    for (lang, words) in [("fr", "lang=\"fr\""), ("en", "lang=\"en\"")] {
        let mut browser = site.signed_in("camille").await;
        if lang == "en" {
            browser.in_english().await;
        }
        let token = browser.token().await;
        for door in doors() {
            let answer = knock(&mut browser, &door, &token).await;
            assert_eq!(answer.status.as_u16(), door.status, "{} ({lang}): {}", door.name, answer.body);
            assert!(answer.body.contains(door.code), "{} ({lang}): {}", door.name, answer.body);
            assert!(answer.body.contains(&format!("<html {words}>")), "{} ({lang})", door.name);
            let text = answer.body.to_lowercase();
            for leak in ["panicked", "rusqlite", "sqlite", "storeerror", "some(", "err(", "src/"] {
                assert!(!text.contains(leak), "{} shows {leak}", door.name);
            }
            assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{}", door.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_the_sessions_token_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::demo(folder.path()).await;
    let mut browser = site.administrator().await;
    let mut other = site.signed_in("camille").await;
    let foreign = other.token().await;
    let order = "/office/orders/00000000-0000-8000-8000-000000000001/examine";
    let posts = [
        "/sign-out",
        "/sign-in/challenge",
        "/sign-in/token",
        "/sign-in/test-card",
        "/sign-in/test-card/token",
        "/documents/event-attestation/order",
        "/my-files/00000000-0000-8000-8000-000000000001/withdraw",
        "/office/claim",
        "/office/staff/invite",
        order,
    ];
    for path in posts {
        for token in [None, Some(""), Some("00"), Some(foreign.as_str())] {
            let fields: Vec<(&str, &str)> = token.into_iter().map(|token| ("_token", token)).collect();
            let answer = browser.post(path, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {token:?}");
            assert!(answer.body.contains("form-token"), "{path}");
        }
    }
    let answer = browser.upload("/office/statements", &foreign, &coda(&[])).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(browser.get("/").await.body.contains("Alix Exemple"), "still signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_are_limited_and_what_is_no_statement_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::demo(folder.path()).await;
    let mut browser = site.administrator().await;
    let token = browser.get("/office/statements").await.token();
    let long_line = [coda(&[]), vec![b'x'; 200]].concat();
    let cases: [(&[u8], u16, &str); 5] = [
        (b"", 422, "bank-unknown-format"),
        (b"hello", 422, "bank-unknown-format"),
        (b"<Document/>", 422, "camt-message"),
        (&long_line, 422, "coda-line-length"),
        (b"<Document><a></b></Document>", 422, "bank-xml"),
    ];
    for (bytes, status, code) in cases {
        let answer = browser.upload("/office/statements", &token, bytes).await;
        assert_eq!(answer.status.as_u16(), status, "{code}: {}", answer.body);
        assert!(answer.body.contains(code), "{code}: {}", answer.body);
    }
    let answer = browser.upload("/office/statements", &token, &vec![b'0'; 5 * 1024 * 1024]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("too-large"));
    // A form that is too large, and one that is no form.
    let answer = browser.post("/sign-out", &[("_token", "x".repeat(300 * 1024))]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let request = browser.request("POST", "/sign-out").header(header::CONTENT_TYPE, "application/json");
    let answer = browser.send(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(answer.body.contains("media-type"));
}

#[tokio::test(flavor = "multi_thread")]
async fn out_of_the_demonstration_there_is_no_test_card_and_cookies_are_guarded() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::earnest(folder.path()).await;
    let mut browser = site.browser();
    let page = browser.get("/sign-in").await;
    assert!(!page.body.contains("test-card"));
    let [set] = browser.set.as_slice() else { panic!("one cookie: {:?}", browser.set) };
    assert!(set.starts_with("__Host-session="), "{set}");
    for attribute in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(!set.contains("Domain"));
    assert!(page.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    for path in ["/sign-in/test-card", "/sign-in/test-card/token"] {
        let answer = browser.post(path, &[("_token", page.token().as_str()), ("_card", "camille")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    // The register and the orders of the demonstration are not there either.
    assert!(!browser.get("/directory?q=mie").await.body.contains("La Mie dorée"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_forbids_what_it_does_not_need() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::demo(folder.path()).await;
    let mut browser = site.browser();
    for path in ["/", "/directory?q=boul", "/sign-in", "/nowhere"] {
        let page = browser.get(path).await;
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:;"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"));
        assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        for inline in [" style=\"", "<style", "onclick", "javascript:", "<script>"] {
            assert!(!page.body.contains(inline), "{path}: {inline}");
        }
        // Every file that the page loads is this site's, and may be kept for ever.
        for file in page.body.split("href=\"/static/").skip(1).chain(page.body.split("src=\"/static/").skip(1)) {
            let file = format!("/static/{}", &file[..file.find('"').unwrap()]);
            let answer = browser.get(&file).await;
            assert_eq!(answer.status, StatusCode::OK, "{file}");
            assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_too_often_waits() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = common::earnest(folder.path());
    config.limits.code = 3;
    config.limits.sign_in = 2;
    let site = Site::open(config).await;
    let mut browser = site.browser();
    for _ in 0..3 {
        assert_eq!(browser.get("/verify/22222-22222-22222-22222").await.status, StatusCode::NOT_FOUND);
    }
    let answer = browser.get("/verify/22222-22222-22222-22222").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.body.contains("rate-limited") && answer.headers.contains_key(header::RETRY_AFTER));
    let token = browser.token().await;
    for _ in 0..2 {
        assert_eq!(browser.post("/sign-in/challenge", &[("_token", &token)]).await.status, StatusCode::OK);
    }
    assert_eq!(browser.post("/sign-in/challenge", &[("_token", &token)]).await.status, StatusCode::TOO_MANY_REQUESTS);
    site.later(chrono::TimeDelta::minutes(1));
    assert_eq!(browser.post("/sign-in/challenge", &[("_token", &token)]).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_answers_503_with_its_code() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = commune_portal::Config::demo("127.0.0.1:8080".parse().unwrap(), folder.path()).unwrap();
    config.limits.queue = 1;
    let site = Site::open(config).await;
    let browser = site.signed_in("camille").await;
    let mut first = browser.clone();
    let token = first.token().await;
    let path = "/documents/event-attestation/order";
    let orders = (0..64_u32).map(|number| {
        let mut browser = browser.clone();
        let mut fields: Vec<(String, String)> = vec![
            ("_token".to_owned(), token.clone()),
            ("_order".to_owned(), format!("01890000-0000-7000-8000-{number:012}")),
            ("_price".to_owned(), "5.00".to_owned()),
            ("_action".to_owned(), "submit".to_owned()),
        ];
        fields.extend(answers().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        tokio::spawn(async move { browser.post(path, &fields).await })
    });
    let mut counts = [0; 2];
    for order in orders.collect::<Vec<_>>() {
        let answer = order.await.unwrap();
        match answer.status {
            StatusCode::SEE_OTHER => counts[0] += 1,
            StatusCode::SERVICE_UNAVAILABLE => {
                assert!(answer.body.contains("queue-full") && answer.headers.contains_key(header::RETRY_AFTER));
                counts[1] += 1;
            }
            other => panic!("{other}: {}", answer.body),
        }
    }
    assert!(counts[0] > 0 && counts[1] > 0, "{counts:?}");
}

/// What the program writes into its log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_national_number_stands_in_no_answer_and_no_log() {
    // The numbers on the demonstration's cards, and one that somebody types where it does not belong.
    const CANARIES: [&str; 3] = ["85920100163", "79920200246", "42012205181"];
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_max_level(tracing::Level::TRACE).finish();
    // The only test of this file that looks at the log: it is the process's.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::demo(folder.path()).await;
    site.start_jobs();
    let mut answers = Vec::new();
    let mut browser = site.administrator().await;
    let token = browser.token().await;
    let file = order(&mut browser).await;
    for path in
        ["/", "/my-files", file.as_str(), "/office", &file.replace("/my-files/", "/office/orders/"), "/office/staff"]
    {
        answers.push(browser.get(path).await.body);
    }
    for path in [
        "/directory/42012205181",
        "/verify/42012205181",
        "/my-files/42012205181",
        "/documents/42012205181",
        "/language/42012205181",
    ] {
        let answer = browser.get(path).await;
        assert!(answer.status.is_client_error());
        // The page that checks codes shows what was typed, to the one who typed it.
        answers.push(answer.body.replace("value=\"42012205181\"", "").replace("back=%2Fverify%2F42012205181", ""));
    }
    for (path, name) in
        [("/sign-in/token", "_web_eid_token"), ("/office/claim", "_code"), ("/sign-in/test-card", "_card")]
    {
        let answer = browser.post(path, &[("_token", token.as_str()), (name, "42012205181")]).await;
        answers.push(answer.body);
    }
    let upload = browser.get("/office/statements").await.token();
    answers.push(browser.upload("/office/statements", &upload, b"42012205181").await.body);
    site.stop().await;
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("signed in"), "the log is there");
    for canary in CANARIES {
        for answer in &answers {
            let shown = answer.replace(&format!("%2F{canary}"), "");
            assert!(!shown.contains(canary), "{canary} in {answer}");
        }
        // The tests beside this one write into the same log; none of them has a canary.
        assert!(!log.contains(canary), "{canary} in the log");
    }
}

#[test]
fn forms_are_encoded_as_browsers_do() {
    assert_eq!(url_encoded(&[("a", "é b"), ("c", "+&")]), "a=%C3%A9%20b&c=%2B%26");
}

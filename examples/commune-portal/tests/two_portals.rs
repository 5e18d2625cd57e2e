//! Two portals on one PostgreSQL: one site.
#![allow(clippy::unwrap_used, reason = "a test that can't go on panics")]

mod common;

use std::process::ExitCode;

use common::{Card, Site, order};
use commune_portal::{Config, DatabaseConfig, Trust};
use communes_suite::{Need, Postgres, Suite};

fn main() -> ExitCode {
    let mut suite = Suite::new();
    suite.test(Need::Postgres, "two_portals_serve_one_site", || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(one_site());
        Ok(())
    });
    suite.run()
}

async fn one_site() {
    let server = Postgres::start().unwrap();
    let url = server.fresh().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let card = Card::issue("Nadia", "Fictive", "90920100189");
    let config = |name: &str| -> Config {
        let mut config = common::earnest(&folder.path().join(name));
        config.database = DatabaseConfig::Postgres(url.clone());
        config.trust = Trust::Given { anchors: vec![card.authority.clone()], person_key_secret: vec![7; 32] };
        config
    };
    // At once, on an empty database.
    let (mut one, other) = tokio::join!(Site::open(config("one")), Site::open(config("other")));
    one.start_jobs();

    // A challenge of one is used up by the other, or by itself, and by one of them alone.
    for _ in 0..10 {
        let mut browser = one.browser();
        let token = browser.token().await;
        let challenge = browser.post("/sign-in/challenge", &[("_token", &token)]).await;
        let signed = card.token("https://valbruyere.example", challenge.body.split('"').nth(3).unwrap());
        let mut elsewhere = other.browser();
        elsewhere.cookies.clone_from(&browser.cookies);
        let fields = [("_token", token.as_str()), ("_web_eid_token", signed.as_str())];
        let (here, there) =
            tokio::join!(browser.post("/sign-in/token", &fields), elsewhere.post("/sign-in/token", &fields));
        let mut statuses = [here.status.as_u16(), there.status.as_u16()];
        statuses.sort_unstable();
        // The one that came too late finds the challenge used up (409), or the session renewed (403).
        assert_eq!(statuses[0], 303, "{statuses:?} {} {}", here.body, there.body);
        assert!(matches!(statuses[1], 403 | 409), "{statuses:?}");
    }

    // Who signed in at one is signed in at the other, and orders there.
    let mut browser = one.browser();
    let token = browser.token().await;
    let challenge = browser.post("/sign-in/challenge", &[("_token", &token)]).await;
    let signed = card.token("https://valbruyere.example", challenge.body.split('"').nth(3).unwrap());
    let done = browser.post("/sign-in/token", &[("_token", token.as_str()), ("_web_eid_token", &signed)]).await;
    assert_eq!(done.status.as_u16(), 303, "{}", done.body);
    let mut elsewhere = other.browser();
    elsewhere.cookies.clone_from(&browser.cookies);
    let file = order(&mut elsewhere).await;
    let page = browser.get(&file).await;
    assert!(page.body.contains("2026/E/00001"), "{}", page.body);

    // Both printed a code for the first administrator; the first that is used is the only one.
    let codes = [one.first_code.clone().unwrap(), other.first_code.clone().unwrap()];
    let token = browser.get("/office").await.token();
    let claimed = browser.post("/office/claim", &[("_token", token.as_str()), ("_code", &codes[1])]).await;
    assert_eq!(claimed.status.as_u16(), 303, "{}", claimed.body);
    let token = browser.get("/documents").await.token();
    let again = browser.post("/office/claim", &[("_token", token.as_str()), ("_code", &codes[0])]).await;
    assert_eq!(again.status.as_u16(), 422, "{}", again.body);
    let list = browser.get("/office").await;
    assert!(list.body.contains("2026/E/00001"), "{}", list.body);
    one.stop().await;
    other.stop().await;
}

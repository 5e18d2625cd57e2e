//! The six steps of the site, without scripts, on a folder of their own.
#![allow(clippy::unwrap_used, reason = "a test that can't go on panics")]

mod common;

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use common::{Site, answers, coda, order};

fn reference(page: &str) -> String {
    let start = page.find("+++").unwrap_or_else(|| panic!("no communication in {page}"));
    page[start..start + 20].chars().filter(char::is_ascii_digit).collect()
}

/// Fires a transition from the order's page; gives the answer.
async fn fire(browser: &mut common::Browser, order: &str, transition: &str, remark: Option<&str>) -> common::Answer {
    let page = browser.get(order).await;
    let action = format!("{order}/{transition}");
    let mut fields = page.hidden_of(&action);
    if let Some(remark) = remark {
        fields.push(("_remark".to_owned(), remark.to_owned()));
    }
    browser.post(&action, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_finds_words_prefixes_and_no_accents() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::demo(folder.path()).await;
    let mut browser = site.browser();
    for query in ["mie+dorée", "doree", "boul", "2.999.090.045"] {
        let page = browser.get(&format!("/directory?q={}", query.replace('é', "%C3%A9"))).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("La Mie dorée"), "{query}");
    }
    let page = browser.get("/directory?q=valbruyere").await;
    // A list and a map of numbered markers, from this site alone.
    assert!(page.body.contains("<ol class=\"communes-map-list\"") && page.body.contains("<svg"));
    assert!(!page.body.contains("http://") || !page.body.contains("src=\"http"), "an outside request");
    // The sole trader is nobody's business.
    assert!(!browser.get("/directory?q=couture").await.body.contains("Imaginaire"));
    let entry = browser.get("/directory/2999090045").await;
    assert!(entry.body.contains("Pain au levain") && entry.body.contains("Rue du Four 4"));
    assert_eq!(browser.get("/directory/2999090046").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/directory?q=zzzz").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_begins_another_session_and_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::demo(folder.path()).await;
    let mut browser = site.browser();
    let page = browser.get("/sign-in").await;
    let before = browser.cookies["demo-session"].clone();
    let fields = vec![("_token".to_owned(), page.token()), ("_card".to_owned(), "camille".to_owned())];
    let answer = browser.post("/sign-in/test-card", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let after = browser.cookies["demo-session"].clone();
    assert_ne!(before, after);
    let home = browser.get("/").await;
    assert!(home.body.contains("Camille Modèle"));
    // The old session is nobody's any more.
    let mut old = site.browser();
    old.cookies.insert("demo-session".to_owned(), before);
    assert!(!old.get("/").await.body.contains("Camille"));
    let answer = browser.post("/sign-out", &[("_token", home.token())]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    browser.cookies.insert("demo-session".to_owned(), after);
    assert!(!browser.get("/").await.body.contains("Camille"));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_script_the_same_verification_takes_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::demo(folder.path()).await;
    let mut browser = site.browser();
    let token = browser.token().await;
    let challenge = browser.post("/sign-in/challenge", &[("_token", &token)]).await;
    let nonce: String = challenge.body.split('"').nth(3).unwrap().to_owned();
    let signed = browser
        .post(
            "/sign-in/test-card/token",
            &[("_token", token.as_str()), ("_challenge_nonce", &nonce), ("_card", "camille")],
        )
        .await;
    assert!(signed.body.contains("\"algorithm\":\"ES384\""), "{}", signed.body);
    let fields = [("_token", token.as_str()), ("_web_eid_token", signed.body.as_str()), ("_back", "/my-files")];
    // Another browser can't use it: the challenge is this session's.
    let mut thief = site.browser();
    let others = thief.token().await;
    let stolen = thief.post("/sign-in/token", &[("_token", others.as_str()), ("_web_eid_token", &signed.body)]).await;
    assert_eq!(stolen.status, StatusCode::CONFLICT);
    assert!(stolen.body.contains("sign-in-start-again"));
    let done = browser.post("/sign-in/token", &fields).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/my-files"));
    // And nobody can use it twice: the session is another one now, and its challenge is used up.
    let again = browser.token().await;
    let twice = browser.post("/sign-in/token", &[("_token", again.as_str()), ("_web_eid_token", &signed.body)]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_checked_reviewed_and_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::demo(folder.path()).await;
    let path = "/documents/event-attestation/order";
    let mut browser = site.browser();
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/sign-in?back=%2Fdocuments%2Fevent-attestation%2Forder");
    let mut browser = site.signed_in("camille").await;

    // Nothing answered: each fault is listed, and linked to its field.
    let page = browser.get(path).await;
    let empty = browser.post(path, &page.hidden_of(path)).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    for key in ["event", "kind", "date", "place", "copies", "delivery", "truth"] {
        assert!(empty.body.contains(&format!("href=\"#a-{key}\"")), "{key}");
        assert!(empty.body.contains(&format!("id=\"a-{key}\"")), "{key}");
    }
    // A field that is shown only now is asked for.
    let mut fields = page.hidden_of(path);
    fields.extend(
        answers().into_iter().map(|(name, value)| {
            (name.to_owned(), if name == "a-kind" { "Autre".to_owned() } else { value.to_owned() })
        }),
    );
    let other = browser.post(path, &fields).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.body.contains("href=\"#a-other_kind\"") && !other.body.contains("href=\"#a-place\""));
    // 21 copies are more than the fee schedule allows.
    let mut fields = page.hidden_of(path);
    fields.extend(
        answers().into_iter().map(|(name, value)| {
            (name.to_owned(), if name == "a-copies" { "21".to_owned() } else { value.to_owned() })
        }),
    );
    let copies = browser.post(path, &fields).await;
    assert_eq!(copies.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(copies.body.contains("href=\"#a-copies\"") && copies.body.contains("de 1 à 20"), "{}", copies.body);

    // The price is 2 × 2.50 €.
    let mut fields = page.hidden_of(path);
    fields.extend(answers().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
    let review = browser.post(path, &fields).await;
    assert_eq!(review.status, StatusCode::OK);
    assert!(review.body.contains("5,00\u{a0}€"), "{}", review.body);
    // A download costs nothing: that is no line.
    assert!(!review.body.contains(">0,00\u{a0}€"), "{}", review.body);
    let mut fields = review.hidden_of(path);
    fields.push(("_action".to_owned(), "submit".to_owned()));
    // A price that was never shown is shown first.
    let mut cheaper = fields.clone();
    for (name, value) in &mut cheaper {
        if name == "_price" {
            "0.01".clone_into(value);
        }
    }
    let refused = browser.post(path, &cheaper).await;
    assert!(refused.status == StatusCode::OK && refused.body.contains("Le prix a changé"));
    // Sent twice, it is one order.
    let first = browser.post(path, &fields).await;
    let second = browser.post(path, &fields).await;
    assert_eq!((first.status, second.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    assert_eq!(first.location(), second.location());
    let file = browser.get(first.location()).await;
    // Submitted on Wednesday 25 November 2026: ten working days later is Wednesday 9 December.
    assert!(
        file.body.contains("étape 2 sur 4") && file.body.contains("réponse au plus tard le 9 décembre 2026"),
        "{}",
        file.body
    );
    // The demonstration has four orders of its own.
    assert!(file.body.contains("2026/E/00005"));
    assert!(file.body.contains("BE72 0000 0000 1616") && file.body.contains("<svg"));
    // Prefix 07, year 26, number 5: 0726000005; 726000005 = 97 × 7484536 + 13.
    assert!(file.body.contains("+++072/6000/00513+++"), "{}", reference(&file.body));
    // Somebody else's file is not there.
    let mut other = site.signed_in("dominique").await;
    let path = first.location().split('?').next().unwrap().to_owned();
    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&format!("{path}/document")).await.status, StatusCode::NOT_FOUND);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_through_the_office_and_its_document_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::demo(folder.path()).await;
    site.start_jobs();
    let mut citizen = site.signed_in("camille").await;
    let file = order(&mut citizen).await;
    let id = file.strip_prefix("/my-files/").unwrap();
    let office = format!("/office/orders/{id}");
    assert_eq!(citizen.get(&office).await.status, StatusCode::FORBIDDEN);

    let mut clerk = site.administrator().await;
    // The worklist: the first demonstration order is late (24 days ago, ten working days), the third is due soon.
    let list = clerk.get("/office").await;
    assert!(list.body.contains("de retard") && list.body.contains("2026/E/00005"), "{}", list.body);
    let late = clerk.get("/office?show=late").await;
    assert!(late.body.contains("Éloïse Fictive") && !late.body.contains("2026/E/00005"));

    // Refused, in French, with the reason: it is not paid.
    let refused = fire(&mut clerk, &office, "examine", None).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("La commande est en attente de paiement"), "{}", refused.body);

    // The statement: one credit for the order, one with a communication of nobody, one in words.
    let digits = reference(&citizen.get(&file).await.body);
    let statement = coda(&[(500, Ok(&digits)), (1234, Ok("090933755493")), (700, Err("MERCI"))]);
    let token = clerk.get("/office/statements").await.token();
    let report = clerk.upload("/office/statements", &token, &statement).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.body);
    assert!(
        report.body.contains("Un paiement attribué") && report.body.contains("paie la commande"),
        "{}",
        report.body
    );
    assert!(report.body.contains("communication inconnue") && report.body.contains("MERCI"));
    let again = clerk.upload("/office/statements", &token, &statement).await;
    assert!(again.body.contains("Déjà importés\u{a0}: 3."), "{}", again.body);

    for (transition, state) in
        [("examine", "À l’examen"), ("approve", "Acceptée"), ("issue", "En cours d’établissement")]
    {
        let answer = fire(&mut clerk, &office, transition, None).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{transition}: {}", answer.body);
        let page = clerk.get(&office).await;
        assert!(page.body.contains(state) || transition == "issue", "{transition}");
    }
    let mut pdf = citizen.get(&format!("{file}/document")).await;
    for _ in 0..600 {
        if pdf.status == StatusCode::OK {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        pdf = citizen.get(&format!("{file}/document")).await;
    }
    assert_eq!(pdf.status, StatusCode::OK, "{}", pdf.body);
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    assert_eq!(pdf.headers[header::CONTENT_TYPE], "application/pdf");
    // The office's handling has ended too.
    let mut page = clerk.get(&office).await;
    for _ in 0..100 {
        if page.body.contains("Établie") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        page = clerk.get(&office).await;
    }
    assert!(page.body.contains("Établie"), "{}", page.body);
    assert!(!clerk.get("/office").await.body.contains("2026/E/00005"));
    // The citizen sees who looked at the file, and that it was delivered.
    let page = citizen.get(&file).await;
    assert!(page.body.contains("étape 4 sur 4") && page.body.contains("a consulté ce dossier"), "{}", page.body);
    // The address in its link proves the document to anybody, in whatever way the code is typed.
    let mut visitor = site.browser();
    let text = String::from_utf8_lossy(&pdf.bytes);
    let start = text.find("/verify/").expect("the document links to the page that proves it");
    let address = text[start..start + 31].to_owned();
    let typed = address["/verify/".len()..].to_lowercase().replace('-', "+");
    for path in [address, format!("/verify?code={typed}")] {
        let page = visitor.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains("document-valid") && page.body.contains("2026/E/00005"), "{}", page.body);
        assert!(page.body.contains("seule cette page prouve"), "{}", page.body);
        // Nothing about the person.
        assert!(!page.body.contains("Camille") && !page.body.contains("Saint-Éloi"), "{}", page.body);
    }
    // Nobody guesses a code.
    let unknown = visitor.get("/verify?code=22222-22222-22222-22222").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.body.contains("document-unknown"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_limit_what_the_staff_may_do() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::demo(folder.path()).await;
    let mut head = site.administrator().await;
    let token = head.get("/office/staff").await.token();
    let invited = head.post("/office/staff/invite", &[("_token", token.as_str()), ("_role", "clerk")]).await;
    let start = invited.body.find("<strong class=\"code\">").unwrap() + 21;
    let code = invited.body[start..start + 23].to_owned();

    let mut clerk = site.signed_in("dominique").await;
    let token = clerk.get("/office").await.token();
    let claimed = clerk.post("/office/claim", &[("_token", token.as_str()), ("_code", &code.to_lowercase())]).await;
    assert_eq!(claimed.status, StatusCode::SEE_OTHER);
    for path in ["/office/staff", "/office/statements"] {
        let answer = clerk.get(path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.body.contains("role-missing"));
    }
    // A code is good once.
    let mut other = site.signed_in("camille").await;
    let token = other.get("/office").await.token();
    let refused = other.post("/office/claim", &[("_token", token.as_str()), ("_code", &code)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("one-time-code-unknown"));

    // The third order of the demonstration is paid. The clerk may examine it, and not decide on it.
    let order = "/office/orders/00000000-0000-8000-8000-000000000003";
    assert_eq!(fire(&mut clerk, order, "examine", None).await.status, StatusCode::SEE_OTHER);
    let refused = fire(&mut clerk, order, "approve", None).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("il faut le rôle Chef de service"), "{}", refused.body);
    // A refusal without a reason is none.
    let refused = fire(&mut head, order, "refuse", Some("  ")).await;
    assert!(refused.body.contains("Indiquez le motif"), "{}", refused.body);
    assert_eq!(fire(&mut head, order, "refuse", Some("Le plan manque.")).await.status, StatusCode::SEE_OTHER);
    let page = head.get(order).await;
    assert!(page.body.contains("Refusée") && page.body.contains("À rembourser"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_not_paid_lapses_with_its_handling() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::demo(folder.path()).await;
    let mut citizen = site.signed_in("camille").await;
    let file = order(&mut citizen).await;
    // Fourteen days to pay; the session has ended meanwhile.
    site.later(TimeDelta::days(16));
    site.start_jobs();
    let mut citizen = site.signed_in("camille").await;
    let mut page = citizen.get(&file).await;
    for _ in 0..200 {
        if page.body.contains("Le délai de paiement est dépassé") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        page = citizen.get(&file).await;
    }
    assert!(page.body.contains("Le délai de paiement est dépassé"), "{}", page.body);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_withdraws() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::demo(folder.path()).await;
    let mut citizen = site.signed_in("camille").await;
    let file = order(&mut citizen).await;
    let page = citizen.get(&file).await;
    let action = format!("{file}/withdraw");
    let answer = citizen.post(&action, &page.hidden_of(&action)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = citizen.get(&file).await;
    assert!(page.body.contains("annulée") && !page.body.contains(&action));
}

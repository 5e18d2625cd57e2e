use askama::Template;
use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use communes_eid_verify::{Identity, Nonce, SessionId};
use serde::Deserialize;
use std::sync::Arc;

use super::{
    page::Page,
    posted::Posted,
    visit::{Visit, back_of},
};
use crate::{
    accounts::{Person, Session},
    clock::random,
    composition::Portal,
    demo::TestCards,
    failure::Failure,
};

#[derive(Template)]
#[template(path = "sign_in/page.html")]
struct SignInPage {
    page: Page,
    back: String,
    /// The test cards of the demonstration: word and name.
    cards: Vec<(&'static str, String)>,
}

#[derive(Deserialize)]
pub(super) struct Back {
    back: Option<String>,
}

/// `GET /sign-in?back=…`
pub(super) async fn page(visit: Visit, Query(query): Query<Back>) -> Result<Response, Failure> {
    let back = back_of(query.back.as_deref());
    if visit.person().is_some() {
        return Ok(Redirect::to(&back).into_response());
    }
    visit.ensure_session().await?;
    let cards = visit.portal().test_cards.iter().flat_map(TestCards::all);
    let cards = cards.map(|card| (card.word, card.name.clone())).collect();
    visit.show(&SignInPage { page: visit.page("sign-in", "sign-in-title"), back, cards })
}

/// `POST /sign-in/challenge`: the text that the card is to sign, for the page's script.
pub(super) async fn challenge(visit: Visit, _posted: Posted) -> Result<Response, Failure> {
    visit.admit(&visit.portal().sign_in_limit)?;
    let nonce = issue_challenge(&visit).await?;
    Ok(Json(serde_json::json!({"challengeNonce": nonce.as_str()})).into_response())
}

/// `POST /sign-in/token`: what the browser's extension made of it.
pub(super) async fn token(visit: Visit, posted: Posted) -> Result<Response, Failure> {
    visit.admit(&visit.portal().sign_in_limit)?;
    let token = posted.own("_web_eid_token").ok_or(Failure::bad_request("form-unreadable"))?;
    let session = visit.ensure_session().await?;
    let identity = visit.portal().sign_in.verify(&challenged(&session)?, token, visit.now()).await?;
    signed_in(&visit, &identity, posted.own("_back")).await
}

/// `POST /sign-in/test-card`, in the demonstration only: a test card signs, without any script, and is verified as any other.
pub(super) async fn test_card(visit: Visit, posted: Posted) -> Result<Response, Failure> {
    visit.admit(&visit.portal().sign_in_limit)?;
    let nonce = issue_challenge(&visit).await?;
    let token = sign(visit.portal(), posted.own("_card"), &nonce)?;
    let session = visit.ensure_session().await?;
    let identity = visit.portal().sign_in.verify(&challenged(&session)?, &token, visit.now()).await?;
    signed_in(&visit, &identity, posted.own("_back")).await
}

/// `POST /sign-in/test-card/token`, in the demonstration only: a test card signs in the place of the browser's extension.
pub(super) async fn test_card_token(State(portal): State<Arc<Portal>>, posted: Posted) -> Result<Response, Failure> {
    let nonce = posted.own("_challenge_nonce").and_then(|text| Nonce::new(text).ok());
    let nonce = nonce.ok_or(Failure::bad_request("form-unreadable"))?;
    let token = sign(&portal, posted.own("_card"), &nonce)?;
    Ok(([(axum::http::header::CONTENT_TYPE, "application/json")], token).into_response())
}

/// `POST /sign-out`
pub(super) async fn sign_out(visit: Visit, _posted: Posted) -> Result<Response, Failure> {
    visit.end_session().await?;
    Ok(Redirect::to("/").into_response())
}

async fn issue_challenge(visit: &Visit) -> Result<Nonce, Failure> {
    let session = visit.ensure_session().await?;
    Ok(visit.portal().sign_in.challenge(&challenged(&session)?, random(), visit.now()).await?)
}

/// By what a challenge knows the session: its stored id, so that the store of challenges opens no session either.
fn challenged(session: &Session) -> Result<SessionId, Failure> {
    SessionId::new(session.id.to_text()).map_err(|error| Failure::internal("session", error))
}

fn sign(portal: &Portal, word: Option<&str>, nonce: &Nonce) -> Result<String, Failure> {
    let card = portal.test_cards.as_ref().zip(word).and_then(|(cards, word)| cards.card(word));
    let card = card.ok_or(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "sign-in-no-card"))?;
    card.token(portal.sign_in.origin(), nonce).map_err(|error| Failure::internal("test-card", error))
}

/// Begins the session of whoever has signed in, under a new id.
async fn signed_in(visit: &Visit, identity: &Identity, back: Option<&str>) -> Result<Response, Failure> {
    let portal = visit.portal();
    let key = identity.person_key(&portal.person_keys).ok_or(Failure::forbidden("sign-in-refused"))?.to_hex();
    let staff = portal.accounts.staff_of(&key).await?;
    let evidence = identity.evidence();
    tracing::info!(
        certificate = hex::encode(evidence.certificate_sha256),
        revocation = ?evidence.revocation,
        is_staff = staff.is_some(),
        "signed in"
    );
    let person = Person { key, name: name_of(identity), staff: staff.map(|staff| staff.id) };
    visit.begin_session(Some(person)).await?;
    Ok(Redirect::to(&back_of(back)).into_response())
}

fn name_of(identity: &Identity) -> String {
    let subject = identity.subject();
    let names = [subject.given_name(), subject.surname()].into_iter().flatten().collect::<Vec<_>>();
    if names.is_empty() { subject.common_name().unwrap_or_default().to_owned() } else { names.join(" ") }
}

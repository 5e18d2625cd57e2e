use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use communes_doc_ordering::{
    desk::DeskError,
    issue::{Verdict, Verified},
};
use serde::Deserialize;

use super::{
    page::{Page, Said},
    visit::Visit,
};
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "verify/page.html")]
struct VerifyPage {
    page: Page,
    typed: String,
    result: Option<ResultView>,
    fault: Option<(String, &'static str)>,
}

struct ResultView {
    code: &'static str,
    is_good: bool,
    document: Option<(Said, Verified)>,
    revoked: Option<(chrono::NaiveDate, String)>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    code: Option<String>,
}

/// `GET /verify?code=…`
pub(super) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    match asked.code.filter(|code| !code.trim().is_empty()) {
        Some(code) => check(&visit, &code).await,
        None => visit.show(&VerifyPage {
            page: visit.page("verify", "verify-title"),
            typed: String::new(),
            result: None,
            fault: None,
        }),
    }
}

/// `GET /verify/{code}`: the address in the document's QR code.
pub(super) async fn by_code(visit: Visit, Path(code): Path<String>) -> Result<Response, Failure> {
    check(&visit, &code).await
}

async fn check(visit: &Visit, code: &str) -> Result<Response, Failure> {
    visit.admit(&visit.portal().code_limit)?;
    let typed: String = code.chars().take(60).collect();
    let page = visit.page("verify", "verify-title");
    let verdict = match visit.portal().handling.desk().verify(&typed, visit.now()).await {
        Ok(verdict) => verdict,
        Err(DeskError::Code(error)) => {
            let fault = Some((visit.text(&format!("error-{}", error.code())), error.code()));
            let view = VerifyPage { page: page.with_errors(), typed, result: None, fault };
            return visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
        Err(error) => return Err(error.into()),
    };
    let code = verdict.code();
    let with = |document: Verified| Some((page.own(&document.title), document));
    let result = match verdict {
        Verdict::Valid(document) => ResultView { code, is_good: true, document: with(document), revoked: None },
        Verdict::Expired(document) => ResultView { code, is_good: false, document: with(document), revoked: None },
        Verdict::Revoked { document, on, reason } => {
            ResultView { code, is_good: false, document: with(document), revoked: Some((on, reason)) }
        }
        _ => ResultView { code, is_good: false, document: None, revoked: None },
    };
    let status = if result.document.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    visit.show_as(status, &VerifyPage { page, typed, result: Some(result), fault: None })
}

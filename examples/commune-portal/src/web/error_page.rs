use askama::Template;
use axum::{
    Extension,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use communes_civil::Lang;

use super::{page::Page, visit::Visit};
use crate::failure::Failure;

/// An answer that is a page already, whatever its status.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rendered;

#[derive(Debug, Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    message: String,
    code: &'static str,
}

/// Turns every failure into a page in the visitor's language, or into JSON for a script; the cause goes to the log.
pub(super) async fn render(Extension(visit): Extension<Visit>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_page = response.extensions().get::<Rendered>().is_some();
    if is_page || !(response.status().is_client_error() || response.status().is_server_error()) {
        return response;
    }
    let failure = response.extensions().get::<Failure>().cloned();
    let failure = failure.unwrap_or_else(|| Failure::new(response.status(), code_of(response.status())));
    page(&visit, &failure)
}

/// The answer of a failure.
pub(super) fn page(visit: &Visit, failure: &Failure) -> Response {
    failure.log();
    let said = failure.said.as_ref().map(|(fr, en)| if visit.lang() == Lang::FR { fr } else { en }.clone());
    let message = said.unwrap_or_else(|| message(visit, failure));
    let mut response = if visit.wants_json() {
        let body = serde_json::json!({"code": failure.code, "message": message}).to_string();
        (failure.status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
    } else {
        let page = ErrorPage { page: visit.page("", "error-title"), message, code: failure.code };
        visit.show_as(failure.status, &page).unwrap_or_else(|failure| (failure.status, failure.code).into_response())
    };
    if matches!(failure.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
    }
    response
}

/// The text of the code; for a code without one, that of its status.
fn message(visit: &Visit, failure: &Failure) -> String {
    let language = &visit.portal().language;
    let of_code = language.find(visit.lang(), &format!("error-{}", failure.code), &[]);
    of_code.unwrap_or_else(|| visit.text(&format!("error-{}", code_of(failure.status))))
}

/// The code of an answer that has none of its own.
fn code_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not-found",
        StatusCode::METHOD_NOT_ALLOWED => "method-not-allowed",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::CONFLICT => "conflict",
        StatusCode::PAYLOAD_TOO_LARGE => "too-large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "media-type",
        StatusCode::TOO_MANY_REQUESTS => "rate-limited",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        status if status.is_server_error() => "internal",
        _ => "bad-request",
    }
}

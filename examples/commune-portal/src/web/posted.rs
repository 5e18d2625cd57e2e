use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Multipart, Request, multipart::MultipartError},
    http::{StatusCode, header},
};

use super::visit::Visit;
use crate::{composition::Portal, failure::Failure, security::UPLOAD_LIMIT};

const MOST_FIELDS: usize = 1_000;
/// The field that carries the session's token.
const TOKEN: &str = "_token";

/// A form that a page of this session sent. Names that begin with `_` are the portal's own.
#[derive(Debug)]
pub(crate) struct Posted {
    pairs: Vec<(String, String)>,
}

impl FromRequest<Arc<Portal>> for Posted {
    type Rejection = Failure;

    async fn from_request(request: Request, portal: &Arc<Portal>) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, portal).await.unwrap_or_else(|never| match never {});
        let media_type =
            parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if media_type.split(';').next() != Some("application/x-www-form-urlencoded") {
            return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type"));
        }
        let body = Bytes::from_request(Request::from_parts(parts, body), portal).await.map_err(too_large)?;
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(&body).take(MOST_FIELDS + 1).map(owned).collect();
        if pairs.len() > MOST_FIELDS || pairs.iter().any(|(name, value)| is_unreadable(name) || is_unreadable(value)) {
            return Err(Failure::bad_request("form-unreadable"));
        }
        let posted = Self { pairs };
        check_token(&visit, posted.own(TOKEN))?;
        Ok(posted)
    }
}

impl Posted {
    /// A field of the portal itself, by its whole name.
    pub(crate) fn own(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a field of the portal itself.
    pub(crate) fn every(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The answers to the form that a page showed: the names without their prefix.
    pub(crate) fn answers(&self, prefix: &str) -> Vec<(String, String)> {
        let answers =
            self.pairs.iter().filter_map(|(name, value)| Some((name.strip_prefix(prefix)?.to_owned(), value.clone())));
        answers.collect()
    }
}

/// A file that a page of this session sent, with the token before it.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) bytes: Bytes,
}

impl FromRequest<Arc<Portal>> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, portal: &Arc<Portal>) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, portal).await.unwrap_or_else(|never| match never {});
        let mut multipart = Multipart::from_request(Request::from_parts(parts, body), portal)
            .await
            .map_err(|_| Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type"))?;
        let mut is_ours = false;
        // The token stands first in the page's own form.
        while let Some(field) = multipart.next_field().await.map_err(|error| unreadable(&error))? {
            match field.name() {
                Some(TOKEN) => {
                    let token = field.text().await.map_err(|error| unreadable(&error))?;
                    check_token(&visit, Some(&token))?;
                    is_ours = true;
                }
                Some("file") if is_ours => {
                    let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
                    if bytes.len() > UPLOAD_LIMIT {
                        return Err(Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large"));
                    }
                    return Ok(Self { bytes });
                }
                _ => {}
            }
        }
        if is_ours {
            Err(Failure::bad_request("upload-missing"))
        } else {
            check_token(&visit, None).and(Err(Failure::bad_request("upload-missing")))
        }
    }
}

/// What is wrong with an upload: too large, wherever it is found out, or broken.
fn unreadable(error: &MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        status => Failure::new(status, "upload-unreadable"),
    }
}

fn check_token(visit: &Visit, given: Option<&str>) -> Result<(), Failure> {
    let session = visit.session();
    let is_ours = session.zip(given).is_some_and(|(session, given)| session.form_token.is(given));
    if is_ours { Ok(()) } else { Err(Failure::forbidden("form-token")) }
}

fn owned((name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)) -> (String, String) {
    (name.into_owned(), value.into_owned())
}

/// Control characters and broken UTF-8 come from no form.
fn is_unreadable(text: &str) -> bool {
    text.chars().any(|character| {
        (character.is_control() && !matches!(character, '\r' | '\n' | '\t')) || character == char::REPLACEMENT_CHARACTER
    })
}

fn too_large(rejection: axum::extract::rejection::BytesRejection) -> Failure {
    let response = axum::response::IntoResponse::into_response(rejection);
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        status => Failure::new(status, "form-unreadable"),
    }
}

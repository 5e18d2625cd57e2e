//! What goes wrong while a request is answered: a status, a stable code, and nothing else that a visitor sees.

use std::{error::Error, sync::Arc};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use communes_business_directory::DirectoryError;
use communes_doc_ordering::desk::DeskError;
use communes_eid_verify::SignInError;
use communes_ledger::{StoreError, StoreErrorKind};
use communes_workflow::{EngineError, Refusal};

/// Why a request is not answered as asked. The error page has its text in each language, under its code; the cause goes to the log.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) cause: Option<Arc<dyn Error + Send + Sync>>,
    /// What a rule said, where it speaks to people itself: French, then English.
    pub(crate) said: Option<(String, String)>,
    /// Where to go instead: to sign in.
    pub(crate) location: Option<Box<str>>,
}

impl Failure {
    pub(crate) const fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, cause: None, said: None, location: None }
    }

    pub(crate) const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found")
    }

    pub(crate) const fn bad_request(code: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code)
    }

    pub(crate) const fn forbidden(code: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code)
    }

    /// Somebody has to sign in first, and comes back to this path then.
    pub(crate) fn sign_in_first(path: &str) -> Self {
        let back: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
        let location = Some(format!("/sign-in?back={back}").into_boxed_str());
        Self { location, ..Self::new(StatusCode::SEE_OTHER, "sign-in-first") }
    }

    pub(crate) const fn too_many() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited")
    }

    /// A fault of the portal itself.
    pub(crate) fn internal(code: &'static str, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code).caused_by(cause)
    }

    pub(crate) fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(Arc::from(cause.into()));
        self
    }

    /// Writes the cause, with what caused it, into the log. Errors of the house hold no personal data.
    pub(crate) fn log(&self) {
        let mut causes = Vec::new();
        let mut next: Option<&(dyn Error + 'static)> = self.cause.as_deref().map(|cause| cause as _);
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        let cause = causes.join(": ");
        if self.status.is_server_error() {
            tracing::error!(code = self.code, status = self.status.as_u16(), cause, "request failed");
        } else {
            tracing::info!(code = self.code, status = self.status.as_u16(), cause, "request refused");
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Some(location) = &self.location {
            return Redirect::to(location).into_response();
        }
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let (status, code) = match error.kind() {
            StoreErrorKind::NotFound => (StatusCode::NOT_FOUND, "not-found"),
            StoreErrorKind::Conflict => (StatusCode::CONFLICT, error.code()),
            StoreErrorKind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, error.code()),
            _ if error.code() == communes_ledger::code::CURSOR_UNKNOWN => (StatusCode::BAD_REQUEST, error.code()),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, error.code()),
        };
        Self::new(status, code).caused_by(error)
    }
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Store(error) => error.into(),
            DeskError::Refused(refusal) => (*refusal).into(),
            DeskError::Answers(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "order-answers"),
            DeskError::Code(error) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.code()),
            error => {
                let status = if error.is_retryable() {
                    StatusCode::SERVICE_UNAVAILABLE
                } else {
                    StatusCode::INTERNAL_SERVER_ERROR
                };
                Self::new(status, error.code()).caused_by(error)
            }
        }
    }
}

impl From<communes_doc_ordering::order::Refusal> for Failure {
    fn from(refusal: communes_doc_ordering::order::Refusal) -> Self {
        use communes_civil::Lang;
        use communes_doc_ordering::order::Refusal as Rule;
        let status = match &refusal {
            Rule::OfficeOnly { .. } | Rule::NotRequester => StatusCode::FORBIDDEN,
            Rule::UnknownDocument(_) | Rule::NotIssued => StatusCode::NOT_FOUND,
            Rule::Fee(_) | Rule::TextMissing { .. } | Rule::Name | Rule::Delivery { .. } => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            _ => StatusCode::CONFLICT,
        };
        let said = (refusal.text(Lang::FR), refusal.text(Lang::EN));
        Self { said: Some(said), ..Self::new(status, refusal.code()) }
    }
}

impl From<Box<Refusal>> for Failure {
    fn from(refusal: Box<Refusal>) -> Self {
        use communes_civil::Lang;
        let said = (refusal.text(Lang::FR), refusal.text(Lang::EN));
        Self { said: Some(said), ..Self::new(StatusCode::CONFLICT, refusal.code()) }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Refused(refusal) => refusal.into(),
            EngineError::Store(error) => error.into(),
            error => Self::internal(error.code(), error),
        }
    }
}

impl From<DirectoryError> for Failure {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Store(error) => error.into(),
            error => Self::internal(error.code(), error),
        }
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Store(error) => error.into(),
            error => {
                let public = error.public();
                let (status, code) = match public {
                    communes_eid_verify::PublicError::StartAgain => (StatusCode::CONFLICT, "sign-in-start-again"),
                    communes_eid_verify::PublicError::CardExpired => (StatusCode::FORBIDDEN, "sign-in-card-expired"),
                    communes_eid_verify::PublicError::Unavailable => {
                        (StatusCode::SERVICE_UNAVAILABLE, "sign-in-unavailable")
                    }
                    _ => (StatusCode::FORBIDDEN, "sign-in-refused"),
                };
                // The operator's face of the error: its code and cause, nothing of the person.
                Self::new(status, code).caused_by(error)
            }
        }
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::internal("page", error)
    }
}

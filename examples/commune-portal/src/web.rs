//! The pages: one module a section of the site, its templates beside it.

mod assets;
mod directory;
mod error_page;
mod form_fields;
mod home;
mod legal;
mod my_files;
mod office;
mod order;
mod page;
mod posted;
mod sign_in;
mod staff;
mod statements;
mod verify;
mod visit;
mod worklist;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};

pub(crate) use self::{assets::Assets, form_fields::unsupported};
use crate::{
    composition::Portal,
    security::{FORM_LIMIT, UPLOAD_LIMIT, security_headers},
};

/// The whole site. Routes of the demonstration are there only in the demonstration.
pub fn router(portal: Arc<Portal>) -> Router {
    let mut pages = Router::new()
        .route("/", get(home::home))
        .route("/directory", get(directory::search))
        .route("/directory/{number}", get(directory::entry))
        .route("/language/{tag}", get(home::language))
        .route("/sign-in", get(sign_in::page))
        .route("/sign-in/challenge", post(sign_in::challenge))
        .route("/sign-in/token", post(sign_in::token))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/documents", get(order::catalogue))
        .route("/documents/{id}", get(order::document))
        .route("/documents/{id}/order", get(order::form).post(order::send))
        .route("/my-files", get(my_files::list))
        .route("/my-files/{id}", get(my_files::file))
        .route("/my-files/{id}/withdraw", post(my_files::withdraw))
        .route("/my-files/{id}/document", get(my_files::download))
        .route("/office", get(worklist::worklist))
        .route("/office/claim", post(staff::claim))
        .route("/office/orders/{id}", get(office::order))
        .route("/office/orders/{id}/{transition}", post(office::fire))
        .route("/office/statements", get(statements::page))
        .route("/office/staff", get(staff::page))
        .route("/office/staff/invite", post(staff::invite))
        .route("/verify", get(verify::page))
        .route("/verify/{code}", get(verify::by_code))
        .route("/legal/privacy", get(legal::privacy))
        .route("/legal/accessibility", get(legal::accessibility));
    if portal.is_demo() {
        pages = pages
            .route("/sign-in/test-card", post(sign_in::test_card))
            .route("/sign-in/test-card/token", post(sign_in::test_card_token));
    }
    let pages = pages.layer(DefaultBodyLimit::max(FORM_LIMIT));
    let uploads = Router::new()
        .route("/office/statements", post(statements::import))
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT + 64 * 1024));
    pages
        .merge(uploads)
        .fallback(visit::nothing_here)
        .layer(from_fn(error_page::render))
        .layer(from_fn_with_state(Arc::clone(&portal), visit::visits))
        .route("/static/{file}", get(assets::file))
        .route("/health", get(|| async { "ok" }))
        .layer(from_fn_with_state(Arc::clone(&portal), security_headers))
        .with_state(portal)
}

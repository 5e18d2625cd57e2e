use askama::Template;
use axum::response::Response;

use super::{page::Page, visit::Visit};
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "legal/privacy.html")]
struct PrivacyPage {
    page: Page,
}

#[derive(Template)]
#[template(path = "legal/accessibility.html")]
struct AccessibilityPage {
    page: Page,
}

/// `GET /legal/privacy`
pub(super) async fn privacy(visit: Visit) -> Result<Response, Failure> {
    visit.show(&PrivacyPage { page: visit.page("legal", "privacy-title") })
}

/// `GET /legal/accessibility`
pub(super) async fn accessibility(visit: Visit) -> Result<Response, Failure> {
    visit.show(&AccessibilityPage { page: visit.page("legal", "accessibility-title") })
}

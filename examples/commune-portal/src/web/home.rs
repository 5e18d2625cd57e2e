use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    page::{Page, Said},
    visit::{Visit, back_of},
};
use crate::{failure::Failure, language};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    page: Page,
    documents: Vec<(String, Said)>,
    notices: Vec<NoticeView>,
    hours: Said,
}

/// A notice, in every language of the regime, and in no other.
struct NoticeView {
    published_on: chrono::NaiveDate,
    texts: Vec<NoticeText>,
}

struct NoticeText {
    lang: String,
    title: String,
    text: String,
}

/// `GET /`
pub(super) async fn home(visit: Visit) -> Result<Response, Failure> {
    let page = visit.page("home", "home-title");
    let commune = &visit.portal().commune;
    let documents = commune
        .office
        .catalogue
        .iter()
        .map(|published| (published.document.id.to_string(), page.own(&published.document.title)));
    let notices = commune.profile.notices.iter().map(|notice| {
        let regime = commune.profile.regime;
        // The settings were checked: each text is there in every language of the regime.
        let (titles, texts) =
            (regime.notice(&notice.title).unwrap_or_default(), regime.notice(&notice.text).unwrap_or_default());
        let texts = titles.into_iter().zip(texts).map(|(title, text)| NoticeText {
            lang: title.lang.to_string(),
            title: title.text.to_owned(),
            text: text.text.to_owned(),
        });
        NoticeView { published_on: notice.published_on, texts: texts.collect() }
    });
    let home = Home {
        documents: documents.collect(),
        notices: notices.collect(),
        hours: page.own(&commune.profile.contact.hours),
        page,
    };
    visit.show(&home)
}

#[derive(Deserialize)]
pub(super) struct Back {
    back: Option<String>,
}

/// `GET /language/{tag}`: keeps the language, and goes back.
pub(super) async fn language(
    visit: Visit,
    Path(tag): Path<String>,
    Query(query): Query<Back>,
) -> Result<Response, Failure> {
    let lang = language::known(&tag).ok_or_else(Failure::not_found)?;
    visit.keep_language(lang);
    Ok(Redirect::to(&back_of(query.back.as_deref())).into_response())
}

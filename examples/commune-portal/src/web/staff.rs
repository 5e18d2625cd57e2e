use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::TimeDelta;

use super::{page::Page, posted::Posted, visit::Visit, worklist::StaffView};
use crate::{
    accounts::{Invitation, OneTimeCode, Person, Role, Staff, StaffId},
    failure::Failure,
};

/// For how long an invitation is good.
const GOOD_FOR: TimeDelta = TimeDelta::days(7);

#[derive(Template)]
#[template(path = "office/claim.html")]
struct ClaimPage {
    page: Page,
    fault: Option<(String, &'static str)>,
}

#[derive(Template)]
#[template(path = "office/staff.html")]
struct StaffPage {
    page: Page,
    staff: StaffView,
    people: Vec<(String, Vec<&'static str>)>,
    roles: Vec<&'static str>,
    /// The code of the invitation just made: shown once.
    code: Option<String>,
    fault: Option<&'static str>,
}

/// The page on which a signed-in person without an account enters a one-time code.
pub(super) fn claim_page(visit: &Visit, fault: Option<&'static str>) -> Result<Response, Failure> {
    let page = visit.page("office", "claim-title");
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let fault = fault.map(|code| (visit.text(&format!("error-{code}")), code));
    let page = if fault.is_some() { page.with_errors() } else { page };
    visit.show_as(status, &ClaimPage { page, fault })
}

/// `POST /office/claim`: the account that a one-time code is good for.
pub(super) async fn claim(visit: Visit, posted: Posted) -> Result<Response, Failure> {
    let (person, _) = visit.citizen()?;
    visit.admit(&visit.portal().code_limit)?;
    let Some(code) = posted.own("_code").and_then(OneTimeCode::parse) else {
        return claim_page(&visit, Some("one-time-code-malformed"));
    };
    let portal = visit.portal();
    let new = StaffId(portal.clock.id());
    let claimed = portal.accounts.claim(code.hash(), new, &person.key, &person.name, visit.now()).await?;
    let Some(staff) = claimed else {
        return claim_page(&visit, Some("one-time-code-unknown"));
    };
    tracing::info!(staff = %staff.id, "an account was claimed");
    // Somebody else now, as to what is allowed: under a new id.
    visit.begin_session(Some(Person { staff: Some(staff.id), ..person })).await?;
    Ok(Redirect::to("/office").into_response())
}

/// `GET /office/staff`
pub(super) async fn page(visit: Visit) -> Result<Response, Failure> {
    let staff = visit.staff(&[Role::Administrator]).await?;
    show(&visit, &staff, None, None).await
}

/// `POST /office/staff/invite`: makes a one-time code for an account with some roles.
pub(super) async fn invite(visit: Visit, posted: Posted) -> Result<Response, Failure> {
    let staff = visit.staff(&[Role::Administrator]).await?;
    let roles: Result<Vec<Role>, ()> = posted.every("_role").map(str::parse).collect();
    let Ok(roles) = roles else {
        return Err(Failure::bad_request("form-unreadable"));
    };
    if roles.is_empty() {
        return show(&visit, &staff, None, Some("invitation-no-role")).await;
    }
    let code = OneTimeCode::new();
    let invitation = Invitation { code: code.hash(), roles, is_first: false, ends_at: visit.now() + GOOD_FOR };
    visit.portal().accounts.invite(&invitation).await?;
    tracing::info!(staff = %staff.id, "an invitation was made");
    show(&visit, &staff, Some(code), None).await
}

async fn show(
    visit: &Visit,
    staff: &Staff,
    code: Option<OneTimeCode>,
    fault: Option<&'static str>,
) -> Result<Response, Failure> {
    let people = visit.portal().accounts.all_staff().await?;
    let roles = |person: &Staff| person.roles.iter().map(|role| role.word()).collect();
    let page = visit.page("office", "staff-title");
    let view = StaffPage {
        page: if fault.is_some() { page.with_errors() } else { page },
        staff: StaffView::of(staff, "staff"),
        people: people.iter().map(|person| (person.name.clone(), roles(person))).collect(),
        roles: Role::ALL.iter().map(|role| role.word()).collect(),
        code: code.map(|code| code.to_string()),
        fault,
    };
    visit.show_as(if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &view)
}

use askama::Template;
use axum::{extract::Query, response::Response};
use chrono::{Days, NaiveDate};
use communes_doc_ordering::order::OrderId;
use communes_ledger::Cursor;
use communes_workflow::{Instance, WorklistQuery};
use serde::Deserialize;

use super::{
    page::{Page, Said},
    staff,
    visit::Visit,
};
use crate::{
    accounts::{Role, Staff},
    failure::Failure,
};

/// How soon is soon, in days.
const SOON: u64 = 5;

#[derive(Template)]
#[template(path = "office/worklist.html")]
struct WorklistPage {
    page: Page,
    staff: StaffView,
    show: &'static str,
    rows: Vec<Row>,
    after: Option<String>,
}

/// What the office's own menu shows.
pub(super) struct StaffView {
    pub(super) is_treasurer: bool,
    pub(super) is_administrator: bool,
    pub(super) section: &'static str,
}

struct Row {
    id: String,
    number: String,
    title: Said,
    requester: String,
    event: String,
    state: String,
    stage: &'static str,
    due: Option<NaiveDate>,
    days: i64,
    is_late: bool,
    is_soon: bool,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    show: Option<String>,
    after: Option<String>,
}

impl StaffView {
    pub(super) fn of(staff: &Staff, section: &'static str) -> Self {
        Self { is_treasurer: staff.has(Role::Treasurer), is_administrator: staff.has(Role::Administrator), section }
    }
}

/// `GET /office?show=late|soon|all`: what is to be done, the most urgent first.
pub(super) async fn worklist(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    // Whoever signed in without an account can claim one here.
    if visit.person().is_some_and(|person| person.staff.is_none()) {
        return staff::claim_page(&visit, None);
    }
    let staff = visit.staff(&[]).await?;
    let handling = &visit.portal().handling;
    let today = visit.today();
    let mut query =
        WorklistQuery::new().of_workflow(visit.portal().commune.workflow.id()).after(asked.after.map(Cursor::new));
    let show = match asked.show.as_deref() {
        Some("late") => {
            query = query.due_by(today.pred_opt().unwrap_or(today));
            "late"
        }
        Some("soon") => {
            query = query.due_by(today.checked_add_days(Days::new(SOON)).unwrap_or(today));
            "soon"
        }
        _ => "all",
    };
    let found = handling.workflows().worklist(&query).await?;
    let page = visit.page("office", "worklist-title");
    let mut rows = Vec::with_capacity(found.items.len());
    for instance in &found.items {
        rows.extend(row(&visit, &page, instance, today).await?);
    }
    let after = found.next.map(|next| url::form_urlencoded::byte_serialize(next.as_str().as_bytes()).collect());
    visit.show(&WorklistPage { page, staff: StaffView::of(&staff, "worklist"), show, rows, after })
}

async fn row(visit: &Visit, page: &Page, instance: &Instance, today: NaiveDate) -> Result<Option<Row>, Failure> {
    let handling = &visit.portal().handling;
    let Some(order) = handling.desk().orders().order(OrderId::new(instance.subject.id())).await? else {
        return Ok(None);
    };
    let definition = handling.engine().definition_of(instance)?;
    let state = definition.state(&instance.state).map_or(instance.state.as_str(), |state| state.label());
    let days = instance.days_left(today).unwrap_or_default();
    Ok(Some(Row {
        id: order.id.to_string(),
        number: order.number.to_string(),
        title: page.own(&order.title),
        requester: order.requester.name.clone(),
        event: order.answers.iter().next().map(|answer| answer.text.clone()).unwrap_or_default(),
        state: state.to_owned(),
        stage: order.stage.label(visit.lang()),
        due: instance.due,
        is_late: instance.is_late(today),
        is_soon: (0..=i64::try_from(SOON).unwrap_or_default()).contains(&days),
        days: days.abs(),
    }))
}

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use communes_doc_ordering::{
    form::CheckedAnswer,
    money::Money,
    order::{Order, OrderId},
    payment::Standing,
};
use communes_ledger::{CommandId, Version};
use communes_workflow::{HistoryRecord, Instance};

use super::{
    page::{Page, Said},
    posted::Posted,
    visit::Visit,
    worklist::StaffView,
};
use crate::{
    accounts::{FileAccess, Role, Staff},
    failure::Failure,
    handling::{Action, Handling, Move},
};

/// Who may look at orders and move them.
const HANDLERS: [Role; 2] = [Role::Clerk, Role::Head];

#[derive(Template)]
#[template(path = "office/order.html")]
struct OrderPage {
    page: Page,
    staff: StaffView,
    order: Order,
    title: Said,
    state: String,
    stage: &'static str,
    due: Option<chrono::NaiveDate>,
    is_late: bool,
    answers: Vec<CheckedAnswer>,
    payment: Option<(Money, Money, bool)>,
    refund_due: Option<Money>,
    possible: Vec<Action>,
    impossible: Vec<Action>,
    history: Vec<Step>,
    /// The id under which the next move is recognised when it is sent twice.
    command: String,
    /// Why the last move was refused.
    refused: Option<(String, &'static str)>,
}

struct Step {
    at: chrono::DateTime<chrono::Utc>,
    what: String,
    to: String,
    comment: Option<String>,
}

/// `GET /office/orders/{id}`: a person's file; that it was read is recorded.
pub(super) async fn order(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let staff = visit.staff(&HANDLERS).await?;
    let id: OrderId = id.parse().map_err(|_| Failure::not_found())?;
    show(&visit, &staff, id, None).await
}

/// `POST /office/orders/{id}/{transition}`
pub(super) async fn fire(
    visit: Visit,
    Path((id, transition)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Failure> {
    let staff = visit.staff(&HANDLERS).await?;
    let id: OrderId = id.parse().map_err(|_| Failure::not_found())?;
    let unreadable = || Failure::bad_request("form-unreadable");
    let command =
        posted.own("_command").and_then(|text| text.parse().ok()).map(CommandId::new).ok_or_else(unreadable)?;
    let seen = posted.own("_seen").and_then(|text| text.parse().ok()).and_then(Version::new).ok_or_else(unreadable)?;
    let asked = Move {
        transition: &transition,
        remark: posted.own("_remark").unwrap_or_default(),
        seen: Some(seen),
        timer: None,
    };
    match visit.portal().handling.fire(command, &staff.user(), id, asked, visit.now()).await {
        Ok(()) => {
            visit.portal().work.notify_one();
            Ok(Redirect::to(&format!("/office/orders/{id}")).into_response())
        }
        // A rule refused, or somebody else was first: the file as it stands, and why.
        Err(failure) if failure.said.is_some() || failure.status == StatusCode::CONFLICT => {
            failure.log();
            show(&visit, &staff, id, Some(&failure)).await
        }
        Err(failure) => Err(failure),
    }
}

async fn show(visit: &Visit, staff: &Staff, id: OrderId, refused: Option<&Failure>) -> Result<Response, Failure> {
    let portal = visit.portal();
    let handling = &portal.handling;
    let order = handling.order(id).await?;
    portal.accounts.record_access(&FileAccess { staff: staff.id, order: id.as_uuid(), at: visit.now() }).await?;
    let instance = handling.engine().instance(Handling::instance_id(id)).await?;
    let actions = handling.actions(&order, &instance, &staff.user(), visit.now(), visit.lang())?;
    let (possible, impossible) = actions.into_iter().partition(|action: &Action| action.refusal.is_none());
    let page = visit.page("office", "worklist-title");
    let title = page.own(&order.title);
    let heading = format!("{} {}", page.t("file"), order.number);
    let page = page.titled(heading);
    let records = handling.engine().history(instance.id, 0, 200).await?;
    let refused = refused.map(|failure| {
        let said = failure.said.as_ref().map(|(fr, en)| if visit.lang() == communes_civil::Lang::FR { fr } else { en });
        (said.cloned().unwrap_or_else(|| visit.text("error-version-conflict")), failure.code)
    });
    let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let view = OrderPage {
        staff: StaffView::of(staff, "worklist"),
        state: state_label(handling, &instance, &instance.state)?,
        stage: order.stage.label(visit.lang()),
        due: instance.due.filter(|_| instance.is_open),
        is_late: instance.is_late(visit.today()),
        answers: order.answers.iter().cloned().collect(),
        payment: order.payment.as_ref().map(|payment| {
            (payment.due(), payment.balance(), matches!(payment.standing(), Standing::Paid | Standing::Overpaid { .. }))
        }),
        refund_due: Some(order.refund_due()).filter(|amount| !amount.is_zero()),
        history: records.iter().map(|record| step(handling, &instance, &page, record)).collect::<Result<_, _>>()?,
        command: portal.clock.id().to_string(),
        page: if refused.is_some() { page.with_errors() } else { page },
        possible,
        impossible,
        refused,
        title,
        order,
    };
    visit.show_as(status, &view)
}

fn state_label(handling: &Handling, instance: &Instance, state: &str) -> Result<String, Failure> {
    let definition = handling.engine().definition_of(instance)?;
    Ok(definition.state(state).map_or(state, |found| found.label()).to_owned())
}

fn step(handling: &Handling, instance: &Instance, page: &Page, record: &HistoryRecord) -> Result<Step, Failure> {
    let definition = handling.engine().definition_of(instance)?;
    let what = match &record.step.transition {
        None => page.t("history-started"),
        Some(id) => definition.transition(id).map_or(id.as_str(), |transition| transition.label()).to_owned(),
    };
    Ok(Step {
        at: record.at,
        what,
        to: state_label(handling, instance, &record.step.to)?,
        comment: record.step.comment().map(str::to_owned),
    })
}

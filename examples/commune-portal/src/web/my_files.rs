use askama::Template;
use axum::{
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use communes_doc_ordering::{
    desk::By,
    form::CheckedAnswer,
    money::Money,
    order::{CitizenKey, Order, OrderCommand, OrderId, Progress, Stage, decide},
    payment::Instructions,
};
use communes_ledger::{Actor, CommandId, Cursor};
use serde::Deserialize;

use super::{
    page::{Page, Said},
    posted::Posted,
    visit::Visit,
};
use crate::{
    failure::Failure,
    handling::{Move, requester},
};

#[derive(Template)]
#[template(path = "my_files/list.html")]
struct ListPage {
    page: Page,
    files: Vec<FileRow>,
    after: Option<String>,
}

struct FileRow {
    id: String,
    number: String,
    title: Said,
    submitted_on: chrono::NaiveDate,
    stage: &'static str,
    due: Option<chrono::NaiveDate>,
}

#[derive(Template)]
#[template(path = "my_files/file.html")]
struct FilePage {
    page: Page,
    order: Order,
    title: Said,
    is_new: bool,
    progress: Progress,
    steps: Vec<&'static str>,
    stage: &'static str,
    instructions: Option<Instructions>,
    answers: Vec<CheckedAnswer>,
    total: Money,
    can_withdraw: bool,
    is_lapsed: bool,
    is_issued: bool,
    is_revoked: bool,
    is_sealed: bool,
    remark: Option<String>,
    reads: Vec<chrono::DateTime<chrono::Utc>>,
}

#[derive(Deserialize)]
pub(super) struct After {
    after: Option<String>,
}

/// `GET /my-files`
pub(super) async fn list(visit: Visit, Query(query): Query<After>) -> Result<Response, Failure> {
    let (person, _) = visit.citizen()?;
    let key = CitizenKey::new(person.key).map_err(|error| Failure::internal("person-key", error))?;
    let after = query.after.map(Cursor::new);
    let found = visit.portal().handling.desk().orders().of_citizen(&key, after.as_ref(), 20).await?;
    let page = visit.page("my-files", "my-files-title");
    let row = |order: &Order| FileRow {
        id: order.id.to_string(),
        number: order.number.to_string(),
        title: page.own(&order.title),
        submitted_on: order.submitted_on,
        stage: order.stage.label(visit.lang()),
        due: order.progress(visit.today()).answer_due,
    };
    let files = found.items.iter().map(row).collect();
    let after = found.next.map(|next| url::form_urlencoded::byte_serialize(next.as_str().as_bytes()).collect());
    visit.show(&ListPage { page, files, after })
}

#[derive(Deserialize)]
pub(super) struct Shown {
    new: Option<String>,
}

/// `GET /my-files/{id}`
pub(super) async fn file(
    visit: Visit,
    Path(id): Path<String>,
    Query(query): Query<Shown>,
) -> Result<Response, Failure> {
    let (order, actor) = own_order(&visit, &id).await?;
    let portal = visit.portal();
    let lang = visit.lang();
    let page = visit.page("my-files", "my-files-title");
    let title = page.own(&order.title);
    let progress = order.progress(visit.today());
    let payment = order.payment.as_ref().filter(|_| order.stage == Stage::AwaitingPayment);
    let instructions = payment.and_then(|payment| portal.transfer().instructions_for(payment, order.payment_due).ok());
    let context = portal.handling.desk().context(&actor, visit.now());
    let reads = portal.accounts.accesses(order.id.as_uuid()).await?;
    let view = FilePage {
        title: title.clone(),
        page: page.titled(format!("{} {}", title.text, order.number)),
        is_new: query.new.is_some(),
        steps: progress.steps.iter().map(|step| step.label(lang)).collect(),
        progress,
        stage: order.stage.label(lang),
        instructions,
        answers: order.answers.iter().cloned().collect(),
        total: order.price.total(),
        can_withdraw: decide::check(&order, &OrderCommand::Cancel, &context).is_ok(),
        is_lapsed: order.stage == Stage::Expired,
        is_issued: order.issued.is_some(),
        is_revoked: order.issued.as_ref().is_some_and(|issued| issued.revoked.is_some()),
        is_sealed: order.issued.as_ref().is_some_and(|issued| issued.file.is_sealed),
        remark: order.remark.clone().filter(|_| matches!(order.stage, Stage::NeedsProof | Stage::Refused)),
        reads: reads.into_iter().map(|access| access.at).collect(),
        order,
    };
    visit.show(&view)
}

/// `POST /my-files/{id}/withdraw`
pub(super) async fn withdraw(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response, Failure> {
    let (order, actor) = own_order(&visit, &id).await?;
    let command = CommandId::derived(&format!("commune-portal/withdraw/{}", order.id));
    let handling = &visit.portal().handling;
    handling.fire(command, &requester(&actor), order.id, Move::of("withdraw"), visit.now()).await?;
    Ok(Redirect::to(&format!("/my-files/{}", order.id)).into_response())
}

/// `GET /my-files/{id}/document`: the issued file. Fetched the first time, it is delivered.
pub(super) async fn download(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let (order, actor) = own_order(&visit, &id).await?;
    let command = CommandId::derived(&format!("commune-portal/deliver/{}", order.id));
    let by = By { command, actor: &actor, now: visit.now() };
    let (order, bytes) = visit.portal().handling.desk().download(&by, order.id).await?;
    let name: String = order.number.as_str().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let media_type = order.issued.map_or_else(String::new, |issued| issued.file.media_type);
    let disposition = format!("attachment; filename=\"{name}.pdf\"");
    Ok(([(header::CONTENT_TYPE, media_type), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// The order, if it is the visitor's own; somebody else's is not there.
async fn own_order(visit: &Visit, id: &str) -> Result<(Order, Actor), Failure> {
    let (_, actor) = visit.citizen()?;
    let id: OrderId = id.parse().map_err(|_| Failure::not_found())?;
    let order = visit.portal().handling.order(id).await?;
    if order.requester.key.as_str() != actor.id() {
        return Err(Failure::not_found());
    }
    Ok((order, actor))
}

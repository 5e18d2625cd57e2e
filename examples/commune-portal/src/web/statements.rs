use askama::Template;
use axum::{http::StatusCode, response::Response};
use communes_doc_ordering::{
    bank,
    desk::{By, ImportReport},
    payment::ImportedMovement,
};
use communes_ledger::CommandId;

use super::{page::Page, posted::Upload, visit::Visit, worklist::StaffView};
use crate::{
    accounts::{Role, Staff},
    failure::Failure,
};

const TREASURERS: [Role; 1] = [Role::Treasurer];

#[derive(Template)]
#[template(path = "office/statements.html")]
struct StatementsPage {
    page: Page,
    staff: StaffView,
    report: Option<ReportView>,
    unmatched: Vec<MovementView>,
    /// Why the file can't be used as a whole: the line, and the code.
    fault: Option<(usize, &'static str, String)>,
}

struct ReportView {
    matched: Vec<MovementView>,
    unmatched: usize,
    repeated: usize,
    ignored: usize,
    refused: Vec<(usize, &'static str)>,
    warnings: Vec<String>,
}

struct MovementView {
    booked_on: chrono::NaiveDate,
    amount: String,
    payer: String,
    communication: String,
    reference: Option<String>,
    /// What it meant, in words.
    result: String,
    order: Option<(String, String)>,
}

/// `GET /office/statements`
pub(super) async fn page(visit: Visit) -> Result<Response, Failure> {
    let staff = visit.staff(&TREASURERS).await?;
    show(&visit, &staff, None, None).await
}

/// `POST /office/statements`: imports a statement of account, CODA or camt.
pub(super) async fn import(visit: Visit, upload: Result<Upload, Failure>) -> Result<Response, Failure> {
    let staff = visit.staff(&TREASURERS).await?;
    visit.admit_session(&visit.portal().upload_limit)?;
    let file = match bank::read(&upload?.bytes) {
        Ok(file) => file,
        Err(error) => {
            tracing::info!(code = error.code(), line = error.line, "a statement was refused");
            return show(&visit, &staff, None, Some((error.line, error.code()))).await;
        }
    };
    let actor = staff.actor();
    // An import is known by the keys of its movements, not by a command of its own.
    let by = By { command: CommandId::new(visit.portal().clock.id()), actor: &actor, now: visit.now() };
    let done = visit.portal().handling.desk().import(&by, file.payments()).await?;
    let warnings = file.warnings.iter().map(ToString::to_string).collect();
    show(&visit, &staff, Some((done, warnings)), None).await
}

async fn show(
    visit: &Visit,
    staff: &Staff,
    done: Option<(ImportReport, Vec<String>)>,
    fault: Option<(usize, &'static str)>,
) -> Result<Response, Failure> {
    let report = match done {
        Some((report, warnings)) => Some(ReportView {
            matched: movements(visit, &report.matched).await?,
            unmatched: report.unmatched.len(),
            repeated: report.repeated,
            ignored: report.ignored,
            refused: report.refused.iter().map(|refused| (refused.line, refused.code)).collect(),
            warnings,
        }),
        None => None,
    };
    let unmatched = visit.portal().handling.desk().orders().unmatched(None, 200).await?;
    let page = visit.page("office", "statements-title");
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let language = &visit.portal().language;
    let fault = fault.map(|(line, code)| {
        let text = language.find(visit.lang(), &format!("error-{code}"), &[]);
        (line, code, text.unwrap_or_else(|| visit.text("error-bank")))
    });
    let view = StatementsPage {
        staff: StaffView::of(staff, "statements"),
        unmatched: movements(visit, &unmatched.items).await?,
        page: if fault.is_some() { page.with_errors() } else { page },
        report,
        fault,
    };
    visit.show_as(status, &view)
}

async fn movements(visit: &Visit, movements: &[ImportedMovement]) -> Result<Vec<MovementView>, Failure> {
    let mut views = Vec::with_capacity(movements.len());
    for movement in movements {
        let order = match movement.order {
            Some(id) => visit.portal().handling.desk().orders().order(id).await?,
            None => None,
        };
        let credit = &movement.credit;
        let amount = credit.amount.map(|amount| crate::language::amount(visit.lang(), amount));
        views.push(MovementView {
            booked_on: credit.booked_on,
            amount: amount.unwrap_or_else(|| credit.written.clone()),
            payer: credit.payer.clone().unwrap_or_default(),
            communication: credit.communication.clone(),
            reference: credit.reference.map(|reference| reference.to_string()),
            result: visit.text(&format!("match-{}", movement.result.word())),
            order: order.map(|order| (order.id.to_string(), order.number.to_string())),
        });
    }
    Ok(views)
}

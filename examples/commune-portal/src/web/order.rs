use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use communes_civil::working_day::Term;
use communes_doc_ordering::{
    catalogue::{DocumentTypeId, Published},
    desk::{OrderRequest, Priced},
    fee::{LineKind, QuoteLine},
    form::{Answers, CheckedAnswer},
    money::Money,
    order::{CitizenKey, OrderId, Party},
};

use super::{
    form_fields::{self, Fault, Group, PREFIX},
    page::{Page, Said},
    posted::Posted,
    visit::Visit,
};
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "order/catalogue.html")]
struct CataloguePage {
    page: Page,
    documents: Vec<(String, Said)>,
}

#[derive(Template)]
#[template(path = "order/document.html")]
struct DocumentPage {
    page: Page,
    id: String,
    title: Said,
    authority: Said,
    price: Option<Money>,
    term: String,
    legal_basis: Vec<Said>,
    is_signed_in: bool,
}

#[derive(Template)]
#[template(path = "order/form.html")]
struct FormPage {
    page: Page,
    id: String,
    order: String,
    title: Said,
    groups: Vec<Group>,
    faults: Vec<Fault>,
}

#[derive(Template)]
#[template(path = "order/review.html")]
struct ReviewPage {
    page: Page,
    id: String,
    order: String,
    title: Said,
    requester: String,
    answers: Vec<CheckedAnswer>,
    lines: Vec<LineView>,
    total: Money,
    /// What the form goes on carrying: names and values.
    carried: Vec<(String, String)>,
    price_changed: bool,
}

struct LineView {
    name: String,
    quantity: u16,
    unit: Money,
    amount: Money,
}

/// `GET /documents`
pub(super) async fn catalogue(visit: Visit) -> Result<Response, Failure> {
    let page = visit.page("documents", "documents-title");
    let published = visit.portal().commune.office.catalogue.iter();
    let documents = published.map(|published| (published.document.id.to_string(), page.own(&published.document.title)));
    visit.show(&CataloguePage { documents: documents.collect(), page })
}

/// `GET /documents/{id}`
pub(super) async fn document(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let (_, published) = published(&visit, &id)?;
    let document = &published.document;
    let page = visit.page("documents", "documents-title");
    let title = page.own(&document.title);
    let office = &visit.portal().commune.office;
    let price = office.fees.in_force(visit.today()).ok().and_then(|fees| Some(fees.tariff(&document.tariff)?.price));
    let view = DocumentPage {
        authority: page.own(&document.issuing_authority),
        term: term(&page, document.answer_within),
        legal_basis: document.legal_basis.iter().map(|reference| page.own(&reference.title)).collect(),
        is_signed_in: visit.person().is_some(),
        page: page.titled(title.text.clone()),
        price,
        title,
        id,
    };
    visit.show(&view)
}

/// `GET /documents/{id}/order`
pub(super) async fn form(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let (_, published) = published(&visit, &id)?;
    visit.citizen()?;
    let order = OrderId::new(visit.portal().clock.id());
    show_form(&visit, published, order, &Answers::new(), Vec::new())
}

/// `POST /documents/{id}/order`: checks, reviews, goes back, or submits, as the button says.
pub(super) async fn send(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response, Failure> {
    let (document, published) = published(&visit, &id)?;
    let (person, actor) = visit.citizen()?;
    let order: OrderId =
        posted.own("_order").and_then(|text| text.parse().ok()).ok_or(Failure::bad_request("form-unreadable"))?;
    let carried = posted.answers(PREFIX);
    let answers = Answers::from_pairs(carried.clone());
    let action = posted.own("_action").unwrap_or("check");
    if action == "edit" {
        return show_form(&visit, published, order, &answers, Vec::new());
    }
    let handling = &visit.portal().handling;
    let priced = match handling.desk().quote(&document, &answers, &handling.form_context(visit.now()), visit.now()) {
        Ok(priced) => priced,
        Err(error) => {
            let questions = questions(published);
            let faults = form_fields::order_faults(&visit, error, &questions)?;
            return show_form(&visit, published, order, &answers, faults);
        }
    };
    let total = priced.quote.total();
    let shown = posted.own("_price").and_then(|text| Money::parse(text, total.currency()).ok());
    if action != "submit" || shown != Some(total) {
        return review(&visit, published, order, &person.name, &priced, carried, action == "submit");
    }
    let key = CitizenKey::new(person.key).map_err(|error| Failure::internal("person-key", error))?;
    let request = OrderRequest {
        id: order,
        document,
        requester: Party::new(key, person.name),
        answers,
        language: visit.portal().commune.profile.regime.language_for(visit.lang()),
        shown_price: Some(total),
    };
    handling.submit(&actor, &request, visit.now()).await?;
    Ok(Redirect::to(&format!("/my-files/{order}?new=1")).into_response())
}

fn published<'v>(visit: &'v Visit, id: &str) -> Result<(DocumentTypeId, &'v Published), Failure> {
    let id: DocumentTypeId = id.parse().map_err(|_| Failure::not_found())?;
    let found = visit.portal().commune.office.catalogue.current(&id).ok_or_else(Failure::not_found)?;
    Ok((id, found))
}

/// The keys and labels of the fields that make the price.
fn questions(published: &Published) -> BTreeMap<&'static str, (String, String)> {
    let questions = &published.document.questions;
    let named = [("copies", &questions.copies), ("delivery", &questions.delivery)];
    let found = named.into_iter().filter_map(|(name, key)| {
        let key = key.as_deref()?;
        let field = published.form.fields().find(|field| field.key() == key || field.varname() == Some(key))?;
        Some((name, (field.key().to_owned(), field.label().to_owned())))
    });
    found.collect()
}

fn show_form(
    visit: &Visit,
    published: &Published,
    order: OrderId,
    answers: &Answers,
    faults: Vec<Fault>,
) -> Result<Response, Failure> {
    let context = visit.portal().handling.form_context(visit.now());
    let page = visit.page("documents", "documents-title");
    let title = page.own(&published.document.title);
    let page = page.titled(title.text.clone());
    let has_faults = !faults.is_empty();
    let view = FormPage {
        id: published.document.id.to_string(),
        order: order.to_string(),
        groups: form_fields::groups(&published.form, answers, &context, &faults),
        page: if has_faults { page.with_errors() } else { page },
        faults,
        title,
    };
    let status = if has_faults { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    visit.show_as(status, &view)
}

fn review(
    visit: &Visit,
    published: &Published,
    order: OrderId,
    requester: &str,
    priced: &Priced,
    carried: Vec<(String, String)>,
    price_changed: bool,
) -> Result<Response, Failure> {
    let page = visit.page("documents", "order-review-title");
    let title = page.own(&published.document.title);
    // What delivery does not cost is not a line to read.
    let told = |line: &&QuoteLine| !(matches!(line.kind, LineKind::Delivery) && line.amount.is_zero());
    let lines = priced.quote.lines().iter().filter(told).map(|line| LineView {
        name: line_name(&page, &title, line),
        quantity: line.quantity,
        unit: line.unit,
        amount: line.amount,
    });
    let view = ReviewPage {
        id: published.document.id.to_string(),
        order: order.to_string(),
        requester: requester.to_owned(),
        answers: priced.answers.iter().cloned().collect(),
        lines: lines.collect(),
        total: priced.quote.total(),
        carried: carried.into_iter().map(|(name, value)| (format!("{PREFIX}{name}"), value)).collect(),
        price_changed,
        title,
        page,
    };
    visit.show(&view)
}

/// What a line of a price is for.
pub(super) fn line_name(page: &Page, title: &Said, line: &QuoteLine) -> String {
    match line.kind {
        LineKind::Document => title.text.clone(),
        LineKind::Delivery => page.t(format!("delivery-{}", line.key)),
        _ => line.key.clone(),
    }
}

/// A term in words.
fn term(page: &Page, term: Term) -> String {
    match term {
        Term::WorkingDays(days) => page.with("term-working-days", "count", days),
        Term::Months(months) => page.with("term-months", "count", months),
        Term::ClearDays(days) => page.with("term-clear-days", "count", days),
        Term::Days(days) => page.with("term-days", "count", days),
        _ => String::new(),
    }
}

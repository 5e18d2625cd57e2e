use chrono::NaiveDate;

use super::{Office, Refusal};
use crate::{
    catalogue::{DeliveryMode, DocumentType},
    fee::{Copies, PriceRequest, Quote},
    form::{CheckedAnswers, Value},
};

/// What an order with these answers costs on a day. The page that shows the price and the order that charges it both come here.
///
/// # Errors
/// No schedule is in force, or it doesn't know what is asked; the way of delivery isn't offered.
pub fn price(
    office: &Office,
    document: &DocumentType,
    answers: &CheckedAnswers,
    day: NaiveDate,
) -> Result<Quote, Refusal> {
    let schedule = office.fees.in_force(day)?;
    let motive = answer(answers, document.questions.motive.as_deref());
    let mut request = PriceRequest::new(&document.tariff, day).copies(copies(office, document, answers, day)?);
    if let Some(motive) = &motive {
        request = request.motive(motive);
    }
    let delivery = delivery(document, answers)?.word();
    // A schedule that says nothing of a way of delivery makes it free only for what costs nothing to send.
    if schedule.deliveries().contains_key(delivery) || delivery != DeliveryMode::Download.word() {
        request = request.delivery(delivery);
    }
    Ok(schedule.quote(&request)?)
}

pub(super) fn copies(
    office: &Office,
    document: &DocumentType,
    answers: &CheckedAnswers,
    day: NaiveDate,
) -> Result<Copies, Refusal> {
    let Some(text) = answer(answers, document.questions.copies.as_deref()) else {
        return Ok(Copies::ONE);
    };
    let most = office.fees.in_force(day)?.tariff(&document.tariff).map_or(u16::MAX, |tariff| tariff.most_copies);
    Ok(Copies::parse(&text, most)?)
}

pub(super) fn delivery(document: &DocumentType, answers: &CheckedAnswers) -> Result<DeliveryMode, Refusal> {
    let offered = &document.deliveries;
    let refusal = || Refusal::Delivery { offered: offered.clone() };
    match answer(answers, document.questions.delivery.as_deref()) {
        None => offered.first().copied().ok_or_else(refusal),
        Some(word) => offered.iter().copied().find(|mode| mode.word() == word).ok_or_else(refusal),
    }
}

fn answer(answers: &CheckedAnswers, question: Option<&str>) -> Option<String> {
    match answers.value(question?) {
        Value::Nothing => None,
        value => Some(value.display()),
    }
}

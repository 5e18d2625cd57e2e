use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Copies, FeeError, LineKind, Quote, QuoteLine};
use crate::money::{Currency, Money, MoneyError};

/// What a fee is in law: where a complaint goes and how it is recovered depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FeeNature {
    /// A communal tax.
    Tax,
    /// A charge for a service (redevance, retributie).
    Charge,
}

/// The price of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tariff {
    /// A copy, for a resident.
    pub price: Money,
    /// A copy, for anyone else; the same price where absent.
    pub non_resident: Option<Money>,
    /// What each motive adds to a copy. A motive that isn't here is refused.
    pub motives: BTreeMap<String, Money>,
    /// The most copies of one order.
    pub most_copies: u16,
}

/// A way to deliver, with its price an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What it adds to an order.
    pub price: Money,
}

/// A reason to pay nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    /// The article that grants it.
    pub legal_basis: String,
    /// Whether the citizen has to prove it.
    #[serde(default)]
    pub proof_required: bool,
    /// Whether the delivery is free too.
    #[serde(default)]
    pub covers_delivery: bool,
}

/// A fee regulation of a commune for some financial years, as data that the commune edits.
///
/// It is read from JSON, amounts as text with a comma or a point:
///
/// ```
/// use chrono::NaiveDate;
/// use communes_doc_ordering::fee::{Copies, FeeSchedule, PriceRequest};
///
/// let schedule: FeeSchedule = serde_json::from_str(r#"{
///     "id": "2026", "nature": "charge", "regulation": "Council of 12 November 2025", "currency": "EUR",
///     "valid_from": "2026-01-01", "valid_until": "2026-12-31",
///     "documents": {"attestation": {"price": "2,50", "non_resident": "5.00", "most_copies": 20}},
///     "deliveries": {"counter": "0", "post": "1.50"}
/// }"#)?;
/// let day = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
/// let request = PriceRequest::new("attestation", day).copies(Copies::parse("2", 20)?).delivery("post");
/// let quote = schedule.quote(&request)?;
/// assert_eq!(quote.total().to_string(), "6.50 EUR"); // 2 × 2.50 + 1.50
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Dto", into = "Dto")]
pub struct FeeSchedule {
    dto: Dto,
    documents: BTreeMap<String, Tariff>,
    deliveries: BTreeMap<String, Delivery>,
}

impl FeeSchedule {
    /// Its id, which every quote keeps.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.dto.id
    }

    /// What the fee is in law.
    #[must_use]
    pub fn nature(&self) -> FeeNature {
        self.dto.nature
    }

    /// The regulation, as a receipt names it.
    #[must_use]
    pub fn regulation(&self) -> &str {
        &self.dto.regulation
    }

    /// The article of the budget that the money goes to.
    #[must_use]
    pub fn budget_article(&self) -> Option<&str> {
        self.dto.budget_article.as_deref()
    }

    /// How to complain, as a receipt prints it.
    #[must_use]
    pub fn complaint(&self) -> Option<&str> {
        self.dto.complaint.as_deref()
    }

    /// The currency of every price.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.dto.currency
    }

    /// Whether it is in force on a day; the first and the last day belong to it.
    #[must_use]
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        (self.dto.valid_from..=self.dto.valid_until).contains(&day)
    }

    /// The price of a document.
    #[must_use]
    pub fn tariff(&self, document: &str) -> Option<&Tariff> {
        self.documents.get(document)
    }

    /// The ways to deliver, by key.
    #[must_use]
    pub fn deliveries(&self) -> &BTreeMap<String, Delivery> {
        &self.deliveries
    }

    /// The exemptions, by key.
    #[must_use]
    pub fn exemptions(&self) -> &BTreeMap<String, Exemption> {
        &self.dto.exemptions
    }

    /// What an order costs: (price + motive) × copies + delivery, less what an exemption takes away.
    ///
    /// # Errors
    /// The schedule isn't in force that day, or doesn't know what is asked.
    pub fn quote(&self, request: &PriceRequest<'_>) -> Result<Quote, FeeError> {
        if !self.is_in_force(request.day) {
            return Err(FeeError::NotInForce);
        }
        let tariff = self.tariff(request.document).ok_or(FeeError::UnknownDocument)?;
        let copies = Copies::new(request.copies.get(), tariff.most_copies)?.get();
        let price = if request.resident { tariff.price } else { tariff.non_resident.unwrap_or(tariff.price) };
        let mut lines = vec![QuoteLine::new(LineKind::Document, request.document, copies, price)?];
        if let Some(key) = request.motive {
            let price = *tariff.motives.get(key).ok_or(FeeError::UnknownMotive)?;
            lines.push(QuoteLine::new(LineKind::Motive, key, copies, price)?);
        }
        let copies_cost = Money::sum(self.currency(), lines.iter().map(|line| line.amount))?;
        let mut delivery_cost = Money::zero(self.currency());
        if let Some(key) = request.delivery {
            delivery_cost = self.deliveries.get(key).ok_or(FeeError::UnknownDelivery)?.price;
            lines.push(QuoteLine::new(LineKind::Delivery, key, 1, delivery_cost)?);
        }
        if let Some(key) = request.exemption {
            let exemption = self.exemptions().get(key).ok_or(FeeError::UnknownExemption)?;
            let covered = if exemption.covers_delivery { copies_cost.plus(delivery_cost)? } else { copies_cost };
            let less = Money::zero(self.currency()).minus(covered)?;
            lines.push(QuoteLine::new(LineKind::Exemption, key, 1, less)?);
        }
        Quote::new(self.id(), self.currency(), lines)
    }
}

/// What is to be priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceRequest<'a> {
    document: &'a str,
    day: NaiveDate,
    copies: Copies,
    resident: bool,
    motive: Option<&'a str>,
    delivery: Option<&'a str>,
    exemption: Option<&'a str>,
}

impl<'a> PriceRequest<'a> {
    /// One copy of a document for a resident, on a day of the commune's calendar.
    #[must_use]
    pub const fn new(document: &'a str, day: NaiveDate) -> Self {
        Self { document, day, copies: Copies::ONE, resident: true, motive: None, delivery: None, exemption: None }
    }

    /// So many copies.
    #[must_use]
    pub const fn copies(self, copies: Copies) -> Self {
        Self { copies, ..self }
    }

    /// Whether the person lives in the commune.
    #[must_use]
    pub const fn resident(self, resident: bool) -> Self {
        Self { resident, ..self }
    }

    /// For a motive of the tariff.
    #[must_use]
    pub const fn motive(self, key: &'a str) -> Self {
        Self { motive: Some(key), ..self }
    }

    /// By a delivery mode of the schedule.
    #[must_use]
    pub const fn delivery(self, key: &'a str) -> Self {
        Self { delivery: Some(key), ..self }
    }

    /// Under an exemption of the schedule. Whether its proof is there is for the caller to check.
    #[must_use]
    pub const fn exemption(self, key: &'a str) -> Self {
        Self { exemption: Some(key), ..self }
    }
}

/// The schedules of a commune, at most one in force on any day.
#[derive(Debug, Clone, Default)]
pub struct FeeSchedules(Vec<FeeSchedule>);

impl FeeSchedules {
    /// Takes the schedules together.
    ///
    /// # Errors
    /// [`FeeError::Period`] when two of them overlap.
    pub fn new(mut schedules: Vec<FeeSchedule>) -> Result<Self, FeeError> {
        schedules.sort_by_key(|schedule| schedule.dto.valid_from);
        for pair in schedules.windows(2) {
            if pair[1].dto.valid_from <= pair[0].dto.valid_until {
                return Err(FeeError::Period(pair[1].id().to_owned()));
            }
        }
        Ok(Self(schedules))
    }

    /// The one in force on a day.
    ///
    /// # Errors
    /// [`FeeError::NotInForce`] when there is none.
    pub fn in_force(&self, day: NaiveDate) -> Result<&FeeSchedule, FeeError> {
        self.0.iter().find(|schedule| schedule.is_in_force(day)).ok_or(FeeError::NotInForce)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dto {
    id: String,
    nature: FeeNature,
    regulation: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    budget_article: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    complaint: Option<String>,
    currency: Currency,
    valid_from: NaiveDate,
    valid_until: NaiveDate,
    documents: BTreeMap<String, TariffDto>,
    #[serde(default)]
    deliveries: BTreeMap<String, String>,
    #[serde(default)]
    exemptions: BTreeMap<String, Exemption>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TariffDto {
    price: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    non_resident: Option<String>,
    #[serde(default)]
    motives: BTreeMap<String, String>,
    #[serde(default = "one")]
    most_copies: u16,
}

fn one() -> u16 {
    1
}

impl From<FeeSchedule> for Dto {
    fn from(schedule: FeeSchedule) -> Self {
        schedule.dto
    }
}

impl TryFrom<Dto> for FeeSchedule {
    type Error = FeeError;

    fn try_from(dto: Dto) -> Result<Self, FeeError> {
        if dto.valid_until < dto.valid_from {
            return Err(FeeError::Period(dto.id));
        }
        // `Money::parse` takes no sign: no price is negative.
        let price = |text: &String| Money::parse(text, dto.currency);
        let prices = |map: &BTreeMap<String, String>| -> Result<BTreeMap<String, Money>, MoneyError> {
            map.iter().map(|(key, text)| Ok((key.clone(), price(text)?))).collect()
        };
        let mut documents = BTreeMap::new();
        for (key, tariff) in &dto.documents {
            if tariff.most_copies == 0 {
                return Err(FeeError::Copies { most: 0 });
            }
            let tariff = Tariff {
                price: price(&tariff.price)?,
                non_resident: tariff.non_resident.as_ref().map(price).transpose()?,
                motives: prices(&tariff.motives)?,
                most_copies: tariff.most_copies,
            };
            documents.insert(key.clone(), tariff);
        }
        let deliveries = prices(&dto.deliveries)?;
        let deliveries = deliveries.into_iter().map(|(key, price)| (key, Delivery { price })).collect();
        Ok(Self { documents, deliveries, dto })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn schedule(id: &str, from: &str, until: &str) -> FeeSchedule {
        serde_json::from_value(serde_json::json!({
            "id": id, "nature": "charge", "regulation": "R", "currency": "EUR",
            "valid_from": from, "valid_until": until,
            "documents": {"act": {"price": "2,50", "non_resident": "5", "motives": {"succession": "1.00", "job": "0"}, "most_copies": 20},
                          "free": {"price": "0"}},
            "deliveries": {"counter": "0", "post": "1.5"},
            "exemptions": {"indigent": {"legal_basis": "art. 4", "proof_required": true}}
        }))
        .unwrap()
    }

    #[test]
    fn a_quote_is_price_and_motive_a_copy_then_delivery() {
        let schedule = schedule("2026", "2026-01-01", "2026-12-31");
        let ask = PriceRequest::new("act", day(2026, 12, 31)).copies(Copies::new(3, 20).unwrap());
        // 3 × (2.50 + 1.00) + 1.50 = 12.00
        let quote = schedule.quote(&ask.motive("succession").delivery("post")).unwrap();
        assert_eq!(quote.total(), Money::euro_cents(1200));
        // 3 × 5.00, a stranger.
        assert_eq!(schedule.quote(&ask.resident(false)).unwrap().total(), Money::euro_cents(1500));
        // The exemption takes the copies away, not the postage.
        let quote = schedule.quote(&ask.delivery("post").exemption("indigent")).unwrap();
        assert_eq!(quote.total(), Money::euro_cents(150));
        assert!(schedule.quote(&PriceRequest::new("free", day(2026, 1, 1))).unwrap().is_free());
    }

    #[test]
    fn what_the_schedule_does_not_know_is_refused() {
        let schedule = schedule("2026", "2026-01-01", "2026-12-31");
        let ask = PriceRequest::new("act", day(2026, 6, 1));
        assert_eq!(schedule.quote(&PriceRequest::new("act", day(2027, 1, 1))), Err(FeeError::NotInForce));
        assert_eq!(schedule.quote(&PriceRequest::new("deed", day(2026, 6, 1))), Err(FeeError::UnknownDocument));
        assert_eq!(schedule.quote(&ask.motive("x")), Err(FeeError::UnknownMotive));
        assert_eq!(schedule.quote(&ask.delivery("x")), Err(FeeError::UnknownDelivery));
        assert_eq!(schedule.quote(&ask.exemption("x")), Err(FeeError::UnknownExemption));
        let many = ask.copies(Copies::new(21, 100).unwrap());
        assert_eq!(schedule.quote(&many), Err(FeeError::Copies { most: 20 }));
    }

    #[test]
    fn at_most_one_schedule_is_in_force() {
        let first = schedule("2025", "2025-01-01", "2025-12-31");
        let second = schedule("2026", "2026-01-01", "2026-12-31");
        let both = FeeSchedules::new(vec![second.clone(), first.clone()]).unwrap();
        assert_eq!(both.in_force(day(2025, 12, 31)).unwrap().id(), "2025");
        assert_eq!(both.in_force(day(2026, 1, 1)).unwrap().id(), "2026");
        assert!(both.in_force(day(2027, 1, 1)).is_err());
        let overlap = schedule("b", "2026-12-31", "2027-12-31");
        assert_eq!(FeeSchedules::new(vec![second, overlap]).unwrap_err(), FeeError::Period("b".into()));
    }

    #[test]
    fn a_schedule_survives_json() {
        let schedule = schedule("2026", "2026-01-01", "2026-12-31");
        let json = serde_json::to_string(&schedule).unwrap();
        assert_eq!(serde_json::from_str::<FeeSchedule>(&json).unwrap(), schedule);
    }
}

use communes_civil::{Texts, working_day::Term};
use serde::{Deserialize, Serialize};

use super::{DocumentRef, DocumentTypeId};

/// A document that can be ordered, as data that a commune edits.
///
/// ```
/// use communes_doc_ordering::catalogue::{DeliveryMode, DocumentType};
///
/// let document: DocumentType = serde_json::from_str(r#"{
///     "id": "event-attestation", "version": 1,
///     "title": {"fallback": "fr", "texts": {"fr": "Attestation de manifestation", "nl": "Evenementenattest"}},
///     "issuing_authority": {"fallback": "fr", "texts": {"fr": "Commune de Valmont"}},
///     "legal_basis": [{"title": {"fallback": "fr", "texts": {"fr": "Nouvelle loi communale, art. 135"}}}],
///     "form": "attestation-manifestation", "questions": {"copies": "copies"},
///     "tariff": "attestation", "series": "E", "deliveries": ["download"],
///     "payment": "before-review", "pay_within_days": 14, "answer_within": {"working-days": 10}
/// }"#)?;
/// assert_eq!(document.deliveries, [DeliveryMode::Download]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DocumentType {
    /// Its id.
    pub id: DocumentTypeId,
    /// Its version, from 1: a published version never changes.
    pub version: u32,
    /// Its name.
    pub title: Texts,
    /// Who issues it: the commune, or a register that the commune asks.
    pub issuing_authority: Texts,
    /// The rules on which it is issued.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legal_basis: Vec<LegalReference>,
    /// The slug of the form that asks for it.
    pub form: String,
    /// Which answers of the form make the price and the delivery.
    #[serde(default)]
    pub questions: Questions,
    /// The key of its tariff in the fee schedules.
    pub tariff: String,
    /// The series that numbers its orders.
    pub series: String,
    /// The ways of delivery, the default first.
    pub deliveries: Vec<DeliveryMode>,
    /// When the citizen pays.
    pub payment: PaymentTiming,
    /// Within how many days of being asked, the day itself not counted.
    pub pay_within_days: u32,
    /// The term of the answer, from the day of the order.
    pub answer_within: Term,
    /// For how many months the issued document is valid; without an end where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_months: Option<u32>,
}

impl DocumentType {
    /// The version as orders pin it.
    #[must_use]
    pub fn reference(&self) -> DocumentRef {
        DocumentRef { id: self.id.clone(), version: self.version }
    }
}

/// A rule of law, as a page names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LegalReference {
    /// Its name.
    pub title: Texts,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The varnames (or keys) of the fields whose answers make the price and the delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Questions {
    /// How many copies; one where absent or not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<String>,
    /// What the document is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motive: Option<String>,
    /// How to deliver it: the word of a [`DeliveryMode`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
}

impl Questions {
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        [&self.copies, &self.motive, &self.delivery].into_iter().filter_map(Option::as_deref)
    }
}

/// A way of delivery. Its word is its key in the fee schedules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeliveryMode {
    /// From the citizen's file on the website.
    Download,
    /// By post.
    Post,
    /// At the counter.
    Counter,
}

impl DeliveryMode {
    /// The word that is stored, answered and priced: `download`, `post` or `counter`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Post => "post",
            Self::Counter => "counter",
        }
    }
}

/// When the citizen pays, if there is something to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PaymentTiming {
    /// With the order: the office looks at it once it is paid.
    BeforeReview,
    /// Once the office has accepted it.
    AfterReview,
}

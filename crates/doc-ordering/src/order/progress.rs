use chrono::NaiveDate;
use communes_civil::Lang;

use super::{Order, Stage, text::pick};
use crate::catalogue::PaymentTiming;

/// What a citizen sees of an order: "your file: step 2 of 4, answer due by …".
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The steps of this order.
    pub steps: Vec<ProgressStep>,
    /// The step it is in, from 1.
    pub step: usize,
    /// The last day of the term for the commune's answer; none once it is given.
    pub answer_due: Option<NaiveDate>,
    /// The last day to pay; none unless the citizen is asked to pay.
    pub payment_due: Option<NaiveDate>,
    /// Whether that answer is late.
    pub is_late: bool,
    /// Whether the order ended without a document.
    pub is_abandoned: bool,
}

/// A step of an order, as a citizen understands it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProgressStep {
    /// The order was sent.
    Sent,
    /// The citizen pays.
    Payment,
    /// The office looks at it and makes the document.
    Examination,
    /// The document is there.
    Available,
}

impl ProgressStep {
    /// Its name, in one of the four languages; English for any other.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        pick(
            lang,
            match self {
                Self::Sent => ["Demande envoyée", "Aanvraag verstuurd", "Antrag abgesendet", "Order sent"],
                Self::Payment => ["Paiement", "Betaling", "Zahlung", "Payment"],
                Self::Examination => {
                    ["Traitement par la commune", "Behandeling door de gemeente", "Bearbeitung", "Handling"]
                }
                Self::Available => {
                    ["Document disponible", "Document beschikbaar", "Dokument verfügbar", "Document available"]
                }
            },
        )
    }
}

impl Order {
    /// What a citizen sees of it on a day of the commune's calendar.
    #[must_use]
    pub fn progress(&self, today: NaiveDate) -> Progress {
        use ProgressStep::{Available, Examination, Payment, Sent};
        let steps = match (&self.payment, self.timing) {
            (None, _) => vec![Sent, Examination, Available],
            (Some(_), PaymentTiming::AfterReview) => vec![Sent, Examination, Payment, Available],
            (Some(_), PaymentTiming::BeforeReview) => vec![Sent, Payment, Examination, Available],
        };
        let current = match self.stage {
            Stage::AwaitingPayment | Stage::Expired => Payment,
            Stage::Ready | Stage::Delivered => Available,
            Stage::Closed if self.issued.is_some() => Available,
            // Accepted and then paid: the steps never go back.
            _ if self.timing == PaymentTiming::AfterReview && self.is_accepted && self.payment.is_some() => Payment,
            _ => Examination,
        };
        let step = steps.iter().position(|step| *step == current).map_or(1, |place| place + 1);
        let answer_due = self.stage.awaits_answer().then_some(self.answer_due);
        Progress {
            steps,
            step,
            answer_due,
            payment_due: self.payment_due.filter(|_| self.stage == Stage::AwaitingPayment),
            is_late: answer_due.is_some_and(|due| due < today),
            is_abandoned: self.is_abandoned(),
        }
    }
}

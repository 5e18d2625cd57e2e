//! What orders say to people, in the four languages: French, Dutch, German, English.

use chrono::{Datelike, NaiveDate};
use communes_civil::Lang;

use super::{Refusal, Stage};
use crate::{money::Money, payment::PaymentRefusal};

pub(super) fn refusal(refusal: &Refusal, lang: Lang) -> String {
    let pick = |texts: [&str; 4]| pick(lang, texts).to_owned();
    match refusal {
        Refusal::Stage { stage, allowed, .. } => stage_text(lang, *stage, allowed),
        Refusal::OfficeOnly { .. } => pick([
            "Seul un agent de la commune peut faire cela.",
            "Alleen een medewerker van de gemeente kan dit doen.",
            "Nur Bedienstete der Gemeinde können dies tun.",
            "Only the commune’s staff can do this.",
        ]),
        Refusal::NotRequester => pick([
            "Cette commande est celle d’une autre personne.",
            "Deze bestelling is van iemand anders.",
            "Diese Bestellung gehört einer anderen Person.",
            "This order is somebody else’s.",
        ]),
        Refusal::NotPaid { missing } => with_amount(
            lang,
            *missing,
            [
                "Il reste {} à payer.",
                "Er moet nog {} worden betaald.",
                "Es sind noch {} zu zahlen.",
                "{} is still to be paid.",
            ],
        ),
        Refusal::RefundDue { amount } => with_amount(
            lang,
            *amount,
            [
                "Il reste {} à rembourser.",
                "Er moet nog {} worden terugbetaald.",
                "Es sind noch {} zu erstatten.",
                "{} is still to be refunded.",
            ],
        ),
        Refusal::TextMissing { .. } => pick([
            "Indiquez le motif (2 000 caractères au plus).",
            "Vermeld de reden (hoogstens 2.000 tekens).",
            "Geben Sie den Grund an (höchstens 2.000 Zeichen).",
            "State the reason (2,000 characters at most).",
        ]),
        Refusal::Payment(payment) => self::payment(payment, lang),
        Refusal::Free => pick([
            "Cette commande est gratuite.",
            "Deze bestelling is gratis.",
            "Diese Bestellung ist kostenlos.",
            "This order is free.",
        ]),
        Refusal::NotIssued => pick([
            "Aucun document n’a été établi pour cette commande.",
            "Voor deze bestelling is geen document opgemaakt.",
            "Für diese Bestellung wurde kein Dokument ausgestellt.",
            "Nothing was issued for this order.",
        ]),
        Refusal::Revoked => pick([
            "Ce document est déjà révoqué.",
            "Dit document is al ingetrokken.",
            "Dieses Dokument ist bereits widerrufen.",
            "This document is revoked already.",
        ]),
        Refusal::UnknownDocument(_) | Refusal::UnknownSeries(_) => pick([
            "Ce document ne peut pas être commandé ici.",
            "Dit document kan hier niet worden besteld.",
            "Dieses Dokument kann hier nicht bestellt werden.",
            "This document can’t be ordered here.",
        ]),
        Refusal::Delivery { .. } => pick([
            "Ce document n’est pas remis de cette manière.",
            "Dit document wordt niet op die manier afgeleverd.",
            "Dieses Dokument wird nicht auf diese Weise zugestellt.",
            "This document is not delivered in this way.",
        ]),
        Refusal::PriceChanged { price, .. } => with_amount(
            lang,
            *price,
            [
                "Le prix a changé\u{a0}: il est maintenant de {}. Vérifiez et confirmez à nouveau.",
                "De prijs is gewijzigd: hij bedraagt nu {}. Kijk hem na en bevestig opnieuw.",
                "Der Preis hat sich geändert: er beträgt jetzt {}. Bitte prüfen und erneut bestätigen.",
                "The price has changed: it is now {}. Check it and confirm again.",
            ],
        ),
        Refusal::Name => pick([
            "Le nom du demandeur manque ou est trop long.",
            "De naam van de aanvrager ontbreekt of is te lang.",
            "Der Name der antragstellenden Person fehlt oder ist zu lang.",
            "The requester’s name is missing or too long.",
        ]),
        Refusal::Fee(crate::fee::FeeError::Copies { most }) => pick([
            "Le nombre d’exemplaires va de 1 à {}.",
            "Het aantal exemplaren gaat van 1 tot {}.",
            "Die Anzahl der Exemplare liegt zwischen 1 und {}.",
            "The number of copies is between 1 and {}.",
        ])
        .replace("{}", &most.to_string()),
        Refusal::Fee(_) | Refusal::Calendar(_) | Refusal::Key(_) => pick([
            "La commune ne peut pas traiter cette demande pour le moment.",
            "De gemeente kan deze aanvraag nu niet behandelen.",
            "Die Gemeinde kann diesen Antrag zurzeit nicht bearbeiten.",
            "The commune can’t handle this request at the moment.",
        ]),
    }
}

fn payment(refusal: &PaymentRefusal, lang: Lang) -> String {
    match refusal {
        PaymentRefusal::Repeated(_) => pick(
            lang,
            [
                "Ce mouvement est déjà comptabilisé.",
                "Deze verrichting is al geboekt.",
                "Diese Buchung ist bereits erfasst.",
                "This movement is booked already.",
            ],
        )
        .to_owned(),
        PaymentRefusal::OverBalance { balance } => with_amount(
            lang,
            *balance,
            [
                "Au plus {} peuvent être remboursés.",
                "Hoogstens {} kan worden terugbetaald.",
                "Höchstens {} können erstattet werden.",
                "At most {} can be refunded.",
            ],
        ),
        PaymentRefusal::State { .. } | PaymentRefusal::NotPositive | PaymentRefusal::Money(_) => pick(
            lang,
            [
                "Ce paiement ne peut pas être enregistré.",
                "Deze betaling kan niet worden geregistreerd.",
                "Diese Zahlung kann nicht erfasst werden.",
                "This payment can’t be recorded.",
            ],
        )
        .to_owned(),
    }
}

fn stage_text(lang: Lang, stage: Stage, allowed: &[Stage]) -> String {
    let [open, close] = if lang == Lang::FR { ["«\u{a0}", "\u{a0}»"] } else { ["“", "”"] };
    let labels: Vec<_> = allowed.iter().map(|stage| format!("{open}{}{close}", stage.label(lang))).collect();
    let or = pick(lang, [" ou ", " of ", " oder ", " or "]);
    let allowed = match labels.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{}{or}{last}", first.join(", ")),
        None => String::new(),
    };
    pick(
        lang,
        [
            "La commande est {stage}\u{a0}: cela n’est possible que si elle est {allowed}.",
            "De bestelling is {stage}: dit kan alleen als ze {allowed} is.",
            "Die Bestellung ist {stage}: dies ist nur möglich, wenn sie {allowed} ist.",
            "The order is {stage}: this is only possible while it is {allowed}.",
        ],
    )
    .replace("{stage}", stage.label(lang))
    .replace("{allowed}", &allowed)
}

fn with_amount(lang: Lang, amount: Money, texts: [&str; 4]) -> String {
    pick(lang, texts).replace("{}", &spoken(amount, lang))
}

/// An amount as the language writes it: `5,00 €`, `5.00 EUR`.
pub(crate) fn spoken(amount: Money, lang: Lang) -> String {
    let unit = if amount.currency().code() == "EUR" { "€" } else { amount.currency().code() };
    let decimal = amount.to_decimal();
    match lang {
        // A no-break space, so that the unit stays with the number.
        Lang::FR | Lang::DE => format!("{}\u{a0}{unit}", decimal.replace('.', ",")),
        Lang::NL => format!("{unit}\u{a0}{}", decimal.replace('.', ",")),
        _ => format!("{unit}{}{decimal}", if unit.len() == 3 && unit.is_ascii() { " " } else { "" }),
    }
}

/// A day as the language writes it: `25 novembre 2026`, `25 November 2026`; the first of the month is `1er` in French.
pub(crate) fn spoken_date(day: NaiveDate, lang: Lang) -> String {
    const MONTHS: [[&str; 4]; 12] = [
        ["janvier", "januari", "Januar", "January"],
        ["février", "februari", "Februar", "February"],
        ["mars", "maart", "März", "March"],
        ["avril", "april", "April", "April"],
        ["mai", "mei", "Mai", "May"],
        ["juin", "juni", "Juni", "June"],
        ["juillet", "juli", "Juli", "July"],
        ["août", "augustus", "August", "August"],
        ["septembre", "september", "September", "September"],
        ["octobre", "oktober", "Oktober", "October"],
        ["novembre", "november", "November", "November"],
        ["décembre", "december", "Dezember", "December"],
    ];
    let month = pick(lang, MONTHS[day.month0() as usize]);
    let mark = match (lang, day.day()) {
        (Lang::FR, 1) => "er",
        (Lang::DE, _) => ".",
        _ => "",
    };
    format!("{}{mark} {month} {}", day.day(), day.year())
}

/// The text of a language out of French, Dutch, German and English; English for any other.
pub(crate) fn pick(lang: Lang, [fr, nl, de, en]: [&str; 4]) -> &str {
    match lang {
        Lang::FR => fr,
        Lang::NL => nl,
        Lang::DE => de,
        _ => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::OrderCommand;

    #[test]
    fn a_refusal_says_in_french_what_would_satisfy_it() {
        let stage =
            Refusal::Stage { command: "accept", stage: Stage::AwaitingPayment, allowed: OrderCommand::Accept.stages() };
        assert_eq!(
            stage.text(Lang::FR),
            "La commande est en attente de paiement\u{a0}: cela n’est possible que si elle est «\u{a0}reçue\u{a0}» ou «\u{a0}en cours d’examen\u{a0}»."
        );
        assert_eq!(
            stage.text(Lang::EN),
            "The order is waiting for payment: this is only possible while it is “received” or “under review”."
        );
        let unpaid = Refusal::NotPaid { missing: Money::euro_cents(1250) };
        assert_eq!(unpaid.text(Lang::FR), "Il reste 12,50\u{a0}€ à payer.");
        assert_eq!(unpaid.text(Lang::NL), "Er moet nog €\u{a0}12,50 worden betaald.");
        assert_eq!(unpaid.text(Lang::EN), "€12.50 is still to be paid.");
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(spoken_date(day("2026-08-01"), Lang::FR), "1er août 2026");
        assert_eq!(spoken_date(day("2026-03-01"), Lang::DE), "1. März 2026");
        assert_eq!(spoken(Money::from_minor(2700, "JPY".parse().unwrap()), Lang::EN), "JPY 2700");
    }
}

use communes_civil::{Iban, Ogm};
use communes_doc_ordering::{
    epc::{EpcTransfer, ReferencePlace},
    money::{Currency, Money},
};
use serde::Serialize;

use super::{Artefact, EpcArguments};
use crate::output::{self, Format, Unusable, Verdict};

#[derive(Serialize)]
struct Checked {
    valid: bool,
    /// Twelve digits.
    canonical: Option<String>,
    /// `+++ddd/dddd/ddddd+++`.
    printed: Option<String>,
    /// Why it isn't valid: a stable code.
    reason: Option<&'static str>,
}

pub(super) fn ogm(text: Option<&str>, base: Option<u64>, format: Format) -> Result<Verdict, Unusable> {
    let result = match base {
        Some(base) => Ogm::from_base(base),
        None => text.unwrap_or_default().parse(),
    };
    let checked = match result {
        Ok(ogm) => Checked { valid: true, canonical: Some(ogm.digits()), printed: Some(ogm.to_string()), reason: None },
        Err(error) => Checked { valid: false, canonical: None, printed: None, reason: Some(error.code()) },
    };
    let verdict = if checked.valid { Verdict::Positive } else { Verdict::Negative };
    match (format, &checked.printed, result) {
        (Format::Json, ..) => output::print_json(&checked)?,
        (Format::Text, Some(printed), _) => output::print(format!("{printed}\n").as_bytes())?,
        (Format::Text, None, Err(error)) => eprintln!("communes: {error}"),
        (Format::Text, None, Ok(_)) => {}
    }
    Ok(verdict)
}

pub(super) fn code(arguments: &EpcArguments, format: Format) -> Result<Verdict, Unusable> {
    let iban: Iban = arguments.iban.parse().map_err(|error| Unusable::input(&error))?;
    let amount = Money::parse(&arguments.amount, Currency::EUR).map_err(|error| Unusable::input(&error))?;
    let wrong = |error| Unusable::input(&error);
    let mut transfer = EpcTransfer::new(&arguments.name, iban, amount).map_err(wrong)?;
    if let Some(bic) = &arguments.bic {
        transfer = transfer.with_bic(bic).map_err(wrong)?;
    }
    if let Some(ogm) = &arguments.ogm {
        let place = if arguments.structured { ReferencePlace::Structured } else { ReferencePlace::Text };
        transfer = transfer.with_ogm(ogm.parse().map_err(|error| Unusable::input(&error))?, place);
    }
    if let Some(reference) = &arguments.reference {
        transfer = transfer.with_reference(reference).map_err(wrong)?;
    }
    if let Some(text) = &arguments.text {
        transfer = transfer.with_text(text).map_err(wrong)?;
    }
    let text = if arguments.svg { transfer.svg() } else { transfer.payload() }.map_err(wrong)?;
    match format {
        Format::Json => output::print_json(&Artefact { text, warnings: Vec::new() })?,
        // Nothing follows the last element: no line feed is added to a payload.
        Format::Text => output::print(text.as_bytes())?,
    }
    Ok(Verdict::Positive)
}

use communes_doc_ordering::fee::{Copies, FeeSchedule, LineKind, PriceRequest};
use serde::Serialize;

use super::QuoteArguments;
use crate::output::{self, Format, Unusable, Verdict};

#[derive(Serialize)]
struct Quoted<'a> {
    schedule: &'a str,
    lines: Vec<Line<'a>>,
    total_minor: i64,
    currency: &'static str,
}

#[derive(Serialize)]
struct Line<'a> {
    kind: LineKind,
    key: &'a str,
    quantity: u16,
    unit_minor: i64,
    amount_minor: i64,
}

pub(super) fn quote(arguments: &QuoteArguments, format: Format) -> Result<Verdict, Unusable> {
    let bytes = output::read(&arguments.fees)?;
    let schedule: FeeSchedule = serde_json::from_slice(&bytes)
        .map_err(|error| Unusable::Input(format!("{}: {error}", arguments.fees.display())))?;
    let copies = Copies::parse(&arguments.copies, u16::MAX).map_err(|error| Unusable::input(&error))?;
    let mut request =
        PriceRequest::new(&arguments.document, arguments.date).copies(copies).resident(!arguments.non_resident);
    if let Some(motive) = &arguments.motive {
        request = request.motive(motive);
    }
    if let Some(delivery) = &arguments.delivery {
        request = request.delivery(delivery);
    }
    if let Some(exemption) = &arguments.exemption {
        request = request.exemption(exemption);
    }
    let quote = schedule.quote(&request).map_err(|error| Unusable::input(&error))?;
    if format == Format::Json {
        let lines = quote.lines().iter().map(|line| Line {
            kind: line.kind,
            key: &line.key,
            quantity: line.quantity,
            unit_minor: line.unit.minor(),
            amount_minor: line.amount.minor(),
        });
        output::print_json(&Quoted {
            schedule: quote.schedule(),
            lines: lines.collect(),
            total_minor: quote.total().minor(),
            currency: quote.total().currency().code(),
        })?;
    } else {
        let mut text = String::new();
        for line in quote.lines() {
            text.push_str(&format!(
                "{:>3} × {:>10} {} {}\n",
                line.quantity,
                line.unit.to_decimal(),
                line.amount,
                line.key
            ));
        }
        text.push_str(&format!("total {}\n", quote.total()));
        output::print(text.as_bytes())?;
    }
    Ok(Verdict::Positive)
}

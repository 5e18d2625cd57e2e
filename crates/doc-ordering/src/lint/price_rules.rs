use std::collections::BTreeSet;

use super::{Report, Rule, Severity, form_rules};
use crate::{
    form::{Form, PrefillSource},
    wcs::{Definition, WcsFile},
};

/// The price that a form shows in a locked field, against the price that its workflow charges.
///
/// Both are templates. They are compared as sets of expressions, after `{% with %}` names are put in and the workflow's prefix of
/// its own fields is taken away: this finds prices that are computed twice and not the same way, not prices that differ.
pub(super) fn shown_against_charged(file: &WcsFile, form: &Form, files: &[&WcsFile], report: &mut Report<'_>) {
    if !matches!(file.definition(), Definition::Form(_)) {
        return;
    }
    let workflow = files
        .iter()
        .find(|other| matches!(other.definition(), Definition::Workflow(_)) && Some(other.slug()) == form.workflow());
    let Some(workflow) = workflow else {
        return;
    };
    let charged: BTreeSet<String> =
        workflow.tree().descendants().iter().flat_map(|element| price_expressions(&element.text())).collect();
    for field in form.fields() {
        let Some(PrefillSource::Template(template)) = field.prefill().map(|prefill| &prefill.source) else {
            continue;
        };
        let shown = price_expressions(template.source());
        let options =
            shown.iter().any(|price| options(price).any(|option| charged.iter().any(|other| other.contains(option))));
        if options && !shown.is_subset(&charged) {
            let show = |prices: &BTreeSet<String>| prices.iter().cloned().collect::<Vec<_>>().join("; ");
            let message = format!(
                "the price shown is {}; the workflow {:?} charges {}",
                show(&shown),
                workflow.slug(),
                show(&charged)
            );
            report(Rule::PriceShownDiffers, Severity::Error, form_rules::place(field), message);
        }
    }
}

/// The outputs of a template that multiply, normalised.
fn price_expressions(template: &str) -> BTreeSet<String> {
    let mut prices = BTreeSet::new();
    let mut names: Vec<(String, String)> = Vec::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        rest = &rest[start..];
        let (open, close) = match rest.get(..2) {
            Some("{{") => ("{{", "}}"),
            Some("{%") => ("{%", "%}"),
            _ => {
                rest = &rest[1..];
                continue;
            }
        };
        let Some(end) = rest.find(close) else {
            break;
        };
        let inside = rest[open.len()..end].trim();
        if open == "{%" {
            if let Some(pairs) = inside.strip_prefix("with ") {
                names = pairs
                    .split_whitespace()
                    .filter_map(|pair| pair.split_once('='))
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect();
            } else if inside == "endwith" {
                names.clear();
            }
        } else if inside.contains("|multiply:") {
            prices.insert(normalised(inside, &names));
        }
        rest = &rest[end + close.len()..];
    }
    prices
}

fn normalised(expression: &str, names: &[(String, String)]) -> String {
    let mut text = String::new();
    let mut word = String::new();
    for character in expression.chars().chain([' ']) {
        if character.is_alphanumeric() || character == '_' {
            word.push(character);
            continue;
        }
        match names.iter().find(|(name, _)| *name == word) {
            Some((_, value)) => text.push_str(value),
            None => text.push_str(&word),
        }
        word.clear();
        if !character.is_whitespace() {
            text.push(character);
        }
    }
    text.replace("form_var_wf_", "form_var_")
}

fn options(price: &str) -> impl Iterator<Item = &str> {
    price
        .split(|character: char| !(character.is_alphanumeric() || character == '_'))
        .filter(|word| word.starts_with("form_option_"))
}

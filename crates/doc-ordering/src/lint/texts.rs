use super::{Place, Report, Rule, Severity};
use crate::{form::Expression, wcs::WcsFile, xml::Element};

/// The rules that look at every condition and template of a file, wherever it stands.
pub(super) fn rules(file: &WcsFile, report: &mut Report<'_>) {
    visit(file.tree(), "", &mut |element, around| {
        let text = element.text();
        let place = || Place { line: element.line(), element: around.to_owned() };
        for condition in conditions(element, &text) {
            let Ok(expression) = Expression::parse(condition) else {
                continue;
            };
            for (name, list) in expression.bare_memberships() {
                // A list that the form itself asked for is one answer or a real list.
                if !list.starts_with("form_var_") {
                    let message =
                        format!("`{name} in {list}` is true for a part of an element, and of the text between two");
                    report(Rule::SubstringMembership, Severity::Error, place(), message);
                }
            }
        }
        if asks_for_a_transfer(&text) {
            let message =
                "the reference of the transfer is the form's number: no check digits, so statements can't be matched";
            report(Rule::FreeTextReference, Severity::Error, place(), message.to_owned());
        }
    });
}

/// Visits every element with the words for the field, status or action around it.
fn visit<'a>(element: &'a Element, around: &str, each: &mut impl FnMut(&'a Element, &str)) {
    let own = words(element);
    let around = own.as_deref().unwrap_or(around);
    each(element, around);
    for child in element.elements() {
        visit(child, around, each);
    }
}

fn words(element: &Element) -> Option<String> {
    let named = |what: &str| {
        let name = element.text_at(&["varname"]).or_else(|| element.text_at(&["id"]))?;
        Some(format!("{what} {name:?}"))
    };
    match element.name() {
        "field" if element.text_at(&["type"]).as_deref() == Some("page") => {
            Some(format!("page {:?}", element.text_at(&["label"]).unwrap_or_default()))
        }
        "field" => named("field"),
        "status" => Some(format!("status {:?}", element.text_at(&["name"])?)),
        _ => None,
    }
}

/// The conditions in an element: its whole text, or those of `{% if %}` and `{% elif %}` in a template.
fn conditions<'a>(element: &Element, text: &'a str) -> Vec<&'a str> {
    if !text.contains("{%") {
        return if element.name() == "value" { vec![text.trim()] } else { Vec::new() };
    }
    let tags = text.split("{%").skip(1).filter_map(|rest| rest.split("%}").next());
    tags.filter_map(|tag| {
        let tag = tag.trim();
        tag.strip_prefix("if ").or_else(|| tag.strip_prefix("elif ")).map(str::trim)
    })
    .collect()
}

/// Names the commune's account and the form's number, and the form's number as reference.
fn asks_for_a_transfer(text: &str) -> bool {
    let mut outputs = text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()).map(str::trim);
    let names_account = outputs.clone().any(|output| output.starts_with("form_option_") && output.contains("iban"));
    names_account && outputs.any(|output| output == "form_number")
}

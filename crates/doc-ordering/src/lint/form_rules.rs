use std::collections::BTreeMap;

use super::{Place, Report, Rule, Severity, exclusive};
use crate::form::{Condition, Field, FieldKind, Form, Pattern, ValidationRule};

/// The rules that look at one field at a time.
pub(super) fn fields<'a>(fields: impl Iterator<Item = &'a Field>, report: &mut Report<'_>) {
    for field in fields {
        if let FieldKind::Other(name) = field.kind() {
            report(Rule::FieldUnsupported, Severity::Error, place(field), format!("a field of kind {name:?}"));
        }
        if let Some(condition) = field.condition() {
            unread(condition, &words(field), report);
        }
        match field.validation().map(|validation| &validation.rule) {
            Some(ValidationRule::Pattern(rule)) => pattern(rule, field, report),
            Some(ValidationRule::Condition(condition)) => unread(condition, &words(field), report),
            Some(ValidationRule::Other(name)) => {
                report(Rule::FieldUnsupported, Severity::Error, place(field), format!("a check of kind {name:?}"));
            }
            _ => {}
        }
    }
}

/// The rules that look at a form as a whole.
pub(super) fn form(form: &Form, report: &mut Report<'_>) {
    for page in form.pages() {
        let conditions = page.condition.iter().chain(page.post_conditions.iter().map(|post| &post.condition));
        for condition in conditions {
            unread(condition, &format!("page {:?}", page.label), report);
        }
    }
    duplicate_varnames(form, report);
}

/// What a pattern is for shows in what it accepts.
fn pattern(pattern: &Pattern, field: &Field, report: &mut Report<'_>) {
    if !pattern.is_supported() {
        report(Rule::PatternUnsupported, Severity::Error, place(field), format!("the pattern {:?}", pattern.source()));
        return;
    }
    // A count: from 1, never 0.
    if pattern.accepts("1") && !pattern.accepts("0") && pattern.accepts("00") {
        let message = format!("the pattern {:?} accepts 00: no copy, and a price of zero", pattern.source());
        report(Rule::CopiesAcceptZero, Severity::Error, place(field), message);
    }
    // A price, with a comma.
    if pattern.accepts("1,86") {
        let bad: Vec<&str> = ["1,2,3", "1,"].into_iter().filter(|text| pattern.accepts(text)).collect();
        if !bad.is_empty() {
            let message = format!("the pattern {:?} accepts {}", pattern.source(), bad.join(" and "));
            report(Rule::PricePattern, Severity::Error, place(field), message);
        }
    }
}

fn unread(condition: &Condition, element: &str, report: &mut Report<'_>) {
    if let Err(error) = condition.expression() {
        let place = Place { line: condition.line(), element: element.to_owned() };
        report(Rule::ConditionUnread, Severity::Error, place, format!("{error}: {:?}", condition.source()));
    }
}

fn duplicate_varnames(form: &Form, report: &mut Report<'_>) {
    let mut holders: BTreeMap<&str, Vec<(Option<&Condition>, &Field)>> = BTreeMap::new();
    for page in form.pages() {
        for field in &page.fields {
            if let Some(varname) = field.varname() {
                holders.entry(varname).or_default().push((page.condition.as_ref(), field));
            }
        }
    }
    for (varname, fields) in holders.iter().filter(|(_, fields)| fields.len() > 1) {
        let exclusive = exclusive::each_other(form, fields);
        let ids: Vec<&str> = fields.iter().map(|(_, field)| field.id()).collect();
        let state = if exclusive { "their conditions exclude each other" } else { "both can be shown" };
        let message = format!("the fields {} share the varname {varname:?}; {state}", ids.join(" and "));
        let severity = if exclusive { Severity::Warning } else { Severity::Error };
        report(Rule::DuplicateVarname, severity, place(fields[1].1), message);
    }
}

fn words(field: &Field) -> String {
    format!("field {:?}", field.varname().unwrap_or(field.id()))
}

pub(super) fn place(field: &Field) -> Place {
    Place { line: field.line(), element: words(field) }
}

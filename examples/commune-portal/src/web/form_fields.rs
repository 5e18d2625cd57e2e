//! The fields of a form as a page shows them: from a `.wcs` form, what was answered, and what is wrong with it.

use std::collections::BTreeMap;

use communes_civil::Lang;
use communes_doc_ordering::{
    desk::DeskError,
    fee::FeeError,
    form::{Answer, Answers, Context, Field, FieldError, FieldKind, Form, ValidationRule},
    order::Refusal,
};

use super::visit::Visit;
use crate::language::{argument, harmless};

/// What stands before the names of answers, so that no field of a form is one of the portal's own.
pub(super) const PREFIX: &str = "a-";

/// A page of a form: a group of fields.
pub(super) struct Group {
    pub(super) legend: String,
    pub(super) fields: Vec<FieldView>,
}

/// A field, ready for its template.
pub(super) struct FieldView {
    /// `text`, `area`, `radio`, `select`, `checks`, `box`, `date`, `email`, `heading` or `words`.
    pub(super) kind: &'static str,
    /// The name and id of its input.
    pub(super) id: String,
    pub(super) label: String,
    /// Harmless HTML.
    pub(super) hint: Option<String>,
    pub(super) required: bool,
    pub(super) value: String,
    pub(super) choices: Vec<ChoiceView>,
    pub(super) most_characters: Option<usize>,
    /// Whether a phone should show its keys for numbers.
    pub(super) is_numeric: bool,
    pub(super) autocomplete: Option<&'static str>,
    pub(super) error: Option<Fault>,
    /// The ids of what describes it.
    pub(super) described_by: String,
}

pub(super) struct ChoiceView {
    pub(super) id: String,
    pub(super) value: String,
    pub(super) text: String,
    pub(super) is_chosen: bool,
}

/// Something wrong: where, and what in words.
#[derive(Clone)]
pub(super) struct Fault {
    /// The id of the input to go to; none where it is about the whole form.
    pub(super) target: Option<String>,
    pub(super) label: String,
    pub(super) message: String,
    pub(super) code: &'static str,
    /// Whether the form itself says it, in the commune's language.
    pub(super) is_official: bool,
}

/// Kinds of fields that the portal's pages can't ask yet.
pub(crate) fn unsupported(form: &Form) -> Option<&Field> {
    form.fields().find(|field| {
        matches!(field.kind(), FieldKind::File { .. } | FieldKind::Map | FieldKind::Block { .. } | FieldKind::Other(_))
    })
}

/// The visible fields in their groups, with what was answered.
pub(super) fn groups(form: &Form, answers: &Answers, context: &Context<'_>, faults: &[Fault]) -> Vec<Group> {
    let visible = form.visible(answers, context);
    let groups = form.pages().iter().map(|page| {
        let shown = page.fields.iter().filter(|field| visible.iter().any(|seen| std::ptr::eq(*seen, *field)));
        Group {
            legend: page.label.clone(),
            fields: shown.filter_map(|field| view(field, answers, context, faults)).collect(),
        }
    });
    groups.filter(|group| !group.fields.is_empty()).collect()
}

fn view(field: &Field, answers: &Answers, context: &Context<'_>, faults: &[Fault]) -> Option<FieldView> {
    let id = format!("{PREFIX}{}", field.key());
    let chosen: Vec<&str> = match answers.get(field.key()) {
        Some(Answer::Text(text)) => vec![text],
        Some(Answer::Many(texts)) => texts.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let choices: Vec<ChoiceView> = context
        .choices(field)
        .unwrap_or_default()
        .iter()
        .enumerate()
        .map(|(place, choice)| ChoiceView {
            // The first has the field's own id: that is where a link to the field goes.
            id: if place == 0 { id.clone() } else { format!("{id}-{place}") },
            value: choice.id.clone(),
            text: choice.text.clone(),
            is_chosen: chosen.contains(&choice.id.as_str()),
        })
        .collect();
    let kind = match field.kind() {
        FieldKind::String { .. } => "text",
        FieldKind::Text { .. } => "area",
        FieldKind::Item { .. } if choices.len() <= 6 => "radio",
        FieldKind::Item { .. } => "select",
        FieldKind::Items { .. } => "checks",
        FieldKind::Date(_) => "date",
        FieldKind::Email => "email",
        FieldKind::Bool => "box",
        FieldKind::Title | FieldKind::Subtitle => "heading",
        FieldKind::Comment => "words",
        // Computed ones are the server's; the others were refused when the settings were read.
        _ => return None,
    };
    let error = faults.iter().find(|fault| fault.target.as_deref() == Some(&id)).cloned();
    let described_by: Vec<String> =
        [field.hint().map(|_| format!("{id}-hint")), error.as_ref().map(|_| format!("{id}-error"))]
            .into_iter()
            .flatten()
            .collect();
    let rule = field.validation().map(|validation| &validation.rule);
    Some(FieldView {
        label: if kind == "words" { harmless(field.label()).into_owned() } else { field.label().to_owned() },
        hint: field.hint().map(|hint| harmless(hint).into_owned()),
        required: field.is_required(),
        value: if kind == "box" { String::new() } else { chosen.first().copied().unwrap_or_default().to_owned() },
        choices: if kind == "box" {
            let is_chosen = chosen.iter().any(|text| !text.is_empty());
            vec![ChoiceView { id: id.clone(), value: "true".to_owned(), text: field.label().to_owned(), is_chosen }]
        } else {
            choices
        },
        most_characters: match field.kind() {
            FieldKind::String { most_characters } | FieldKind::Text { most_characters } => *most_characters,
            _ => None,
        },
        is_numeric: matches!(rule, Some(ValidationRule::Digits | ValidationRule::NationalNumber)),
        autocomplete: matches!(field.kind(), FieldKind::Email).then_some("email"),
        described_by: described_by.join(" "),
        error,
        kind,
        id,
    })
}

/// What is wrong with answers, in words, in document order.
pub(super) fn faults(visit: &Visit, errors: &[FieldError]) -> Vec<Fault> {
    let fault = |error: &FieldError| {
        let limit = error.fault.limit().map(|limit| argument("limit", limit));
        let key = format!("fault-{}", error.code());
        let text = visit.portal().language.text(visit.lang(), &key, limit.as_slice());
        Fault {
            target: error.key.as_ref().map(|key| format!("{PREFIX}{key}")),
            label: error.label.clone(),
            is_official: error.message.is_some(),
            message: error.message.clone().unwrap_or(text),
            code: error.code(),
        }
    };
    errors.iter().map(fault).collect()
}

/// What is wrong with an order that can't be priced, where somebody can do something about it; else the error again. `questions`
/// are the keys and labels of the fields that make the price.
pub(super) fn order_faults(
    visit: &Visit,
    error: DeskError,
    questions: &BTreeMap<&'static str, (String, String)>,
) -> Result<Vec<Fault>, DeskError> {
    match error {
        DeskError::Answers(errors) => Ok(faults(visit, &errors)),
        DeskError::Refused(refusal) => {
            let question = match *refusal {
                Refusal::Fee(FeeError::Copies { .. }) => "copies",
                Refusal::Delivery { .. } => "delivery",
                _ => return Err(DeskError::Refused(refusal)),
            };
            let found = questions.get(question).cloned();
            Ok(vec![Fault {
                target: found.as_ref().map(|(key, _)| format!("{PREFIX}{key}")),
                label: found.map(|(_, label)| label).unwrap_or_default(),
                message: refusal.text(if visit.lang() == Lang::FR { Lang::FR } else { Lang::EN }),
                code: refusal.code(),
                is_official: false,
            }])
        }
        error => Err(error),
    }
}

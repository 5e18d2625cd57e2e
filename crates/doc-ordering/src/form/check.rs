use super::{
    Answer, Answers, CheckedAnswer, CheckedAnswers, Condition, Context, Field, FieldError, FieldFault, FieldKind, Form,
    Value,
    visibility::{Slot, Visibility},
};

/// Rows of a block without a limit of its own.
const MOST_ROWS: usize = 100;

pub(super) fn form(form: &Form, answers: &Answers, context: &Context<'_>) -> Result<CheckedAnswers, Vec<FieldError>> {
    let pages: Vec<(Option<&Condition>, &[Field])> =
        form.pages().iter().map(|page| (page.condition.as_ref(), page.fields.as_slice())).collect();
    let visibility = Visibility::new(&pages, answers, context, "form_var_");
    let mut checked = Vec::new();
    let mut errors = Vec::new();
    let mut slots = visibility.slots.iter().enumerate().peekable();
    for (number, page) in form.pages().iter().enumerate() {
        let before = errors.len();
        while let Some((index, slot)) = slots.next_if(|(_, slot)| slot.page == number) {
            if visibility.shown[index] {
                one_field(slot, context, "", &mut checked, &mut errors);
            }
        }
        if errors.len() > before || !visibility.shows_page(number) {
            continue;
        }
        for post in &page.post_conditions {
            // Fails closed: a condition that could not be read never holds.
            if !post.condition.expression().is_ok_and(|expression| expression.is_true(&visibility)) {
                errors.push(FieldError {
                    page: number,
                    key: None,
                    label: page.label.clone(),
                    fault: FieldFault::PostCondition,
                    message: Some(post.message.clone()),
                });
            }
        }
    }
    if errors.is_empty() { Ok(CheckedAnswers::new(checked)) } else { Err(errors) }
}

pub(super) fn visible<'a>(form: &'a Form, answers: &Answers, context: &Context<'_>) -> Vec<&'a Field> {
    let pages: Vec<(Option<&Condition>, &[Field])> =
        form.pages().iter().map(|page| (page.condition.as_ref(), page.fields.as_slice())).collect();
    let visibility = Visibility::new(&pages, answers, context, "form_var_");
    let shown = &visibility.shown;
    form.fields().zip(shown).filter(|(_, shown)| **shown).map(|(field, _)| field).collect()
}

/// Checks a shown field. `path` is what stands before its key in errors.
fn one_field(
    slot: &Slot<'_>,
    context: &Context<'_>,
    path: &str,
    checked: &mut Vec<CheckedAnswer>,
    errors: &mut Vec<FieldError>,
) {
    let field = slot.field;
    if let FieldKind::Block { fields, most_rows, .. } = field.kind() {
        block(slot, fields.as_deref(), *most_rows, context, path, checked, errors);
        return;
    }
    if let Some(fault) = &slot.value.fault {
        errors.push(error(slot, path, fault.clone()));
        return;
    }
    let value = &slot.value.stored;
    // A box that has to be ticked is unanswered when it isn't.
    let answered = *value != Value::Nothing && (value.is_true() || !matches!(field.kind(), FieldKind::Bool));
    if field.is_required() && field.takes_an_answer() && !answered {
        errors.push(error(slot, path, FieldFault::Required));
    } else if *value != Value::Nothing {
        checked.push(CheckedAnswer {
            key: field.key().to_owned(),
            varname: field.varname().map(str::to_owned),
            label: field.label().to_owned(),
            value: value.clone(),
            text: slot.value.shown.display(),
            rows: Vec::new(),
        });
    }
}

fn block(
    slot: &Slot<'_>,
    fields: Option<&[Field]>,
    most_rows: Option<usize>,
    context: &Context<'_>,
    path: &str,
    checked: &mut Vec<CheckedAnswer>,
    errors: &mut Vec<FieldError>,
) {
    let rows = match slot.answer.filter(|answer| !answer.is_empty()) {
        None if slot.field.is_required() => return errors.push(error(slot, path, FieldFault::Required)),
        None => return,
        Some(Answer::Rows(rows)) => rows,
        Some(_) => return errors.push(error(slot, path, FieldFault::Shape)),
    };
    let Some(fields) = fields else {
        return errors.push(error(slot, path, FieldFault::BlockUnavailable));
    };
    let most = most_rows.unwrap_or(MOST_ROWS).min(MOST_ROWS);
    if rows.len() > most {
        return errors.push(error(slot, path, FieldFault::TooMany { most }));
    }
    let mut kept = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let visibility = Visibility::new(&[(None, fields)], row, context, "block_var_");
        let path = format!("{path}{}.{number}.", slot.field.key());
        let mut answers = Vec::new();
        let before = errors.len();
        for (inner, _) in visibility.slots.iter().zip(&visibility.shown).filter(|(_, shown)| **shown) {
            one_field(inner, context, &path, &mut answers, errors);
        }
        for error in &mut errors[before..] {
            error.page = slot.page;
        }
        kept.push(CheckedAnswers::new(answers));
    }
    let texts: Vec<String> =
        kept.iter().map(|row| row.iter().map(|answer| answer.text.as_str()).collect::<Vec<_>>().join(", ")).collect();
    checked.push(CheckedAnswer {
        key: slot.field.key().to_owned(),
        varname: slot.field.varname().map(str::to_owned),
        label: slot.field.label().to_owned(),
        value: Value::List(texts.iter().map(|text| Value::text(text.clone())).collect()),
        text: texts.join("\n"),
        rows: kept,
    });
}

fn error(slot: &Slot<'_>, path: &str, fault: FieldFault) -> FieldError {
    let says_so = matches!(
        fault,
        FieldFault::Pattern
            | FieldFault::NotDigits
            | FieldFault::NotAPhone
            | FieldFault::NotANationalNumber
            | FieldFault::NotAnIban
            | FieldFault::NotATime
    );
    FieldError {
        page: slot.page,
        key: Some(format!("{path}{}", slot.field.key())),
        label: slot.field.label().to_owned(),
        message: slot.field.validation().filter(|_| says_so).and_then(|validation| validation.message.clone()),
        fault,
    }
}

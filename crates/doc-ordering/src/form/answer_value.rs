use super::{
    Answer, Choice, Context, Field, FieldFault, FieldKind, Scope, Validation, ValidationRule, Value, expression, format,
};

/// Text fields without a limit of their own still have one.
const MOST_CHARACTERS: usize = 20_000;
const MOST_CHOICES: usize = 1_000;

/// What one answer is worth, or what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct AnswerValue<'a> {
    /// What is stored: for a choice its id.
    pub(super) stored: Value,
    /// What is read, also by conditions: for a choice its text.
    pub(super) shown: Value,
    /// The choice that was made, for its attributes.
    pub(super) choice: Option<&'a Choice>,
    /// What is wrong.
    pub(super) fault: Option<FieldFault>,
}

impl AnswerValue<'_> {
    fn same(value: Value) -> Self {
        Self { stored: value.clone(), shown: value, ..Self::default() }
    }

    fn wrong(fault: FieldFault) -> Self {
        Self { fault: Some(fault), ..Self::default() }
    }
}

impl<'a> From<Result<Value, FieldFault>> for AnswerValue<'a> {
    fn from(result: Result<Value, FieldFault>) -> Self {
        result.map_or_else(Self::wrong, Self::same)
    }
}

/// Reads the answer of a field that is neither computed nor a block. An empty answer is nothing, and never wrong.
pub(super) fn read<'a>(field: &'a Field, answer: Option<&Answer>, context: &'a Context<'_>) -> AnswerValue<'a> {
    let Some(answer) = answer.filter(|answer| !answer.is_empty()) else {
        return AnswerValue::default();
    };
    if let FieldKind::Items { least, most, .. } = field.kind() {
        return several(field, answer, context, *least, *most);
    }
    let Answer::Text(text) = answer else {
        return AnswerValue::wrong(FieldFault::Shape);
    };
    if text.len() > 4 * MOST_CHARACTERS {
        return AnswerValue::wrong(FieldFault::TooLong { most: MOST_CHARACTERS });
    }
    match field.kind() {
        FieldKind::Item { .. } => one(field, text, context),
        FieldKind::String { most_characters } | FieldKind::Text { most_characters } => {
            text_value(field, text, *most_characters, context).into()
        }
        FieldKind::Date(rule) => match expression::date(text) {
            None => AnswerValue::wrong(FieldFault::NotADate),
            Some(date) if !rule.accepts(date, context.today()) => AnswerValue::wrong(FieldFault::DateOutOfRange),
            Some(date) => AnswerValue::same(Value::Date(date)),
        },
        FieldKind::Email => format::email(text).map(Value::Text).into(),
        FieldKind::Bool => format::boolean(text).map(Value::Bool).into(),
        FieldKind::Map => format::place(text).map(Value::Text).into(),
        FieldKind::File { .. } => AnswerValue::same(Value::text(text.trim())),
        _ => AnswerValue::default(),
    }
}

fn text_value(field: &Field, text: &str, most: Option<usize>, context: &Context<'_>) -> Result<Value, FieldFault> {
    let most = most.unwrap_or(MOST_CHARACTERS).min(MOST_CHARACTERS);
    let text = text.trim();
    if text.chars().count() > most {
        return Err(FieldFault::TooLong { most });
    }
    field.validation().map_or_else(|| Ok(Value::text(text)), |validation| validated(validation, text, context))
}

fn validated(validation: &Validation, text: &str, context: &Context<'_>) -> Result<Value, FieldFault> {
    let text = match &validation.rule {
        ValidationRule::Pattern(pattern) if !pattern.is_supported() => return Err(FieldFault::CheckUnavailable),
        ValidationRule::Pattern(pattern) if pattern.accepts(text) => text.to_owned(),
        ValidationRule::Pattern(_) => return Err(FieldFault::Pattern),
        ValidationRule::NationalNumber => format::national_number(text)?,
        ValidationRule::Digits => format::digits(text)?,
        ValidationRule::Phone => format::phone(text)?,
        ValidationRule::Iban => format::iban(text)?,
        ValidationRule::Time => format::time(text)?,
        ValidationRule::Condition(condition) => match condition.expression() {
            Ok(expression) if expression.is_true(&OneValue { text, context }) => text.to_owned(),
            Ok(_) => return Err(FieldFault::Pattern),
            Err(_) => return Err(FieldFault::CheckUnavailable),
        },
        ValidationRule::Other(_) => return Err(FieldFault::CheckUnavailable),
    };
    Ok(Value::Text(text))
}

fn one<'a>(field: &'a Field, id: &str, context: &'a Context<'_>) -> AnswerValue<'a> {
    let Some(choices) = context.choices(field) else {
        return AnswerValue::wrong(FieldFault::ChoicesUnavailable);
    };
    match choices.iter().find(|choice| choice.id == id) {
        Some(choice) => AnswerValue {
            stored: Value::text(id),
            shown: Value::text(choice.text.clone()),
            choice: Some(choice),
            fault: None,
        },
        None => AnswerValue::wrong(FieldFault::NotAChoice),
    }
}

fn several<'a>(
    field: &'a Field,
    answer: &Answer,
    context: &'a Context<'_>,
    least: Option<usize>,
    most: Option<usize>,
) -> AnswerValue<'a> {
    let ids = match answer {
        Answer::Text(id) => std::slice::from_ref(id),
        Answer::Many(ids) => ids,
        Answer::Rows(_) => return AnswerValue::wrong(FieldFault::Shape),
    };
    let Some(choices) = context.choices(field) else {
        return AnswerValue::wrong(FieldFault::ChoicesUnavailable);
    };
    let most = most.unwrap_or(MOST_CHOICES).min(MOST_CHOICES);
    if ids.len() > most {
        return AnswerValue::wrong(FieldFault::TooMany { most });
    }
    let mut chosen: Vec<&Choice> = Vec::new();
    for id in ids.iter().filter(|id| !id.trim().is_empty()) {
        match choices.iter().find(|choice| choice.id == *id) {
            Some(choice) if chosen.iter().any(|other| other.id == choice.id) => {}
            Some(choice) => chosen.push(choice),
            None => return AnswerValue::wrong(FieldFault::NotAChoice),
        }
    }
    if let Some(least) = least.filter(|least| chosen.len() < *least) {
        return AnswerValue::wrong(FieldFault::TooFew { least });
    }
    let list =
        |text: fn(&Choice) -> &String| Value::List(chosen.iter().map(|choice| Value::text(text(choice))).collect());
    AnswerValue { stored: list(|choice| &choice.id), shown: list(|choice| &choice.text), choice: None, fault: None }
}

/// The scope of a check of one answer, which conditions call `value`.
struct OneValue<'a> {
    text: &'a str,
    context: &'a Context<'a>,
}

impl Scope for OneValue<'_> {
    fn lookup(&self, name: &str) -> Value {
        if name == "value" { Value::text(self.text) } else { self.context.lookup(name) }
    }
    fn today(&self) -> chrono::NaiveDate {
        self.context.today()
    }
    fn time(&self) -> Option<chrono::NaiveTime> {
        self.context.now()
    }
    fn is_strongly_authenticated(&self) -> bool {
        self.context.is_strongly_authenticated()
    }
    fn is_working_day(&self, day: chrono::NaiveDate) -> bool {
        self.context.is_working_day(day)
    }
}

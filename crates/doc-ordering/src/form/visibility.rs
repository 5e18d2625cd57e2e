use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime};

use super::{
    Answer, Answers, Condition, Context, Field, FieldKind, PrefillSource, Scope, Template, Value,
    answer_value::{self, AnswerValue},
};

const MOST_ROUNDS: usize = 64;

/// A field with its answer.
pub(super) struct Slot<'a> {
    pub(super) field: &'a Field,
    pub(super) page: usize,
    /// The answer that counts: the trusted source's for a locked field.
    pub(super) answer: Option<&'a Answer>,
    pub(super) value: AnswerValue<'a>,
}

/// Every field with its answer, and which of them are shown.
///
/// Conditions read other answers, and only those of fields that are shown: visibility is the fixed point of that. It is
/// looked for in document order, so that only conditions on later fields need another round. A form without cycles reaches it
/// in at most as many rounds as such conditions hang on each other; one with cycles stops after [`MOST_ROUNDS`].
pub(super) struct Visibility<'a> {
    context: &'a Context<'a>,
    pub(super) slots: Vec<Slot<'a>>,
    pub(super) shown: Vec<bool>,
    pages: Vec<bool>,
    by_varname: HashMap<&'a str, Vec<usize>>,
    prefix: &'static str,
}

impl<'a> Visibility<'a> {
    /// `pages` holds each page's condition and fields; `prefix` is what names of answers begin with.
    pub(super) fn new(
        pages: &[(Option<&'a Condition>, &'a [Field])],
        answers: &'a Answers,
        context: &'a Context<'a>,
        prefix: &'static str,
    ) -> Self {
        let mut slots = Vec::new();
        let mut by_varname: HashMap<&str, Vec<usize>> = HashMap::new();
        for (page, (_, fields)) in pages.iter().enumerate() {
            for field in *fields {
                if let Some(varname) = field.varname() {
                    by_varname.entry(varname).or_default().push(slots.len());
                }
                let answer = trusted_answer(field, answers, context);
                slots.push(Slot { field, page, answer, value: answer_value::read(field, answer, context) });
            }
        }
        let shown = vec![false; slots.len()];
        let mut visibility = Self { context, slots, shown, pages: vec![false; pages.len()], by_varname, prefix };
        visibility.settle(pages);
        visibility
    }

    /// Whether a page is shown.
    pub(super) fn shows_page(&self, page: usize) -> bool {
        self.pages[page]
    }

    fn settle(&mut self, pages: &[(Option<&'a Condition>, &'a [Field])]) {
        for _ in 0..MOST_ROUNDS {
            let mut changed = false;
            let mut page_before = usize::MAX;
            for index in 0..self.slots.len() {
                let (field, page) = (self.slots[index].field, self.slots[index].page);
                if page != page_before {
                    self.pages[page] = self.holds(pages[page].0);
                    page_before = page;
                }
                let shown = self.pages[page] && self.holds(field.condition());
                changed |= shown != std::mem::replace(&mut self.shown[index], shown);
                if let FieldKind::Computed { template } = field.kind() {
                    let value = self.computed(field, template);
                    let slot = &mut self.slots[index].value;
                    changed |= slot.shown != value;
                    slot.stored.clone_from(&value);
                    slot.shown = value;
                }
            }
            if !changed {
                break;
            }
        }
        // Pages without fields have been passed over.
        for (page, (condition, fields)) in pages.iter().enumerate() {
            if fields.is_empty() {
                self.pages[page] = self.holds(*condition);
            }
        }
    }

    /// A condition that could not be read hides nothing: the form's own check of unread conditions is where it is stopped.
    pub(super) fn holds(&self, condition: Option<&Condition>) -> bool {
        condition.is_none_or(|condition| condition.expression().map_or(true, |expression| expression.is_true(self)))
    }

    fn computed(&self, field: &Field, template: &Template) -> Value {
        if let Some(Answer::Text(given)) = self.context.prefilled(field.key()) {
            return Value::text(given.clone());
        }
        match template {
            Template::Literal(text) => Value::text(text.clone()),
            Template::Expression(_, expression) => expression.evaluate(self),
            Template::Opaque(_) => Value::Nothing,
        }
    }

    /// The first shown field of a varname.
    fn slot(&self, varname: &str) -> Option<&Slot<'a>> {
        let holders = self.by_varname.get(varname)?;
        holders.iter().find(|index| self.shown[**index]).map(|index| &self.slots[*index])
    }

    /// `VARNAME`, `VARNAME_raw` or `VARNAME_ATTRIBUTE`.
    fn answer_named(&self, name: &str) -> Option<Value> {
        if self.by_varname.contains_key(name) {
            return Some(self.slot(name).map_or(Value::Nothing, |slot| slot.value.shown.clone()));
        }
        let (cut, varname) = name
            .rmatch_indices('_')
            .map(|(cut, _)| (cut, &name[..cut]))
            .find(|(_, varname)| self.by_varname.contains_key(varname))?;
        let Some(slot) = self.slot(varname) else {
            return Some(Value::Nothing);
        };
        Some(match &name[cut + 1..] {
            "raw" => slot.value.stored.clone(),
            attribute => slot
                .value
                .choice
                .and_then(|choice| choice.attributes.get(attribute))
                .map_or(Value::Nothing, |text| Value::text(text.clone())),
        })
    }
}

/// A locked field's value comes from a trusted source; the person's own only where the form allows it.
fn trusted_answer<'a>(field: &Field, answers: &'a Answers, context: &'a Context<'_>) -> Option<&'a Answer> {
    let own = answers.get(field.key());
    let given = context.prefilled(field.key()).filter(|answer| !answer.is_empty());
    match field.prefill() {
        Some(prefill) if prefill.locked => match (&prefill.source, given) {
            (_, Some(given)) => Some(given),
            (_, None) if prefill.unlocked_when_empty => own,
            // A lock without anything that could fill the field locks nothing.
            (PrefillSource::Other(kind, _), None) if kind == "none" => own,
            _ => None,
        },
        _ => own,
    }
}

impl Scope for Visibility<'_> {
    fn lookup(&self, name: &str) -> Value {
        let own = name.strip_prefix(self.prefix).and_then(|name| self.answer_named(name));
        own.unwrap_or_else(|| self.context.lookup(name))
    }
    fn today(&self) -> NaiveDate {
        self.context.today()
    }
    fn time(&self) -> Option<NaiveTime> {
        self.context.now()
    }
    fn is_strongly_authenticated(&self) -> bool {
        self.context.is_strongly_authenticated()
    }
    fn is_working_day(&self, day: NaiveDate) -> bool {
        self.context.is_working_day(day)
    }
}

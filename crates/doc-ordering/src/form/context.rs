use std::{collections::BTreeMap, fmt};

use chrono::{NaiveDate, NaiveTime};
use communes_civil::WorkingCalendar;

use super::{Answer, Choice, Field, FieldKind, Value, field::Choices};

/// What a check knows besides the form and the answers: the day, the commune's settings, choices, prefilled values.
pub struct Context<'a> {
    today: NaiveDate,
    time: Option<NaiveTime>,
    strongly_authenticated: bool,
    variables: BTreeMap<String, Value>,
    sources: BTreeMap<String, Vec<Choice>>,
    field_choices: BTreeMap<String, Vec<Choice>>,
    prefilled: BTreeMap<String, Answer>,
    calendar: &'a WorkingCalendar,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Prefilled values are personal data.
        formatter.debug_struct("Context").field("today", &self.today).finish_non_exhaustive()
    }
}

impl<'a> Context<'a> {
    /// A context on a day in the commune's zone, with the calendar that says which days are worked.
    #[must_use]
    pub fn new(today: NaiveDate, calendar: &'a WorkingCalendar) -> Self {
        Self {
            today,
            time: None,
            strongly_authenticated: false,
            variables: BTreeMap::new(),
            sources: BTreeMap::new(),
            field_choices: BTreeMap::new(),
            prefilled: BTreeMap::new(),
            calendar,
        }
    }

    /// With the time of day, in the commune's zone.
    #[must_use]
    pub fn time(mut self, time: NaiveTime) -> Self {
        self.time = Some(time);
        self
    }

    /// For a person who signed in by a strong means, such as an eID.
    #[must_use]
    pub fn strongly_authenticated(mut self) -> Self {
        self.strongly_authenticated = true;
        self
    }

    /// With a setting that conditions read by its whole name, e.g. `commune_cp` or `form_option_cout`.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: Value) -> Self {
        self.variables.insert(name.into(), value);
        self
    }

    /// With the choices of a data source, by its name.
    #[must_use]
    pub fn source(mut self, name: impl Into<String>, choices: Vec<Choice>) -> Self {
        self.sources.insert(name.into(), choices);
        self
    }

    /// With the choices of one field, by its key, whatever its form says.
    #[must_use]
    pub fn choices_of(mut self, key: impl Into<String>, choices: Vec<Choice>) -> Self {
        self.field_choices.insert(key.into(), choices);
        self
    }

    /// With the value of a field, by its key, that a trusted source gave: an eID, a register, a computed price.
    #[must_use]
    pub fn prefill(mut self, key: impl Into<String>, answer: Answer) -> Self {
        self.prefilled.insert(key.into(), answer);
        self
    }

    /// The choices of a field, where they are known.
    #[must_use]
    pub fn choices<'c>(&'c self, field: &'c Field) -> Option<&'c [Choice]> {
        let (FieldKind::Item { choices, .. } | FieldKind::Items { choices, .. }) = field.kind() else {
            return None;
        };
        if let Some(given) = self.field_choices.get(field.key()) {
            return Some(given);
        }
        match choices {
            Choices::Fixed(fixed) => Some(fixed),
            Choices::Source(name) => self.sources.get(name).map(Vec::as_slice),
            Choices::Template(_) => None,
        }
    }

    /// The value that a trusted source gave for a field.
    #[must_use]
    pub fn prefilled(&self, key: &str) -> Option<&Answer> {
        self.prefilled.get(key)
    }

    pub(super) const fn today(&self) -> NaiveDate {
        self.today
    }

    pub(super) const fn now(&self) -> Option<NaiveTime> {
        self.time
    }

    pub(super) const fn is_strongly_authenticated(&self) -> bool {
        self.strongly_authenticated
    }

    pub(super) fn is_working_day(&self, day: NaiveDate) -> bool {
        self.calendar.is_working_day(day).unwrap_or(false)
    }

    /// A setting, or a data source as `data_source.NAME`.
    pub(super) fn lookup(&self, name: &str) -> Value {
        if let Some(value) = self.variables.get(name) {
            return value.clone();
        }
        let choices = name.strip_prefix("data_source.").and_then(|name| self.sources.get(name));
        choices.map_or(Value::Nothing, |choices| {
            Value::List(choices.iter().map(|choice| Value::text(choice.id.clone())).collect())
        })
    }
}

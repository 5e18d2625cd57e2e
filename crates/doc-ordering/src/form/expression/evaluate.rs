use std::cmp::Ordering;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use super::{Comparison, Filter, Node, Value};

/// What an expression sees.
pub trait Scope {
    /// The value of a name; [`Value::Nothing`] for one it doesn't know.
    fn lookup(&self, name: &str) -> Value;
    /// The day, in the commune's zone.
    fn today(&self) -> NaiveDate;
    /// The time of day, in the commune's zone, where it is known.
    fn time(&self) -> Option<NaiveTime>;
    /// Whether the person signed in by a strong means, such as an eID.
    fn is_strongly_authenticated(&self) -> bool;
    /// Whether a day is worked.
    fn is_working_day(&self, day: NaiveDate) -> bool;
}

pub(super) fn node(node: &Node, scope: &dyn Scope) -> Value {
    match node {
        Node::Literal(value) => value.clone(),
        Node::Name(name) => name_of(name, scope),
        Node::Not(inner) => Value::Bool(!self::node(inner, scope).is_true()),
        Node::And(left, right) => Value::Bool(self::node(left, scope).is_true() && self::node(right, scope).is_true()),
        Node::Or(left, right) => Value::Bool(self::node(left, scope).is_true() || self::node(right, scope).is_true()),
        Node::Compare(comparison, left, right) => {
            Value::Bool(compare(*comparison, &self::node(left, scope), &self::node(right, scope)))
        }
        Node::Filter(inner, filter, argument) => {
            let argument = argument.as_ref().map_or(Value::Nothing, |argument| self::node(argument, scope));
            self::filter(*filter, self::node(inner, scope), argument, scope)
        }
    }
}

fn name_of(name: &str, scope: &dyn Scope) -> Value {
    match name {
        "today" => Value::Date(scope.today()),
        // Only its time of day is used.
        "now" => scope.time().map_or(Value::Nothing, Value::Time),
        _ => scope.lookup(name),
    }
}

fn compare(comparison: Comparison, left: &Value, right: &Value) -> bool {
    let order = || left.compare(right);
    match comparison {
        Comparison::Eq | Comparison::Is => left.equals(right),
        Comparison::Ne | Comparison::IsNot => !left.equals(right),
        Comparison::Lt => order() == Some(Ordering::Less),
        Comparison::Le => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
        Comparison::Gt => order() == Some(Ordering::Greater),
        Comparison::Ge => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
        Comparison::In => right.contains(left),
        Comparison::NotIn => !right.contains(left),
    }
}

fn filter(filter: Filter, value: Value, argument: Value, scope: &dyn Scope) -> Value {
    let maybe = |value: Option<Value>| value.unwrap_or_default();
    match filter {
        Filter::Add => match (value.as_integer(), argument.as_integer()) {
            (Some(left), Some(right)) => maybe(left.checked_add(right).map(Value::Integer)),
            _ => Value::Text(value.display() + &argument.display()),
        },
        Filter::AddDays => maybe(add_days(&value, &argument).map(Value::Date)),
        Filter::AddWorkingDays => maybe(add_working_days(&value, &argument, scope).map(Value::Date)),
        Filter::AgeInYears => maybe(value.as_date().map(|born| Value::Integer(age(born, scope.today())))),
        Filter::Date => maybe(value.as_date().map(Value::Date)),
        Filter::Default if !value.is_true() => argument,
        Filter::DefaultIfNone if value == Value::Nothing => argument,
        Filter::Default | Filter::DefaultIfNone => value,
        Filter::EndsWith => Value::Bool(value.display().ends_with(&argument.display())),
        Filter::StartsWith => Value::Bool(value.display().starts_with(&argument.display())),
        Filter::IsStrongAuthentication => Value::Bool(scope.is_strongly_authenticated()),
        Filter::Length => Value::Integer(match &value {
            Value::List(values) => values.len().try_into().unwrap_or(i64::MAX),
            other => other.display().chars().count().try_into().unwrap_or(i64::MAX),
        }),
        Filter::Lower => Value::Text(value.display().to_lowercase()),
        Filter::Upper => Value::Text(value.display().to_uppercase()),
        Filter::Split => Value::List(split(&value.display(), &argument)),
        Filter::Time => maybe(value.as_time().map(Value::Time)),
    }
}

fn split(text: &str, separator: &Value) -> Vec<Value> {
    match separator {
        Value::Text(separator) if !separator.is_empty() => {
            text.split(separator.as_str()).map(|part| Value::text(part.trim())).collect()
        }
        _ => text.split_whitespace().map(Value::text).collect(),
    }
}

fn add_days(value: &Value, argument: &Value) -> Option<NaiveDate> {
    let (date, days) = (value.as_date()?, argument.as_integer()?);
    if days < 0 {
        date.checked_sub_days(Days::new(days.unsigned_abs()))
    } else {
        date.checked_add_days(Days::new(days.unsigned_abs()))
    }
}

fn add_working_days(value: &Value, argument: &Value, scope: &dyn Scope) -> Option<NaiveDate> {
    // Ten years of working days: more is a mistake, and the loop has to be bounded.
    let mut left = argument.as_integer().filter(|days| (0..=2_600).contains(days))?;
    let mut date = value.as_date()?;
    // A scope where nothing is ever worked would not end either.
    for _ in 0..10_000 {
        if left == 0 {
            return Some(date);
        }
        date = date.succ_opt()?;
        if scope.is_working_day(date) {
            left -= 1;
        }
    }
    None
}

fn age(born: NaiveDate, today: NaiveDate) -> i64 {
    let years = i64::from(today.year()) - i64::from(born.year());
    if (today.month(), today.day()) < (born.month(), born.day()) { years - 1 } else { years }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::Weekday;

    use super::{super::Expression, *};

    struct Fixed(BTreeMap<&'static str, Value>);

    impl Scope for Fixed {
        fn lookup(&self, name: &str) -> Value {
            self.0.get(name).cloned().unwrap_or_default()
        }
        fn today(&self) -> NaiveDate {
            NaiveDate::from_ymd_opt(2026, 11, 25).unwrap() // a Wednesday
        }
        fn time(&self) -> Option<NaiveTime> {
            NaiveTime::from_hms_opt(9, 30, 0)
        }
        fn is_strongly_authenticated(&self) -> bool {
            true
        }
        fn is_working_day(&self, day: NaiveDate) -> bool {
            !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
        }
    }

    fn is_true(text: &str) -> bool {
        let scope = Fixed(BTreeMap::from([
            ("who", Value::text("tiers")),
            ("codes", Value::text("5000,5001")),
            ("postcode", Value::text("500")),
            ("many", Value::List(vec![Value::text("a"), Value::text("b")])),
            ("born", Value::text("2008-11-26")),
            ("day", Value::Date(NaiveDate::from_ymd_opt(2026, 11, 30).unwrap())),
            ("yes", Value::Bool(true)),
            ("five", Value::text("5")),
        ]));
        Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).is_true(&scope)
    }

    #[test]
    fn conditions_mean_what_django_means() {
        assert!(is_true("who == 'tiers'"));
        assert!(is_true("who != \"moi\" and not nobody"));
        // `and` binds tighter than `or`.
        assert!(is_true("yes or nobody and nobody"));
        // `not` binds weaker than a comparison.
        assert!(is_true("not who == 'moi'"));
        assert!(is_true("'a' in many and 'c' not in many"));
        assert!(is_true("many|length == 2 and nobody|length == 0"));
        assert!(is_true("nobody is null and who is not null"));
        assert!(!is_true("false"));
        assert!(is_true("yes == 'True' and yes == True"));
        assert!(is_true("five > 4 and five|add:1 == 6"));
        assert!(is_true("\"TIE\" not in who and 'tie' in who|lower"));
        assert!(is_true("'plus_'|add:who == 'plus_tiers'"));
        assert!(is_true("session_user|is_strong_authentication"));
    }

    #[test]
    fn a_list_is_no_substring() {
        assert!(is_true("postcode in codes")); // the fault of real forms: 500 in "5000,5001"
        assert!(!is_true("postcode in codes|split:','"));
        assert!(is_true("'5001' in codes|split:','"));
    }

    #[test]
    fn dates_are_days_of_the_commune() {
        // Born on 26 November 2008: still 17 on 25 November 2026.
        assert!(is_true("born|age_in_years >= 17") && !is_true("born|age_in_years >= 18"));
        // Wednesday 25 + 3 working days = Monday 30.
        assert!(is_true("today|add_working_days:3 == day"));
        assert!(is_true("today|add_days:5 == day and today < day"));
        assert!(is_true("'08:00'|time <= now|time and '16:30'|time >= now|time"));
    }

    #[test]
    fn what_cannot_be_compared_is_false() {
        for text in ["who < 5", "nobody < 5", "nobody >= 5", "many > 1", "'x' in nobody", "born|add_days:who > today"] {
            assert!(!is_true(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        use super::super::ExpressionError as Error;
        let error = |text: &str| Expression::parse(text).unwrap_err();
        assert_eq!(error("  "), Error::Empty);
        assert_eq!(error("a =="), Error::Unfinished);
        assert_eq!(error("a == 'b"), Error::Unfinished);
        assert_eq!(error("a b"), Error::Unexpected { token: "b".into(), at: 2 });
        assert_eq!(error("== a"), Error::Unexpected { token: "==".into(), at: 0 });
        assert_eq!(error("a|lower|evil:1"), Error::UnknownFilter { name: "evil".into(), at: 8 });
        assert_eq!(error("__import__('os')").code(), "condition-unexpected");
        assert_eq!(error(&"not ".repeat(400)), Error::TooLarge);
        assert_eq!(error(&"a or ".repeat(1000)), Error::TooLarge);
    }
}

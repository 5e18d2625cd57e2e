use super::{Comparison, Expr, Expression, Question};
use crate::{Condition, ConditionKind, Situation, Value};

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Unanswered {
    /// The host does not answer this.
    Unknown(Question),
    /// The host could not tell.
    Failed(Question),
    /// There is none here: a transition's id at creation, the history, a comparison that Python refuses.
    Nothing,
    /// The text is outside the language.
    Unreadable,
}

/// The value of an expression.
pub(crate) fn evaluate(expression: &Expression, situation: &Situation<'_>) -> Result<Value, Unanswered> {
    value(expression.expr(), situation)
}

/// Whether an expression has a value and that is true.
pub(crate) fn holds(expression: &Expression, situation: &Situation<'_>) -> bool {
    is_true(expression.expr(), situation)
}

/// Why an expression does or does not hold; met exactly if it [`holds`].
pub(crate) fn explain(expression: &Expression, situation: &Situation<'_>) -> Condition {
    condition(expression.expr(), situation)
}

fn is_true(expr: &Expr, situation: &Situation<'_>) -> bool {
    value(expr, situation).is_ok_and(|value| value.is_truthy())
}

fn value(expr: &Expr, situation: &Situation<'_>) -> Result<Value, Unanswered> {
    let context = situation.context;
    Ok(match expr {
        Expr::Constant(constant) => constant.clone(),
        Expr::And(parts) => {
            let mut last = Value::Bool(true);
            for part in parts {
                last = value(part, situation)?;
                if !last.is_truthy() {
                    break;
                }
            }
            last
        }
        Expr::Or(parts) => {
            let mut last = Value::Bool(false);
            for part in parts {
                last = value(part, situation)?;
                if last.is_truthy() {
                    break;
                }
            }
            last
        }
        Expr::Not(part) => Value::Bool(!value(part, situation)?.is_truthy()),
        Expr::Compare { how, left, right } => Value::Bool(compare(*how, left, right, situation)?),
        Expr::FirstOf(parts) => {
            let mut answer = Err(Unanswered::Nothing);
            for part in parts {
                answer = value(part, situation);
                if answer.is_ok() {
                    break;
                }
            }
            answer?
        }
        Expr::HasRole(role) => Value::Bool(context.user.has_role(role)),
        Expr::HasPermission(permission) => Value::Bool(situation.user_may(permission)),
        Expr::Roles | Expr::MemberRoles => {
            Value::List(context.user.roles().iter().map(|role| Value::from(role.as_str())).collect())
        }
        Expr::UserId => Value::from(context.user.actor().id()),
        Expr::TransitionId => Value::from(situation.transition.ok_or(Unanswered::Nothing)?),
        Expr::Now => Value::Time(context.now),
        Expr::History => return Err(Unanswered::Nothing),
        Expr::Argument { name, default } => situation.arguments.get(name).unwrap_or(default).clone(),
        Expr::Status(name) => situation.variable(name).ok_or(Unanswered::Nothing)?,
        Expr::Ask(question) => ask(question, situation)?,
        Expr::Unreadable => return Err(Unanswered::Unreadable),
    })
}

fn compare(how: Comparison, left: &Expr, right: &Expr, situation: &Situation<'_>) -> Result<bool, Unanswered> {
    if let (Some(role), Expr::Roles | Expr::MemberRoles) = (text(left), right)
        && matches!(how, Comparison::In | Comparison::NotIn)
    {
        return Ok(situation.context.user.has_role(role) == (how == Comparison::In));
    }
    let (left, right) = (value(left, situation)?, value(right, situation)?);
    Ok(match how {
        Comparison::Equal => left.equals(&right),
        Comparison::NotEqual => !left.equals(&right),
        Comparison::In => left.is_in(&right).ok_or(Unanswered::Nothing)?,
        Comparison::NotIn => !left.is_in(&right).ok_or(Unanswered::Nothing)?,
    })
}

fn ask(question: &Question, situation: &Situation<'_>) -> Result<Value, Unanswered> {
    let host = situation.context.predicates;
    if !host.answers(question) {
        return Err(Unanswered::Unknown(question.clone()));
    }
    host.answer(question, &situation.about()).map_err(|_| Unanswered::Failed(question.clone()))
}

fn condition(expr: &Expr, situation: &Situation<'_>) -> Condition {
    let met = is_true(expr, situation);
    let (kind, parts) = match expr {
        // Short circuit: what comes after the part that decided was not asked.
        Expr::And(parts) => (ConditionKind::All, until(parts, situation, |part| !part.met)),
        Expr::Or(parts) => (ConditionKind::Any, until(parts, situation, |part| part.met || part.is_unanswered())),
        Expr::Not(part) => (ConditionKind::Not, vec![condition(part, situation)]),
        Expr::HasRole(role) => (ConditionKind::Role { roles: vec![role.clone()] }, Vec::new()),
        Expr::Compare { how: Comparison::In, left, right } if matches!(**right, Expr::Roles | Expr::MemberRoles) => {
            match text(left) {
                Some(role) => (ConditionKind::Role { roles: vec![role.to_owned()] }, Vec::new()),
                None => (other(expr, situation), Vec::new()),
            }
        }
        Expr::HasPermission(permission) => return situation.permission_condition(permission),
        _ => (other(expr, situation), Vec::new()),
    };
    Condition { met, kind, parts }
}

fn until(parts: &[Expr], situation: &Situation<'_>, decided: impl Fn(&Condition) -> bool) -> Vec<Condition> {
    let mut seen = Vec::new();
    for part in parts {
        seen.push(condition(part, situation));
        if seen.last().is_some_and(&decided) {
            break;
        }
    }
    seen
}

fn other(expr: &Expr, situation: &Situation<'_>) -> ConditionKind {
    match value(expr, situation) {
        Err(Unanswered::Unknown(question)) => ConditionKind::Unanswered { question: question.to_string() },
        Err(Unanswered::Failed(question)) => ConditionKind::Failed { question: question.to_string() },
        Err(Unanswered::Unreadable) => ConditionKind::Unreadable,
        Ok(_) | Err(Unanswered::Nothing) => match expr {
            Expr::Ask(question) => ConditionKind::Predicate { question: question.to_string() },
            Expr::Compare { how, left, right } => ConditionKind::Test { test: test(*how, left, right) },
            _ => ConditionKind::Test { test: word(expr) },
        },
    }
}

fn test(how: Comparison, left: &Expr, right: &Expr) -> String {
    format!("{} {} {}", word(left), how.word(), word(right))
}

fn word(expr: &Expr) -> String {
    match expr {
        Expr::Constant(Value::Text(text)) => format!("{text:?}"),
        Expr::Constant(Value::Int(number)) => number.to_string(),
        Expr::Ask(question) => question.to_string(),
        Expr::Status(name) | Expr::Argument { name, .. } => name.clone(),
        Expr::UserId => "user".to_owned(),
        Expr::Roles | Expr::MemberRoles => "roles".to_owned(),
        _ => "…".to_owned(),
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Constant(constant) => constant.as_text(),
        _ => None,
    }
}

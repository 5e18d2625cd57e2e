//! The outer language: a prefix, or a path with alternatives.

use super::{
    Expr, ExpressionError, ExpressionErrorKind as Kind, MAX_EXPRESSION_BYTES, MAX_EXPRESSION_DEPTH,
    lower::{Step, chain, lower},
    syntax,
};
use crate::Value;

pub(super) fn parse(text: &str) -> Result<Expr, ExpressionError> {
    if text.len() > MAX_EXPRESSION_BYTES {
        return Err(ExpressionError::new(Kind::TooLong, MAX_EXPRESSION_BYTES));
    }
    prefixed(text, 0, 0)
}

fn prefixed(text: &str, offset: usize, depth: usize) -> Result<Expr, ExpressionError> {
    let trimmed = text.trim_start();
    let at = offset + text.len() - trimmed.len();
    let trimmed = trimmed.trim_end();
    let Some((prefix, rest)) = trimmed.split_once(':').filter(|(prefix, _)| is_name(prefix)) else {
        return path(trimmed, at);
    };
    let inner = at + prefix.len() + 1;
    match prefix {
        "python" => lower(&syntax::parse(rest, inner)?, inner),
        "path" => path(rest, inner),
        "string" if rest.contains('$') => Err(unsupported("variable in a string:", inner)),
        "string" => Ok(Expr::Constant(Value::from(rest))),
        "not" if depth < MAX_EXPRESSION_DEPTH => Ok(Expr::Not(Box::new(prefixed(rest, inner, depth + 1)?))),
        "not" => Err(ExpressionError::new(Kind::TooDeep, inner)),
        _ => Err(unsupported(&format!("prefix {prefix}:"), at)),
    }
}

fn path(text: &str, offset: usize) -> Result<Expr, ExpressionError> {
    let mut alternatives = Vec::new();
    let mut at = offset;
    for alternative in text.split('|') {
        alternatives.push(one_path(alternative.trim(), at)?);
        at += alternative.len() + 1;
    }
    Ok(match alternatives.len() {
        1 => alternatives.remove(0),
        _ => Expr::FirstOf(alternatives),
    })
}

fn one_path(text: &str, at: usize) -> Result<Expr, ExpressionError> {
    let mut names = text.split('/');
    let root = names.next().unwrap_or_default();
    let names: Vec<&str> = names.collect();
    if let Some(bad) = std::iter::once(&root).chain(&names).find(|name| !is_path_name(name)) {
        let found = if bad.is_empty() { "empty name in a path".to_owned() } else { format!("{bad:?} in a path") };
        return Err(ExpressionError::new(Kind::Unexpected { found }, at));
    }
    if names.len() > MAX_EXPRESSION_DEPTH {
        return Err(ExpressionError::new(Kind::TooDeep, at));
    }
    chain(root, names.iter().map(|name| Step { name: (*name).to_owned(), arguments: None }).collect(), at)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_path_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '+'))
}

fn unsupported(what: &str, at: usize) -> ExpressionError {
    ExpressionError::new(Kind::Unsupported { what: what.to_owned() }, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::{Comparison, Expression, Question};

    fn ask(name: &str, arguments: &[&str], on: &str) -> Expr {
        let arguments = arguments.iter().map(|text| Value::from(*text)).collect();
        Expr::Ask(Question { name: name.to_owned(), arguments, on: on.to_owned() })
    }

    #[test]
    fn the_forms_of_real_guards() {
        let cases = [
            ("python:here.wfConditions().mayDecide()", ask("mayDecide", &[], "here.wfConditions()")),
            ("python:here.wfConditions().mayCorrect('frozen')", ask("mayCorrect", &["frozen"], "here.wfConditions()")),
            ("python:here.guard_handler(\"verify\")", ask("verify", &[], "here.guard_handler")),
            (
                "python: here.restrictedTraverse('@@guards').is_dispose_transition_available()",
                ask("is_dispose_transition_available", &[], "here.restrictedTraverse(\"@@guards\")"),
            ),
            (
                "python: here.restrictedTraverse('is_inspector')()",
                ask("is_inspector", &[], "here.restrictedTraverse(\"is_inspector\")"),
            ),
            ("here/is_trashed", ask("is_trashed", &[], "here")),
            ("python:here.guard(state_change)", ask("guard", &[], "here")),
            (
                "python:object.treating_groups and object.title",
                Expr::And(vec![ask("treating_groups", &[], "object"), ask("title", &[], "object")]),
            ),
            (
                "python: 'FD' not in here.getProcedureChoice()",
                Expr::Compare {
                    how: Comparison::NotIn,
                    left: Box::new(Expr::Constant(Value::from("FD"))),
                    right: Box::new(ask("getProcedureChoice", &[], "here")),
                },
            ),
            (
                "python: user.has_permission(\"Review portal content\", here) or user.has_role(\"Owner\", here)",
                Expr::Or(vec![
                    Expr::HasPermission("Review portal content".to_owned()),
                    Expr::HasRole("Owner".to_owned()),
                ]),
            ),
            (
                "python:('Publisher' in here.portal_membership.getAuthenticatedMember().getRolesInContext(here))",
                Expr::Compare {
                    how: Comparison::In,
                    left: Box::new(Expr::Constant(Value::from("Publisher"))),
                    right: Box::new(Expr::MemberRoles),
                },
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(Expression::parse(text).unwrap().expr(), &wanted, "{text}");
        }
    }

    #[test]
    fn the_standard_variables() {
        let argument = Expr::Argument { name: "comment".to_owned(), default: Value::from("") };
        let cases = [
            ("transition/getId|nothing", Expr::FirstOf(vec![Expr::TransitionId, Expr::Constant(Value::None)])),
            ("user/getId", Expr::UserId),
            ("user/getUserName", Expr::UserId),
            ("python:state_change.kwargs.get('comment', '')", argument),
            ("state_change/getHistory", Expr::History),
            ("state_change/getDateTime", Expr::Now),
            ("string:frozen", Expr::Constant(Value::from("frozen"))),
            ("not:here/is_trashed", Expr::Not(Box::new(ask("is_trashed", &[], "here")))),
        ];
        for (text, wanted) in cases {
            assert_eq!(Expression::parse(text).unwrap().expr(), &wanted, "{text}");
        }
    }

    #[test]
    fn what_is_outside_the_language_is_named_with_its_place() {
        let cases = [
            ("python:lambda: 1", "expression-unsupported", 13),
            ("python:1 + 1", "expression-unsupported", 9),
            ("python:open('/etc/passwd')", "expression-unsupported", 7),
            ("python:secret.key()", "expression-unknown-name", 7),
            ("python:here.f(x for x in y)", "expression-unexpected", 16),
            ("python:", "expression-unexpected", 7),
            ("", "expression-unexpected", 0),
            ("python:here.f('a", "expression-unexpected", 16),
            ("nocall:here/x", "expression-unsupported", 0),
            ("python:1 < 2", "expression-unsupported", 9),
            ("python:here.a()[0]", "expression-unexpected", 15),
        ];
        for (text, code, at) in cases {
            let error = Expression::parse(text).unwrap_err();
            assert_eq!((error.code(), error.at), (code, at), "{text}: {error}");
        }
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = format!("python:{}1{}", "(".repeat(2000), ")".repeat(2000));
        assert_eq!(Expression::parse(deep).unwrap_err().code(), "expression-too-deep");
        let nots = format!("python:{}1", "not ".repeat(1000));
        assert_eq!(Expression::parse(nots).unwrap_err().code(), "expression-too-deep");
        let chain = format!("python:here{}", ".a".repeat(1000));
        assert_eq!(Expression::parse(chain).unwrap_err().code(), "expression-too-deep");
        assert_eq!(Expression::parse("x".repeat(5000)).unwrap_err().code(), "expression-too-long");
    }
}

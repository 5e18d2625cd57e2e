use super::{Comparison, Filter, Node, Value};

const MOST_OPERANDS: usize = 500;
const MOST_LENGTH: usize = 20_000;
const MOST_DEPTH: usize = 100;

/// Why a condition can't be read, with the place as a byte offset in its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpressionError {
    /// Nothing there.
    #[error("the condition is empty")]
    Empty,
    /// A filter that isn't one of [`Filter`].
    #[error("unknown filter {name:?} at {at}")]
    UnknownFilter {
        /// Its name.
        name: String,
        /// Where.
        at: usize,
    },
    /// A token that can't stand there.
    #[error("unexpected {token:?} at {at}")]
    Unexpected {
        /// The token.
        token: String,
        /// Where.
        at: usize,
    },
    /// It stops where an operand has to follow.
    #[error("the condition ends too early")]
    Unfinished,
    /// Another language than Django's.
    #[error("a condition in {0:?}")]
    Language(String),
    /// Too long or too deep.
    #[error("the condition is too long or too deep")]
    TooLarge,
}

impl ExpressionError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "condition-empty",
            Self::UnknownFilter { .. } => "condition-unknown-filter",
            Self::Unexpected { .. } => "condition-unexpected",
            Self::Unfinished => "condition-unfinished",
            Self::Language(_) => "condition-language",
            Self::TooLarge => "condition-too-large",
        }
    }
}

pub(super) fn expression(text: &str) -> Result<Node, ExpressionError> {
    if text.len() > MOST_LENGTH {
        return Err(ExpressionError::TooLarge);
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(ExpressionError::Empty);
    }
    if tokens.len() > MOST_OPERANDS {
        return Err(ExpressionError::TooLarge);
    }
    let mut parser = Parser { tokens: &tokens, next: 0 };
    let node = parser.binary(0, 0)?;
    match parser.peek() {
        None => Ok(node),
        Some(token) => Err(unexpected(token)),
    }
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    at: usize,
}

fn unexpected(token: Token<'_>) -> ExpressionError {
    ExpressionError::Unexpected { token: token.text.to_owned(), at: token.at }
}

/// Cuts at spaces outside of quotes, as Django's `smart_split` does.
fn tokens(text: &str) -> Result<Vec<Token<'_>>, ExpressionError> {
    let mut tokens = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if let Some(open) = quote {
            if escaped {
                escaped = false;
            } else if character == '\\' {
                escaped = true;
            } else if character == open {
                quote = None;
            }
            continue;
        }
        if character.is_whitespace() {
            if let Some(start) = start.take() {
                tokens.push(Token { text: &text[start..at], at: start });
            }
            continue;
        }
        start = start.or(Some(at));
        if matches!(character, '"' | '\'') {
            quote = Some(character);
        }
    }
    if quote.is_some() {
        return Err(ExpressionError::Unfinished);
    }
    if let Some(start) = start {
        tokens.push(Token { text: &text[start..], at: start });
    }
    Ok(tokens)
}

/// A Pratt parser with the binding powers of Django's `smartif`.
struct Parser<'a> {
    tokens: &'a [Token<'a>],
    next: usize,
}

#[derive(Clone, Copy)]
enum Operator {
    Or,
    And,
    Compare(Comparison),
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.next).copied()
    }

    /// The operator that stands next, its binding power and how many tokens it takes.
    fn operator(&self) -> Option<(Operator, u8, usize)> {
        let second = self.tokens.get(self.next + 1).map(|token| token.text);
        let compare = |comparison, power, length| Some((Operator::Compare(comparison), power, length));
        match (self.peek()?.text, second) {
            ("or", _) => Some((Operator::Or, 6, 1)),
            ("and", _) => Some((Operator::And, 7, 1)),
            ("in", _) => compare(Comparison::In, 9, 1),
            ("not", Some("in")) => compare(Comparison::NotIn, 9, 2),
            ("is", Some("not")) => compare(Comparison::IsNot, 10, 2),
            ("is", _) => compare(Comparison::Is, 10, 1),
            ("==" | "=", _) => compare(Comparison::Eq, 10, 1),
            ("!=", _) => compare(Comparison::Ne, 10, 1),
            ("<", _) => compare(Comparison::Lt, 10, 1),
            ("<=", _) => compare(Comparison::Le, 10, 1),
            (">", _) => compare(Comparison::Gt, 10, 1),
            (">=", _) => compare(Comparison::Ge, 10, 1),
            _ => None,
        }
    }

    fn binary(&mut self, least: u8, depth: usize) -> Result<Node, ExpressionError> {
        if depth > MOST_DEPTH {
            return Err(ExpressionError::TooLarge);
        }
        let mut left = self.prefix(depth)?;
        while let Some((operator, power, length)) = self.operator() {
            if power <= least {
                break;
            }
            self.next += length;
            let (first, second) = (Box::new(left), Box::new(self.binary(power, depth + 1)?));
            left = match operator {
                Operator::Or => Node::Or(first, second),
                Operator::And => Node::And(first, second),
                Operator::Compare(comparison) => Node::Compare(comparison, first, second),
            };
        }
        Ok(left)
    }

    fn prefix(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        let token = self.peek().ok_or(ExpressionError::Unfinished)?;
        if token.text != "not" && self.operator().is_some() {
            return Err(unexpected(token));
        }
        self.next += 1;
        if token.text == "not" {
            return Ok(Node::Not(Box::new(self.binary(8, depth + 1)?)));
        }
        operand(token)
    }
}

/// A literal or a name, then filters.
fn operand(token: Token<'_>) -> Result<Node, ExpressionError> {
    let parts = split_outside_quotes(token.text, '|');
    let mut at = token.at;
    let mut node = atom(Token { text: parts[0], at })?;
    if parts.len() > MOST_DEPTH {
        return Err(ExpressionError::TooLarge);
    }
    for (before, part) in parts.iter().zip(&parts[1..]) {
        at += before.len() + 1;
        let pieces = split_outside_quotes(part, ':');
        let filter = Filter::named(pieces[0])
            .ok_or_else(|| ExpressionError::UnknownFilter { name: pieces[0].to_owned(), at })?;
        let argument = match pieces.get(1) {
            Some(text) => {
                let text = &part[pieces[0].len() + 1..][..text.len()];
                Some(Box::new(atom(Token { text, at: at + pieces[0].len() + 1 })?))
            }
            None => None,
        };
        if pieces.len() > 2 {
            return Err(unexpected(Token { text: part, at }));
        }
        node = Node::Filter(Box::new(node), filter, argument);
    }
    Ok(node)
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '\'') => quote = Some(character),
            None if character == separator => {
                parts.push(&text[start..at]);
                start = at + character.len_utf8();
            }
            None => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn atom(token: Token<'_>) -> Result<Node, ExpressionError> {
    let text = token.text;
    if let Some(open) = text.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        let inner = text[1..].strip_suffix(open).ok_or_else(|| unexpected(token))?;
        return Ok(Node::Literal(Value::Text(unescape(inner))));
    }
    match text {
        "True" => return Ok(Node::Literal(Value::Bool(true))),
        "False" => return Ok(Node::Literal(Value::Bool(false))),
        "None" => return Ok(Node::Literal(Value::Nothing)),
        _ => {}
    }
    if let Ok(number) = text.parse() {
        return Ok(Node::Literal(Value::Integer(number)));
    }
    let is_name = text.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '.'));
    if is_name { Ok(Node::Name(text.to_owned())) } else { Err(unexpected(token)) }
}

fn unescape(text: &str) -> String {
    let mut unescaped = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => unescaped.extend(characters.next()),
            other => unescaped.push(other),
        }
    }
    unescaped
}

//! The Python part: tokens, then a tree by recursive descent, of bounded depth.

use super::{Comparison, ExpressionError, ExpressionErrorKind as Kind, MAX_EXPRESSION_DEPTH};
use crate::Value;

/// A Python expression as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Syntax {
    Name(String, usize),
    Constant(Value),
    List(Vec<Syntax>),
    Attribute(Box<Syntax>, String),
    Call(Box<Syntax>, Vec<Syntax>),
    And(Vec<Syntax>),
    Or(Vec<Syntax>),
    Not(Box<Syntax>),
    Compare(Comparison, Box<Syntax>, Box<Syntax>),
}

/// Parses `text`, whose first byte is byte `offset` of the whole expression.
pub(super) fn parse(text: &str, offset: usize) -> Result<Syntax, ExpressionError> {
    let tokens = tokenize(text, offset)?;
    let mut parser = Parser { tokens, place: 0, depth: 0, end: offset + text.len() };
    let syntax = parser.disjunction()?;
    match parser.peek() {
        None => Ok(syntax),
        Some(_) => Err(parser.unexpected()),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Int(i64),
    Sign(&'static str),
}

const SIGNS: [&str; 9] = ["==", "!=", "(", ")", "[", "]", ",", ".", "-"];

fn tokenize(text: &str, offset: usize) -> Result<Vec<(Token, usize)>, ExpressionError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let at = offset + text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return Ok(tokens);
        };
        let (token, length) = if first == '\'' || first == '"' {
            string(rest, first, at)?
        } else if first.is_ascii_digit() {
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            match rest[..length].parse() {
                Ok(number) if !rest[length..].starts_with('.') => (Token::Int(number), length),
                _ => return Err(unsupported(format!("number {:?}", &rest[..length]), at)),
            }
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            (Token::Word(rest[..length].to_owned()), length)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Token::Sign(sign), sign.len())
        } else {
            return Err(unsupported(format!("character {first:?}"), at));
        };
        tokens.push((token, at));
        rest = &rest[length..];
    }
}

/// A string literal and its length in the source.
fn string(rest: &str, quote: char, at: usize) -> Result<(Token, usize), ExpressionError> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((place, character)) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some((_, escaped @ ('\\' | '\'' | '"'))) => text.push(escaped),
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                _ => return Err(unsupported("escape in a string".to_owned(), at + place)),
            },
            '\n' => break,
            character if character == quote => return Ok((Token::Text(text), place + quote.len_utf8())),
            character => text.push(character),
        }
    }
    Err(ExpressionError::new(Kind::Unexpected { found: "end of a string".to_owned() }, at + rest.len()))
}

fn unsupported(what: String, at: usize) -> ExpressionError {
    ExpressionError::new(Kind::Unsupported { what }, at)
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    place: usize,
    depth: usize,
    end: usize,
}

impl Parser {
    fn disjunction(&mut self) -> Result<Syntax, ExpressionError> {
        self.depth += 1;
        if self.depth > MAX_EXPRESSION_DEPTH {
            return Err(ExpressionError::new(Kind::TooDeep, self.at()));
        }
        let mut parts = vec![self.conjunction()?];
        while self.take_word("or") {
            parts.push(self.conjunction()?);
        }
        self.depth -= 1;
        Ok(single_or(parts, Syntax::Or))
    }

    fn conjunction(&mut self) -> Result<Syntax, ExpressionError> {
        let mut parts = vec![self.negation()?];
        while self.take_word("and") {
            parts.push(self.negation()?);
        }
        Ok(single_or(parts, Syntax::And))
    }

    fn negation(&mut self) -> Result<Syntax, ExpressionError> {
        let mut negations = 0;
        while self.take_word("not") {
            negations += 1;
            if negations > MAX_EXPRESSION_DEPTH {
                return Err(ExpressionError::new(Kind::TooDeep, self.at()));
            }
        }
        let mut syntax = self.comparison()?;
        for _ in 0..negations {
            syntax = Syntax::Not(Box::new(syntax));
        }
        Ok(syntax)
    }

    fn comparison(&mut self) -> Result<Syntax, ExpressionError> {
        let left = self.postfix()?;
        let Some(how) = self.comparator()? else { return Ok(left) };
        let right = self.postfix()?;
        let at = self.at();
        if self.comparator()?.is_some() {
            return Err(unsupported("chained comparison".to_owned(), at));
        }
        Ok(Syntax::Compare(how, Box::new(left), Box::new(right)))
    }

    fn comparator(&mut self) -> Result<Option<Comparison>, ExpressionError> {
        if self.take_sign("==") {
            return Ok(Some(Comparison::Equal));
        }
        if self.take_sign("!=") {
            return Ok(Some(Comparison::NotEqual));
        }
        if self.take_word("in") {
            return Ok(Some(Comparison::In));
        }
        if self.take_word("not") {
            return if self.take_word("in") { Ok(Some(Comparison::NotIn)) } else { Err(self.unexpected()) };
        }
        Ok(None)
    }

    fn postfix(&mut self) -> Result<Syntax, ExpressionError> {
        let mut syntax = self.atom()?;
        let mut steps = 0;
        loop {
            if self.take_sign(".") {
                let Some((Token::Word(name), _)) = self.peek().cloned() else {
                    return Err(self.unexpected());
                };
                self.place += 1;
                syntax = Syntax::Attribute(Box::new(syntax), name);
            } else if self.take_sign("(") {
                let arguments = self.items(")")?;
                syntax = Syntax::Call(Box::new(syntax), arguments);
            } else {
                return Ok(syntax);
            }
            // A chain is a tree as deep as it is long.
            steps += 1;
            if steps > MAX_EXPRESSION_DEPTH {
                return Err(ExpressionError::new(Kind::TooDeep, self.at()));
            }
        }
    }

    fn atom(&mut self) -> Result<Syntax, ExpressionError> {
        let at = self.at();
        let Some((token, _)) = self.peek().cloned() else {
            return Err(self.unexpected());
        };
        match token {
            Token::Text(_) | Token::Int(_) | Token::Sign("(" | "[" | "-") => self.place += 1,
            Token::Word(ref word) if !is_keyword(word) => self.place += 1,
            _ => return Err(self.unexpected()),
        }
        Ok(match token {
            Token::Text(mut text) => {
                // Python joins adjacent literals.
                while let Some((Token::Text(next), _)) = self.peek() {
                    text.push_str(next);
                    self.place += 1;
                }
                Syntax::Constant(Value::Text(text))
            }
            Token::Int(number) => Syntax::Constant(Value::Int(number)),
            Token::Word(word) => match word.as_str() {
                "None" => Syntax::Constant(Value::None),
                "True" => Syntax::Constant(Value::Bool(true)),
                "False" => Syntax::Constant(Value::Bool(false)),
                _ => Syntax::Name(word, at),
            },
            Token::Sign("-") => match self.peek().cloned() {
                Some((Token::Int(number), _)) => {
                    self.place += 1;
                    Syntax::Constant(Value::Int(-number))
                }
                _ => return Err(self.unexpected()),
            },
            Token::Sign("[") => Syntax::List(self.items("]")?),
            Token::Sign(_) => self.parenthesis()?,
        })
    }

    /// What follows an opening parenthesis: one expression, or a tuple.
    fn parenthesis(&mut self) -> Result<Syntax, ExpressionError> {
        if self.take_sign(")") {
            return Ok(Syntax::List(Vec::new()));
        }
        let first = self.disjunction()?;
        if self.take_sign(")") {
            return Ok(first);
        }
        if !self.take_sign(",") {
            return Err(self.unexpected());
        }
        let mut items = vec![first];
        items.extend(self.items(")")?);
        Ok(Syntax::List(items))
    }

    fn items(&mut self, close: &'static str) -> Result<Vec<Syntax>, ExpressionError> {
        let mut items = Vec::new();
        while !self.take_sign(close) {
            items.push(self.disjunction()?);
            if !self.take_sign(",") {
                if self.take_sign(close) {
                    break;
                }
                return Err(self.unexpected());
            }
        }
        Ok(items)
    }

    fn peek(&self) -> Option<&(Token, usize)> {
        self.tokens.get(self.place)
    }

    fn at(&self) -> usize {
        self.peek().map_or(self.end, |(_, at)| *at)
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let there = matches!(self.peek(), Some((Token::Word(word), _)) if word == wanted);
        self.place += usize::from(there);
        there
    }

    fn take_sign(&mut self, wanted: &str) -> bool {
        let there = matches!(self.peek(), Some((Token::Sign(sign), _)) if *sign == wanted);
        self.place += usize::from(there);
        there
    }

    fn unexpected(&self) -> ExpressionError {
        let found = match self.peek() {
            None => "end".to_owned(),
            Some((Token::Word(word), _)) => format!("{word:?}"),
            Some((Token::Text(_), _)) => "string".to_owned(),
            Some((Token::Int(_), _)) => "number".to_owned(),
            Some((Token::Sign(sign), _)) => format!("{sign:?}"),
        };
        ExpressionError::new(Kind::Unexpected { found }, self.at())
    }
}

fn single_or(mut parts: Vec<Syntax>, many: impl FnOnce(Vec<Syntax>) -> Syntax) -> Syntax {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}

fn is_keyword(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "in" | "is" | "if" | "else" | "for" | "lambda" | "yield" | "await" | "async")
}

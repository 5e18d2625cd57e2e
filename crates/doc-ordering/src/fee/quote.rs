use std::num::NonZeroU16;

use serde::{Deserialize, Serialize};

use super::FeeError;
use crate::money::{Currency, Money};

/// A number of copies: at least one.
///
/// Real forms keep it as text and check it by patterns such as `^[1-9]$|^[0-1][0-9]$|^20$`, which lets `00` through and
/// makes a paid order free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Copies(NonZeroU16);

impl Copies {
    /// One copy.
    pub const ONE: Self = Self(NonZeroU16::MIN);

    /// A number of copies from 1 to `most`.
    ///
    /// # Errors
    /// [`FeeError::Copies`] outside of that.
    pub fn new(count: u16, most: u16) -> Result<Self, FeeError> {
        NonZeroU16::new(count).filter(|count| count.get() <= most).map(Self).ok_or(FeeError::Copies { most })
    }

    /// Reads what a person typed: digits only, leading zeros allowed (`01` is one copy, `00` is none).
    ///
    /// # Errors
    /// [`FeeError::Copies`] for anything that isn't a number from 1 to `most`.
    pub fn parse(text: &str, most: u16) -> Result<Self, FeeError> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(FeeError::Copies { most });
        }
        Self::new(text.parse().map_err(|_| FeeError::Copies { most })?, most)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

/// What a line of a quote is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LineKind {
    /// The copies of the document.
    Document,
    /// What the motive adds, a copy.
    Motive,
    /// The delivery, once.
    Delivery,
    /// What an exemption takes away; negative.
    Exemption,
}

/// One line of a quote: `quantity` × `unit` = `amount`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// What it is for.
    pub kind: LineKind,
    /// The key of the document, motive, delivery mode or exemption.
    pub key: String,
    /// How many.
    pub quantity: u16,
    /// The price of one.
    pub unit: Money,
    /// Their product.
    pub amount: Money,
}

impl QuoteLine {
    pub(super) fn new(kind: LineKind, key: &str, quantity: u16, unit: Money) -> Result<Self, FeeError> {
        let amount = unit.times(quantity.into())?;
        Ok(Self { kind, key: key.to_owned(), quantity, unit, amount })
    }
}

/// A price with the lines that make it up: what is shown is what is charged, because the order keeps this very value.
///
/// The total is the sum of the lines, also after deserialisation, and never negative. It can be zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Dto", into = "Dto")]
pub struct Quote {
    schedule: String,
    lines: Vec<QuoteLine>,
    total: Money,
}

impl Quote {
    /// A price from its lines.
    ///
    /// # Errors
    /// [`FeeError::Total`] when a line isn't the product of its quantity and unit or the total is negative; an error of the
    /// amounts.
    pub fn new(schedule: impl Into<String>, currency: Currency, lines: Vec<QuoteLine>) -> Result<Self, FeeError> {
        for line in &lines {
            if line.unit.times(line.quantity.into())? != line.amount {
                return Err(FeeError::Total);
            }
        }
        let total = Money::sum(currency, lines.iter().map(|line| line.amount))?;
        if total.minor() < 0 {
            return Err(FeeError::Total);
        }
        Ok(Self { schedule: schedule.into(), lines, total })
    }

    /// The id of the fee schedule that it was computed from.
    #[must_use]
    pub fn schedule(&self) -> &str {
        &self.schedule
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[QuoteLine] {
        &self.lines
    }

    /// Their sum.
    #[must_use]
    pub const fn total(&self) -> Money {
        self.total
    }

    /// Whether there is nothing to pay.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        self.total.is_zero()
    }
}

#[derive(Serialize, Deserialize)]
struct Dto {
    schedule: String,
    lines: Vec<QuoteLine>,
    total: Money,
}

impl From<Quote> for Dto {
    fn from(Quote { schedule, lines, total }: Quote) -> Self {
        Self { schedule, lines, total }
    }
}

impl TryFrom<Dto> for Quote {
    type Error = FeeError;

    fn try_from(dto: Dto) -> Result<Self, FeeError> {
        let quote = Self::new(dto.schedule, dto.total.currency(), dto.lines)?;
        if quote.total == dto.total { Ok(quote) } else { Err(FeeError::Total) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_a_number_from_one() {
        let parse = |text| Copies::parse(text, 20).map(Copies::get);
        assert_eq!(parse("1"), Ok(1));
        assert_eq!(parse("01"), Ok(1));
        assert_eq!(parse("20"), Ok(20));
        for bad in ["", "0", "00", "21", "-1", "+1", "1.0", "65537", " 1"] {
            assert_eq!(parse(bad), Err(FeeError::Copies { most: 20 }), "{bad:?}");
        }
    }

    #[test]
    fn a_stored_quote_must_still_add_up() {
        let line = QuoteLine::new(LineKind::Document, "act", 2, Money::euro_cents(250)).unwrap();
        let quote = Quote::new("2026", Currency::EUR, vec![line]).unwrap();
        let json = serde_json::to_string(&quote).unwrap();
        assert_eq!(serde_json::from_str::<Quote>(&json).unwrap(), quote);
        let forged = json.replace("500", "5");
        assert!(serde_json::from_str::<Quote>(&forged).is_err());
    }
}

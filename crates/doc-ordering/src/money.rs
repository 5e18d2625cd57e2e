//! Amounts of money: whole minor units of a currency of ISO 4217.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A currency of ISO 4217, by its alphabetic code.
///
/// ```
/// use communes_doc_ordering::money::Currency;
///
/// let yen: Currency = "JPY".parse()?;
/// assert_eq!(yen.exponent(), 0);
/// assert_eq!(Currency::EUR.exponent(), 2);
/// # Ok::<(), communes_doc_ordering::money::MoneyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);

    /// The alphabetic code, three capital letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals the minor unit has: 2 for EUR, 0 for JPY, 3 for TND. Codes without a minor unit (gold) count as 0.
    #[must_use]
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(code).map(Self).ok_or(MoneyError::UnknownCurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(code: String) -> Result<Self, MoneyError> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// An amount in the minor units of its currency (cents for EUR), never a floating-point number.
///
/// Arithmetic is checked: other currencies and overflow are errors. Serialises as `{"minor": 186, "currency": "EUR"}`.
///
/// ```
/// use communes_doc_ordering::money::{Currency, Money};
///
/// let unit = Money::parse("1,86", Currency::EUR)?;
/// assert_eq!(unit.minor(), 186);
/// assert_eq!(unit.times(3)?.to_string(), "5.58 EUR");
/// assert!(Money::parse("1,865", Currency::EUR).is_err());
/// # Ok::<(), communes_doc_ordering::money::MoneyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount from its minor units.
    #[must_use]
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// An amount in euro, from cents.
    #[must_use]
    pub const fn euro_cents(cents: i64) -> Self {
        Self::from_minor(cents, Currency::EUR)
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::from_minor(0, currency)
    }

    /// Reads an amount as people and forms write it: digits, then at most one `,` or `.` with at least one decimal behind it.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`] for anything else (sign, spaces, thousands separators, two separators, nothing behind one);
    /// [`MoneyError::TooPrecise`] for more decimals than the currency has; [`MoneyError::OutOfRange`] when it doesn't fit.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (whole, decimals) = match text.split_once([',', '.']) {
            Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
            Some(_) => return Err(MoneyError::Malformed),
            None => (text, ""),
        };
        if whole.is_empty() || !whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit()) {
            return Err(MoneyError::Malformed);
        }
        let exponent = currency.exponent() as usize;
        if decimals.len() > exponent {
            return Err(MoneyError::TooPrecise);
        }
        let digits = format!("{whole}{decimals:0<exponent$}");
        let minor = digits.parse().map_err(|_| MoneyError::OutOfRange)?;
        Ok(Self { minor, currency })
    }

    /// The minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The sum.
    ///
    /// # Errors
    /// Another currency, or overflow.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_add(self.same_currency(other)?.minor);
        Ok(Self { minor: minor.ok_or(MoneyError::OutOfRange)?, ..self })
    }

    /// The difference; may be negative.
    ///
    /// # Errors
    /// Another currency, or overflow.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_sub(self.same_currency(other)?.minor);
        Ok(Self { minor: minor.ok_or(MoneyError::OutOfRange)?, ..self })
    }

    /// A multiple.
    ///
    /// # Errors
    /// Overflow.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(i64::from(count)).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// The sum of many, in a currency; of none, zero.
    ///
    /// # Errors
    /// Another currency among them, or overflow.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// The number alone with a decimal point and all decimals of the currency: `5.00`, `-0.05`, `2700` for JPY.
    #[must_use]
    pub fn to_decimal(self) -> String {
        decimal(i128::from(self.minor), self.currency.exponent())
    }

    fn same_currency(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency == other.currency { Ok(other) } else { Err(MoneyError::OtherCurrency) }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.to_decimal(), self.currency)
    }
}

/// Why an amount can't be read or calculated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Not an amount.
    #[error("not an amount: digits, then at most one comma or point and decimals")]
    Malformed,
    /// More decimals than the currency has; nothing is ever rounded silently.
    #[error("more decimals than the currency has")]
    TooPrecise,
    /// Too large to be counted.
    #[error("amount out of range")]
    OutOfRange,
    /// Two currencies in one sum.
    #[error("amounts in two currencies")]
    OtherCurrency,
    /// No code of ISO 4217.
    #[error("unknown currency code")]
    UnknownCurrency,
}

impl MoneyError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "amount-malformed",
            Self::TooPrecise => "amount-too-precise",
            Self::OutOfRange => "amount-out-of-range",
            Self::OtherCurrency => "amount-other-currency",
            Self::UnknownCurrency => "currency-unknown",
        }
    }
}

/// `unscaled` × 10^-`scale`, with all its decimals and a point.
pub(crate) fn decimal(unscaled: i128, scale: u32) -> String {
    let digits = unscaled.unsigned_abs().to_string();
    let scale = scale as usize;
    let sign = if unscaled < 0 { "-" } else { "" };
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, decimals) = digits.split_at(digits.len() - scale);
    format!("{sign}{whole}.{decimals}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let euro = |text| Money::parse(text, Currency::EUR).map(Money::minor);
        assert_eq!(euro("2"), Ok(200));
        assert_eq!(euro("12,5"), Ok(1250));
        assert_eq!(euro("1.86"), Ok(186));
        assert_eq!(euro("0"), Ok(0));
        for bad in ["", ",", "1,", ".5", "1,2,3", "1.234,50", "-1", "+1", " 1", "1 €", "１"] {
            assert_eq!(euro(bad), Err(MoneyError::Malformed), "{bad:?}");
        }
        assert_eq!(euro("1,865"), Err(MoneyError::TooPrecise));
        assert_eq!(euro("99999999999999999999"), Err(MoneyError::OutOfRange));
        let yen = "JPY".parse().unwrap();
        assert_eq!(Money::parse("2700", yen).map(Money::minor), Ok(2700));
        assert_eq!(Money::parse("2700.0", yen), Err(MoneyError::TooPrecise));
    }

    #[test]
    fn arithmetic_is_checked() {
        let most = Money::euro_cents(i64::MAX);
        assert_eq!(most.plus(Money::euro_cents(1)), Err(MoneyError::OutOfRange));
        assert_eq!(most.times(2), Err(MoneyError::OutOfRange));
        assert_eq!(Money::euro_cents(i64::MIN).minus(Money::euro_cents(1)), Err(MoneyError::OutOfRange));
        let yen = Money::zero("JPY".parse().unwrap());
        assert_eq!(Money::euro_cents(1).plus(yen), Err(MoneyError::OtherCurrency));
        // 5.10 in binary floating point times 100 is 509.99999999999994.
        assert_eq!(Money::parse("5.10", Currency::EUR).unwrap().minor(), 510);
    }

    #[test]
    fn decimals_are_all_written() {
        assert_eq!(Money::euro_cents(5).to_decimal(), "0.05");
        assert_eq!(Money::euro_cents(-5).to_decimal(), "-0.05");
        assert_eq!(Money::euro_cents(123_400).to_decimal(), "1234.00");
        assert_eq!(Money::euro_cents(i64::MIN).to_decimal(), "-92233720368547758.08");
    }
}

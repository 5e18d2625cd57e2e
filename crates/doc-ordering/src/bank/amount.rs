use std::fmt;

use crate::money::{Currency, Money, MoneyError, decimal};

/// An amount as a statement writes it: all its decimals, also those that the currency doesn't have. Never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BankAmount {
    /// At most what fits into an `i64` for one amount; sums may be more.
    unscaled: i128,
    scale: u8,
    currency: Currency,
}

impl BankAmount {
    const MOST_SCALE: usize = 12;

    pub(super) fn thousandths(unscaled: i64, currency: Currency) -> Self {
        Self { unscaled: unscaled.into(), scale: 3, currency }
    }

    /// Reads an amount as camt writes it: digits with at most one point, at most twelve decimals. None for anything else.
    #[must_use]
    pub fn parse(text: &str, currency: Currency) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(decimals) || decimals.len() > Self::MOST_SCALE {
            return None;
        }
        let unscaled: i64 = format!("{whole}{decimals}").parse().ok()?;
        Some(Self { unscaled: unscaled.into(), scale: u8::try_from(decimals.len()).ok()?, currency })
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The number with the file's decimals, `8.850`.
    #[must_use]
    pub fn number(self) -> String {
        decimal(self.unscaled, self.scale.into())
    }

    /// As money.
    ///
    /// # Errors
    /// Decimals beyond the currency's that aren't zero ([`MoneyError::TooPrecise`]); nothing is rounded.
    pub fn to_money(self) -> Result<Money, MoneyError> {
        let (mut unscaled, mut scale) = (self.unscaled, u32::from(self.scale));
        let exponent = self.currency.exponent();
        while scale > exponent {
            if unscaled % 10 != 0 {
                return Err(MoneyError::TooPrecise);
            }
            unscaled /= 10;
            scale -= 1;
        }
        let minor = unscaled * 10_i128.pow(exponent - scale);
        Ok(Money::from_minor(minor.try_into().map_err(|_| MoneyError::OutOfRange)?, self.currency))
    }

    /// In units of 10^-12, for sums across scales.
    pub(super) fn finest(self) -> i128 {
        let missing = 12 - u32::from(self.scale).min(12);
        self.unscaled * 10_i128.pow(missing)
    }

    /// In thousandths of the currency's unit; none where it has finer decimals.
    #[must_use]
    pub fn thousandths_exact(self) -> Option<i128> {
        let finest = self.finest();
        (finest % 1_000_000_000 == 0).then_some(finest / 1_000_000_000)
    }

    /// The sum of amounts of one currency, with as many decimals as the finest of them.
    pub(super) fn plus(self, other: Self) -> Self {
        let scale = self.scale.max(other.scale);
        let scaled = |amount: Self| amount.unscaled * 10_i128.pow(u32::from(scale - amount.scale));
        Self { unscaled: scaled(self) + scaled(other), scale, currency: self.currency }
    }
}

impl fmt::Display for BankAmount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.number(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_of_the_file_is_kept() {
        let amount = |text| BankAmount::parse(text, Currency::EUR).unwrap();
        assert_eq!(amount("18.150").number(), "18.150");
        assert_eq!(amount("18.150").to_money(), Ok(Money::euro_cents(1815)));
        assert_eq!(amount("5442.09000").to_money(), Ok(Money::euro_cents(544_209)));
        assert_eq!(amount("767.823").to_money(), Err(MoneyError::TooPrecise));
        assert_eq!(amount("7").to_money(), Ok(Money::euro_cents(700)));
        let yen = BankAmount::parse("2700", "JPY".parse().unwrap()).unwrap();
        assert_eq!(yen.to_money().map(Money::minor), Ok(2700));
        for bad in ["", ".5", "-1", "1,5", "1.2.3", "1e3", "99999999999999999999", "0.1234567890123"] {
            assert_eq!(BankAmount::parse(bad, Currency::EUR), None, "{bad}");
        }
    }
}

//! The formats of single answers: what a person types, to its canonical text.

use std::sync::LazyLock;

use communes_civil::{Iban, NationalNumber};

use super::{FieldFault, Pattern, expression};

/// The rule of HTML for `<input type=email>`, with a dot in the domain.
static EMAIL: LazyLock<Pattern> = LazyLock::new(|| {
    let label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    Pattern::new(format!(r"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{label}(?:\.{label})+"))
});

pub(super) fn email(text: &str) -> Result<String, FieldFault> {
    let text = text.trim();
    if text.len() <= 254 && EMAIL.accepts(text) { Ok(text.to_owned()) } else { Err(FieldFault::NotAnEmail) }
}

pub(super) fn digits(text: &str) -> Result<String, FieldFault> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { Ok(text.to_owned()) } else { Err(FieldFault::NotDigits) }
}

/// 8 to 15 digits (E.164), `+` at most in front, spaces and `./()-` anywhere.
pub(super) fn phone(text: &str) -> Result<String, FieldFault> {
    let compact: String =
        text.chars().filter(|character| !matches!(character, ' ' | '.' | '/' | '(' | ')' | '-')).collect();
    let digits = compact.strip_prefix('+').unwrap_or(&compact);
    let is_phone = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_phone { Ok(compact) } else { Err(FieldFault::NotAPhone) }
}

/// Its eleven digits.
pub(super) fn national_number(text: &str) -> Result<String, FieldFault> {
    text.trim().parse::<NationalNumber>().map_err(|_| FieldFault::NotANationalNumber)?;
    // What was typed is kept as an answer, not read out of the guarded type.
    Ok(text.chars().filter(char::is_ascii_digit).collect())
}

/// Its electronic format, without spaces.
pub(super) fn iban(text: &str) -> Result<String, FieldFault> {
    let iban: Iban = text.trim().parse().map_err(|_| FieldFault::NotAnIban)?;
    Ok(iban.electronic().to_owned())
}

pub(super) fn time(text: &str) -> Result<String, FieldFault> {
    let time = expression::time(text).ok_or(FieldFault::NotATime)?;
    Ok(time.format("%H:%M").to_string())
}

pub(super) fn boolean(text: &str) -> Result<bool, FieldFault> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" => Ok(true),
        "false" | "off" | "no" | "0" => Ok(false),
        _ => Err(FieldFault::NotABool),
    }
}

/// `LATITUDE;LONGITUDE` in degrees, as w.c.s. writes it.
pub(super) fn place(text: &str) -> Result<String, FieldFault> {
    let degrees = |text: &str, most: f64| text.trim().parse().is_ok_and(|degrees: f64| degrees.abs() <= most);
    match text.split_once(';') {
        Some((latitude, longitude)) if degrees(latitude, 90.0) && degrees(longitude, 180.0) => {
            Ok(text.trim().to_owned())
        }
        _ => Err(FieldFault::NotAPlace),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_take_what_people_type() {
        assert_eq!(email(" a.b+c@example.be "), Ok("a.b+c@example.be".into()));
        for bad in ["a", "a@b", "a@@b.be", "a b@c.be", "@c.be", "a@-c.be", "a@c..be"] {
            assert_eq!(email(bad), Err(FieldFault::NotAnEmail), "{bad}");
        }
        // The pattern of real forms refuses the spaces.
        assert_eq!(phone("+32 475 12 34 56"), Ok("+32475123456".into()));
        assert_eq!(phone("081/22.33.44"), Ok("081223344".into()));
        for bad in ["", "1234567", "0475+123456", "1234567890123456", "call me"] {
            assert_eq!(phone(bad), Err(FieldFault::NotAPhone), "{bad}");
        }
        // 850730033: 97 - 850730033 mod 97 = 28.
        assert_eq!(national_number("85.07.30-033.28"), Ok("85073003328".into()));
        assert_eq!(national_number("85.07.30-033.29"), Err(FieldFault::NotANationalNumber));
        assert_eq!(iban("BE72 0000 0000 1616"), Ok("BE72000000001616".into()));
        assert_eq!(iban("BE72 0000 0000 1617"), Err(FieldFault::NotAnIban));
        assert_eq!(time("9:30"), Ok("09:30".into()));
        assert_eq!(time("25:00"), Err(FieldFault::NotATime));
        assert_eq!(place("50.46;4.86"), Ok("50.46;4.86".into()));
        for bad in ["", "50.46", "91;4", "NaN;4", "50;inf"] {
            assert_eq!(place(bad), Err(FieldFault::NotAPlace), "{bad}");
        }
    }
}

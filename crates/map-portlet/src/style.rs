use std::fmt;

use crate::link::SafeLink;

/// How a place is drawn. What is `None` is left to the map.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Style {
    /// Colour of lines and outlines.
    pub stroke: Option<Colour>,
    /// Width of lines and outlines, in pixels.
    pub stroke_width: Option<Width>,
    /// Whether surfaces have an outline.
    pub outlined: Option<bool>,
    /// Colour of surfaces.
    pub fill: Option<Colour>,
    /// Whether surfaces are filled.
    pub filled: Option<bool>,
    /// Colour of the name on the map.
    pub label: Option<Colour>,
    /// The marker.
    pub icon: Option<Icon>,
}

/// A marker's picture, as a file names it. The portlet of this crate draws its own and fetches none.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Icon {
    /// The picture.
    pub href: Option<SafeLink>,
    /// What the picture's colour is multiplied with.
    pub colour: Option<Colour>,
    /// Times the picture's own size.
    pub scale: Option<Width>,
    /// Clockwise from north, in degrees.
    pub heading: Option<f64>,
    /// The pixel of the picture that stands on the place.
    pub hot_spot: Option<HotSpot>,
}

/// The point of an icon that stands on the place (KML 2.2, `hotSpot`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HotSpot {
    /// From the left (from the right with inset pixels).
    pub x: f64,
    /// From the bottom (from the top with inset pixels).
    pub y: f64,
    /// What `x` counts.
    pub x_unit: HotSpotUnit,
    /// What `y` counts.
    pub y_unit: HotSpotUnit,
}

/// What a hot spot's number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HotSpotUnit {
    /// A part of the picture's size, 0 to 1.
    #[default]
    Fraction,
    /// Pixels from the lower left corner.
    Pixels,
    /// Pixels from the upper right corner.
    InsetPixels,
}

/// Red, green, blue, and the opacity where the source gives one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
    alpha: Option<u8>,
}

/// A finite size that is not negative.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Width(f64);

/// Why a text is no colour or a number no width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StyleError {
    /// Not 3, 6 or 8 hexadecimal digits.
    #[error("a colour has 3, 6 or 8 hexadecimal digits")]
    Colour,
    /// Negative, or not finite.
    #[error("a width is finite and not negative")]
    Width,
}

impl StyleError {
    /// The stable code: `colour` or `width`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Colour => "colour",
            Self::Width => "width",
        }
    }
}

impl Style {
    /// This style, and `below` where it says nothing.
    #[must_use]
    pub fn over(self, below: &Self) -> Self {
        Self {
            stroke: self.stroke.or(below.stroke),
            stroke_width: self.stroke_width.or(below.stroke_width),
            outlined: self.outlined.or(below.outlined),
            fill: self.fill.or(below.fill),
            filled: self.filled.or(below.filled),
            label: self.label.or(below.label),
            icon: match (self.icon, &below.icon) {
                (Some(icon), Some(below)) => Some(icon.over(below)),
                (icon, below) => icon.or_else(|| below.clone()),
            },
        }
    }
}

impl Icon {
    fn over(self, below: &Self) -> Self {
        Self {
            href: self.href.or_else(|| below.href.clone()),
            colour: self.colour.or(below.colour),
            scale: self.scale.or(below.scale),
            heading: self.heading.or(below.heading),
            hot_spot: self.hot_spot.or(below.hot_spot),
        }
    }
}

impl Colour {
    /// An opaque colour.
    #[must_use]
    pub fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue, alpha: None }
    }

    /// Reads a KML colour: eight digits are `aabbggrr`.
    ///
    /// Three and six digits, which files of other programs have, are read as the web has them (`rgb`, `rrggbb`). A `#` may
    /// stand before.
    ///
    /// # Errors
    /// Anything else.
    pub fn from_kml(text: &str) -> Result<Self, StyleError> {
        let [first, second, third, fourth] = match digits(text)? {
            Digits::Opaque(colour) => return Ok(colour),
            Digits::Four(bytes) => bytes,
        };
        Ok(Self { red: fourth, green: third, blue: second, alpha: Some(first) })
    }

    /// Reads a web colour: `#rgb`, `#rrggbb` or `#rrggbbaa`. Names and functions are not read.
    ///
    /// # Errors
    /// Anything else.
    pub fn from_css(text: &str) -> Result<Self, StyleError> {
        match digits(text)? {
            Digits::Opaque(colour) => Ok(colour),
            Digits::Four([red, green, blue, alpha]) => Ok(Self { red, green, blue, alpha: Some(alpha) }),
        }
    }

    /// The same colour with an opacity, 0 (invisible) to 1; other numbers are moved to the nearer of the two.
    #[must_use]
    pub fn with_opacity(self, opacity: f64) -> Self {
        // The cast saturates, and makes nothing of what is no number.
        Self { alpha: Some((opacity * 255.0).round() as u8), ..self }
    }

    /// `#rrggbb`, the opacity left out.
    #[must_use]
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }

    /// 0 (invisible) to 1, where the source gives it.
    #[must_use]
    pub fn opacity(self) -> Option<f64> {
        self.alpha.map(|alpha| f64::from(alpha) / 255.0)
    }
}

impl Width {
    /// A width.
    ///
    /// # Errors
    /// Negative, or not finite.
    pub fn new(width: f64) -> Result<Self, StyleError> {
        if width.is_finite() && width >= 0.0 { Ok(Self(width)) } else { Err(StyleError::Width) }
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl HotSpotUnit {
    /// KML's word: `fraction`, `pixels` or `insetPixels`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fraction => "fraction",
            Self::Pixels => "pixels",
            Self::InsetPixels => "insetPixels",
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.hex())?;
        match self.alpha {
            Some(alpha) => write!(formatter, "{alpha:02x}"),
            None => Ok(()),
        }
    }
}

enum Digits {
    Opaque(Colour),
    Four([u8; 4]),
}

fn digits(text: &str) -> Result<Digits, StyleError> {
    let text = text.trim();
    let text = text.strip_prefix('#').unwrap_or(text);
    if text.len() > 8 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(StyleError::Colour);
    }
    let number = u32::from_str_radix(text, 16).map_err(|_| StyleError::Colour)?;
    let [first, second, third, fourth] = number.to_be_bytes();
    match text.len() {
        8 => Ok(Digits::Four([first, second, third, fourth])),
        6 => Ok(Digits::Opaque(Colour::rgb(second, third, fourth))),
        // 0x0rgb: each digit twice.
        3 => Ok(Digits::Opaque(Colour::rgb(third * 17, (fourth >> 4) * 17, (fourth & 15) * 17))),
        _ => Err(StyleError::Colour),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kml_colours_are_alpha_blue_green_red() {
        let colour = Colour::from_kml("a1ff0011").expect("a colour");
        assert_eq!(colour.hex(), "#1100ff");
        // 0xa1 = 161; 161 / 255 = 0.631372549…
        assert_eq!(colour.opacity(), Some(161.0 / 255.0));
        assert_eq!(Colour::from_kml("#ff0011").expect("a colour").hex(), "#ff0011");
        assert_eq!(Colour::from_kml("fa0").expect("a colour").hex(), "#ffaa00");
        assert_eq!(Colour::from_kml("ff0").expect("a colour").opacity(), None);
    }

    #[test]
    fn css_colours_are_red_green_blue_alpha() {
        let colour = Colour::from_css("#11223380").expect("a colour");
        assert_eq!((colour.hex(), colour.opacity()), ("#112233".to_owned(), Some(128.0 / 255.0)));
    }

    #[test]
    fn nothing_but_hexadecimal_digits_is_a_colour() {
        for text in
            ["", "#", "red", "+f00", "ff", "ffff", "fffff", "fffffff", "fffffffff", "url(x)", "#f\"onload=", "é12"]
        {
            assert_eq!(Colour::from_kml(text), Err(StyleError::Colour), "{text}");
        }
    }

    #[test]
    fn an_inline_style_covers_only_what_it_says() {
        let shared = Style {
            stroke: Some(Colour::rgb(1, 2, 3)),
            icon: Some(Icon { scale: Some(Width(2.0)), ..Icon::default() }),
            ..Style::default()
        };
        let inline = Style {
            stroke_width: Some(Width(3.0)),
            icon: Some(Icon { heading: Some(90.0), ..Icon::default() }),
            ..Style::default()
        };
        let both = inline.over(&shared);
        assert_eq!(both.stroke, Some(Colour::rgb(1, 2, 3)));
        assert_eq!(both.stroke_width, Some(Width(3.0)));
        let icon = both.icon.expect("an icon");
        assert_eq!((icon.scale, icon.heading), (Some(Width(2.0)), Some(90.0)));
    }
}

use std::borrow::Cow;

use crate::{
    coordinate::{LonLat, LonLatError, Position},
    format::warnings::{Warnings, quoted},
    warning::WarningCode,
};

/// Reads a list of coordinates: `lon,lat[,alt]`, separated by spaces (OGC 07-147r2, 16.9).
///
/// A position that can't be read is left out, and never takes a number of its neighbours. Lists with spaces inside the tuples,
/// or with commas alone, are read where there is only one way to read them; otherwise none of it is.
pub(super) fn read(text: &str, offset: usize, warnings: &mut Warnings<'_>) -> Vec<Position> {
    let mut list = List { text, offset, warnings, positions: Vec::new(), left_out: None };
    if text.split_ascii_whitespace().all(is_regular) {
        for token in text.split_ascii_whitespace() {
            list.token(token);
        }
    } else {
        list.irregular();
    }
    list.finish()
}

/// Reads one position; an empty text, the mark of a gap in a track, is none.
pub(super) fn tuple(text: &str, offset: usize, warnings: &mut Warnings<'_>) -> Option<Position> {
    if text.is_empty() {
        return None;
    }
    let mut list = List { text, offset, warnings, positions: Vec::new(), left_out: None };
    // Several spaces in a row are several commas here.
    let parts: Vec<&str> = text.split(',').filter(|part| !part.is_empty()).collect();
    list.token(&parts.join(","));
    list.finish().pop()
}

/// Whether a token has the standard's form: two or three parts, none empty.
fn is_regular(token: &str) -> bool {
    // Over the bytes: this is where the time of a large file goes.
    let bytes = token.as_bytes();
    let mut commas = 0;
    let mut previous = b',';
    for &byte in bytes {
        if byte == b',' {
            if previous == b',' {
                return false;
            }
            commas += 1;
        }
        previous = byte;
    }
    previous != b',' && (commas == 1 || commas == 2)
}

struct List<'t, 'w, 'a> {
    text: &'t str,
    offset: usize,
    warnings: &'w mut Warnings<'a>,
    positions: Vec<Position>,
    /// How many positions were left out, and why, where and what the first one was.
    left_out: Option<(usize, WarningCode, usize, String)>,
}

impl List<'_, '_, '_> {
    fn token(&mut self, token: &str) {
        let mut parts = token.splitn(4, ',');
        let number = |part: Option<&str>| part.and_then(|part| part.parse::<f64>().ok());
        let (lon, lat, altitude) = (number(parts.next()), number(parts.next()), parts.next());
        let place = match (lon, lat) {
            (Some(lon), Some(lat)) => LonLat::new(lon, lat),
            _ => Err(LonLatError::NotFinite),
        };
        match place {
            Ok(place) => {
                let position = Position::new(place);
                // An altitude that is no number takes nothing away from the place.
                let altitude = altitude.and_then(|altitude| altitude.parse().ok());
                self.positions.push(match altitude {
                    Some(metres) => position.with_altitude(metres),
                    None => position,
                });
            }
            Err(LonLatError::NotFinite) => self.leave_out(WarningCode::BadCoordinate, token),
            Err(_) => self.leave_out(WarningCode::OutOfRange, token),
        }
    }

    fn leave_out(&mut self, code: WarningCode, token: &str) {
        match &mut self.left_out {
            Some((count, ..)) => *count += 1,
            None => {
                // Where in the file: a token is a part of the text, unless it was put together.
                let within = (token.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize);
                let within = within.filter(|&within| within < self.text.len()).unwrap_or_default();
                self.left_out = Some((1, code, self.offset + within, quoted(token)));
            }
        }
    }

    fn irregular(&mut self) {
        let tokens: Vec<&str> = self.text.split_ascii_whitespace().collect();
        if let [only] = tokens.as_slice() {
            return self.commas_alone(only);
        }
        if tokens.iter().any(|token| is_regular(token)) {
            // The list is the standard's, but for some tokens: those stand for themselves.
            for token in tokens {
                let trimmed = token.trim_matches(',');
                if trimmed.contains(',') {
                    self.token(trimmed);
                } else {
                    self.leave_out(WarningCode::BadCoordinate, token);
                }
            }
            return;
        }
        if tokens.iter().all(|token| is_regular(token.trim_matches(','))) {
            self.remark("commas between the positions");
            for token in tokens {
                self.token(token.trim_matches(','));
            }
            return;
        }
        let joined = join_commas(&tokens);
        let tuples: Vec<&str> = joined.split(' ').collect();
        match tuples.as_slice() {
            [only] if !is_regular(only) => self.commas_alone(only),
            tuples if tuples.iter().all(|tuple| is_regular(tuple)) => {
                self.remark("spaces inside the positions");
                for tuple in tuples {
                    self.token(tuple);
                }
            }
            _ => self.leave_out(WarningCode::BadCoordinate, self.text.trim()),
        }
    }

    /// Numbers with commas alone: every three are a position, as Google Earth reads them.
    fn commas_alone(&mut self, token: &str) {
        let numbers: Vec<&str> = token.trim_matches(',').split(',').collect();
        match numbers.len() {
            2 | 3 => self.token(&numbers.join(",")),
            count if count > 3 && count % 3 == 0 => {
                self.remark("commas alone: every three numbers were read as a position");
                for tuple in numbers.chunks(3) {
                    self.token(&tuple.join(","));
                }
            }
            _ => self.leave_out(WarningCode::BadCoordinate, token),
        }
    }

    fn remark(&mut self, detail: &str) {
        self.warnings.push(WarningCode::CoordinateSyntax, self.offset, detail);
    }

    fn finish(self) -> Vec<Position> {
        if let Some((count, code, offset, first)) = self.left_out {
            let detail = match count {
                1 => format!("{first} is no position: left out"),
                _ => format!("{count} are no positions, the first is {first}: left out"),
            };
            self.warnings.push(code, offset, detail);
        }
        self.positions
    }
}

/// The tokens separated by one space, those joined that have a comma between them.
fn join_commas(tokens: &[&str]) -> String {
    let mut joined = String::new();
    for &token in tokens {
        let token = match joined.as_bytes().last() {
            None => Cow::Borrowed(token.trim_start_matches(',')),
            Some(b',') => Cow::Borrowed(token),
            Some(_) if token.starts_with(',') => Cow::Borrowed(token),
            Some(_) => Cow::Owned(format!(" {token}")),
        };
        joined.push_str(&token);
    }
    joined.truncate(joined.trim_end_matches(',').len());
    joined
}

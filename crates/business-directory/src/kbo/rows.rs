use std::io::{BufRead, BufReader, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{KboError, Refused};

/// No line is longer: the longest row of the register has some 2 KiB.
const MAX_LINE: usize = 64 * 1024;

/// The rows of one file: lines, cut at the commas, found by the names of the header. Buffers have a fixed size.
pub(super) struct Rows<'a> {
    file: String,
    reader: BufReader<Box<dyn Read + Send + 'a>>,
    parser: Reader,
    /// The place of each wanted column.
    places: Vec<usize>,
    /// How many columns the header has.
    width: usize,
    line: Vec<u8>,
    number: u64,
    fields: Fields,
}

/// The fields of a line.
struct Fields {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
}

/// A row that could be cut: its wanted columns, in their order.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) values: Vec<&'a str>,
    pub(super) line: u64,
}

impl<'a> Rows<'a> {
    /// Reads the header and finds the columns, without regard to case.
    pub(super) fn open(
        file: impl Into<String>,
        bytes: Box<dyn Read + Send + 'a>,
        columns: &[&str],
    ) -> Result<Self, KboError> {
        let mut rows = Self {
            file: file.into(),
            reader: BufReader::with_capacity(256 * 1024, bytes),
            parser: ReaderBuilder::new().build(),
            places: Vec::new(),
            width: 0,
            line: Vec::new(),
            number: 0,
            fields: Fields { bytes: vec![0; MAX_LINE], ends: vec![0; 256], count: 0 },
        };
        if !rows.next_line()? {
            return Err(KboError::NoHeader { file: rows.file });
        }
        let header = match rows.cut() {
            Ok(()) => (0..rows.fields.count)
                .map(|place| rows.fields.get(place).map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()))
                .collect(),
            Err(_) => None,
        };
        let header: Vec<String> = header.ok_or(KboError::NoHeader { file: rows.file.clone() })?;
        for column in columns {
            let place = header
                .iter()
                .position(|name| name.eq_ignore_ascii_case(column))
                .ok_or_else(|| KboError::MissingColumn { file: rows.file.clone(), column: (*column).to_owned() })?;
            rows.places.push(place);
        }
        rows.width = header.len();
        Ok(rows)
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The next row, or why it is none; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Result<Row<'_>, Refused>>, KboError> {
        loop {
            if !self.next_line()? {
                return Ok(None);
            }
            if !self.line.is_empty() {
                break;
            }
        }
        let line = self.number;
        let refuse = |code| Refused { file: self.file.clone(), line, column: None, code };
        if self.line.len() > MAX_LINE {
            return Ok(Some(Err(refuse("line-too-long"))));
        }
        if let Err(code) = cut(&mut self.parser, &self.line, &mut self.fields) {
            return Ok(Some(Err(refuse(code))));
        }
        if self.fields.count != self.width {
            return Ok(Some(Err(refuse("column-count"))));
        }
        let fields = &self.fields;
        let values: Option<Vec<&str>> = self.places.iter().map(|place| fields.get(*place)).collect();
        Ok(Some(values.map(|values| Row { values, line }).ok_or_else(|| refuse("not-utf-8"))))
    }

    fn cut(&mut self) -> Result<(), &'static str> {
        cut(&mut self.parser, &self.line, &mut self.fields)
    }

    /// Reads a line without its end. Of a line that is too long, only that is kept.
    fn next_line(&mut self) -> Result<bool, KboError> {
        self.line.clear();
        let mut any = false;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(source) => {
                    return Err(KboError::Read { file: self.file.clone(), line: self.number + 1, source });
                }
            };
            if available.is_empty() {
                break;
            }
            any = true;
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            let room = (MAX_LINE + 1).saturating_sub(self.line.len());
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            let read = end.map_or(available.len(), |end| end + 1);
            self.reader.consume(read);
            if end.is_some() {
                break;
            }
        }
        if self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        self.number += u64::from(any);
        Ok(any)
    }
}

impl Fields {
    fn get(&self, place: usize) -> Option<&str> {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        std::str::from_utf8(&self.bytes[start..self.ends[place]]).ok()
    }
}

fn cut(parser: &mut Reader, line: &[u8], fields: &mut Fields) -> Result<(), &'static str> {
    parser.reset();
    let (mut read, mut written, mut ended) = (0, 0, 0);
    loop {
        let (result, more_read, more_written, more_ended) =
            parser.read_record(&line[read..], &mut fields.bytes[written..], &mut fields.ends[ended..]);
        read += more_read;
        written += more_written;
        ended += more_ended;
        match result {
            // The line has no end of its own: an empty input says that there is no more, unless a quote is open.
            ReadRecordResult::InputEmpty if open_quote(line) => return Err("open-quote"),
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::Record => {
                fields.count = ended;
                return Ok(());
            }
            ReadRecordResult::OutputFull => return Err("line-too-long"),
            ReadRecordResult::OutputEndsFull => return Err("column-count"),
            ReadRecordResult::End => return Err("column-count"),
        }
    }
}

/// Quotes are doubled inside quotes: an odd number leaves one open.
fn open_quote(line: &[u8]) -> bool {
    line.iter().filter(|byte| **byte == b'"').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Vec<Result<Vec<String>, (u64, &'static str)>> {
        let mut rows = Rows::open("x.csv", Box::new(content), &["B", "a"]).unwrap();
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            all.push(match row {
                Ok(row) => Ok(row.values.iter().map(|value| (*value).to_owned()).collect()),
                Err(refused) => Err((refused.line, refused.code)),
            });
        }
        all
    }

    #[test]
    fn columns_are_found_by_name_and_a_bad_line_spoils_no_other() {
        let long = format!("{},2\n", "x".repeat(MAX_LINE + 10));
        let mut content = b"\xef\xbb\xbf\"A\",b\r\n1,2\r\n\"3 \"\"x\"\", y\",\n\n\"open,4\n5,6,7\n8\n\xff,9\n".to_vec();
        content.extend_from_slice(long.as_bytes());
        content.extend_from_slice(b"10,11");
        let row = |b: &str, a: &str| Ok(vec![b.to_owned(), a.to_owned()]);
        assert_eq!(
            read(&content),
            [
                row("2", "1"),
                row("", "3 \"x\", y"),
                Err((5, "open-quote")),
                Err((6, "column-count")),
                Err((7, "column-count")),
                Err((8, "not-utf-8")),
                Err((9, "line-too-long")),
                row("11", "10"),
            ]
        );
    }

    #[test]
    fn a_missing_column_is_named() {
        let error = Rows::open("x.csv", Box::new(&b"a,c\n"[..]), &["a", "b"]).err().unwrap();
        assert_eq!(error.to_string(), "x.csv: column b is missing");
        assert_eq!(Rows::open("x.csv", Box::new(&b""[..]), &["a"]).err().unwrap().code(), "no-header");
    }
}

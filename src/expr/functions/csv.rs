//! `csvdecode`: RFC 4180 as Go's `encoding/csv` reads it.

use super::{Function, FunctionError, Invocation, Param, Returns, Shape};
use crate::expr::normalized;
use crate::model::{ObjectType, Text, Type, Value};
use std::sync::Arc;

pub(super) const TABLE: &[Function] =
    &[Function::new("csvdecode", &[Param::new("str", Shape::String)], Returns::By(decoded_type), decode).decoding()];

/// A list of objects with the columns of the first line.
fn decoded_type(args: &[Value]) -> Result<Type, FunctionError> {
    let Some(text) = args.first().and_then(Value::as_str) else { return Ok(Type::Dynamic) };
    let header = Records(text).next().ok_or("The text has no header line.")??;
    Ok(Type::List(Arc::new(row_type(&header)?)))
}

fn row_type(header: &[String]) -> Result<Type, FunctionError> {
    let mut fields: Vec<(Text, Type)> = header.iter().map(|name| (normalized(name), Type::String)).collect();
    fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    if let Some(twice) = fields.windows(2).find_map(|pair| (pair.first() == pair.last()).then(|| pair.first())?) {
        return Err(FunctionError::argument(0, format!("The column `{}` is there twice.", twice.0)));
    }
    Ok(Type::Object(Arc::new(ObjectType { fields, optional: Vec::new() })))
}

fn decode(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let mut records = Records(call.text(0));
    let header = records.next().ok_or("The text has no header line.")??;
    let element = row_type(&header)?;
    let mut rows = Vec::new();
    for record in records {
        let record = record?;
        if record.len() != header.len() {
            let message = format!("A line has {} fields, and the header {}.", record.len(), header.len());
            return Err(FunctionError::argument(0, message));
        }
        call.budget.elements(record.len(), call.span)?;
        let fields = header.iter().zip(record).map(|(name, field)| (normalized(name), call.string(field)));
        rows.push(Value::object(fields.collect(), call.span));
    }
    call.budget.elements(rows.len(), call.span)?;
    Ok(call.list(element, rows))
}

/// The lines of a text, each cut into fields; empty ones are left out.
struct Records<'a>(&'a str);

impl Iterator for Records<'_> {
    type Item = Result<Vec<String>, FunctionError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = self.line()?;
            if !line.trim_end_matches(['\r', '\n']).is_empty() {
                return Some(self.record(line));
            }
        }
    }
}

impl<'a> Records<'a> {
    /// The next line with its end.
    fn line(&mut self) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        let length = self.0.find('\n').map_or(self.0.len(), |at| at + 1);
        let (line, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(line)
    }

    /// The fields of a record that begins with `line`; quoted fields go on into the lines after it.
    fn record(&mut self, line: &'a str) -> Result<Vec<String>, FunctionError> {
        let error = |message: &str| Err(FunctionError::argument(0, message));
        let mut fields = Vec::new();
        let mut rest = line;
        loop {
            let Some(mut quoted) = rest.strip_prefix('"') else {
                let plain = without_end(rest);
                let (field, after) = plain.split_once(',').map_or((plain, None), |(field, after)| (field, Some(after)));
                if field.contains('"') {
                    return error("A quote stands inside a field that does not begin with one.");
                }
                fields.push(field.to_owned());
                match after {
                    // What is left keeps the end of the line, for a quoted field that may follow.
                    Some(_) => rest = rest.get(field.len() + 1..).unwrap_or_default(),
                    None => return Ok(fields),
                }
                continue;
            };
            let mut field = String::new();
            loop {
                let Some((part, after)) = quoted.split_once('"') else {
                    field.push_str(&quoted.replace("\r\n", "\n"));
                    match self.line() {
                        Some(line) => quoted = line,
                        None => return error("A quoted field is not closed."),
                    }
                    continue;
                };
                field.push_str(part);
                if let Some(after) = after.strip_prefix('"') {
                    field.push('"');
                    quoted = after;
                    continue;
                }
                fields.push(field);
                if let Some(after) = after.strip_prefix(',') {
                    rest = after;
                    break;
                }
                if without_end(after).is_empty() {
                    return Ok(fields);
                }
                return error("Something follows the closing quote of a field.");
            }
        }
    }
}

fn without_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::Records;

    /// Expected values: the documentation of Go's `encoding/csv`.
    #[test]
    fn quotes_hold_commas_quotes_and_lines() {
        let read =
            |text| Records(text).map(|record| record.map_err(|error| error.message)).collect::<Result<Vec<_>, _>>();
        assert_eq!(
            read("a,b\r\n\n\"x,\"\"y\",\"1\r\n2\"\n"),
            Ok(vec![vec!["a".into(), "b".into()], vec!["x,\"y".into(), "1\n2".into()]])
        );
        assert_eq!(read("a,"), Ok(vec![vec!["a".into(), String::new()]]));
        for wrong in ["a\"b", "\"a\"b", "\"a", "x,\"a"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}

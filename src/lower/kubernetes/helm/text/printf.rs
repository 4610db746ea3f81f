//! `fmt.Sprintf`: the verbs of Go with their flags, widths and precisions.

use super::print::{scalar_text, write_value};
use super::quote::quote;
use super::verb::{Spec, float, hexadecimal, integer_text};
use crate::limits::charts::{PRINTED_DEPTH, PRINTF_WIDTH};
use crate::lower::kubernetes::helm::value::{
    Data, List, Object, ObjectKind, Place, PlacedText, TextBuilder, Value, lossy,
};

/// Returns `format` with its verbs replaced by the arguments.
pub fn printf(format: &PlacedText, arguments: &[Value]) -> PlacedText {
    let mut printer = Printer { out: TextBuilder::default(), arguments, next: 0, reordered: false, good_index: true };
    printer.run(format);
    printer.out.finish()
}

struct Printer<'a> {
    out: TextBuilder,
    arguments: &'a [Value],
    next: usize,
    reordered: bool,
    good_index: bool,
}

impl Printer<'_> {
    fn run(&mut self, format: &PlacedText) {
        let text = format.text();
        let mut at = 0;
        while at < text.len() {
            let rest = text.get(at..).unwrap_or_default();
            let literal = rest.find('%').unwrap_or(rest.len());
            self.out.push_slice(format, at..at + literal, Place::default());
            at += literal;
            if at >= text.len() {
                break;
            }
            at += 1;
            self.good_index = true;
            let mut spec = Spec::default();
            at = self.flags(text, at, &mut spec);
            let mut after_index;
            (at, after_index) = self.index(text, at);
            at = self.width(text, at, &mut spec, &mut after_index);
            at = self.precision(text, at, &mut spec, &mut after_index);
            if !after_index {
                (at, _) = self.index(text, at);
            }
            let Some(verb) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                self.out.push_plain("%!(NOVERB)");
                break;
            };
            at += verb.len_utf8();
            match verb {
                '%' => self.out.push_plain("%"),
                _ if !self.good_index => self.out.push_plain(&format!("%!{verb}(BADINDEX)")),
                _ => match self.arguments.get(self.next) {
                    None => self.out.push_plain(&format!("%!{verb}(MISSING)")),
                    Some(argument) => {
                        if verb == 'v' {
                            (spec.sharp_v, spec.plus_v) = (spec.sharp, spec.plus);
                            (spec.sharp, spec.plus) = (false, false);
                        }
                        self.next += 1;
                        self.argument(argument, verb, spec);
                    }
                },
            }
        }
        if !self.reordered && self.next < self.arguments.len() {
            self.extra();
        }
    }

    fn extra(&mut self) {
        self.out.push_plain("%!(EXTRA ");
        for (at, argument) in self.arguments.iter().skip(self.next).enumerate() {
            self.out.push_plain(if at == 0 { "" } else { ", " });
            if argument.is_nil() {
                self.out.push_plain("<nil>");
            } else {
                self.out.push_plain(&format!("{}=", argument.type_name()));
                self.argument(argument, 'v', Spec::default());
            }
        }
        self.out.push_plain(")");
    }

    #[allow(clippy::unused_self, reason = "it stands in the row of the other parts of a verb")]
    fn flags(&self, text: &str, mut at: usize, spec: &mut Spec) -> usize {
        while let Some(flag) = text.as_bytes().get(at) {
            match flag {
                b'#' => spec.sharp = true,
                b'0' => spec.zero = true,
                b'+' => spec.plus = true,
                b'-' => spec.minus = true,
                b' ' => spec.space = true,
                _ => break,
            }
            at += 1;
        }
        at
    }

    /// `[3]`: which argument comes next. Returns whether one stood there.
    fn index(&mut self, text: &str, at: usize) -> (usize, bool) {
        let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix('[')) else { return (at, false) };
        self.reordered = true;
        let Some(close) = rest.find(']') else {
            self.good_index = false;
            return (at + 1, false);
        };
        let number = rest.get(..close).and_then(|digits| {
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<usize>().ok()).flatten()
        });
        match number {
            Some(number) if number >= 1 && number <= self.arguments.len() => self.next = number - 1,
            _ => self.good_index = false,
        }
        (at + close + 2, true)
    }

    fn number(text: &str, mut at: usize) -> (usize, Option<i64>) {
        let start = at;
        while text.as_bytes().get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        let digits = text.get(start..at).unwrap_or_default();
        if digits.is_empty() {
            return (at, None);
        }
        (at, digits.parse().ok().filter(|number| *number <= PRINTF_WIDTH))
    }

    /// A width or precision that is an argument: `*`.
    fn star(&mut self) -> Option<i64> {
        let argument = self.arguments.get(self.next)?;
        self.next += 1;
        match argument.data {
            Data::Integer(integer) => i64::try_from(integer.value).ok().filter(|number| number.abs() <= PRINTF_WIDTH),
            _ => None,
        }
    }

    fn width(&mut self, text: &str, at: usize, spec: &mut Spec, after_index: &mut bool) -> usize {
        if text.as_bytes().get(at) == Some(&b'*') {
            match self.star() {
                None => self.out.push_plain("%!(BADWIDTH)"),
                Some(width) => {
                    if width < 0 {
                        spec.minus = true;
                        spec.zero = false;
                    }
                    spec.width = Some(width.unsigned_abs() as usize);
                }
            }
            *after_index = false;
            return at + 1;
        }
        let (end, width) = Self::number(text, at);
        spec.width = width.map(|width| width as usize);
        if *after_index && width.is_some() {
            self.good_index = false;
        }
        end
    }

    fn precision(&mut self, text: &str, mut at: usize, spec: &mut Spec, after_index: &mut bool) -> usize {
        if text.as_bytes().get(at) != Some(&b'.') {
            return at;
        }
        at += 1;
        if *after_index {
            self.good_index = false;
        }
        (at, *after_index) = self.index(text, at);
        if text.as_bytes().get(at) == Some(&b'*') {
            match self.star() {
                Some(precision) if precision >= 0 => spec.precision = Some(precision as usize),
                _ => self.out.push_plain("%!(BADPREC)"),
            }
            *after_index = false;
            return at + 1;
        }
        let (end, precision) = Self::number(text, at);
        spec.precision = Some(precision.unwrap_or(0) as usize);
        end
    }

    fn argument(&mut self, value: &Value, verb: char, spec: Spec) {
        match verb {
            'T' => {
                let name = value.type_name();
                let most = spec.precision.filter(|_| !value.is_nil()).unwrap_or(name.len());
                let end = most.min(name.len());
                self.pad(name.get(..end).unwrap_or_default(), spec, Place::noted(value.note));
            }
            // An address in the memory of Helm.
            'p' if matches!(value.kind_name(), "map" | "slice" | "ptr") => self.out.push_unknown(None, None),
            'p' => self.bad(value, verb, spec),
            _ => self.value(value, verb, spec, 0),
        }
    }

    /// `%!d(string=x)`: a verb that a value does not have.
    fn bad(&mut self, value: &Value, verb: char, spec: Spec) {
        self.out.push_plain(&format!("%!{verb}("));
        if value.is_nil() {
            self.out.push_plain("<nil>");
        } else {
            self.out.push_plain(&format!("{}=", value.type_name()));
            self.value(value, 'v', spec, 0);
        }
        self.out.push_plain(")");
    }

    fn value(&mut self, value: &Value, verb: char, spec: Spec, depth: usize) {
        if self.out.is_full() {
            return;
        }
        let place = Place::noted(value.note);
        match &value.data {
            Data::Unknown => self.out.push_unknown(None, value.note),
            Data::Invalid | Data::Nil if depth > 0 => {
                self.out.push(if spec.sharp_v { "interface {}(nil)" } else { "<nil>" }, place);
            }
            Data::Invalid | Data::Nil if verb == 'v' => self.pad("<nil>", spec, place),
            Data::Bool(value) if matches!(verb, 't' | 'v') => self.pad(&value.to_string(), spec, place),
            Data::Integer(integer) => match integer_text(*integer, verb, spec) {
                Some(text) if matches!(verb, 'c' | 'q') => self.pad(&text, spec, place),
                Some(text) => self.pad_number(&text, spec, place),
                None => self.bad(value, verb, spec),
            },
            Data::Float(number) => match float(*number, verb, spec) {
                Some(text) => self.pad_float(&text, spec, place),
                None => self.bad(value, verb, spec),
            },
            Data::Complex(real, imaginary) => self.complex(value, (*real, *imaginary), verb, spec),
            Data::String(text) => self.string(value, text, verb, spec),
            Data::Version(_) | Data::Time(_) | Data::Error(_) | Data::Duration(_)
                if matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') && !spec.sharp_v =>
            {
                let text: PlacedText = scalar_text(&value.data).into();
                self.string(value, &text, verb, spec);
            }
            // Other verbs go through the fields that Go hides.
            Data::Version(_) | Data::Time(_) | Data::Error(_) => self.out.push_unknown(None, None),
            Data::Duration(nanoseconds) => {
                let integer = Value::int64(*nanoseconds);
                self.value(&integer, verb, spec, depth);
            }
            Data::List(list) if depth < PRINTED_DEPTH => self.list(value, list, verb, spec, depth),
            Data::Map(map) if depth < PRINTED_DEPTH => {
                let name = if spec.sharp_v { format!("{}{{", map.kind().name()) } else { "map[".into() };
                self.out.push(&name, place);
                for (at, (key, item)) in map.entries().iter().enumerate() {
                    self.separate(at, spec);
                    self.value(&Value::from(key.clone()).noted(item.note), verb, spec, depth + 1);
                    self.out.push(":", Place::noted(item.note));
                    self.value(item, verb, spec, depth + 1);
                }
                self.out.push(if spec.sharp_v { "}" } else { "]" }, place);
            }
            Data::Object(object) => self.object(object, verb, spec, depth),
            Data::Bytes(bytes) if matches!(verb, 's' | 'q' | 'x' | 'X') => {
                let text: PlacedText = lossy(bytes).into();
                self.string(value, &text, verb, spec);
            }
            Data::Bytes(_) | Data::Files(_) => write_value(&mut self.out, value, depth),
            _ => self.bad(value, verb, spec),
        }
    }

    fn separate(&mut self, at: usize, spec: Spec) {
        let separator = if spec.sharp_v { ", " } else { " " };
        self.out.push_plain(if at == 0 { "" } else { separator });
    }

    fn list(&mut self, value: &Value, list: &List, verb: char, spec: Spec, depth: usize) {
        let place = Place::noted(value.note);
        if list.unordered && list.items.len() > 1 {
            return self.out.push_unknown(None, value.note);
        }
        let (open, close) = match (spec.sharp_v, list.nil) {
            (true, true) => (format!("{}(nil)", list.element.list_name()), ""),
            (true, false) => (format!("{}{{", list.element.list_name()), "}"),
            (false, _) => ("[".into(), "]"),
        };
        self.out.push(&open, place);
        for (at, item) in list.items.iter().enumerate() {
            self.separate(at, spec);
            self.value(item, verb, spec, depth + 1);
        }
        self.out.push(close, place);
    }

    fn object(&mut self, object: &Object, verb: char, spec: Spec, depth: usize) {
        if object.kind.is_pointer() && depth > 0 {
            return self.out.push_unknown(None, None);
        }
        let name = object.kind.type_name().trim_start_matches('*');
        self.out.push_plain(if object.kind.is_pointer() { "&" } else { "" });
        self.out.push_plain(if spec.sharp_v { name } else { "" });
        self.out.push_plain("{");
        // What `Chart.yaml` says is a struct of its own in `.Chart`.
        let embedded = if object.kind == ObjectKind::Chart { object.fields.len() - 1 } else { 0 };
        self.out.push_plain(match (embedded, spec.sharp_v || spec.plus_v) {
            (0, _) => "",
            (_, false) => "{",
            (_, true) => "Metadata:{",
        });
        for (at, field) in object.fields.iter().enumerate() {
            self.out.push_plain(if at == embedded && at > 0 { "}" } else { "" });
            self.separate(at, spec);
            if spec.plus_v || spec.sharp_v {
                self.out.push_plain(&format!("{}:", field.name));
            }
            self.value(&field.value, verb, spec, depth + 1);
        }
        self.out.push_plain("}");
    }

    fn complex(&mut self, value: &Value, (real, imaginary): (f64, f64), verb: char, spec: Spec) {
        let signed = Spec { plus: true, ..spec };
        match (float(real, verb, spec), float(imaginary, verb, signed)) {
            (Some(real), Some(imaginary)) => {
                self.out.push_plain("(");
                self.pad_float(&real, spec, Place::noted(value.note));
                self.pad_float(&imaginary, signed, Place::noted(value.note));
                self.out.push_plain("i)");
            }
            _ => self.bad(value, verb, spec),
        }
    }

    fn string(&mut self, value: &Value, text: &PlacedText, verb: char, spec: Spec) {
        let place = Place::noted(value.note);
        let end = spec
            .precision
            .and_then(|count| text.text().char_indices().nth(count))
            .map_or(text.text().len(), |(at, _)| at);
        if !text.is_known() || matches!(verb, 'v' | 's') && !spec.sharp_v {
            if !matches!(verb, 'v' | 's' | 'q') {
                return self.out.push_unknown(None, text.unknown_note());
            }
            let marks = if verb == 'q' { "\"" } else { "" };
            self.out.push(marks, place);
            return match spec.width {
                None => {
                    self.out.push_slice(text, 0..end, place);
                    self.out.push(marks, place);
                }
                Some(width) => {
                    let missing = width.saturating_sub(text.text().get(..end).unwrap_or_default().chars().count());
                    let blanks = if spec.zero && !spec.minus { "0" } else { " " }.repeat(missing);
                    self.out.push_plain(if spec.minus { "" } else { &blanks });
                    self.out.push_slice(text, 0..end, place);
                    self.out.push_plain(if spec.minus { &blanks } else { "" });
                }
            };
        }
        let cut = text.text().get(..end).unwrap_or_default();
        match verb {
            'v' | 'q' => {
                let is_raw =
                    spec.sharp && !cut.chars().any(|c| c == '`' || c == '\u{feff}' || c.is_control() && c != '\t');
                let quoted = if is_raw { format!("`{cut}`") } else { quote(cut, spec.plus) };
                self.pad(&quoted, spec, place);
            }
            'x' | 'X' => self.pad(&hexadecimal(text.text().as_bytes(), verb, spec), spec, place),
            _ => self.bad(value, verb, spec),
        }
    }

    /// Writes text padded to the width.
    fn pad(&mut self, text: &str, spec: Spec, place: Place) {
        let missing = spec.width.unwrap_or(0).saturating_sub(text.chars().count());
        let padding = if spec.zero && !spec.minus { "0" } else { " " }.repeat(missing);
        self.out.push(if spec.minus { "" } else { &padding }, place);
        self.out.push(text, place);
        self.out.push(if spec.minus { &padding } else { "" }, place);
    }

    /// Writes an integer, whose zeros are there already, padded with blanks.
    fn pad_number(&mut self, text: &str, spec: Spec, place: Place) {
        self.pad(text, Spec { zero: false, ..spec }, place);
    }

    /// Writes a float, padded with zeros behind its sign.
    fn pad_float(&mut self, text: &str, spec: Spec, place: Place) {
        let missing = spec.width.unwrap_or(0).saturating_sub(text.chars().count());
        let is_number = text.contains(|c: char| c.is_ascii_digit());
        if spec.zero && !spec.minus && missing > 0 && is_number {
            let digits = text.trim_start_matches(['+', '-', ' ']);
            let sign = text.strip_suffix(digits).unwrap_or_default();
            return self.out.push(&format!("{sign}{}{digits}", "0".repeat(missing)), place);
        }
        self.pad(text, Spec { zero: false, ..spec }, place);
    }
}

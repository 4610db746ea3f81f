//! `format` and `formatlist`.
//!
//! Verbs are `%`, flags, an argument number in brackets, a width, a precision and a letter, in this order.
//! Widths of texts count characters as people see them. An argument that no verb uses is an error.

use super::{Function, FunctionError, Invocation, Param, Pieces, Returns, Shape, text};
use crate::expr::unknowns::{refined, safe_prefix};
use crate::expr::{convert, json, limits};
use crate::limits::evaluation::WIDTH_LIMIT;
use crate::model::{Cause, Data, Number, Refinement, Type, Unknown, Value};
use std::sync::Arc;

pub(super) const TABLE: &[Function] = &[
    Function::new("format", &[Param::new("format", Shape::String)], Returns::Always(Shape::String), format)
        .variadic(Param::new("args", Shape::Any).nullable().unknown().dynamic()),
    Function::new(
        "formatlist",
        &[Param::new("format", Shape::String)],
        Returns::Always(Shape::List(&Shape::String)),
        formatlist,
    )
    .variadic(Param::new("args", Shape::Any).nullable().unknown()),
];

/// With an unknown argument the text before the first verb is still known.
fn format(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let args: Vec<_> = call.args.iter().skip(1).collect();
    if args.iter().all(|arg| arg.is_wholly_known()) {
        let written = write(call.text(0), &args)?;
        return Ok(call.string(written));
    }
    // Where a verb writes an argument as it is, the pieces of the argument are pieces of the text.
    let copied = copies_all(call.text(0)).then(|| call.through(Pieces::Kept, format)).flatten();
    let literal = call.text(0).split_once('%').map_or("", |(literal, _)| literal);
    let prefix = safe_prefix(literal).into();
    Ok(refined(copied.unwrap_or_else(|| call.unknown()), |refinement| refinement.prefix = prefix))
}

/// Whether no verb but `%%`, `%s`, `%v` and `%d` stands in a format, none with flags or a width.
fn copies_all(layout: &str) -> bool {
    let mut rest = layout;
    while let Some((_, after)) = rest.split_once('%') {
        let Some(after) = after.strip_prefix(['%', 's', 'v', 'd']) else { return false };
        rest = after;
    }
    true
}

/// Lists, sets and tuples are gone through together and must be of one length; other arguments are
/// repeated. An unknown element makes its own result unknown only.
fn formatlist(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let args: Vec<_> = call.args.iter().skip(1).collect();
    let mut length: Option<usize> = None;
    let mut unknown = false;
    for (index, arg) in args.iter().enumerate() {
        let own = match (&arg.data, arg.ty()) {
            (Data::Sequence(sequence), _) => sequence.items.len(),
            (Data::Unknown(_), Type::Tuple(elements)) => {
                unknown = true;
                elements.len()
            }
            (Data::Unknown(_), Type::List(_) | Type::Set(_)) => {
                unknown = true;
                continue;
            }
            _ => continue,
        };
        if length.is_some_and(|length| length != own) {
            let message = format!("The list has {own} elements, and one before it another number.");
            return Err(FunctionError::argument(index + 1, message));
        }
        length = Some(own);
    }
    if unknown {
        return Ok(call.unknown());
    }
    let length = length.unwrap_or(1);
    call.budget.elements(length, call.span)?;
    let mut results = Vec::with_capacity(length);
    for index in 0..length {
        let row: Vec<&Value> =
            args.iter().map(|arg| arg.as_items().and_then(|items| items.get(index)).unwrap_or(arg)).collect();
        results.push(if row.iter().all(|arg| arg.is_wholly_known()) {
            call.element_string(write(call.text(0), &row)?)?
        } else {
            unknown_text(call, &row)
        });
    }
    Ok(call.list(Type::String, results))
}

/// An unknown string that is not null, for the reasons of `args`.
fn unknown_text(call: &Invocation<'_>, args: &[&Value]) -> Value {
    let mut causes: Vec<Cause> = Vec::new();
    for arg in args {
        super::collect_causes(arg, &mut causes);
    }
    let refinement = Refinement { not_null: true, ..Refinement::default() };
    call.data(Data::Unknown(Arc::new(Unknown { ty: Type::String, causes, symbol: None, refinement })))
}

/// One verb of a format string.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "five flags may be set, each alone")]
struct Verb {
    sharp: bool,
    zero: bool,
    minus: bool,
    plus: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
    letter: char,
}

fn write(layout: &str, args: &[&Value]) -> Result<String, FunctionError> {
    let mut out = String::with_capacity(layout.len());
    let mut next = 0;
    let mut used = 0;
    let mut rest = layout;
    while let Some((literal, after)) = rest.split_once('%') {
        out.push_str(literal);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let (verb, index, after) = Verb::read(after, next)?;
        rest = after;
        let arg = args.get(index).ok_or_else(|| {
            FunctionError::from(format!("The format asks for argument {}, but {} are given.", index + 1, args.len()))
        })?;
        next = index + 1;
        used = used.max(next);
        verb.write(arg, &mut out).map_err(|error| FunctionError::argument(index + 1, error))?;
        if out.len() > limits::STRING_BYTES {
            return Ok(out);
        }
    }
    out.push_str(rest);
    if used < args.len() {
        return Err(FunctionError::argument(used + 1, "No verb of the format uses this argument."));
    }
    Ok(out)
}

impl Verb {
    /// Reads a verb after its `%`: with the index of its argument, and what follows.
    fn read(text: &str, next: usize) -> Result<(Self, usize, &str), FunctionError> {
        let mut verb = Self::default();
        let mut rest = text;
        while let Some(flag) = rest.chars().next().filter(|flag| "#0-+ ".contains(*flag)) {
            match flag {
                '#' => verb.sharp = true,
                '0' => verb.zero = true,
                '-' => verb.minus = true,
                '+' => verb.plus = true,
                _ => verb.space = true,
            }
            rest = rest.trim_start_matches(flag);
        }
        let mut index = next;
        if let Some(bracket) = rest.strip_prefix('[') {
            let (number, after) = bracket.split_once(']').ok_or("An argument number of the format is not closed.")?;
            let number =
                Some(number).filter(|number| !number.starts_with(['0', '+'])).and_then(|number| number.parse().ok());
            let number: usize = number.ok_or("An argument number of the format must be 1 or more.")?;
            index = number - 1;
            rest = after;
        }
        (verb.width, rest) = read_number(rest)?;
        if let Some(precision) = rest.strip_prefix('.') {
            let (digits, after) = read_number(precision)?;
            verb.precision = Some(digits.unwrap_or(0));
            rest = after;
        }
        let mut characters = rest.chars();
        verb.letter = characters
            .next()
            .filter(char::is_ascii_alphabetic)
            .ok_or("A `%` of the format is followed by no verb; write `%%` for a percent sign.")?;
        Ok((verb, index, characters.as_str()))
    }

    fn write(&self, arg: &Value, out: &mut String) -> Result<(), String> {
        if arg.is_null() && self.letter != 'v' {
            return Err(format!("Null cannot be formatted with `%{}`.", self.letter));
        }
        let text = match self.letter {
            'v' => match &arg.data {
                Data::String(text) if !self.sharp => self.padded(text),
                Data::Number(number) if !self.sharp => self.padded(&number.to_general(None)),
                _ => self.padded(&json::to_json(arg)?),
            },
            't' => convert::to_bool(arg).ok_or("A bool is required.")?.to_string(),
            'b' | 'd' | 'o' | 'x' | 'X' => self.integer(&self.number(arg)?)?,
            'e' | 'E' | 'f' | 'g' | 'G' => self.float(&self.number(arg)?),
            's' => self.padded(&self.shortened(arg)?),
            'q' => self.padded(&json::to_json(&Value::string(self.shortened(arg)?, arg.origin.span))?),
            letter => {
                return Err(format!("`%{letter}` is no verb; use one of v, t, b, d, o, x, X, e, E, f, g, G, s, q."));
            }
        };
        out.push_str(&text);
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "reads like its siblings")]
    fn number(&self, arg: &Value) -> Result<Number, String> {
        convert::to_number(arg).ok_or_else(|| "A number is required.".into())
    }

    /// The text of a value, as many characters of it as the precision allows. A precision of zero is none.
    fn shortened(&self, arg: &Value) -> Result<String, String> {
        let whole = convert::to_text(arg).ok_or("A string is required.")?;
        Ok(match self.precision {
            Some(precision) if precision > 0 => text::characters(&whole).take(precision).collect(),
            _ => whole.to_string(),
        })
    }

    /// Filled to the width, also with zeros and also after the text.
    fn padded(&self, text: &str) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(text::length(text));
        let filling = if self.zero { "0" } else { " " }.repeat(missing);
        if self.minus { format!("{text}{filling}") } else { format!("{filling}{text}") }
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, _, _) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        }
    }

    /// The precision is the least number of digits; a zero with precision zero prints nothing.
    fn integer(&self, number: &Number) -> Result<String, String> {
        let (base, prefix) = match self.letter {
            'b' => (2, "0b"),
            'o' => (8, "0"),
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            _ => (10, ""),
        };
        let digits = number
            .absolute()
            .to_integer_text(base)
            .ok_or_else(|| format!("A whole number is required for `%{}`, not {number}.", self.letter))?;
        let digits = if self.letter == 'X' { digits.to_uppercase() } else { digits };
        if digits == "0" && self.precision == Some(0) {
            return Ok(String::new());
        }
        let sign = self.sign(number.is_negative() && !number.is_zero());
        let prefix = if self.sharp { prefix } else { "" };
        let mut zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
        let missing = self.width.unwrap_or(0).saturating_sub(sign.len() + prefix.len() + zeros + digits.len());
        let (mut left, mut right) = (0, 0);
        if self.minus {
            right = missing;
        } else if self.zero && self.precision.is_none() {
            zeros = missing;
        } else {
            left = missing;
        }
        let (left, zeros, right) = (" ".repeat(left), "0".repeat(zeros), " ".repeat(right));
        Ok(format!("{left}{sign}{prefix}{zeros}{digits}{right}"))
    }

    fn float(&self, number: &Number) -> String {
        let magnitude = number.absolute();
        let mut digits = match self.letter {
            'f' => magnitude.to_fixed(self.precision.unwrap_or(6)),
            'e' | 'E' => magnitude.to_scientific(self.precision.unwrap_or(6)),
            _ => magnitude.to_general(self.precision),
        };
        let mut sign = self.sign(number.is_negative());
        if number.is_infinite() {
            digits = "Inf".into();
            if sign.is_empty() {
                sign = "+";
            }
        } else if self.letter.is_ascii_uppercase() {
            digits = digits.to_uppercase();
        }
        let missing = self.width.unwrap_or(0).saturating_sub(sign.len() + digits.len());
        if self.minus {
            format!("{sign}{digits}{}", " ".repeat(missing))
        } else if self.zero && !number.is_infinite() {
            format!("{sign}{}{digits}", "0".repeat(missing))
        } else {
            format!("{}{sign}{digits}", " ".repeat(missing))
        }
    }
}

/// The decimal number that a text begins with, and the rest.
fn read_number(text: &str) -> Result<(Option<usize>, &str), FunctionError> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(length);
    if digits.is_empty() {
        return Ok((None, text));
    }
    let number = digits.parse().ok().filter(|number| *number <= WIDTH_LIMIT);
    Ok((Some(number.ok_or_else(|| format!("A width or precision of the format is over {WIDTH_LIMIT}."))?), rest))
}

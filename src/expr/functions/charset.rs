//! `textencodebase64` and `textdecodebase64`: texts in other character encodings, by IANA name.

use super::{Function, FunctionError, Invocation, Param, Returns, Shape, base64};
use crate::model::Value;
use encoding_rs::Encoding;

const TEXT: Returns = Returns::Always(Shape::String);
const ENCODING: Param = Param::new("encoding", Shape::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("textdecodebase64", &[Param::new("source", Shape::String), ENCODING], TEXT, decode).decoding(),
    Function::new("textencodebase64", &[Param::new("string", Shape::String), ENCODING], TEXT, encode),
];

/// Encodings that Terraform has and this program has not: EBCDIC and the code pages of DOS.
const UNSUPPORTED: &[&str] = &[
    "ibm037",
    "ibm437",
    "ibm850",
    "ibm852",
    "ibm855",
    "ibm00858",
    "ibm860",
    "ibm862",
    "ibm863",
    "ibm865",
    "ibm01140",
    "ibm1047",
    "iso-8859-6-e",
    "iso-8859-6-i",
    "iso-8859-8-e",
    "hz-gb-2312",
    "utf-16",
];

/// A character encoding.
enum Charset {
    Ascii,
    /// ISO 8859-1: bytes are code points.
    Latin1,
    Utf16 {
        big_endian: bool,
    },
    Other(&'static Encoding),
    Unsupported,
}

impl Charset {
    fn of(call: &Invocation<'_>) -> Result<Self, FunctionError> {
        let name = call.text(1).to_ascii_lowercase();
        Ok(match name.as_str() {
            "us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso646-us" | "us" | "ibm367" | "cp367" | "csascii" => {
                Self::Ascii
            }
            "iso-8859-1" | "iso_8859-1" | "iso_8859-1:1987" | "latin1" | "l1" | "ibm819" | "cp819" | "csisolatin1" => {
                Self::Latin1
            }
            "utf-16be" | "csutf16be" => Self::Utf16 { big_endian: true },
            "utf-16le" | "csutf16le" => Self::Utf16 { big_endian: false },
            name if UNSUPPORTED.contains(&name) => Self::Unsupported,
            // Names of the web that IANA does not know.
            "utf8" | "sjis" | "x-sjis" | "unicode-1-1-utf-8" | "cp1252" | "x-cp1252" => {
                return Err(unknown_encoding(call));
            }
            name => {
                Self::Other(Encoding::for_label_no_replacement(name.as_bytes()).ok_or_else(|| unknown_encoding(call))?)
            }
        })
    }
}

fn unknown_encoding(call: &Invocation<'_>) -> FunctionError {
    FunctionError::argument(1, format!("`{}` is no IANA name of a character encoding.", call.text(1)))
}

fn encode(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let text = call.text(0);
    let missing = || FunctionError::argument(0, "The encoding has no code for a character of the text.");
    let bytes = match Charset::of(call)? {
        Charset::Unsupported => return Ok(call.open("textencodebase64")),
        Charset::Ascii => text
            .chars()
            .map(|character| u8::try_from(character).ok().filter(u8::is_ascii))
            .collect::<Option<_>>()
            .ok_or_else(missing)?,
        Charset::Latin1 => {
            text.chars().map(|character| u8::try_from(character).ok()).collect::<Option<_>>().ok_or_else(missing)?
        }
        Charset::Utf16 { big_endian } => text
            .encode_utf16()
            .flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect(),
        Charset::Other(encoding) => {
            let (bytes, _, failed) = encoding.encode(text);
            if failed {
                return Err(missing());
            }
            bytes.into_owned()
        }
    };
    Ok(call.string(base64::encode(bytes)))
}

/// Bytes that mean nothing are an error, and so is a written U+FFFD, which Terraform cannot tell from them.
fn decode(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let charset = Charset::of(call)?;
    let bytes = base64::decode(call, 0)?;
    let text: String = match charset {
        Charset::Unsupported => return Ok(call.open("textdecodebase64")),
        Charset::Ascii => bytes
            .iter()
            .map(|byte| if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER })
            .collect(),
        Charset::Latin1 => bytes.iter().copied().map(char::from).collect(),
        Charset::Utf16 { big_endian } => {
            let units = bytes.chunks(2).map(|pair| match *pair {
                [first, second] if big_endian => u16::from_be_bytes([first, second]),
                [first, second] => u16::from_le_bytes([first, second]),
                // Half a unit at the end means nothing.
                _ => 0xDC00,
            });
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        Charset::Other(encoding) => encoding.decode_without_bom_handling(&bytes).0.into_owned(),
    };
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(FunctionError::argument(0, format!("The bytes are no text in {}.", call.text(1))));
    }
    Ok(call.string(text))
}

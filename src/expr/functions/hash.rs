//! Digests of texts and files, and UUIDs made from them.

use super::{Function, FunctionError, Invocation, Param, Returns, Shape, base64, filesystem};
use crate::model::Value;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use std::fmt::Write;

const TEXT: Returns = Returns::Always(Shape::String);
const STR: &[Param] = &[Param::new("str", Shape::String)];
const PATH: &[Param] = &[Param::new("path", Shape::String)];

pub(super) const TABLE: &[Function] = &[
    Function::new("base64sha256", STR, TEXT, |call| Ok(of_text(call, |bytes| base64::encode(Sha256::digest(bytes))))),
    Function::new("base64sha512", STR, TEXT, |call| Ok(of_text(call, |bytes| base64::encode(Sha512::digest(bytes))))),
    Function::new("filebase64", PATH, TEXT, |call| of_file(call, |bytes| base64::encode(bytes))),
    Function::new("filebase64sha256", PATH, TEXT, |call| of_file(call, |bytes| base64::encode(Sha256::digest(bytes)))),
    Function::new("filebase64sha512", PATH, TEXT, |call| of_file(call, |bytes| base64::encode(Sha512::digest(bytes)))),
    Function::new("filemd5", PATH, TEXT, |call| of_file(call, |bytes| hexadecimal(&Md5::digest(bytes)))),
    Function::new("filesha1", PATH, TEXT, |call| of_file(call, |bytes| hexadecimal(&Sha1::digest(bytes)))),
    Function::new("filesha256", PATH, TEXT, |call| of_file(call, |bytes| hexadecimal(&Sha256::digest(bytes)))),
    Function::new("filesha512", PATH, TEXT, |call| of_file(call, |bytes| hexadecimal(&Sha512::digest(bytes)))),
    Function::new("md5", STR, TEXT, |call| Ok(of_text(call, |bytes| hexadecimal(&Md5::digest(bytes))))),
    Function::new("sha1", STR, TEXT, |call| Ok(of_text(call, |bytes| hexadecimal(&Sha1::digest(bytes))))),
    Function::new("sha256", STR, TEXT, |call| Ok(of_text(call, |bytes| hexadecimal(&Sha256::digest(bytes))))),
    Function::new("sha512", STR, TEXT, |call| Ok(of_text(call, |bytes| hexadecimal(&Sha512::digest(bytes))))),
    Function::new("uuidv5", &[Param::new("namespace", Shape::String), Param::new("name", Shape::String)], TEXT, uuidv5),
];

fn of_text(call: &Invocation<'_>, encode: fn(&[u8]) -> String) -> Value {
    call.string(encode(call.text(0).as_bytes()))
}

fn of_file(call: &Invocation<'_>, encode: fn(&[u8]) -> String) -> Result<Value, FunctionError> {
    filesystem::with_file(call, |_, bytes| Ok(call.string(encode(&bytes))))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let written = write!(text, "{byte:02x}");
        debug_assert!(written.is_ok(), "writing to a string does not fail");
        text
    })
}

/// RFC 9562, section 5.5. The namespace is a UUID or one of `dns`, `url`, `oid`, `x500`.
fn uuidv5(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    // The well-known namespaces differ in one byte.
    let well_known =
        |last: u8| [0x6B, 0xA7, 0xB8, last, 0x9D, 0xAD, 0x11, 0xD1, 0x80, 0xB4, 0, 0xC0, 0x4F, 0xD4, 0x30, 0xC8];
    let namespace = match call.text(0) {
        "dns" => well_known(0x10),
        "url" => well_known(0x11),
        "oid" => well_known(0x12),
        "x500" => well_known(0x14),
        text => parse_uuid(text)
            .ok_or_else(|| format!("`{text}` is neither a UUID nor one of `dns`, `url`, `oid`, `x500`."))?,
    };
    let mut digest = Sha1::new();
    digest.update(namespace);
    digest.update(call.text(1));
    let mut bytes = digest.finalize();
    if let Some(version) = bytes.get_mut(6) {
        *version = *version & 0x0F | 0x50;
    }
    if let Some(variant) = bytes.get_mut(8) {
        *variant = *variant & 0x3F | 0x80;
    }
    let digits = hexadecimal(&bytes);
    let groups: Vec<_> =
        [0..8, 8..12, 12..16, 16..20, 20..32].into_iter().filter_map(|range| digits.get(range)).collect();
    Ok(call.string(groups.join("-")))
}

/// `6ba7b810-9dad-11d1-80b4-00c04fd430c8`, also after `urn:uuid:`, in braces, or without dashes.
fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let inner = match text.len() {
        45 if text.get(..9)?.eq_ignore_ascii_case("urn:uuid:") => text.get(9..)?,
        38 => text.get(1..37)?,
        _ => text,
    };
    let digits = match inner.len() {
        36 if [8, 13, 18, 23].into_iter().all(|dash| inner.as_bytes().get(dash) == Some(&b'-')) => {
            inner.replace('-', "")
        }
        32 => inner.to_owned(),
        _ => return None,
    };
    let valid = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    valid.then(|| u128::from_str_radix(&digits, 16).ok().map(u128::to_be_bytes))?
}

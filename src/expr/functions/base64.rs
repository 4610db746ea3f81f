//! Base64, alone and with gzip around it.

use super::{Function, FunctionError, Invocation, Param, Returns, Shape};
use crate::expr::limits;
use crate::model::Value;
use ::base64::Engine;
use ::base64::alphabet::STANDARD;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::{Compress, Compression, Crc, FlushCompress, read::GzDecoder};
use std::collections::BTreeSet;
use std::io::Read;

const TEXT: Returns = Returns::Always(Shape::String);
const STR: Param = Param::new("str", Shape::String);

/// Go's standard encoding: padding is needed, left-over bits are not looked at.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

pub(super) const TABLE: &[Function] = &[
    Function::new("base64decode", &[STR], TEXT, |call| {
        let bytes = decode(call, 0)?;
        let text =
            String::from_utf8(bytes).map_err(|_| FunctionError::from("The decoded bytes are not UTF-8 text."))?;
        Ok(call.string(text))
    })
    .decoding(),
    Function::new("base64encode", &[STR], TEXT, |call| Ok(call.string(encode(call.text(0))))),
    Function::new("base64gunzip", &[STR], TEXT, gunzip).decoding(),
    Function::new("base64gzip", &[STR], TEXT, gzip),
];

/// The text of some bytes.
pub(super) fn encode(bytes: impl AsRef<[u8]>) -> String {
    ENGINE.encode(bytes)
}

/// The bytes of a text; line ends in it do not count.
pub(super) fn decode_bytes(text: &str) -> Option<Vec<u8>> {
    if text.contains(['\r', '\n']) {
        return ENGINE.decode(text.replace(['\r', '\n'], "")).ok();
    }
    ENGINE.decode(text).ok()
}

/// The bytes of an argument.
pub(super) fn decode(call: &Invocation<'_>, index: usize) -> Result<Vec<u8>, FunctionError> {
    decode_bytes(call.text(index)).ok_or_else(|| FunctionError::argument(index, "The text is not Base64 with padding."))
}

/// Compressed as Go does it: one flush after the text, then an empty last block. For short texts in which nothing comes
/// again there is one way to do it; how Go packs others is not known here.
fn gzip(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    const HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
    const LAST_BLOCK: [u8; 5] = [1, 0, 0, 0xFF, 0xFF];
    let input = call.text(0).as_bytes();
    if !packs_in_one_way(input) {
        return Ok(call.open("base64gzip"));
    }
    let mut compressed = HEADER.to_vec();
    let mut packed = Vec::with_capacity(input.len() + 64);
    let mut compress = Compress::new(Compression::default(), false);
    loop {
        let consumed = compress.total_in() as usize;
        packed.reserve(64);
        compress
            .compress_vec(input.get(consumed..).unwrap_or_default(), &mut packed, FlushCompress::Sync)
            .map_err(|_| FunctionError::from("The text could not be compressed."))?;
        if compress.total_in() as usize == input.len() && packed.len() < packed.capacity() {
            break;
        }
    }
    compressed.extend(packed);
    compressed.extend(LAST_BLOCK);
    let mut checksum = Crc::new();
    checksum.update(input);
    compressed.extend(checksum.sum().to_le_bytes());
    compressed.extend((input.len() as u32).to_le_bytes());
    Ok(call.string(encode(compressed)))
}

/// Whether a text is so short that its letters have fixed codes, and no three bytes of it come again.
fn packs_in_one_way(input: &[u8]) -> bool {
    const SHORT: usize = 30;
    let mut seen = BTreeSet::new();
    input.len() <= SHORT && input.windows(3).all(|bytes| seen.insert(bytes))
}

/// The reverse of `base64gzip`; OpenTofu only.
fn gunzip(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let bytes = decode(call, 0)?;
    let mut text = Vec::new();
    let mut limited = GzDecoder::new(bytes.as_slice()).take(limits::STRING_BYTES as u64 + 1);
    limited.read_to_end(&mut text).map_err(|_| FunctionError::argument(0, "The decoded bytes are not gzip."))?;
    call.budget.bytes(text.len(), call.span)?;
    let text =
        String::from_utf8(text).map_err(|_| FunctionError::argument(0, "The unpacked bytes are not UTF-8 text."))?;
    Ok(call.string(text))
}

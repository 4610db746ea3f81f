//! `rsadecrypt`: RSAES-PKCS1-v1_5 (RFC 8017, section 7.2.2) with a private key in PEM.
//!
//! Keys are PKCS #1, PKCS #8 or OpenSSH, without passphrase. Both key and text are in the
//! configuration for all to read, so nothing is gained by hiding how long the arithmetic takes.

use super::{Function, FunctionError, Invocation, Param, Returns, Shape, base64};
use crate::limits::evaluation::MODULUS_LIMIT;
use crate::model::Value;
use num_bigint::BigUint;

/// Bytes around the message: two at the start, at least eight of padding, one at its end.
const PADDING: usize = 11;

pub(super) const TABLE: &[Function] = &[Function::new(
    "rsadecrypt",
    &[Param::new("ciphertext", Shape::String), Param::new("privatekey", Shape::String)],
    Returns::Always(Shape::String),
    rsadecrypt,
)];

fn rsadecrypt(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let ciphertext = base64::decode(call, 0)?;
    let key = PrivateKey::parse(call.text(1)).ok_or_else(|| {
        FunctionError::argument(1, "The private key must be an RSA key in PEM form, without passphrase.")
    })?;
    let message = key.decrypt(&ciphertext).ok_or("The text was not encrypted for this key.")?;
    Ok(call.string(String::from_utf8_lossy(&message)))
}

/// What decryption needs of a key.
struct PrivateKey {
    modulus: BigUint,
    exponent: BigUint,
}

impl PrivateKey {
    fn parse(pem: &str) -> Option<Self> {
        let (label, body) = pem.split_once("-----BEGIN ")?.1.split_once("-----")?;
        let body = body.split_once(&format!("-----END {label}-----"))?.0;
        // Headers, as of an encrypted key, hold a colon, which is no digit of Base64.
        let bytes = base64::decode_bytes(&body.split_whitespace().collect::<String>())?;
        let key = match label {
            "RSA PRIVATE KEY" => Self::from_pkcs1(&bytes),
            "PRIVATE KEY" => Self::from_pkcs8(&bytes),
            "OPENSSH PRIVATE KEY" => Self::from_openssh(&bytes),
            _ => None,
        }?;
        let bytes = key.modulus.to_bytes_le().len();
        (PADDING..=MODULUS_LIMIT / 8).contains(&bytes).then_some(key)
    }

    /// `RSAPrivateKey`: version, modulus, public exponent, private exponent, and what speeds things up.
    fn from_pkcs1(bytes: &[u8]) -> Option<Self> {
        let mut fields = Der(Der(bytes).element(0x30)?);
        fields.element(0x02)?;
        let modulus = BigUint::from_bytes_be(fields.element(0x02)?);
        fields.element(0x02)?;
        let exponent = BigUint::from_bytes_be(fields.element(0x02)?);
        Some(Self { modulus, exponent })
    }

    /// `PrivateKeyInfo`: version, algorithm, and the key in an octet string.
    fn from_pkcs8(bytes: &[u8]) -> Option<Self> {
        /// 1.2.840.113549.1.1.1, `rsaEncryption`.
        const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
        let mut fields = Der(Der(bytes).element(0x30)?);
        fields.element(0x02)?;
        let algorithm = Der(fields.element(0x30)?).element(0x06)?;
        let key = fields.element(0x04)?;
        if algorithm == RSA { Self::from_pkcs1(key) } else { None }
    }

    /// `PROTOCOL.key` of OpenSSH: lengths of four bytes before every field.
    fn from_openssh(bytes: &[u8]) -> Option<Self> {
        let mut outer = Ssh(bytes.strip_prefix(b"openssh-key-v1\0")?);
        let is_plain = outer.field()? == b"none" && outer.field()? == b"none";
        outer.field()?;
        let has_one_key = outer.take(4)? == [0, 0, 0, 1];
        outer.field()?;
        let mut key = Ssh(outer.field()?);
        let checks = (key.take(4)?, key.take(4)?);
        if !is_plain || !has_one_key || checks.0 != checks.1 || key.field()? != b"ssh-rsa" {
            return None;
        }
        let modulus = BigUint::from_bytes_be(key.field()?);
        key.field()?;
        let exponent = BigUint::from_bytes_be(key.field()?);
        Some(Self { modulus, exponent })
    }

    /// The message without its padding: `00 02`, eight or more bytes that are not zero, `00`, message.
    fn decrypt(&self, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let size = self.modulus.to_bytes_le().len();
        let number = BigUint::from_bytes_be(ciphertext);
        if ciphertext.len() > size || number >= self.modulus {
            return None;
        }

        let block = number.modpow(&self.exponent, &self.modulus).to_bytes_be();
        // The leading zero byte is not in the digits of the number.
        let padded = Some(block).filter(|block| block.len() + 1 == size)?;
        let rest = padded.strip_prefix(&[2])?;
        let end = rest.iter().position(|byte| *byte == 0).filter(|end| *end >= PADDING - 3)?;
        Some(rest.get(end + 1..)?.to_vec())
    }
}

/// Reads elements of the Distinguished Encoding Rules (X.690).
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The content of the next element, which must have this tag.
    fn element(&mut self, wanted: u8) -> Option<&'a [u8]> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let (digits, rest) =
                rest.split_at_checked(usize::from(first & 0x7F)).filter(|(digits, _)| digits.len() <= 4)?;
            (digits.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        (tag == wanted).then_some(content)
    }
}

/// Reads fields of the wire format of SSH (RFC 4251, section 5).
struct Ssh<'a>(&'a [u8]);

impl<'a> Ssh<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn field(&mut self) -> Option<&'a [u8]> {
        let length: [u8; 4] = self.take(4)?.try_into().ok()?;
        self.take(u32::from_be_bytes(length) as usize)
    }
}

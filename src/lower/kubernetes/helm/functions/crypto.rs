//! Hashes, and functions that make keys, certificates and random text: their results are unknown.

use super::short::{A, I, L, S, U};
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::lossy;
use crate::lower::kubernetes::helm::value::{Map, Place, TextBuilder, Value};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

pub const FUNCTIONS: &[Function] = &[
    Function::new("sha1sum", &[S], hash::<Sha1>).gives_filled_text(),
    Function::new("sha256sum", &[S], hash::<Sha256>).gives_filled_text(),
    Function::new("sha512sum", &[S], hash::<Sha512>).gives_filled_text(),
    Function::new("adler32sum", &[S], |call| {
        let sum = adler_32(call.text(0).as_bytes());
        call.result(sum.to_string())
    })
    .gives_filled_text(),
    Function::new("randAlphaNum", &[I], random_text).of_anything(),
    Function::new("randAlpha", &[I], random_text).of_anything(),
    Function::new("randAscii", &[I], random_text).of_anything(),
    Function::new("randNumeric", &[I], random_text).of_anything(),
    Function::new("randBytes", &[I], random_text).of_anything(),
    Function::new("shuffle", &[S], random).of_anything(),
    Function::new("uuidv4", &[], random).of_anything(),
    Function::new("bcrypt", &[S], |call| made_of(call, "$2a$10$", "")).of_anything(),
    Function::new("htpasswd", &[S, S], |call| {
        if call.text(0).contains(':') {
            let message = format!("invalid username: {}", call.text(0));
            return call.result(message);
        }
        random(call)
    }),
    Function::new("genPrivateKey", &[S], |call| match call.text(0) {
        "" | "rsa" => key(call, "RSA "),
        "dsa" => key(call, "DSA "),
        "ecdsa" => key(call, "EC "),
        "ed25519" => key(call, ""),
        kind => call.result(format!("Unknown type {kind}")),
    }),
    Function::new("genCA", &[S, I], certificate).of_anything(),
    Function::new("genCAWithKey", &[S, I, S], certificate).of_anything(),
    Function::new("genSelfSignedCert", &[S, L, L, I], certificate).of_anything(),
    Function::new("genSelfSignedCertWithKey", &[S, L, L, I, S], certificate).of_anything(),
    Function::new("genSignedCert", &[S, L, L, I, A], certificate).of_anything(),
    Function::new("genSignedCertWithKey", &[S, L, L, I, A, S], certificate).of_anything(),
    Function::new("buildCustomCert", &[S, S], build_certificate),
    Function::new("encryptAES", &[S, S], random).of_anything(),
    Function::new("decryptAES", &[S, S], |call| {
        if BASE64_STANDARD.decode(call.text(1)).is_err() {
            return call.fail("what `decryptAES` decrypts must be Base64");
        }
        computed(call)
    }),
    Function::new("derivePassword", &[U, S, S, S, S], computed).of_anything(),
];

fn hash<D: Digest>(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let digest = D::digest(call.text(0).as_bytes());
    let mut text = String::with_capacity(digest.len() * 2);
    text.extend(digest.iter().map(|byte| format!("{byte:02x}")));
    call.result(text)
}

fn adler_32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % MODULUS;
        (a, (b + a) % MODULUS)
    });
    b << 16 | a
}

fn random(call: &mut Call<'_, '_>) -> Outcome<Value> {
    call.unknown_text("a random value differs in each run")
}

/// Random text between known ones.
fn made_of(call: &mut Call<'_, '_>, before: &str, after: &str) -> Outcome<Value> {
    let random = random(call)?;
    let mut out = TextBuilder::default();
    out.push_plain(before);
    if let Some(text) = random.as_text() {
        out.push_text(text, Place::noted(random.note));
    }
    out.push_plain(after);
    Ok(out.finish().into())
}

/// A private key of some kind.
fn key(call: &mut Call<'_, '_>, kind: &str) -> Outcome<Value> {
    made_of(call, &format!("-----BEGIN {kind}PRIVATE KEY-----\n"), &format!("\n-----END {kind}PRIVATE KEY-----\n"))
}

/// Random text of a length.
fn random_text(call: &mut Call<'_, '_>) -> Outcome<Value> {
    if !call.value(0).is_unknown() && call.int(0) == 0 { Ok("".into()) } else { random(call) }
}

/// A certificate with its key.
fn certificate(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (certificate, key) = (random(call)?, random(call)?);
    Ok(Map::from_iter([("Cert".into(), certificate), ("Key".into(), key)]).into())
}

fn computed(call: &mut Call<'_, '_>) -> Outcome<Value> {
    call.unknown_text("passwords and ciphers are not computed")
}

fn build_certificate(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let decoded = |text: &str| BASE64_STANDARD.decode(text).ok();
    let (Some(certificate), Some(key)) = (decoded(call.text(0)), decoded(call.text(1))) else {
        return call.fail("the certificate and its key must be Base64");
    };
    let text = |bytes: &[u8]| Value::from(lossy(bytes));
    Ok(Map::from_iter([("Cert".into(), text(&certificate)), ("Key".into(), text(&key))]).into())
}

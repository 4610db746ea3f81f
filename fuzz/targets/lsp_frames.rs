//! Frames of the language server's protocol.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut input = bytes;
    while let Ok(Some(_)) = gatelint::lsp::read_frame(&mut input) {}
});

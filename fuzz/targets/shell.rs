//! The reader of shell scripts, with the grammar in C beneath it.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = gatelint::syntax::shell::Parser::default().parse(text);
});

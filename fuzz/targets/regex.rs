//! The translation of regular expressions from RE2.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (pattern, searched) = text.split_once('\n').unwrap_or((text, "aaab"));
    if let Ok(regex) = gatelint::go::re2::compile(pattern) {
        let _ = regex.find_iter(searched).count();
    }
});

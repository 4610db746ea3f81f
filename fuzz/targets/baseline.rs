//! A baseline, ours or that of Checkov.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = gatelint::baseline::Baseline::read(text, "", "known");
});

//! A Dockerfile: variables, scripts, and the checks.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    gatelint_fuzz::scan(&[("Dockerfile", text)]);
});

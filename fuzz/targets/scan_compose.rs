//! A Compose file.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    gatelint_fuzz::scan(&[("compose.yaml", text), (".env", "A=b\n"), ("Dockerfile", "FROM a\n")]);
});

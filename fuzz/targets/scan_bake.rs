//! A Bake file.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    gatelint_fuzz::scan(&[("docker-bake.hcl", text), ("Dockerfile", "FROM a\n")]);
});

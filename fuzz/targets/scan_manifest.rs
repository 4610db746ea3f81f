//! Manifests, with admission policies and their CEL among them.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    gatelint_fuzz::scan(&[("objects.yaml", text)]);
});

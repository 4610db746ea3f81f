//! A kustomization over two objects.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    gatelint_fuzz::scan(&[("kustomization.yaml", text), ("objects.yaml", gatelint_fuzz::OBJECTS)]);
});

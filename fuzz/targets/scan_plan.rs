//! A plan of Terraform.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    gatelint_fuzz::scan(&[("plan.json", text)]);
});

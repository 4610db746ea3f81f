//! A configuration: the reader, the evaluator, all functions, and the checks.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    gatelint_fuzz::scan(&[("main.tf", text), ("read.txt", "text")]);
});

//! `.gatelint.yaml`.

#![no_main]

use gatelint::source::SourceId;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = gatelint::config::read(SourceId(0), text, "");
});

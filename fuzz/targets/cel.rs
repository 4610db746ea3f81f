//! Expressions of admission policies: read, checked and compiled.

#![no_main]

use gatelint::source::{Derived, SourceId};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = gatelint::cel::compile(&Derived::file(SourceId(0), text), &gatelint::admission::environment(true));
});

//! The reader of Dockerfiles.

#![no_main]

use gatelint::source::SourceId;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let file = gatelint::syntax::dockerfile::parse(SourceId(0), text);
    gatelint_fuzz::expect_places(file.problems.iter().map(|problem| problem.span), text);
});

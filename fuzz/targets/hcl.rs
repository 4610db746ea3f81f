//! The reader of HCL, and every place that it tells.

#![no_main]

use gatelint::source::SourceId;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (_, problems) = gatelint::syntax::hcl::parse(SourceId(0), text);
    gatelint_fuzz::expect_places(problems.iter().map(|problem| problem.span), text);
});

//! The reader of Terraform in JSON.

#![no_main]

use gatelint::source::SourceId;
use gatelint::syntax::hcl;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (_, problems) = hcl::parse_json(SourceId(0), text, &|_, _| hcl::Property::Argument);
    gatelint_fuzz::expect_places(problems.iter().map(|problem| problem.span), text);
});

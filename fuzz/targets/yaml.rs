//! The reader of YAML, in both of its dialects.

#![no_main]

use gatelint::source::{Derived, SourceId};
use gatelint::syntax::yaml::{self, Dialect};

libfuzzer_sys::fuzz_target!(|text: &str| {
    for dialect in [Dialect::Kubernetes, Dialect::Kustomize] {
        let stream = yaml::read(&Derived::file(SourceId(0), text), dialect);
        gatelint_fuzz::expect_places(stream.problems.iter().map(|problem| problem.span), text);
    }
});

//! A check's page, its metadata, policy and examples.

#![no_main]

use gatelint::engine::CustomPage;
use gatelint::source::Sources;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let page = CustomPage { id: "fuzz/page".to_owned(), path: "page.md".to_owned(), text: text.to_owned() };
    let _ = gatelint::engine::load_custom(&page, &Sources::default());
});

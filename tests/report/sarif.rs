//! SARIF for code scanning.

use crate::given;
use gatelint::report::Format;

#[test]
fn one_finding_in_sarif() {
    insta::assert_snapshot!(given::write(&given::bucket(), Format::Sarif));
}

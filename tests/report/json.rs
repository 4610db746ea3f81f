//! The JSON report.

use crate::given;
use gatelint::report::Format;

#[test]
fn keys_stand_in_the_order_of_the_contract() {
    insta::assert_snapshot!(given::write(&given::bucket(), Format::Json));
}

//! One program with all fuzz targets: `FUZZ_TARGET` names the target that is run.
//!
//! One program, since each would hold all of gatelint and all checks, and linking that takes longer than any target.

#![no_main]

mod targets;

use libfuzzer_sys::fuzz_target;
use std::env;
use std::sync::LazyLock;
use targets::{TARGETS, Target};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = env::var("FUZZ_TARGET").unwrap_or_default();
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    target
        .unwrap_or_else(|| panic!("FUZZ_TARGET is '{name}', and must be one of {:?}", TARGETS.map(|(name, _)| name)))
        .1
});

fuzz_target!(|bytes: &[u8]| (*TARGET)(bytes));

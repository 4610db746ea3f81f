//! The builder's own directive: about the file, where it is a directive at all.

use super::{LATEST, hold};

const NAMES: &str = "dockerfile/image/duplicate-stage-name";

#[test]
fn a_directive_at_the_top_skips_rules() {
    let file = |top: &str| format!("{top}FROM debian:12 AS a\nFROM debian:latest AS a\n");
    let found = |number: usize| vec![format!("{number}"), format!("{number}")];
    let skipped = |number: usize| vec![format!("{number} comment (no reason)"), format!("{number}")];
    for (top, expected) in [
        ("# check=skip=DuplicateStageName\n", skipped(3)),
        ("# syntax=docker/dockerfile:1\n# check=skip=JSONArgsRecommended, duplicatestagename;error=true\n", skipped(4)),
        ("#check = error=true;skip=all\n", skipped(3)),
        ("# check=error=true\n", found(3)),
        ("# check=skip=ReservedStageName\n", found(3)),
        // A comment among comments is no directive any more.
        ("# Copyright\n# check=skip=DuplicateStageName\n", found(4)),
    ] {
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        hold("Dockerfile", &[LATEST, NAMES], &[(&file(top), &expected)]);
    }
}

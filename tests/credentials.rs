//! The vocabulary of credentials against names and values of real software, with the right answer for each.
//!
//! `tests/data/credentials.tsv` was written by hand from the documentation that its last column names. What is wrong is
//! listed here: the list may only become shorter.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

use gatelint::model::credential::holds;
use std::fs;

/// Phrases that tell what to put there, and were put there.
const WRONG: [&str; 2] = [
    "GITLAB_SECRETS_DB_KEY_BASE=long-and-random-alphanumeric-string",
    "XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY=min-32-byte-long-strong-encryption-key",
];

#[test]
fn names_and_values_of_real_software() {
    let table = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/credentials.tsv")).unwrap();
    let rows: Vec<Vec<&str>> =
        table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    assert!(rows.len() >= 300 && rows.iter().all(|row| row.len() == 4), "a row has four columns");
    let (mut found, mut right, mut all) = (0, 0, 0);
    let mut wrong = Vec::new();
    for row in &rows {
        let (name, value, is_credential) = (row[0], row[1], row[2] == "yes");
        let is_found = holds(name, value, []);
        found += usize::from(is_found);
        all += usize::from(is_credential);
        right += usize::from(is_found && is_credential);
        if is_found != is_credential {
            wrong.push(format!("{name}={value}"));
        }
    }
    println!("{} rows: precision {right}/{found}, recall {right}/{all}", rows.len());
    assert_eq!(wrong, WRONG);
}

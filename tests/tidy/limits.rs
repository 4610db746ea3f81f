//! The table of `docs/limits.md`: its numbers are those of `src/limits.rs`, constant by constant.

use super::root;
use std::fs;

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The numbers that a person reads in a cell: `10 MiB`, `1,000,000`.
fn written(cell: &str) -> Vec<u64> {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let number = |place: usize| {
        let digits = words[place].trim_end_matches([',', ';']).replace(',', "");
        let unit = match words.get(place + 1).map(|word| word.trim_end_matches([',', ';'])) {
            Some("KiB") => 1 << 10,
            Some("MiB") => 1 << 20,
            _ => 1,
        };
        digits.parse::<u64>().ok().map(|number| number * unit)
    };
    (0..words.len()).filter_map(number).collect()
}

/// The value of a constant of a group, written as numbers with `*` or `<<` between them.
fn value(text: &str, name: &str) -> Option<u64> {
    let (group, name) = name.split_once("::")?;
    let (group, _) = text.split_once(&format!("pub mod {group} {{"))?.1.split_once("\n}")?;
    let (_, value) = group.split_once(&format!("const {name}:"))?.1.split_once(" = ")?;
    let (value, _) = value.split_once(';')?;
    let number = |text: &str| text.trim().replace('_', "").parse::<u64>().ok();
    match value.split_once("<<") {
        Some((number_of, bits)) => Some(number(number_of)? << number(bits)?),
        None => value.split('*').map(number).product(),
    }
}

#[test]
fn the_table_of_limits_has_the_numbers_of_the_code() {
    let page = fs::read_to_string(root().join("docs/limits.md")).unwrap();
    let limits = fs::read_to_string(root().join("src/limits.rs")).unwrap();
    let rows: Vec<Vec<&str>> =
        page.lines().filter_map(|line| Some(line.strip_prefix("| ")?.split(" | ").collect())).skip(1).collect();
    assert!(rows.len() > 15, "the table was not found");
    for row in rows {
        let [what, limit, place] = row[..] else { panic!("{row:?} has not three cells") };
        let value = |name| value(&limits, name).unwrap_or_else(|| panic!("{what}: no number for {name}"));
        let values: Vec<u64> = quoted(place).map(value).collect();
        assert_eq!(written(limit), values, "{what}");
    }
}

//! The table of `docs/limits.md`: its numbers are those of the code, constant by constant.

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

/// The value that a constant or a field has in a source text, written as numbers with `*` or `<<` between them.
fn value(text: &str, name: &str) -> Option<u64> {
    let of_constant = || text.split_once(&format!("const {name}:"))?.1.split_once(" = ");
    let of_field = || text.rsplit_once(&format!("{name}: ")).map(|(_, value)| ("", value));
    let (_, value) = of_constant().or_else(of_field)?;
    let (value, _) = value.split_once([';', ',', '}'])?;
    let number = |text: &str| text.trim().replace('_', "").parse::<u64>().ok();
    match value.split_once("<<") {
        Some((number_of, bits)) => Some(number(number_of)? << number(bits)?),
        None => value.split('*').map(number).product(),
    }
}

#[test]
fn the_table_of_limits_has_the_numbers_of_the_code() {
    let page = fs::read_to_string(root().join("docs/limits.md")).unwrap();
    let rows: Vec<Vec<&str>> =
        page.lines().filter_map(|line| Some(line.strip_prefix("| ")?.split(" | ").collect())).skip(1).collect();
    assert!(rows.len() > 15, "the table was not found");
    for row in rows {
        let [what, limit, place] = row[..] else { panic!("{row:?} has not three cells") };
        let mut text = String::new();
        let mut values = Vec::new();
        for name in quoted(place) {
            if name.contains('/') {
                text = fs::read_to_string(root().join("src").join(name)).unwrap_or_else(|_| panic!("no file {name}"));
            } else {
                values.push(value(&text, name).unwrap_or_else(|| panic!("{what}: no number for {name}")));
            }
        }
        assert_eq!(written(limit), values, "{what}");
    }
}

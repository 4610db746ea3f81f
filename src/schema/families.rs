//! Types that are one idea: a provider renamed one of them, or split it.
//!
//! `families.tsv` has them, a family in each line: its name, and its types with the present ones first. `build.rs` reads
//! it too.

static TABLE: &str = include_str!("families.tsv");

/// What stands before the name of a family where a type may stand.
pub const FAMILY_PREFIX: &str = "family.";

/// Returns all families: their names, and the names of their types.
pub fn type_families() -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    TABLE.lines().filter_map(|line| line.split_once('\t')).map(|(name, types)| (name, types.split(' ')))
}

/// Returns the types that a name stands for: those of the family in `family.aws_lb`, else the name itself; none of a
/// family that there is not.
pub fn types_of(name: &str) -> Vec<&str> {
    let Some(family) = name.strip_prefix(FAMILY_PREFIX) else { return vec![name] };
    type_families().filter(|(known, _)| *known == family).flat_map(|(_, types)| types).collect()
}

#[cfg(test)]
mod tests {
    use super::{type_families, types_of};
    use crate::schema::terraform;
    use std::collections::BTreeSet;

    #[test]
    fn families_are_sorted_and_have_types_that_exist_each_in_one() {
        let mut seen = BTreeSet::new();
        assert!(type_families().map(|(name, _)| name).is_sorted_by(|a, b| a < b));
        for (family, types) in type_families() {
            let types: Vec<_> = types.collect();
            assert!(types.len() > 1, "{family} is one type");
            for name in types {
                assert!(terraform(name).is_some(), "{family}: there is no {name}");
                assert!(seen.insert(name), "{name} is in two families");
            }
        }
    }

    #[test]
    fn the_manual_lists_all_families() {
        let manual = include_str!("../../docs/policy-language.md");
        for (family, types) in type_families() {
            let types: Vec<_> = types.map(|name| format!("`{name}`")).collect();
            let row = format!("| `family.{family}` | {} |", types.join(", "));
            assert!(manual.lines().any(|line| line == row), "the manual lacks {row}");
        }
    }

    #[test]
    fn a_name_stands_for_the_types_of_its_family() {
        assert_eq!(types_of("family.aws_lb"), ["aws_lb", "aws_alb"]);
        assert_eq!(types_of("aws_lb"), ["aws_lb"]);
        assert_eq!(types_of("family.aws_bl").len(), 0);
    }
}

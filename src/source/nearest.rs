//! Suggestions for a misspelt name.

use strsim::osa_distance;

/// The most that a name may differ from what was meant: insertions, deletions, replacements and swaps.
const FAR: usize = 3;

/// Returns the candidate most like `word`, the first of several; `None` if none is near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count() / 3).clamp(1, FAR);
    let near = candidates.into_iter().map(|candidate| (osa_distance(word, candidate), candidate));
    near.filter(|(distance, _)| *distance <= most).min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// `; did you mean …?` where something is near, else nothing.
pub fn suggestion<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::{nearest, suggestion};

    #[test]
    fn finds_slips_of_the_fingers_only() {
        let words = ["contains", "concat", "length", "lower"];
        assert_eq!(nearest("contians", words), Some("contains"));
        assert_eq!(nearest("lenght", words), Some("length"));
        assert_eq!(nearest("frobnicate", words), None);
        assert_eq!(suggestion("lwoer", words), "; did you mean `lower`?");
    }
}

//! The listed exceptions: the tables of `docs/oracles.md`.

use crate::compare::Verdict;

/// A question that gatelint answers otherwise than the oracle, for a reason.
pub struct Exception {
    /// The question.
    pub id: String,
    /// How the answers relate.
    pub verdict: Verdict,
}

/// The exceptions of one set: rows `| set | id | verdict | oracle | gatelint | why |`.
pub fn of(set: &str) -> Vec<Exception> {
    let page = include_str!("../../docs/oracles.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| "));
    let mut exceptions = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_end_matches('|').split(" | ").map(str::trim).collect();
        let [of, id, verdict, oracle, ours, why] = cells[..] else { continue };
        if of == set {
            assert!(!oracle.is_empty() && !ours.is_empty() && !why.is_empty(), "an empty cell: {row}");
            let verdict = match verdict {
                "refined" => Verdict::Refined,
                "vague" => Verdict::Vague,
                "other" => Verdict::Wrong,
                _ => panic!("`{verdict}` is none of refined, vague, other: {row}"),
            };
            exceptions.push(Exception { id: id.trim_matches('`').to_owned(), verdict });
        }
    }
    exceptions
}

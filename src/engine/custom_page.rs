//! Pages that are not in the binary.

/// A page that is not in the binary: a user's own check, or a newer text of one of ours.
#[derive(Clone, Debug)]
pub struct CustomPage {
    /// Its id: the path below the folder that was given, without `.md`.
    pub id: String,
    /// Where it was read.
    pub path: String,
    /// The whole page.
    pub text: String,
}

/// Of each id the page that was given last: folders that are named later replace what stands in earlier ones.
pub fn latest(pages: &[CustomPage]) -> impl Iterator<Item = &CustomPage> {
    let rest = |at: usize| pages.get(at + 1..).unwrap_or_default();
    pages
        .iter()
        .enumerate()
        .filter(move |(at, page)| rest(*at).iter().all(|later| later.id != page.id))
        .map(|(_, page)| page)
}

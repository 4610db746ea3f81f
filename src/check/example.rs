//! The examples on a page: each is a test of its check.

use crate::source::Span;

/// What an example is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `terraform`
    Terraform,
    /// `yaml`
    Yaml,
    /// `dockerfile`
    Dockerfile,
}

/// What the check must say of an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Exactly the marked lines are found.
    Fail,
    /// Nothing is found and nothing is inconclusive.
    Pass,
    /// Nothing is found and something is inconclusive.
    Inconclusive,
    /// It is what the fix of the page makes of the failing example before it.
    Fixed,
}

/// One fenced example.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it is written in.
    pub language: Language,
    /// What the check must say.
    pub expectation: Expectation,
    /// Its files: name and text.
    pub files: Vec<(String, String)>,
    /// The files of the failing example before it.
    pub before: Vec<(String, String)>,
    /// The fence's content in the page.
    pub span: Span,
}

impl Language {
    /// The language of a fence's first word.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "terraform" => Some(Self::Terraform),
            "yaml" => Some(Self::Yaml),
            "dockerfile" => Some(Self::Dockerfile),
            _ => None,
        }
    }

    /// The name of a file of an example that names none.
    fn file_name(self) -> &'static str {
        match self {
            Self::Terraform => "main.tf",
            Self::Yaml => "manifest.yaml",
            Self::Dockerfile => "Dockerfile",
        }
    }

    /// The files in a fence: a line `# file: NAME` begins each, unless there is only one.
    pub(super) fn split(self, text: &str) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = Vec::new();
        for line in text.split_inclusive('\n') {
            if let Some(name) = line.strip_prefix("# file: ") {
                files.push((name.trim().to_owned(), String::new()));
                continue;
            }
            if files.is_empty() {
                files.push((self.file_name().to_owned(), String::new()));
            }
            if let Some((_, text)) = files.last_mut() {
                text.push_str(line);
            }
        }
        files
    }
}

impl Expectation {
    /// The expectation of a fence's second word.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "fail" => Some(Self::Fail),
            "pass" => Some(Self::Pass),
            "inconclusive" => Some(Self::Inconclusive),
            "fixed" => Some(Self::Fixed),
            _ => None,
        }
    }
}

/// A line on which something is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark<'a> {
    /// The name of the file.
    pub file: &'a str,
    /// The line, 1-based.
    pub line: u32,
    /// How many findings there are, where it is said.
    pub findings: Option<usize>,
}

impl Example {
    /// The marked lines: one with a trailing `# expect`, or the one after a line that holds nothing else.
    /// `# expect 2` counts what is found there.
    pub fn marks(&self) -> Vec<Mark<'_>> {
        let mut marks = Vec::new();
        for (file, text) in &self.files {
            for (number, line) in (1..).zip(text.lines()) {
                let Some((before, findings)) = mark(line) else { continue };
                let line = if before.trim().is_empty() { number + 1 } else { number };
                marks.push(Mark { file, line, findings });
            }
        }
        marks
    }
}

/// What stands before the mark on a line that has one, and the count behind it. In JSON, which has no comments,
/// a string may end with it: `"Sid": "# expect",`.
fn mark(line: &str) -> Option<(&str, Option<usize>)> {
    let line = line.trim_end().trim_end_matches([',', '"']);
    let counted = line.rsplit_once(' ').and_then(|(rest, count)| Some((rest, Some(count.parse().ok()?))));
    let (line, findings) = counted.unwrap_or((line, None));
    let before = ["# expect", "// expect"].into_iter().find_map(|mark| line.strip_suffix(mark))?;
    Some((before, findings))
}

/// A text without its marks.
pub fn unmarked(text: &str) -> String {
    let line = |line: &str| match mark(line) {
        Some((before, _)) if before.trim().is_empty() => None,
        Some((before, _)) => Some(format!("{}\n", before.trim_end())),
        None => Some(format!("{line}\n")),
    };
    text.lines().filter_map(line).collect()
}

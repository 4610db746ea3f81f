//! `.helmignore`: which files of a chart's directory do not belong to it.

/// The rules of one file, in order.
#[derive(Clone, Debug, Default)]
pub struct IgnoreRules {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: String,
    negated: bool,
    only_directories: bool,
    /// Whether it is compared with the whole path instead of the name.
    is_path: bool,
}

impl IgnoreRules {
    /// Reads the rules. An error says what Helm refuses.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut rules = Self::default();
        for line in text.trim_start_matches('\u{feff}').lines() {
            rules.add(line.trim())?;
        }
        Ok(rules)
    }

    /// Adds what every chart ignores: hidden files directly in `templates/`.
    #[must_use]
    pub fn with_defaults(mut self) -> Self {
        let pattern = "templates/.?*".to_owned();
        self.rules.push(Rule { pattern, negated: false, only_directories: false, is_path: true });
        self
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if line.contains("**") {
            return Err("`**` is not supported in `.helmignore`".into());
        }
        if matches(line, "abc").is_none() {
            return Err(format!("`{line}` is not a pattern"));
        }
        let (negated, line) = line.strip_prefix('!').map_or((false, line), |line| (true, line));
        let (only_directories, line) = line.strip_suffix('/').map_or((false, line), |line| (true, line));
        let is_path = line.contains('/');
        let pattern = line.strip_prefix('/').unwrap_or(line).to_owned();
        self.rules.push(Rule { pattern, negated, only_directories, is_path });
        Ok(())
    }

    /// Whether a path of the chart is left out. The first rule that says so decides; a negated one leaves out what
    /// it does *not* match.
    pub fn ignores(&self, path: &str, is_directory: bool) -> bool {
        self.rules.iter().any(|rule| {
            if rule.only_directories && !is_directory {
                return rule.negated;
            }
            let subject = if rule.is_path { path } else { path.rsplit('/').next().unwrap_or(path) };
            matches(&rule.pattern, subject).unwrap_or(false) != rule.negated
        })
    }
}

/// Whether a name matches a pattern of Go's `filepath.Match`. `None` where the pattern is broken.
pub fn matches(pattern: &str, name: &str) -> Option<bool> {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    check(&pattern)?;
    Some(matches_from(&pattern, &name, &mut 100_000))
}

/// `None` where a class is not closed or an escape has no character.
fn check(pattern: &[char]) -> Option<()> {
    let mut rest = pattern;
    while let Some(first) = rest.first() {
        rest = match first {
            '[' => class(rest.get(1..)?, 'a')?.1,
            '\\' => rest.get(2..)?,
            _ => rest.get(1..)?,
        };
    }
    Some(())
}

/// Whether a class holds a character, and what follows the class.
fn class(pattern: &[char], c: char) -> Option<(bool, &[char])> {
    let negated = pattern.first() == Some(&'^');
    let mut rest = pattern.get(usize::from(negated)..)?;
    let mut found = false;
    let mut is_empty = true;
    loop {
        if rest.first() == Some(&']') && !is_empty {
            return Some((found != negated, rest.get(1..)?));
        }
        let (low, after) = class_character(rest)?;
        let (high, after) = match after.split_first() {
            Some(('-', after)) => class_character(after)?,
            _ => (low, after),
        };
        found |= (low..=high).contains(&c);
        is_empty = false;
        rest = after;
    }
}

fn class_character(pattern: &[char]) -> Option<(char, &[char])> {
    match pattern.split_first()? {
        ('-' | ']', _) => None,
        ('\\', rest) => rest.split_first().map(|(c, rest)| (*c, rest)),
        (c, rest) => Some((*c, rest)),
    }
}

fn matches_from(pattern: &[char], name: &[char], steps: &mut usize) -> bool {
    *steps = steps.saturating_sub(1);
    if *steps == 0 {
        return false;
    }
    let Some((first, rest)) = pattern.split_first() else { return name.is_empty() };
    if *first == '*' {
        let reach = name.iter().take_while(|c| **c != '/').count();
        return (0..=reach).any(|at| matches_from(rest, name.get(at..).unwrap_or_default(), steps));
    }
    let Some((c, others)) = name.split_first() else { return false };
    match first {
        '?' => *c != '/' && matches_from(rest, others, steps),
        '[' => match class(rest, *c) {
            Some((fits, rest)) => fits && *c != '/' && matches_from(rest, others, steps),
            None => false,
        },
        '\\' => rest.split_first().is_some_and(|(wanted, rest)| wanted == c && matches_from(rest, others, steps)),
        wanted => wanted == c && matches_from(rest, others, steps),
    }
}

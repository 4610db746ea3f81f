//! The patterns of `fileset`: `*`, `?`, `[a-z]`, `[^a]`, `{a,b}` within a name, and `**` for any number
//! of directories. Names that begin with a dot are no exception.

use crate::expr::EvalError;
use crate::go::path;
use crate::go::re2::code_point;
use crate::limits::evaluation::{FILESET_DEPTH, FILESET_DIRECTORIES};
use crate::source::Files;
use regex::Regex;
use std::collections::BTreeSet;

/// A pattern, by the names of a path.
pub struct Glob(Vec<Name>);

enum Name {
    /// `..`
    Up,
    /// `**`
    AnyDepth,
    /// A name without anything special.
    Literal(String),
    Pattern(Regex),
}

impl Glob {
    /// Reads a pattern.
    pub fn parse(pattern: &str) -> Result<Self, String> {
        let cleaned = path::clean(pattern);
        let names = cleaned.split('/').filter(|name| !matches!(*name, "" | "."));
        Ok(Self(names.map(|name| Name::parse(name).ok_or_else(|| invalid(pattern))).collect::<Result<_, _>>()?))
    }

    /// The files that match under `base`, by their paths from the root; nothing when the pattern leaves the
    /// root. `claim` is asked for every entry of a directory that is looked at.
    pub fn find(
        &self,
        files: &dyn Files,
        base: &str,
        claim: impl Fn(usize) -> Result<(), EvalError>,
    ) -> Result<Option<BTreeSet<String>>, EvalError> {
        let mut start: Vec<&str> = base.split('/').filter(|name| !name.is_empty()).collect();
        let mut names = self.0.as_slice();
        while let [Name::Up, rest @ ..] = names {
            if start.pop().is_none() {
                return Ok(None);
            }
            names = rest;
        }
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![(start.join("/"), 0)];
        while let Some((path, at)) = open.pop() {
            if !seen.insert((path.clone(), at)) {
                continue;
            }
            let Some((name, rest)) = names.get(at..).and_then(<[Name]>::split_first) else {
                if files.is_file(&path) {
                    found.insert(path);
                }
                continue;
            };
            if let Name::Literal(name) = name {
                open.push((below(&path, name), at + 1));
                continue;
            }
            if seen.len() > FILESET_DIRECTORIES || path.matches('/').count() > FILESET_DEPTH {
                continue;
            }
            if matches!(name, Name::AnyDepth) {
                open.push((path.clone(), at + 1));
            }
            let Ok(entries) = files.list(&path) else { return Ok(None) };
            claim(entries.len())?;
            for entry in entries {
                let child = below(&path, &entry.name);
                match name {
                    Name::AnyDepth if entry.is_dir => open.push((child, at)),
                    // At the end of the pattern it stands for the files, too.
                    Name::AnyDepth if rest.is_empty() => open.push((child, at + 1)),
                    Name::Pattern(pattern) if pattern.is_match(&entry.name) => open.push((child, at + 1)),
                    _ => {}
                }
            }
        }
        Ok(Some(found))
    }
}

fn invalid(pattern: &str) -> String {
    format!("`{pattern}` is not a pattern: a bracket or brace is not closed within a name.")
}

fn below(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

impl Name {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            ".." => Self::Up,
            "**" => Self::AnyDepth,
            _ if !name.contains(['*', '?', '[', '{', '\\']) => Self::Literal(name.to_owned()),
            _ => Self::Pattern(Regex::new(&format!("^(?s:{})$", translated(name)?)).ok()?),
        })
    }
}

/// The regular expression of a pattern of one name; nothing when it is not one.
fn translated(name: &str) -> Option<String> {
    let mut out = String::new();
    let mut braces = 0;
    let mut characters = name.chars();
    while let Some(character) = characters.next() {
        match character {
            '*' => out.push_str(".*"),
            '?' => out.push('.'),
            '[' => class(&mut characters, &mut out)?,
            '{' => {
                braces += 1;
                out.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                out.push(')');
            }
            ',' if braces > 0 => out.push('|'),
            '\\' => literal(characters.next()?, &mut out),
            _ => literal(character, &mut out),
        }
    }
    (braces == 0).then_some(out)
}

/// A class after its bracket. A bare `-` is no member.
fn class(characters: &mut std::str::Chars<'_>, out: &mut String) -> Option<()> {
    out.push('[');
    if let Some(rest) = characters.as_str().strip_prefix('^') {
        *characters = rest.chars();
        out.push('^');
    }
    let member = |characters: &mut std::str::Chars<'_>| match characters.next()? {
        '\\' => characters.next(),
        '-' | ']' => None,
        character => Some(character),
    };
    loop {
        let low = member(characters)?;
        let mut high = low;
        if let Some(rest) = characters.as_str().strip_prefix('-') {
            *characters = rest.chars();
            high = member(characters)?;
        }
        out.extend([code_point(low), "-".into(), code_point(high.max(low))]);
        if let Some(rest) = characters.as_str().strip_prefix(']') {
            *characters = rest.chars();
            out.push(']');
            return Some(());
        }
    }
}

fn literal(character: char, out: &mut String) {
    let mut buffer = [0; 4];
    out.push_str(&regex::escape(character.encode_utf8(&mut buffer)));
}

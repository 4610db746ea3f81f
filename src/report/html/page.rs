//! One self-contained page: its frame, its policy, and text in it.
//!
//! Nothing is loaded from elsewhere and nothing runs but the script that is passed in: the page's
//! content security policy allows its one style and its one script by their digests. Text from scanned files goes
//! through [`text`] or [`source_line`].

use crate::report::neutral;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};

/// A page.
pub struct Page<'p> {
    /// What the tab says. Escaped here.
    pub title: &'p str,
    /// The style sheet.
    pub style: &'p str,
    /// The script; empty for none.
    pub script: &'p str,
}

impl Page<'_> {
    /// Writes the page around what `body` writes.
    pub fn write(&self, out: &mut dyn Write, body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let source = |code: &str| match code {
            "" => "'none'".to_owned(),
            code => format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(code.as_bytes()))),
        };
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
            source(self.style),
            source(self.script)
        );
        writeln!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>",
            text(self.title),
            self.style
        )?;
        body(out)?;
        if !self.script.is_empty() {
            writeln!(out, "<script>{}</script>", self.script)?;
        }
        writeln!(out, "</body>\n</html>")
    }
}

/// Text on one line, as text: not markup, in an element or a quoted attribute.
pub fn text(text: &str) -> String {
    escaped(&neutral::inline(text))
}

/// A line of source or a path, as text; tabs stay.
pub fn source_line(text: &str) -> String {
    escaped(&neutral::source_line(text))
}

/// An address for `href`, if it is one that a page may lead to.
pub fn address(url: &str) -> Option<String> {
    url.starts_with("https://").then(|| text(url))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            char => out.push(char),
        }
    }
    out
}

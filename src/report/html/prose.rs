//! The prose of pages as markup: paragraphs, lists, fences, and code between backticks. The rest of Markdown stays text.

use super::page::{source_line, text};
use std::fmt::Write as _;

/// Returns `prose` as markup.
pub(super) fn markup(prose: &str) -> String {
    let mut out = String::new();
    let mut inside_code = false;
    for block in prose.trim().split("\n\n") {
        let mut lines = String::new();
        for line in block.lines() {
            if line.trim_start().starts_with("```") {
                flush(&mut out, &mut lines);
                out.push_str(if inside_code { "</code></pre>" } else { "<pre><code>" });
                inside_code = !inside_code;
            } else if inside_code {
                let _ = writeln!(out, "{}", source_line(line));
            } else if line.starts_with("- ") || line.starts_with("* ") {
                flush(&mut out, &mut lines);
                lines = format!("• {}", line.get(2..).unwrap_or_default());
            } else {
                lines.push_str(if lines.is_empty() { "" } else { " " });
                lines.push_str(line);
            }
        }
        flush(&mut out, &mut lines);
        if inside_code {
            out.push('\n');
        }
    }
    if inside_code {
        out.push_str("</code></pre>");
    }
    out
}

/// Ends a paragraph.
fn flush(out: &mut String, lines: &mut String) {
    if !lines.is_empty() {
        let _ = write!(out, "<p>{}</p>", inline(lines));
        lines.clear();
    }
}

/// Returns a line as markup: code between backticks; an odd one is text.
pub(super) fn inline(line: &str) -> String {
    let parts: Vec<_> = line.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text(line);
    }
    let part =
        |(at, part): (usize, &&str)| if at % 2 == 0 { text(part) } else { format!("<code>{}</code>", text(part)) };
    parts.iter().enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::markup;

    #[test]
    fn prose_is_markup_and_text_is_text() {
        assert_eq!(
            markup("Set `acl` to <private>.\nThen go on.\n\n```hcl\na = 1\n\nb = \"<\"\n```\n\n- one\n- two `x"),
            "<p>Set <code>acl</code> to &lt;private&gt;. Then go on.</p><pre><code>a = 1\n\nb = &quot;&lt;&quot;\n\
             </code></pre><p>• one</p><p>• two `x</p>"
        );
    }
}

//! Colors of examples: comments, strings, the words that begin a block, and the lines that a check finds.

use crate::frame::text;

/// The code of a fence as markup.
pub fn markup(code: &str) -> String {
    let mut out = String::from("<pre><code>");
    let mut next_is_found = false;
    for line in code.lines() {
        let mark = line.find("# expect");
        let alone = mark.is_some_and(|at| line[..at].trim().is_empty());
        if alone {
            next_is_found = true;
            continue;
        }
        let shown = mark.map_or(line, |at| line[..at].trim_end());
        let is_found = mark.is_some() || std::mem::take(&mut next_is_found);
        let colored = colors(shown);
        out.push_str(&if is_found { format!("<mark>{colored}</mark>\n") } else { colored + "\n" });
    }
    out.push_str("</code></pre>");
    out
}

fn colors(line: &str) -> String {
    let mut out = String::new();
    let indent = line.len() - line.trim_start().len();
    let (space, rest) = line.split_at(indent);
    out.push_str(space);
    // The first word of a line says what it is: a block, a key, an instruction.
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(rest.len());
    let (word, mut rest) = rest.split_at(end);
    if !word.is_empty() {
        out.push_str(&format!("<i>{}</i>", text(word)));
    }
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => rest[1..].find('"').map_or(rest.len(), |at| at + 2),
            '#' => rest.len(),
            _ => rest.find(['"', '#']).unwrap_or(rest.len()),
        };
        let (piece, after) = rest.split_at(length);
        out.push_str(&match first {
            '"' => format!("<b>{}</b>", text(piece)),
            '#' => format!("<s>{}</s>", text(piece)),
            _ => text(piece),
        });
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::markup;

    #[test]
    fn what_is_found_is_marked_and_the_mark_is_not_shown() {
        assert_eq!(
            markup("a = \"<x>\" # expect\n# expect\nUSER root\n"),
            "<pre><code><mark><i>a</i> = <b>&quot;&lt;x&gt;&quot;</b></mark>\n<mark><i>USER</i> root</mark>\n</code></pre>"
        );
    }
}

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
    // The first word of a line says what it is: a block, a key, an instruction. Items of lists begin with a dash.
    let start = line.find(|c: char| !matches!(c, ' ' | '\t' | '-')).unwrap_or(line.len());
    let (indent, rest) = line.split_at(start);
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))).unwrap_or(rest.len());
    let (word, mut rest) = rest.split_at(end);
    let mut out = text(indent);
    if !word.is_empty() {
        out.push_str(&format!("<i>{}</i>", text(word)));
    }
    let mut is_after_space = word.is_empty();
    while let Some(first) = rest.chars().next() {
        let string = matches!(first, '"' | '\'').then(|| string_length(rest, first)).flatten();
        let (length, tag) = match (string, first) {
            (Some(length), _) => (length, Some('b')),
            (None, '#') if is_after_space => (rest.len(), Some('s')),
            _ => (first.len_utf8(), None),
        };
        let (piece, after) = rest.split_at(length);
        out.push_str(&match tag {
            Some(tag) => format!("<{tag}>{}</{tag}>", text(piece)),
            None => text(piece),
        });
        is_after_space = first == ' ';
        rest = after;
    }
    out
}

/// The bytes of a string in quotes that begins the text, if it ends in it.
fn string_length(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().skip(1).find_map(|(at, char)| {
        let is_end = char == quote && !is_escaped;
        is_escaped = char == '\\' && !is_escaped;
        is_end.then_some(at + 1)
    })
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

    #[test]
    fn strings_end_where_they_end_and_comments_follow_a_space() {
        let inside = |code: &str| markup(code).replace("<pre><code>", "").replace("\n</code></pre>", "");
        assert_eq!(inside("- name: a#b # c"), "- <i>name</i>: a#b <s># c</s>");
        assert_eq!(inside(r##"a = "\"#" + 'b'"##), "<i>a</i> = <b>&quot;\\&quot;#&quot;</b> + <b>&#39;b&#39;</b>");
        assert_eq!(inside("it's # so"), "<i>it</i>&#39;s <s># so</s>");
    }
}

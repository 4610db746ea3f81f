//! Markdown of pages as markup, with examples in color. HTML in a page is shown, not obeyed.

use crate::code;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Renders a page. `link` rewrites the addresses in it.
pub fn render(page: &str, link: impl Fn(&str) -> String) -> String {
    let mut fence: Option<(String, String)> = None;
    let mut heading: Option<(HeadingLevel, Vec<Event<'_>>)> = None;
    let mut events = Vec::new();
    for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = if let CodeBlockKind::Fenced(info) = kind { info.to_string() } else { String::new() };
                fence = Some((info, String::new()));
            }
            Event::Text(text) if fence.is_some() => {
                if let Some((_, code)) = &mut fence {
                    code.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                let (info, code) = fence.take().unwrap_or_default();
                events.push(Event::Html(example(&info, &code).into()));
            }
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, Vec::new())),
            Event::End(TagEnd::Heading(level)) => {
                let (_, inside) = heading.take().unwrap_or((level, Vec::new()));
                let name: String = inside.iter().map(words).collect();
                events.push(Event::Html(format!("<{level} id=\"{}\">", anchor(&name)).into()));
                events.extend(inside);
                events.push(Event::Html(format!("</{level}>").into()));
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = CowStr::from(link(&dest_url));
                push(&mut heading, &mut events, Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let dest_url = CowStr::from(link(&dest_url));
                push(&mut heading, &mut events, Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            Event::Html(markup) | Event::InlineHtml(markup) => push(&mut heading, &mut events, Event::Text(markup)),
            event => push(&mut heading, &mut events, event),
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    out
}

fn push<'e>(heading: &mut Option<(HeadingLevel, Vec<Event<'e>>)>, events: &mut Vec<Event<'e>>, event: Event<'e>) {
    match heading {
        Some((_, inside)) => inside.push(event),
        None => events.push(event),
    }
}

fn words(event: &Event<'_>) -> String {
    match event {
        Event::Text(text) | Event::Code(text) => text.to_string(),
        _ => String::new(),
    }
}

/// The name of a heading in addresses, as code hosts make it.
fn anchor(words: &str) -> String {
    let lower = words.to_lowercase();
    let kept = lower.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
        _ => None,
    });
    kept.collect()
}

/// A fence: with what is expected of it as a caption, if it is an example.
fn example(info: &str, code: &str) -> String {
    let caption = match info.split_whitespace().nth(1) {
        Some("fail") => "<p class=\"expect fail\">Found</p>",
        Some("pass") => "<p class=\"expect pass\">Not found</p>",
        Some("inconclusive") => "<p class=\"expect inconclusive\">Inconclusive</p>",
        _ => "",
    };
    format!("{caption}{}", code::markup(code))
}

//! An exposure path as a drawing: what it leads through as boxes, one below the other, and the steps as arrows between
//! them. SVG without script, style attributes or references, so that the page's policy allows it.

use super::page::{source_line, text};
use crate::finding::Leg;
use crate::report::shown;
use crate::report::view::View;
use std::io::{self, Write};

const WIDTH: usize = 760;
/// Height of a box, and from one box to the next.
const BOX: usize = 26;
const STEP: usize = 66;
/// Characters that fit on a line.
const MOST_CHARACTERS: usize = 100;

/// Draws the steps of a finding, if it is a path. The step that breaks most paths is marked.
pub(super) fn draw(view: &View<'_>, route: &[Leg], out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = route.first() else { return Ok(()) };
    let most = route.iter().map(|leg| leg.breaks).max().filter(|breaks| *breaks > 1);
    let cut = most.and_then(|most| route.iter().position(|leg| leg.breaks == most));
    let height = route.len() * STEP + BOX + 2;
    writeln!(
        out,
        "<svg class=\"route\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"The steps of the path\">"
    )?;
    node(&first.from, 0, out)?;
    for (number, leg) in route.iter().enumerate() {
        let top = number * STEP + BOX + 1;
        let class = if cut == Some(number) { "step cut" } else { "step" };
        let foot = top + STEP - BOX;
        writeln!(
            out,
            "<path class=\"{class}\" d=\"M20 {top}V{foot}M14 {0}L20 {foot}L26 {0}\"/>",
            foot.saturating_sub(8)
        )?;
        let technique = leg.technique.as_ref().map(|technique| format!(" ({technique})")).unwrap_or_default();
        let breaks =
            if cut == Some(number) { format!(", breaks {} paths if closed", leg.breaks) } else { String::new() };
        let what = format!("{}. {}{technique}: {}", number + 1, leg.kind.replace("_", " "), leg.message);
        let place = view.place(leg.place);
        let place = format!("{}:{}{breaks}", place.source.path, place.start.line);
        writeln!(out, "<text x=\"36\" y=\"{}\">{}</text>", top + 17, text(&shown::cut(&what, MOST_CHARACTERS)))?;
        writeln!(out, "<text class=\"at\" x=\"36\" y=\"{}\">{}</text>", top + 32, source_line(&place))?;
        node(&leg.to, number + 1, out)?;
    }
    writeln!(out, "</svg>")
}

/// One box, with its name.
fn node(name: &str, number: usize, out: &mut dyn Write) -> io::Result<()> {
    let (top, width) = (number * STEP + 1, WIDTH - 2);
    let name = name.trim_matches('`');
    writeln!(
        out,
        "<rect x=\"1\" y=\"{top}\" width=\"{width}\" height=\"{BOX}\" rx=\"4\"/><text x=\"10\" y=\"{}\">{}<title>{}</title></text>",
        top + 17,
        text(&shown::cut(name, MOST_CHARACTERS)),
        text(name)
    )
}

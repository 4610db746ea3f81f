//! An exposure path as a drawing: what it leads through as boxes, one below the other, and the steps as arrows between
//! them. It is text that wraps: it reads on a phone, and nothing of a step is cut off.

use super::page::{source_line, text};
use super::prose;
use crate::finding::{Leg, cheapest_cut};
use crate::report::view::View;
use std::io::{self, Write};

/// Draws the steps of a finding, if it is a path. The step to close is marked.
pub(super) fn draw(view: &View<'_>, route: &[Leg], out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = route.first() else { return Ok(()) };
    let cut = cheapest_cut(route);
    writeln!(out, "<div class=\"route\">")?;
    node(&first.from, out)?;
    for (number, leg) in route.iter().enumerate() {
        let class = if cut == Some(number) { "step cut" } else { "step" };
        let technique = leg.technique.as_ref().map(|technique| format!(" ({technique})")).unwrap_or_default();
        let what = format!("{}. {}{technique}: {}", number + 1, leg.kind.replace("_", " "), leg.message);
        let breaks = match leg.breaks {
            _ if cut != Some(number) => String::new(),
            1 => ", breaks the path if closed".to_owned(),
            several => format!(", breaks {several} paths if closed"),
        };
        let place = view.place(leg.place);
        let place = format!("{}:{}{breaks}", place.source.path, place.start.line);
        writeln!(
            out,
            "<p class=\"{class}\">{}<br><span class=\"at\">{}</span></p>",
            prose::inline(&what),
            source_line(&place)
        )?;
        node(&leg.to, out)?;
    }
    writeln!(out, "</div>")
}

/// One box, with its name.
fn node(name: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<p class=\"node\">{}</p>", text(name.trim_matches('`')))
}

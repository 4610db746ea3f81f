//! `gatelint explain`

use super::args::Explain;
use crate::check;
use crate::gate::Exit;
use std::io::Write as _;

/// Prints the page of a check.
pub fn run(args: &Explain) -> anyhow::Result<Exit> {
    let pages = check::pages();
    let Some(page) = pages.iter().find(|page| page.id == args.id) else {
        let near: Vec<&str> = pages.iter().map(|page| page.id).filter(|id| id.contains(&args.id)).take(5).collect();
        let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
        anyhow::bail!("there is no check `{}`{hint}", args.id);
    };
    std::io::stdout().lock().write_all(page.text.as_bytes())?;
    Ok(Exit::Open)
}

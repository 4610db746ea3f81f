//! `gatelint fix`: proved fixes, shown as a diff or written.

use super::args::Fix;
use super::migrate::put;
use crate::discover::Disk;
use crate::fix::difference;
use crate::gate::Exit;
use crate::report::neutral;
use crate::scan::{self, Fixed};
use crate::suppress::migrate::Patch;
use std::io::{self, Write as _};

/// Shows or makes the changes, and counts the findings that cannot be fixed.
pub fn run(args: &Fix) -> anyhow::Result<Exit> {
    let request = args.configuration.request(&args.paths, &args.choice, &args.values)?;
    let tree = Disk::tree(&args.paths)?.within(&request.scope);
    let root = Disk::root_of(&args.paths)?;
    let mended = scan::mend(&tree, &request, &|_, plan| plan.safe || args.allow_unsafe)?;
    let mut out = io::stdout().lock();
    for (path, (before, after)) in &mended.files {
        let mut patch = Patch::new(path, before);
        let (bytes, new) = difference(before, after);
        patch.replace(bytes.start as u32..bytes.end as u32, new.replace("\r\n", "\n"));
        put(&patch, args.apply.then_some(&root), &mut out)?;
    }
    let mut errors = io::stderr().lock();
    for Fixed { check, resource, message, .. } in &mended.refused {
        let left = format!("{resource}: no fix could be proved: {message} [{check}]");
        writeln!(errors, "{}", neutral::inline(&left))?;
    }
    let (fixed, refused) = (mended.fixed.len(), mended.refused.len());
    let done = if args.apply { "fixed" } else { "would be fixed" };
    let plural = if fixed == 1 { "" } else { "s" };
    writeln!(errors, "gatelint: {fixed} finding{plural} {done}; {refused} left as they are")?;
    Ok(Exit::Open)
}

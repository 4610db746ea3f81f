//! `gatelint fmt`: the layout of pages and policies.

use super::args::Fmt;
use super::custom::{self, PAGE, POLICY, POLICY_TEST};
use super::destination;
use crate::check;
use crate::gate::Exit;
use crate::report::neutral;
use std::io::Write as _;
use std::path::Path;

/// Formats all pages and policies below the paths and names those that changed, or would change with `--check`.
pub fn run(args: &Fmt) -> anyhow::Result<Exit> {
    let mut out = std::io::stdout().lock();
    let mut changed = 0;
    for ending in [PAGE, POLICY, POLICY_TEST] {
        for file in custom::files(&args.paths, ending)? {
            let formatted =
                if ending == PAGE { check::laid_out(&file.text) } else { check::laid_out_policy(&file.text) };
            if formatted == file.text {
                continue;
            }
            changed += 1;
            writeln!(out, "{}", neutral::path(&file.path))?;
            if !args.check {
                destination::to_file(Path::new(&file.path), |out| out.write_all(formatted.as_bytes()))?;
            }
        }
    }
    Ok(if args.check && changed > 0 { Exit::Findings } else { Exit::Open })
}

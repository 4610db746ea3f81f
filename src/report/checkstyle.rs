//! Checkstyle XML, which many CI servers and review tools read: an `error` for each finding, by file.

use super::junit::escape;
use super::view::{View, level};
use crate::finding::Finding;
use crate::source::Level;
use std::collections::BTreeMap;
use std::io::{self, Write};

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in view.findings() {
        files.entry(view.place_in_file(finding).source.path.clone()).or_default().push(finding);
    }
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">")?;
    for (file, findings) in files {
        writeln!(out, "  <file name=\"{}\">", escape(&file))?;
        for finding in findings {
            let place = view.place_in_file(finding);
            let severity = match level(finding.severity) {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "info",
            };
            let message = format!("{} ({})", finding.display_message(), finding.resource);
            writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"{}.{}\"/>",
                place.start.line,
                place.start.column,
                escape(&message),
                super::NAME,
                escape(&finding.check.id),
            )?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}

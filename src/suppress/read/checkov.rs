//! `checkov:skip=ID[,ID…]:reason`, also as `bridgecrew:skip` and `cortex:skip`; and Terrascan's `ts:skip=ID reason`,
//! which came after it.
//!
//! In Terraform, on a line between the first and the last of a block, about that block and, when it calls a
//! module, about what is in the module; above a block they say nothing. In a Dockerfile about the whole file.

use super::{names, reason};
use crate::suppress::directive::{Choice, Directive, Scope, Syntax};
use crate::suppress::layout::{Layout, Remark};
use regex::Regex;
use std::sync::LazyLock;

static SKIP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:checkov|bridgecrew|cortex):skip= *(?<ids>[A-Za-z_\d-]+(?:,[A-Za-z_\d-]+)*)(?::(?<reason>.*))?").ok()
});

static TERRASCAN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"ts:skip=(?<ids>[A-Za-z0-9_.-]+)(?:\s+(?<reason>.*))?").ok());

/// In Terraform.
pub(super) fn in_block(remark: &Remark<'_>, layout: &Layout, directives: &mut Vec<Directive>) {
    let scope = || Scope::of(layout.block_around(remark.comment));
    directives.extend(read(&SKIP, Syntax::Checkov, remark, scope));
    directives.extend(read(&TERRASCAN, Syntax::Terrascan, remark, scope));
}

/// In a Dockerfile.
pub(super) fn in_file(remark: &Remark<'_>, layout: &Layout, directives: &mut Vec<Directive>) {
    directives.extend(read(&SKIP, Syntax::Checkov, remark, || Scope::of(Some(layout.whole()))));
}

fn read(
    pattern: &LazyLock<Option<Regex>>,
    syntax: Syntax,
    remark: &Remark<'_>,
    scope: impl Fn() -> Scope,
) -> Option<Directive> {
    let found = pattern.as_ref()?.captures(remark.text)?;
    let ids = found.name("ids")?;
    let checks = Choice::Only(names(remark, ids.start(), ids.as_str(), ','));
    let mut directive = Directive::comment(syntax, remark.span, checks, scope());
    directive.reason = found.name("reason").and_then(|said| reason(said.as_str()));
    Some(directive)
}

//! Texts that nobody should have to read, and those that people wrote.

use super::Case;
use crate::discover;
use crate::source::Kind;
use std::collections::BTreeMap;
use std::path::Path;

/// Texts that grow, nest, or repeat without end: told, and read in little time and memory.
#[test]
fn hostile_texts_end_in_problems() {
    let doubling = format!("FROM scratch\nENV a=xxxxxxxxxx\n{}", "ENV a=$a$a\n".repeat(64));
    assert!(Case::read(&doubling).messages()[0].contains("more text than is read"));
    let wide = format!("FROM scratch\nARG x={}\n{}", "y".repeat(60_000), "LABEL a=b$x\n".repeat(5000));
    assert!(Case::read(&wide).messages()[0].contains("more text than is read"));
    let nested = format!("FROM a\nUSER {}x{}\n", "${a:-".repeat(5000), "}".repeat(5000));
    assert!(Case::read(&nested).messages()[0].contains("nested deeper"));
    let stages = "FROM a AS b\nENV c=d\n".repeat(2000);
    assert!(Case::read(&stages).messages()[0].contains("stages"));
    let chain: Vec<_> = (0..2000).map(|n| format!("FROM s{n} AS s{}\nENV v{n}=1\n", n + 1)).collect();
    assert!(Case::read(&chain.concat()).messages()[0].contains("stages"));
    let instructions = format!("FROM a\n{}", "USER b\n".repeat(20_000));
    assert!(Case::read(&instructions).messages()[0].contains("instructions"));
    let commands = format!("FROM a\n{}", format!("RUN {}\n", "a;".repeat(4000)).repeat(8));
    assert!(Case::read(&commands).messages()[0].contains("shell commands"));
    let scripts = format!("FROM a\n{}", format!("RUN if a; then {}\n", "b c ".repeat(50_000)).repeat(12));
    assert!(Case::read(&scripts).messages().iter().any(|message| message.contains("bytes of them")));
    let unended = format!("FROM a\nRUN {}\n", "cat <<E | ".repeat(5000));
    assert!(Case::read(&unended).messages()[0].contains("never ended"));
    let sudo = format!("FROM a\nRUN {} x\n", "sudo ".repeat(20_000));
    assert!(Case::read(&sudo).messages().is_empty());
    let pipes = format!("FROM a\nRUN {}b\n", "a | ".repeat(10_000));
    Case::read(&pipes);
    let pattern = format!("FROM scratch\nARG x={}\nUSER ${{x%%{}}}\n", "y".repeat(4000), "*y".repeat(40));
    Case::read(&pattern);
}

/// Every Dockerfile under the directory that `GATELINT_DOCKERFILES` names: none panics, and what was not
/// read whole is printed for a person to compare with what BuildKit refuses.
#[test]
fn real_dockerfiles_are_read() {
    let Ok(root) = std::env::var("GATELINT_DOCKERFILES") else {
        println!("skipped: GATELINT_DOCKERFILES names no directory");
        return;
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for path in dockerfiles(Path::new(&root)) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = path.strip_prefix(&root).unwrap().to_string_lossy();
        let case = Case::of(&[(&name, &text)], &[], None);
        let entry = &case.lowered.ledger[0];
        *counts.entry(entry.status.name()).or_default() += 1;
        for problem in &case.lowered.problems {
            let place = case.sources.get(problem.span.source).places(problem.span).0;
            println!("{name}:{}:{}: {}", place.line, place.column, problem.message);
        }
        for cut in (0..text.len()).step_by(97).filter(|cut| text.is_char_boundary(*cut)) {
            crate::syntax::dockerfile::parse(crate::source::SourceId(0), &text[..cut]);
        }
        Case::of(&[(&name, text.get(..text.len() / 2).unwrap_or_default())], &[], None);
    }
    println!("{counts:?}");
}

fn dockerfiles(root: &Path) -> Vec<std::path::PathBuf> {
    let entries = ignore::WalkBuilder::new(root).standard_filters(false).build().flatten();
    let is_dockerfile = |path: &Path| discover::kind_of(&path.to_string_lossy()) == Some(Kind::Dockerfile);
    let mut found: Vec<_> =
        entries.map(ignore::DirEntry::into_path).filter(|path| path.is_file() && is_dockerfile(path)).collect();
    found.sort();
    found
}

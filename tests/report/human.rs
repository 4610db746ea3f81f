//! What a person sees.

use crate::given;
use gatelint::report::{Format, Options, Terminal, human};

#[test]
fn a_finding_shows_the_value_and_its_way() {
    insta::assert_snapshot!(given::write(&given::bucket(), Format::Human));
}

#[test]
fn problems_look_like_findings() {
    let mut out = Vec::new();
    human::problems(&given::bucket(), &Options::default(), &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn colours_and_links_are_only_there_when_asked_for() {
    let plain = given::write(&given::bucket(), Format::Human);
    assert!(!plain.contains('\u{1b}'));
    let terminal = Terminal { width: 100, colour: true, unicode: true, hyperlinks: true };
    let rich = given::write_with(&given::bucket(), Format::Human, &Options { terminal, ..Options::default() });
    assert!(rich.contains("\u{1b}[1;31mhigh\u{1b}[0m"), "{rich}");
    assert!(rich.contains("\u{1b}]8;;https://docs.aws.amazon.com/"), "{rich}");
    let terminal = Terminal { unicode: false, ..Options::default().terminal };
    let ascii = given::write_with(&given::bucket(), Format::Human, &Options { terminal, ..Options::default() });
    assert!(ascii.is_ascii(), "{ascii}");
}

//! What is an expression, and where its parts stand.

use super::{Expr, ExprKind, Literal, parse};
use crate::source::{Derived, SourceId};

fn read(text: &str) -> Result<Expr, String> {
    let (expr, problems) = parse(&Derived::file(SourceId(0), text));
    expr.ok_or_else(|| problems.first().unwrap().message.clone())
}

fn literal(text: &str) -> Literal {
    match read(text).unwrap().kind {
        ExprKind::Literal(literal) => literal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn literals_are_read_with_their_escapes() {
    assert_eq!(literal("-0x10"), Literal::Int(-16));
    assert_eq!(literal("-9223372036854775808"), Literal::Int(i64::MIN));
    assert_eq!(literal("0xFFu"), Literal::Uint(255));
    assert_eq!(literal(".5e1"), Literal::Double(5.0));
    assert_eq!(literal(r"'\x41\101\u00e9\U0001F600'"), Literal::String("AAé😀".into()));
    assert_eq!(literal(r"r'\n'"), Literal::String("\\n".into()));
    assert_eq!(literal("'''a\r\nb'c'''"), Literal::String("a\nb'c".into()));
    assert_eq!(literal(r"b'\xff\377é'"), Literal::Bytes(vec![255, 255, 0xc3, 0xa9]));
}

#[test]
fn what_is_no_expression_is_a_problem() {
    let wrong = [
        "1 +",
        "1.",
        "a b",
        "1 = 1",
        "true & false",
        "'a",
        "'a\nb'",
        "\"\\u12\"",
        "b\"\\u0041\"",
        "0xG",
        "1u2",
        "in",
        "import",
        "a ? b ? 1 : 2 : 3",
        "a.true",
        "f(1,)",
        "9223372036854775808",
        "object..spec",
        "a.`b`",
        "// c",
        "",
    ];
    for text in wrong {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_an_expression_has_a_tree() {
    for text in ["[1, 2,]", "{'a': 1,}", "a.if", ".a.b", "a.?b[?0]", "[?a]", "{?'a': b}", "!!a", "- 5", "--a", "a // c"]
    {
        assert!(read(text).is_ok(), "{text}: {:?}", read(text).err());
    }
}

#[test]
fn an_expression_has_its_place() {
    let ExprKind::And(operands) = read("  a.b && c[0] == 1").unwrap().kind else { panic!() };
    let places: Vec<(u32, u32)> = operands.iter().map(|operand| (operand.span.start, operand.span.end)).collect();
    assert_eq!(places, [(2, 5), (9, 18)]);
}

/// The stack of the threads that read, in bytes.
const STACK: usize = 16 << 20;

#[test]
fn deep_expressions_are_refused_and_long_ones_are_not() {
    let read_all = || {
        for open in ["(", "[", "-a.b[", "!a["] {
            assert!(read(&open.repeat(100_000)).is_err(), "{open}");
        }
        assert!(read(&"a".repeat(100_000)).is_ok());
        assert!(read(&vec!["a"; 50_000].join(" && ")).is_ok());
        assert!(read(&vec!["a"; 50_000].join(" + ")).is_err());
        assert!(read(&vec!["a"; 50_000].join(".")).is_err());
    };
    std::thread::Builder::new().stack_size(STACK).spawn(read_all).unwrap().join().unwrap();
}

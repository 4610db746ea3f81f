//! Texts and the trees they are, by HCL's specification.

use super::super::*;
use super::{SOURCE, messages};

/// A tree in one line: operators in front, in parentheses.
fn show(expr: &Expr) -> String {
    let list = |all: &[Expr]| all.iter().map(show).collect::<Vec<_>>().join(" ");
    match &expr.kind {
        ExprKind::Null => "null".into(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Number(digits) => digits.to_string(),
        ExprKind::String(text) => format!("{:?}", text.as_str()),
        ExprKind::Template(parts) => format!("(template {})", show_parts(parts)),
        ExprKind::Root(name) => name.to_string(),
        ExprKind::Attribute(base, name) => format!("{}.{}", show(base), name.name),
        ExprKind::Index(base, key) => format!("{}[{}]", show(base), show(key)),
        ExprKind::Splat { base, rest, full } => {
            format!("({} {} {})", if *full { "each" } else { "each-attribute" }, show(base), show(rest))
        }
        ExprKind::SplatElement => "it".into(),
        ExprKind::Call(call) => {
            format!("({}({}{}))", call.name.name, list(&call.args), if call.expand { " ..." } else { "" })
        }
        ExprKind::Unary(operator, operand) => format!("({operator:?} {})", show(operand)),
        ExprKind::Binary(operator, left, right) => format!("({operator:?} {} {})", show(left), show(right)),
        ExprKind::Conditional(condition, then, otherwise) => {
            format!("({} ? {} : {})", show(condition), show(then), show(otherwise))
        }
        ExprKind::Tuple(items) => format!("[{}]", list(items)),
        ExprKind::Object(items) => {
            let items = items.iter().map(|item| format!("{} = {}", show(&item.key), show(&item.value)));
            format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
        }
        ExprKind::For(whole) => {
            let key_name = whole.key_name.as_ref().map_or(String::new(), |name| format!("{}, ", name.name));
            let key = whole.key.as_ref().map_or(String::new(), |key| format!("{} => ", show(key)));
            let group = if whole.group { "..." } else { "" };
            let condition =
                whole.condition.as_ref().map_or(String::new(), |condition| format!(" if {}", show(condition)));
            let (value_name, collection) = (&whole.value_name.name, show(&whole.collection));
            format!("(for {key_name}{value_name} in {collection} : {key}{}{group}{condition})", show(&whole.value))
        }
        ExprKind::Parens(inner) => format!("({})", show(inner)),
    }
}

fn show_parts(parts: &[TemplatePart]) -> String {
    let parts = parts.iter().map(|part| match part {
        TemplatePart::Literal(text, _) => format!("{:?}", text.as_str()),
        TemplatePart::Interpolation(expr) => format!("${}", show(expr)),
        TemplatePart::If { condition, then, otherwise, .. } => {
            format!("(if {} [{}] [{}])", show(condition), show_parts(then), show_parts(otherwise))
        }
        TemplatePart::For { key, value, collection, body, .. } => {
            let key = key.as_ref().map_or(String::new(), |key| format!("{}, ", key.name));
            format!("(for {key}{} in {} [{}])", value.name, show(collection), show_parts(body))
        }
    });
    parts.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn is(text: &str, expected: &str) {
    let shown = parse_expression(SOURCE, text, 0).map(|expr| show(&expr)).map_err(|problem| problem.message);
    assert_eq!(shown.as_deref(), Ok(expected), "{text}");
}

#[track_caller]
fn is_wrong(text: &str, at: &str, message: &str) {
    let problem = parse_expression(SOURCE, text, 0).expect_err(text);
    let span = problem.span.start as usize..problem.span.end as usize;
    assert_eq!((&text[span], problem.message.as_str()), (at, message), "{text}");
}

#[test]
fn operators_bind_by_their_precedence() {
    is("1 + 2 * 3", "(Add 1 (Multiply 2 3))");
    is("1 - 2 - 3", "(Subtract (Subtract 1 2) 3)");
    is("a || b && c == d < e + f % g", "(Or a (And b (Equal c (Less d (Add e (Modulo f g))))))");
    is("a * b + c < d == e && f || g", "(Or (And (Equal (Less (Add (Multiply a b) c) d) e) f) g)");
    is("a == b != c", "(NotEqual (Equal a b) c)");
    is("-a.b + !c[0]", "(Add (Negate a.b) (Not c[0]))");
    is("!!a && - -1 > 0", "(And (Not (Not a)) (Greater (Negate (Negate 1)) 0))");
    is("a ? b : c ? d : e", "(a ? b : (c ? d : e))");
    is("a ? b ? c : d : e", "(a ? (b ? c : d) : e)");
    is("a || b ? c : d", "((Or a b) ? c : d)");
    is("(1 + 2)\n * 3", "(Multiply ((Add 1 2)) 3)");
}

#[test]
fn names_numbers_and_calls_are_as_written() {
    is("a-b_c", "a-b_c");
    is("größe-1", "größe-1");
    is("1.50e+3", "1.50e+3");
    is("a.b-c.d", "a.b-c.d");
    is("f()", "(f())");
    is("f(1, [2]...)", "(f(1 [2] ...))");
    is("f(\n1,\n)", "(f(1))");
    is("provider::aws::arn_parse(x)", "(provider::aws::arn_parse(x))");
    is("true(1)", "(true(1))");
    is("1 /* two */ + # three\n 4 // five", "(Add 1 4)");
}

#[test]
fn traversals_reach_as_far_as_their_splat_says() {
    is("a.0.b[1].c", "a[0].b[1].c");
    is("a.*.b.c[0].d", "(each-attribute a it.b.c)[0].d");
    is("a.*.b.0.c", "(each-attribute a it.b[0].c)");
    is("a[*].b[0].c", "(each a it.b[0].c)");
    is("a[*].b[*].c", "(each a (each it.b it.c))");
    is("a[*].b.*.c", "(each a (each-attribute it.b it.c))");
    is("a.*.b[*].c", "(each (each-attribute a it.b) it.c)");
    is("a[b[*].c].d", "a[(each b it.c)].d");
    is("a[\n\"x\"\n]", "a[\"x\"]");
    is_wrong("a.*.b.*.c", "*", "A `.*` cannot stand inside another `.*`.");
    is_wrong("a.0.1", "0.1", "Two indexes in a row need brackets: `[0][1]`.");
}

#[test]
fn collections_take_commas_or_lines() {
    is("[1, 2,\n 3,\n]", "[1 2 3]");
    is("{ a = 1, \"b\" : 2\n c = 3\n\n (d) = 4, }", "{a = 1, \"b\" = 2, c = 3, (d) = 4}");
    is("{ a = 1, a = 2 }", "{a = 1, a = 2}");
    is("{ 1 = 2, a.b = 3, \"${c}-d\" = 4 }", "{1 = 2, a.b = 3, (template $c \"-d\") = 4}");
    is("[for x in y : x.z if x.w]", "(for x in y : x.z if x.w)");
    is("{\n for k, v in y :\n k => v... if v != null\n}", "(for k, v in y : k => v... if (NotEqual v null))");
    is_wrong("[1 2]", "2", "Expected `,` or `]`, found `2`.");
    is_wrong("{ a = 1 b = 2 }", "b", "Expected a line end, `,` or `}`, found `b`.");
    is_wrong("{\n a =\n 1 }", "\n", "Expected an expression, but the line ends here.");
    is_wrong("{ for x in y : x }", "}", "Expected `=>` and a value after the key, found `}`.");
    is_wrong("[for x in y : x => x]", "x", "A key cannot stand in a list: use `{for …}` to make an object.");
}

#[test]
fn strings_resolve_their_escapes() {
    is(r#""a\n\r\t\"\\\u00e9\U0001F600""#, r#""a\n\r\t\"\\é😀""#);
    is(r#""$${a} %%{b} $ % $$ $a""#, r#""${a} %{b} $ % $$ $a""#);
    is(r#""$$${a}""#, r#""$${a}""#);
    is(r#""${"a${"b"}"}""#, r#"(template $(template "a" $"b"))"#);
    is_wrong(r#""a\qb""#, r"\q", "`\\q` is not an escape.");
    is_wrong(r#""\u12""#, r"\u", "`\\u` needs 4 hexadecimal digits.");
    is_wrong(r#""\uD800""#, r"\uD800", "This escape names no character of Unicode.");
    is_wrong("\"a\n\"", "\"a", "This string is not closed on its line.");
    is_wrong("'a'", "'", "Strings need double quotes, not single ones.");
    is_wrong(r#""${a""#, "${", "This interpolation is not closed: expected `}` before the string ends.");
    is_wrong(r#""${a:-b}""#, ":", "Expected `}` to close the interpolation, found `:`.");
}

#[test]
fn a_lone_interpolation_is_told_from_a_string() {
    is(r#""${a}""#, "(template $a)");
    is(r#"" ${~ a ~} ""#, r#"(template "" $a "")"#);
    is(r#""%{ if a }${b}%{ endif }""#, "(template (if a [$b] []))");
}

#[test]
fn directives_nest() {
    is(r#""%{ if a }b%{ else }c%{ endif }""#, r#"(template (if a ["b"] ["c"]))"#);
    is(
        r#""%{ for k, v in a }${k}%{ if v }=%{ endif }%{ endfor }""#,
        r#"(template (for k, v in a [$k (if v ["="] [])]))"#,
    );
    is(r#""a %{~ if b ~} c %{~ endif ~} d""#, r#"(template "a" (if b ["c"] []) "d")"#);
    is_wrong(r#""%{ if a }b""#, "%{ if a }", "This `%{ if }` has no `%{ endif }`.");
    is_wrong(r#""%{ endif }""#, "%{ endif }", "This `%{ endif }` closes nothing.");
    is_wrong(r#""%{ for x in y }%{ endif }""#, "%{ endif }", "Expected `%{ endfor }`, found `%{ endif }`.");
    is_wrong(r#""%{ while }""#, "while", "Expected `if`, `else`, `endif`, `for` or `endfor`, found `while`.");
}

#[test]
fn heredocs_keep_their_lines_and_lose_their_indentation() {
    is("<<EOT\n  a\n b\\n \"c\"\nEOT\n", r#""  a\n b\\n \"c\"\n""#);
    is("<<-EOT\n    a\n\n      b\n    EOT\n", r#""a\n\n  b\n""#);
    is("<<-EOT\n    a\n   ${b} c\n  EOT\n", r#"(template " a\n" $b " c\n")"#);
    is("<<-EOT\n    a\n${b}\n  EOT\n", r#"(template "    a\n" $b "\n")"#);
    is("<<EOT\nEOT\n", r#""""#);
    is("<<EOT\r\na\r\nEOT\r\n", r#""a\r\n""#);
    is("<<EOT\n EOTX\n$${x} ${<<IN\nin\nIN\n}\nEOT\n", r#"(template " EOTX\n${x} " $"in\n" "\n")"#);
    // A trim reaches no further than its line.
    is("<<EOT\na\n  ${~ b ~}\n  c\nEOT\n", r#"(template "a\n" $b "  c\n")"#);
    is("f(<<A\n1\nA\n, <<B\n2\nB\n)", r#"(f("1\n" "2\n"))"#);
    is_wrong("<<EOT\na\n", "<<EOT", "This heredoc is never closed: no line holds only `EOT`.");
}

#[test]
fn bare_templates_have_quotes_as_text() {
    let shown =
        parse_template(&Derived::verbatim(SOURCE, 100, "\"a\" \\n ${b}\n")).map(|expr| (show(&expr), expr.span));
    let (shown, span) = shown.unwrap();
    assert_eq!(shown, r#"(template "\"a\" \\n " $b "\n")"#);
    assert_eq!((span.start, span.end), (100, 112));
}

#[test]
fn bodies_hold_attributes_and_blocks_with_their_places() {
    let text = "\u{feff}a = 1 # one\r\nb \"c\" d { e = 2 }\nf {}\ng {\n  h = <<X\n}\nX\n}";
    let (body, problems) = parse(SOURCE, text);
    assert_eq!(messages(&problems), Vec::<String>::new());
    let slice = |span: crate::source::Span| &text[span.start as usize..span.end as usize];
    let items = body.items.iter().map(|item| match item {
        Item::Attribute(attribute) => slice(attribute.span),
        Item::Block(block) => slice(block.span),
    });
    assert_eq!(items.collect::<Vec<_>>(), ["a = 1", "b \"c\" d { e = 2 }", "f {}", "g {\n  h = <<X\n}\nX\n}"]);
    let block = body.blocks_of("b").next().unwrap();
    assert_eq!(slice(block.header), "b \"c\" d");
    assert_eq!(slice(block.body.span), " e = 2 ");
    assert_eq!(
        block.labels.iter().map(|label| (label.name.as_str(), slice(label.span))).collect::<Vec<_>>(),
        [("c", "\"c\""), ("d", "d")]
    );
    assert_eq!(comments(text).map(|range| &text[range]).collect::<Vec<_>>(), ["# one"]);
}

#[test]
fn comments_are_not_looked_for_in_strings_and_heredocs() {
    let text = "a = \"# no ${b(\"// no\")} /* no */\" # yes\nc = <<X\n# no\nX\n/* yes\nyes */ d = 1 // yes\r\n";
    let found: Vec<_> = comments(text).map(|range| &text[range]).collect();
    assert_eq!(found, ["# yes", "/* yes\nyes */", "// yes"]);
}

/// The top-level items that are left of `text`, and the problems.
#[track_caller]
fn leaves(text: &str, names: &[&str], problems: &[&str]) {
    let (body, found) = parse(SOURCE, text);
    let left = body.items.iter().map(|item| match item {
        Item::Attribute(attribute) => attribute.name.name.to_string(),
        Item::Block(block) => block.labels.last().unwrap_or(&block.kind).name.to_string(),
    });
    assert_eq!(left.collect::<Vec<_>>(), names, "{text}");
    let found: Vec<_> = found
        .iter()
        .map(|problem| {
            format!("{:?}: {}", &text[problem.span.start as usize..problem.span.end as usize], problem.message)
        })
        .collect();
    assert_eq!(found, problems, "{text}");
}

#[test]
fn an_error_costs_its_block_and_no_other() {
    let before = "locals {\n  a = \"}\"\n}\n";
    let after = "# }\nresource \"x\" \"after\" {\n  y = 1\n}\n";
    let with = |broken: &str| format!("{before}{broken}{after}");
    leaves(
        &with("foo\n"),
        &["locals", "after"],
        &[r#""\n": Expected `=` or `{` after `foo`, but the line ends here."#],
    );
    leaves(
        &with("b {\n  c = = {\n    d = 1\n  }\n}\n"),
        &["locals", "after"],
        &[r#""=": Expected an expression, found `=`."#],
    );
    leaves(
        &with("b {\n  c = \"unclosed }\n  d = \"e\"\n}\n"),
        &["locals", "after"],
        &[r#""\"unclosed }": This string is not closed on its line."#],
    );
    leaves(
        &with("b {\n  c = \"${var.x\"\n  d = 1\n}\n"),
        &["locals", "after"],
        &[r#""${": This interpolation is not closed: expected `}` before the string ends."#],
    );
    leaves(&with("b {\n  c {\n    d = 1\n}\n"), &["locals", "after"], &[r#""{": This `{` is never closed."#]);
    leaves(&with("b {\n  c = [\n    1,\n"), &["locals", "after"], &[r#""[": This `[` is never closed."#]);
    leaves(
        &with("b {\n  c = <<EOT\n  text\n"),
        &["locals", "after"],
        &[r#""<<EOT": This heredoc is never closed: no line holds only `EOT`."#],
    );
    leaves(
        &with("b \"c\"\n{\n  d = 1\n}\n"),
        &["locals", "after"],
        &[r#""\n": Expected a label or `{`, but the line ends here."#],
    );
    leaves(&with("}\n"), &["locals", "after"], &[r#""}": Expected an attribute or a block, found `}`."#]);
    leaves(
        &with("\"a\" = 1\n"),
        &["locals", "after"],
        &[r#""\"": The name of an attribute stands without quotes here."#],
    );
    leaves(&with("a = 1, \n"), &["locals", "after"], &[r#"",": Items of a block are not separated by commas."#]);
    leaves(
        &with("a = 1\na = 2\n"),
        &["locals", "a", "a", "after"],
        &[r#""a": `a` is set a second time in the same body."#],
    );
    leaves(&with("b { c {} }\n"), &["locals", "after"], &[r#""c": A block on one line can only hold one attribute."#]);
    leaves(&with("/* "), &["locals"], &[r#""/*": This comment is never closed."#]);
    // Without indentation, a line at the margin says nothing.
    leaves(
        &with("b {\nc = = 1\nd {\ne = 1\n}\n}\n"),
        &["locals", "after"],
        &[r#""=": Expected an expression, found `=`."#],
    );
}

//! Functions through the parser and the evaluator: what the recorded answers of Terraform do not reach.

use crate::expr::json::to_json;
use crate::expr::{Budget, EvalError, Evaluator, ExprScope, Mode, Resolved};
use crate::model::{Cause, HopKind, Type, Value, Why};
use crate::source::{Entry, Files, ReadError, SourceId, Span};
use crate::syntax::hcl::parse_expression;

const TEXT: SourceId = SourceId(0);
const ELSEWHERE: Span = Span { source: SourceId(1), start: 5, end: 9 };

/// `var.list` is `["a", unknown]` in another file; the files are `lib/a.txt` and a link `loop` to its
/// directory; relative paths start in `live`.
struct World;

impl ExprScope for World {
    fn resolve(&self, root: &str, following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        let cause = Cause { why: Why::Variable("b".into()), span: ELSEWHERE };
        let unknown = Value::unknown_of(Type::String, vec![cause], ELSEWHERE);
        let value = match (root, following[0]) {
            ("var", Some("list")) => Value::tuple(vec![Value::string("a", ELSEWHERE), unknown], ELSEWHERE),
            ("var", Some("text")) => unknown,
            _ => return Err(EvalError::fatal("undeclared", span)),
        };
        let origin = value.origin.read_at(span, HopKind::VariableValue("v".into()));
        Ok(Resolved { value: value.with_origin(origin), consumed: 1 })
    }

    fn files(&self) -> Option<(&dyn Files, &str)> {
        Some((self, "live"))
    }
}

impl Files for World {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if path == "lib/a.txt" { Ok(b"text".to_vec()) } else { Err(ReadError::Missing(path.into())) }
    }

    fn list(&self, dir: &str) -> Result<Vec<Entry>, ReadError> {
        Ok(match dir.rsplit('/').next() {
            Some("lib" | "loop") => {
                ["a.txt", "loop"].map(|name| Entry { name: name.into(), is_dir: name == "loop" }).into()
            }
            _ => Vec::new(),
        })
    }

    fn is_file(&self, path: &str) -> bool {
        path.ends_with("a.txt")
    }

    fn is_dir(&self, path: &str) -> bool {
        !self.is_file(path)
    }

    fn is_committed(&self, _path: &str) -> bool {
        true
    }
}

fn evaluate(text: &str) -> Result<Value, EvalError> {
    let expr = parse_expression(TEXT, text, 0).unwrap();
    let budget = Budget::new();
    Evaluator::new(&World, Mode::Configuration, &budget).evaluate(&expr)
}

/// The JSON text of a value that is wholly known.
fn json(text: &str) -> String {
    to_json(&evaluate(text).unwrap()).unwrap()
}

fn error(text: &str) -> EvalError {
    evaluate(text).unwrap_err()
}

/// Expected values: the documentation of OpenTofu 1.9.
#[test]
fn functions_of_opentofu_are_there() {
    assert_eq!(json(r#"base64gunzip(base64gzip("text"))"#), r#""text""#);
    assert_eq!(json(r#"urldecode(urlencode("a b/é"))"#), r#""a b/é""#);
    assert_eq!(json(r#"cidrcontains("192.168.2.0/20", "192.168.2.1")"#), "true");
    assert_eq!(json(r#"cidrcontains("192.168.2.0/20", "192.168.2.0/22")"#), "true");
    assert_eq!(json(r#"cidrcontains("192.168.2.0/20", "192.126.2.0/18")"#), "false");
    assert_eq!(json(r#"cidrcontains("fe80::/48", "192.168.2.1")"#), "false");
}

/// The text was encrypted with OpenSSL for a key of 512 bits that was made for this test.
#[test]
fn rsa_texts_are_decrypted() {
    const BODY: &str = "MIIBPAIBAAJBAMVYL8G9e3htXjh3Xqf88tP02g0/Tv4lPuMTk6qQ1/KDmOPvkyX1B0yBM2SIR2vt0oA8hXaVoKpP4nbozPagWT8\
        CAwEAAQJBAIRzRcpQtJgFP6HCbGNvYENmKRuPDCODOAwMTaXDBU0cW0UX4qKtxrUkY0J7WT90uNZGyeHnB71l7cimC/RvPpECIQDzo4fXD0AgnES1\
        rRAp00Q82JuZobJrCsEDj90g0lR5ZQIhAM9bXle/fzKKmPsQQY9ogfXIyBzGKFSMZoT01BNxz+/TAiBwA6hpnO5bz9zbNkUvJZ3C58eqO6hfBGO3\
        MoZ1F56U7QIhAIph5rdW1HONbYT4F1i2nSzDf1E8qYOrY2vN3I7RgL0DAiEAxsUJFyWCzckD6Q/DT4ak3Vi5AtSlkDVT6lR2LR+0NIE=";
    const CIPHERTEXT: &str = "LgAJuQW1NW7Y+filRkj6qDPovrjrHgJulLUbIj+lTarexh9eYXQgd5W8wwMNyyrHwz9I8p+lRlM9R4980V5IoA==";
    let label = "RSA PRIVATE KEY";
    let decrypt = |ciphertext: &str| {
        format!(r#"rsadecrypt("{ciphertext}", "-----BEGIN {label}-----\n{BODY}\n-----END {label}-----\n")"#)
    };
    assert_eq!(json(&decrypt(CIPHERTEXT)), r#""héllo""#);
    assert!(evaluate(&decrypt("AAAA")).is_err());
}

#[test]
fn elements_keep_their_places() {
    for text in [
        r"element(var.list, 0)",
        r#"lookup({ a = var.list }, "a", [])[0]"#,
        r#"concat(["x"], var.list)[1]"#,
        r#"flatten(["x", [var.list]])[1]"#,
        r"merge({}, { a = var.list[0] }).a",
        r"reverse(var.list)[1]",
        r"slice(var.list, 0, 1)[0]",
        r#"zipmap(["k"], [var.list[0]]).k"#,
        r"values({ k = var.list[0] })[0]",
        r"coalesce(null, var.list[0])",
    ] {
        let value = evaluate(text).unwrap();
        assert_eq!((value.as_str(), value.origin.written()), (Some("a"), ELSEWHERE), "{text}");
    }
}

#[test]
fn texts_remember_what_they_were_encoded_from() {
    let text = evaluate(r#"jsonencode({ Principal = "*", Resource = var.text })"#).unwrap();
    assert!(text.is_unknown());
    let content = text.origin.encoded().unwrap();
    assert_eq!(content.get("Principal").and_then(Value::as_str), Some("*"));
    assert_eq!(json(r#"startswith(jsonencode({ a = var.text }), "{")"#), "true");
}

#[test]
fn known_parts_decide() {
    assert_eq!(json(r#"contains(var.list, "a")"#), "true");
    assert_eq!(json(r"length([for x in var.list : x])"), "2");
    assert_eq!(json(r#"anytrue([var.text == "x", true])"#), "true");
    assert_eq!(json(r#"startswith(format("arn:%s", var.text), "arn")"#), "true");
    assert_eq!(json(r"keys({ a = var.text })"), r#"["a"]"#);
    assert!(evaluate(r#"contains(var.list, "z")"#).unwrap().is_unknown());
}

#[test]
fn nothing_is_read_outside_the_root() {
    assert_eq!(json(r#"file("../lib/a.txt")"#), r#""text""#);
    for text in
        [r#"file("../../etc/passwd")"#, r#"file("/etc/passwd")"#, r#"filemd5("~/x")"#, r#"fileset("/etc", "*")"#]
    {
        let value = evaluate(text).unwrap();
        let causes = &value.as_unknown().unwrap().causes;
        assert!(matches!(causes.first(), Some(Cause { why: Why::File(_), .. })), "{text}");
    }
    assert!(evaluate(r#"file("../lib/none.txt")"#).is_err());
}

#[test]
fn links_in_a_circle_end() {
    let found = evaluate(r#"fileset("../lib", "**/*.txt")"#).unwrap();
    assert!(found.as_items().is_some_and(|items| items.len() > 1 && items.len() < 100));
}

#[test]
fn what_would_not_fit_is_refused_before_it_is_made() {
    for text in [
        r"setproduct(range(1000), range(1000), range(1000))",
        r#"indent(10000000, "a\nb\nc")"#,
        r#"format("%99999999999d", 1)"#,
        r#"replace(replace("aaaaaaaaaa", "a", format("%9999d", 0)), "", format("%9999d", 0))"#,
        r#"regex("((a{1,1000}){1,1000}){1,1000}", "a")"#,
        r#"yamldecode("a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n")"#,
    ] {
        assert!(evaluate(text).is_err(), "{text}");
    }
    assert!(error(r"setproduct(range(1000), range(1000), range(1000))").fatal);
}

#[test]
fn shared_parts_count_every_time() {
    let mut text = String::from("x");
    let doubled = "[for x in [[x, x]] : ";
    for _ in 0..40 {
        text.insert_str(0, doubled);
        text.push_str("][0]");
    }
    let text = format!("[for x in [1] : {text}][0]");
    assert!(error(&text).message.contains("1000000 nested elements"), "{}", error(&text).message);
}

#[test]
fn yaml_is_written_as_libyaml_does() {
    // Expected text: libyaml's emitter, as PyYAML shows it with the same styles.
    assert_eq!(
        evaluate(r#"yamlencode({ "a\nb" = 1, c = "x\n\n", d = " \n", f = ["p\nq"], g = {} })"#).unwrap().as_str(),
        Some("? |-\n  a\n  b\n: 1\n\"c\": |+\n  x\n\n\"d\": \" \\n\"\n\"f\":\n- |-\n  p\n  q\n\"g\": {}\n")
    );
}

/// As Terraform 1.11.4 answered; what is packed, placed or named otherwise there is unknown here.
#[test]
fn the_edges_of_functions_are_those_of_terraform() {
    assert_eq!(json("range(1, 1, 0)"), "[]");
    assert!(evaluate("range(1, 2, 0)").is_err());
    assert!(evaluate(r#"textencodebase64("a", "sjis")"#).is_err());
    assert_eq!(json(r#"textencodebase64("é", "ISO_8859-1")"#), r#""6Q==""#);
    assert_eq!(json(r#"cidrnetmask("::ffff:10.0.0.0/120")"#), r#""ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00""#);
    assert!(evaluate(r#"cidrnetmask("fd00::/64")"#).is_err());
    assert_eq!(json(r#"base64gzip("a")"#), r#""H4sIAAAAAAAA/0oEAAAA//8BAAD//0O+t+gBAAAA""#);
    assert_eq!(json("core::max(1, 2)"), "2");
    assert!(evaluate("core::core::max(1, 2)").is_err());
    assert!(evaluate("provider::max(1)").is_err());
    assert!(evaluate("provider::terraform::nope(1)").is_err());
    for unknown in [
        r#"cidrhost("::ffff:10.0.0.0/104", 5)"#,
        r#"regex("(?P<a>x)(?P<a>y)", "xy")"#,
        r#"base64gzip("hello hello hello")"#,
        r#"provider::terraform::encode_expr("a")"#,
    ] {
        assert!(evaluate(unknown).unwrap().is_unknown(), "{unknown}");
    }
}

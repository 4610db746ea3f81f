//! What templates may read, and what they say. Expected values follow from OPA's documentation of the language.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

use super::{RegoOutcome, RegoProblem, RegoProgram, RegoSource, Review};
use crate::model::{Cause, Value, Why};
use crate::source::{SourceId, Span};

fn span() -> Span {
    Span { source: SourceId(0), start: 0, end: 0 }
}

fn compiled(code: &str) -> Result<RegoProgram, RegoProblem> {
    RegoProgram::compile(&RegoSource { code, libs: Vec::new(), is_v1: false })
}

/// An object of fields; `?` is an unknown.
fn object(fields: &[(&str, Value)]) -> Value {
    Value::object(fields.iter().map(|(key, value)| ((*key).into(), value.clone())).collect(), span())
}

fn text(text: &str) -> Value {
    Value::string(text, span())
}

fn open() -> Value {
    Value::unknown(Why::Variable("x".into()), span())
}

/// A review of a pod with two containers, of which neither image is known.
fn pod() -> Review {
    let container = |name: &str| {
        object(&[
            ("name", text(name)),
            ("image", open()),
            ("securityContext", object(&[("privileged", Value::bool(true, span()))])),
        ])
    };
    let spec = object(&[
        ("containers", Value::tuple(vec![container("web"), container("log")], span())),
        ("hostNetwork", open()),
    ]);
    let metadata = object(&[("name", text("shop")), ("labels", object(&[("app", text("shop"))]))]);
    let mut review = Review::default();
    review.set("review", object(&[("object", object(&[("metadata", metadata), ("spec", spec)]))]));
    review.set("parameters", object(&[("labels", Value::tuple(vec![text("team")], span()))]));
    review
}

fn said(body: &str) -> RegoOutcome {
    compiled(&format!("package t\n{body}")).unwrap().evaluate(&pod())
}

fn violations(messages: &[&str]) -> RegoOutcome {
    RegoOutcome::Violations(messages.iter().map(|message| (*message).to_owned()).collect())
}

fn unknown() -> RegoOutcome {
    RegoOutcome::Unknown(vec![Cause { why: Why::Variable("x".into()), span: span() }])
}

#[test]
fn what_is_not_read_need_not_be_known() {
    let privileged = r#"violation[{"msg": msg}] {
        c := input_containers[_]
        c.securityContext.privileged
        msg := sprintf("%v is privileged", [c.name])
      }
      input_containers[c] { c := input.review.object.spec.containers[_] }
      input_containers[c] { c := input.review.object.spec.initContainers[_] }"#;
    assert_eq!(said(privileged), violations(&["log is privileged", "web is privileged"]));
    let by_key = r#"violation[{"msg": "has a context"}] { has(input.review.object.spec.containers[_], "securityContext") }
      has(of, key) { of[key] }"#;
    assert_eq!(said(by_key), violations(&["has a context"]));
    let by_loop = r#"violation[{"msg": key}] {
        key := ["securityContext", "livenessProbe"][_]
        not input.review.object.spec.containers[0][key]
      }"#;
    assert_eq!(said(by_loop), violations(&["livenessProbe"]));
    let got = r#"violation[{"msg": name}] {
        c := input.review.object.spec.containers[_]
        object.get(c, ["securityContext", "privileged"], false) == true
        name := object.get(c, "name", "")
      }"#;
    assert_eq!(said(got), violations(&["log", "web"]));
}

#[test]
fn what_is_read_must_be_known() {
    for body in [
        r#"violation[{"msg": "tag"}] { endswith(input.review.object.spec.containers[_].image, ":latest") }"#,
        r#"violation[{"msg": "network"}] { input.review.object.spec.hostNetwork }"#,
        r#"violation[{"msg": "network"}] { not input.review.object.spec.hostNetwork }"#,
        // By a key that is computed, by a walk, by a comparison, as a whole.
        r#"violation[{"msg": "all"}] { some key; input.review.object.spec.containers[0][key] == "x" }"#,
        r#"violation[{"msg": "all"}] { walk(input.review.object, [path, value]); value == "x" }"#,
        r#"violation[{"msg": "all"}] { input.review.object.spec == input.review.oldObject.spec }"#,
        r#"violation[{"msg": json.marshal(input.review.object)}] { true }"#,
        r#"violation[{"msg": "all"}] { c := input.review.object.spec.containers[_]; c == {"name": "web"} }"#,
        // Through functions, comprehensions, and what is there or not.
        r#"violation[{"msg": "f"}] { tag(input.review.object.spec.containers[_]) == "x" }
           tag(c) = found { found := split(c.image, ":")[1] }"#,
        r#"violation[{"msg": "c"}] { images := [i | i := input.review.object.spec.containers[_].image]; images[_] == "x" }"#,
        r#"violation[{"msg": "e"}] { x := input.review.object.spec.hostNetwork; true }"#,
        r#"violation[{"msg": "o"}] { all := {c.name: c | c := input.review.object.spec.containers[_]}; all.web.image == "x" }"#,
        r#"violation[{"msg": "w"}] { bad with input as input.review }
           bad { input.object.spec.hostNetwork }"#,
    ] {
        assert_eq!(said(body), unknown(), "{body}");
    }
}

/// Each row was asked of gator 3.23.1, whose engine is OPA 1.17.1.
#[test]
fn what_a_negated_call_is_given_must_be_there() {
    let holds = |body: &str| match said(&format!(
        "import future.keywords.in\nviolation[{{\"msg\": \"m\"}}] {{ {body} }}\n{RULES}"
    )) {
        RegoOutcome::Violations(messages) => !messages.is_empty(),
        other => panic!("{body}: {other:?}"),
    };
    for body in [
        "not input.review.object.none == 1",
        "not input.review.object.none",
        "not input.review.object.metadata.name == \"x\"",
        "not startswith(input.review.object.metadata.name, \"x\")",
        "not is_one(2)",
        "not count({x | x := input.review.object.none[_]}) > 0",
        "not \"x\" in input.parameters.labels",
        // It is computed, and false.
        "not is_true(1 == 2)",
        "x := [y | y := 1; not is_one(y + 1)]; count(x) == 1",
        "not is_one(count({1 | not is_one(input.review.object.none)}) + 3)",
    ] {
        assert!(holds(body), "{body}");
    }
    for body in [
        "not startswith(input.review.object.none, \"x\")",
        "not is_one(input.review.object.none)",
        "not count(input.review.object.none) > 0",
        "not \"x\" in input.review.object.none",
        "not input.review.object.none + 1 == 3",
        "not input.review.object.none > 3",
        "not is_one(absent)",
        "not is_one([input.review.object.none])",
        "not input.review.object.metadata[input.review.object.none] == 1",
        "x := [y | y := 1; not is_one(input.review.object.none)]; count(x) == 1",
    ] {
        assert!(!holds(body), "{body}");
    }
}

/// Rules for the bodies above.
const RULES: &str =
    "is_one(x) { x == 1 }\nis_true(x) { x == true }\nabsent { input.review.object.none }\nones[x] { x := 1 }";

/// Each row was asked of gator 3.23.1.
#[test]
fn the_variables_of_a_negation_are_bound_elsewhere() {
    let refused =
        |body: &str| compiled(&format!("package t\nviolation[{{\"msg\": \"m\"}}] {{\n{body} }}\n{RULES}")).err();
    for body in [
        "not input.review.object.a[_] == \"x\"",
        "not input.review.object.a[_]",
        "not startswith(\"x\", input.review.object.a[_])",
        "x := [1 | not input.review.object.a[_]]",
        "not input.review.object.a[i]",
        "some i; not input.review.object.a[i] == 1",
        "not ones[_]",
        "not ones[k]",
        "not x = 1",
        "not is_one([input.review.object.a[_]])",
        "y := input.review.object.a[_]; not y == ones[_]",
    ] {
        let problem = refused(body).unwrap_or_else(|| panic!("{body}"));
        assert!(problem.is_refused && problem.message.starts_with("nothing binds"), "{body}: {}", problem.message);
        assert_eq!(problem.line.map(|(_, line)| line), Some(3));
    }
    for body in [
        "not count({x | x := input.review.object.a[_]}) > 0",
        "input.review.object.a[i]; not input.review.object.b[i] == 1",
        "not input.review.object.b[i] == 1; input.review.object.a[i]",
        "c := input.review.object.a[_]; not is_one(c)",
        "not is_one(ones)",
    ] {
        assert!(refused(body).is_none(), "{body}: {:?}", refused(body));
    }
}

#[test]
fn what_the_cluster_adds_counts_for_those_that_name_it() {
    let cluster = Value::unknown(Why::Cluster("`metadata.uid`".into()), span());
    let metadata = object(&[("name", text("shop")), ("uid", cluster)]);
    let said = |body: &str| {
        let mut review = Review::default();
        review.set("review", object(&[("object", object(&[("metadata", metadata.clone())]))]));
        compiled(&format!("package t\nviolation[{{\"msg\": \"m\"}}] {{ {body} }}")).unwrap().evaluate(&review)
    };
    for body in
        ["walk(input.review.object, [path, value]); value == \"shop\"", "input.review.object.metadata[_] == \"shop\""]
    {
        assert_eq!(said(body), violations(&["m"]), "{body}");
    }
    for body in [
        "input.review.object.metadata.uid == \"x\"",
        "object.get(input.review.object.metadata, \"uid\", \"x\") == \"x\"",
        "key := [\"uid\", \"name\"][_]; not input.review.object.metadata[key]",
    ] {
        assert!(matches!(said(body), RegoOutcome::Unknown(_)), "{body}");
    }
}

#[test]
fn violations_have_messages() {
    let labels = r#"violation[{"msg": msg, "details": {"missing": missing}}] {
        given := {label | input.review.object.metadata.labels[label]}
        wanted := {label | label := input.parameters.labels[_]}
        missing := wanted - given
        count(missing) > 0
        msg := sprintf("missing: %v", [missing])
      }"#;
    assert_eq!(said(labels), violations(&[r#"missing: {"team"}"#]));
    assert_eq!(said(r#"violation[{"text": "x"}] { true }"#), violations(&[]));
    assert!(matches!(said(r#"violation[{"msg": 1}] { true }"#), RegoOutcome::Failed(_)));
    assert_eq!(said(r#"violation[{"msg": "x"}] { data.inventory.namespace[_] }"#), RegoOutcome::Inventory);
}

#[test]
fn what_gatekeeper_refuses_is_refused() {
    let refused = |code: &str| {
        let problem = compiled(code).unwrap_err();
        assert!(problem.is_refused, "{code}: {}", problem.message);
        (problem.message, problem.line.map(|(_, line)| line))
    };
    assert_eq!(refused("package t\ndeny[\"x\"] { true }").0, "the template has no rule `violation`");
    assert_eq!(
        refused("package t\nviolation[{\"msg\": \"x\"}] { nosuch(1) }"),
        ("the function `nosuch` is undefined".into(), Some(2))
    );
    assert_eq!(refused("package t\nimport data.other\nviolation[{\"msg\": \"x\"}] { true }").1, Some(2));
    assert_eq!(refused("package t\nimport rego.v1\nviolation contains {\"msg\": \"x\"} if { true }").1, Some(2));
    assert_eq!(refused("package t\nviolation[{\"msg\": \"x\"}] { data.secrets.x }").1, Some(2));
    assert_eq!(refused("package t\nviolation[{\"msg\": \"x\"}] { f(1) }\nf(x) { f(x) }").0, "the rule `f` uses itself");
    assert_eq!(refused("package t\n\nviolation[{\"msg\": \"x\"}] { true ").1, Some(3));
    assert!(refused("package t\nviolation[{\"msg\": msg}] { true }").0.contains("msg"));
    let elsewhere = compiled("package t\nviolation[{\"msg\": \"x\"}] { time.now_ns() > 1 }").unwrap_err();
    assert!(!elsewhere.is_refused);
}

#[test]
fn a_message_that_cannot_be_made_does_not_hide_a_violation() {
    assert_eq!(
        said(r#"violation[{"msg": msg}] { msg := sprintf("%q is %d%%", ["a\"b", 5]) }"#),
        violations(&[r#""a\"b" is 5%"#])
    );
    let unknown_verb = said(r#"violation[{"msg": msg}] { msg := sprintf("%Z", [1]) }"#);
    assert!(matches!(unknown_verb, RegoOutcome::Failed(_)), "{unknown_verb:?}");
    // What fails in OPA too gives nothing.
    assert_eq!(said(r#"violation[{"msg": "x"}] { to_number("x") > 1 }"#), violations(&[]));
    assert_eq!(
        said(r#"violation[{"msg": "x"}] { not any([false, null]); all([true]); re_match("^a+$", "aa") }"#),
        violations(&["x"])
    );
}

#[test]
fn values_that_double_are_not_evaluated() {
    let double = |join: &str| {
        let lines = (0..60).map(|at| format!("x{} := {}", at + 1, join.replace('x', &format!("x{at}"))));
        let body: String = lines.collect::<Vec<_>>().join("\n");
        format!("package t\nviolation[{{\"msg\": \"m\"}}] {{ x0 := 3\n{body}\nx60 != 1 }}")
    };
    for join in ["[x, x]", "x * x", "concat(\"\", [sprintf(\"%v\", [x]), sprintf(\"%v\", [x])])"] {
        assert!(!compiled(&double(join)).unwrap_err().is_refused, "{join}");
    }
    // Names that are used often are none.
    let many: Vec<String> = (0..200).map(|at| format!("y{at} := [x0, {at}]\n")).collect();
    let many = many.concat();
    assert!(compiled(&format!("package t\nviolation[{{\"msg\": \"m\"}}] {{ x0 := 3\n{many}true }}")).is_ok());
}

#[test]
fn libraries_are_imported() {
    let code = "package t\nimport data.lib.names\nviolation[{\"msg\": msg}] { msg := names.of(input.review.object) }";
    let lib = "package lib.names\nof(object) = object.metadata.name";
    let program = RegoProgram::compile(&RegoSource { code, libs: vec![lib], is_v1: false }).unwrap();
    assert_eq!(program.evaluate(&pod()), violations(&["shop"]));
    let v1 = "package t\nviolation contains {\"msg\": msg} if {\n  some c in input.review.object.spec.containers\n  msg := c.name\n}";
    let program = RegoProgram::compile(&RegoSource { code: v1, libs: Vec::new(), is_v1: true }).unwrap();
    assert_eq!(program.evaluate(&pod()), violations(&["log", "web"]));
}

#[test]
fn steps_are_limited() {
    let body = r#"violation[{"msg": "x"}] { n := numbers.range(1, 2000); a := n[_]; b := n[_]; a * b == 0 }"#;
    assert_eq!(said(body), RegoOutcome::Limit);
}

//! Templates of Gatekeeper whose Rego asks for much work: a scan ends, and says what was not decided.

use crate::attack::{POD, Repository};
use serde_json::Value;

/// A repository with a template of this code, a constraint and a pod.
fn template(name: &str, code: &str) -> Repository {
    let code = Value::from(code).to_string();
    let policy = format!(
        "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {{name: bomb}}\nspec:\n  crd: {{spec: \
         {{names: {{kind: Bomb}}}}}}\n  targets:\n    - target: admission.k8s.gatekeeper.sh\n      rego: {code}\n---\n\
         apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Bomb\nmetadata: {{name: bomb}}\nspec: {{match: {{kinds: \
         [{{apiGroups: [''], kinds: [Pod]}}]}}}}\n"
    );
    Repository::of(&format!("rego-{name}"), &[("policy.yaml", policy.as_str()), ("pod.yaml", POD)])
}

/// The texts that `make` returns for the numbers below `count`, one behind the other.
fn joined(count: usize, make: impl Fn(usize) -> String) -> String {
    (0..count).map(make).collect()
}

/// Scans code in the body of the violation, of which the report must have these words.
fn body(name: &str, body: &str, words: &str) {
    module(name, &format!("package bomb\nviolation[{{\"msg\": \"m\"}}] {{\n{body}\n}}\n"), words);
}

/// The same for a whole module. The checks of the pod are evaluated all the same.
fn module(name: &str, code: &str, words: &str) {
    let scan = template(name, code).scan(&["--require-complete"]);
    scan.expect_said(name, words);
    assert!(scan.finds_in("pod.yaml"), "{name}: {}", scan.out);
}

const LIMIT: &str = "the limit on steps of a template in Rego was reached";

#[test]
fn evaluations_that_do_not_end_are_ended() {
    let thousands = "n := numbers.range(1, 3000)\n";
    body("comprehension", &format!("{thousands}x := [[a, b] | a := n[_]; b := n[_]]\ncount(x) == 0"), LIMIT);
    body("set", &format!("{thousands}x := {{[a, b] | a := n[_]; b := n[_]; c := n[_]}}\ncount(x) == 0"), LIMIT);
    body(
        "object",
        &format!("{thousands}x := {{sprintf(\"%d %d\", [a, b]): b | a := n[_]; b := n[_]}}\ncount(x) == 0"),
        LIMIT,
    );
    body("join", &format!("{thousands}a := n[_]\nb := n[_]\nnot a * b == -1\nfalse"), LIMIT);
    body(
        "walk",
        "walk(numbers.range(1, 90000), [p, v])\nwalk(numbers.range(1, 90000), [q, w])\n[v, w] == [-1, -1]",
        LIMIT,
    );
    let patterns = "x := numbers.range(1, 20000)\ny := [r | r := regex.find_n(\"(a|aa)+$\", concat(\"\", [z | z := \"aaaaaaaaaa\"]), x[_])]";
    body("matches", &format!("{patterns}\ncount([1 | y[_]; y[_]]) == 0"), LIMIT);
}

#[test]
fn code_that_uses_itself_or_lies_deep_is_not_evaluated() {
    let begin = "package bomb\nviolation[{\"msg\": \"m\"}] { r0 }\n";
    module("circle", &format!("{begin}r0 {{ data.bomb.violation[_] }}\n"), "uses itself");
    module("circle-by-key", &format!("{begin}r0 {{ some k; data.bomb[k] }}\n"), "gives templates only");
    let chain = joined(400, |at| format!("r{at} {{ r{} }}\n", at + 1));
    module("chain", &format!("{begin}{chain}r400 {{ true }}\n"), "too deeply");
    let functions = joined(400, |at| format!("f{at}(x) = y {{ y := f{}(x) }}\n", at + 1));
    module("functions", &format!("{begin}r0 {{ f0(1) }}\n{functions}f400(x) = x {{ true }}\n"), "too deeply");
    let with = joined(3000, |at| format!(" with input.x{at} as {at}"));
    body("with", &format!("input.review.object.spec.none{with}"), "policy.yaml");
    for depth in [15, 30, 9_000] {
        let nested = format!("x := {}1{}", "[".repeat(depth), "]".repeat(depth));
        body(&format!("arrays-{depth}"), &nested, "its brackets are nested too deeply");
    }
    for (name, open, close) in [("parentheses", "(", ")"), ("calls", "count(", ")")] {
        body(name, &format!("x := {}1{}", open.repeat(9_000), close.repeat(9_000)), "policy.yaml");
    }
    let nested = format!("{}true{}", "x := [y | y := 1; ".repeat(500), "]".repeat(500));
    body("comprehensions", &nested, "policy.yaml");
    body("negations", &format!("{}true{}", "not count([1 | ".repeat(400), "]) == 1".repeat(400)), "policy.yaml");
    body("sum", &format!("x := 1{}\nx == 0", " + 1".repeat(20_000)), "policy.yaml");
    body("references", &format!("input{}", ".x".repeat(20_000)), "policy.yaml");
}

#[test]
fn values_that_grow_are_not_made() {
    let doubled = joined(60, |at| format!("x{} := array.concat(x{at}, x{at})\n", at + 1));
    body("arrays-doubled", &format!("x0 := [1]\n{doubled}count(x60) == 0"), "grow too large");
    let replaced = joined(30, |at| format!("x{} := replace(x{at}, \"a\", x{at})\n", at + 1));
    body("texts-replaced", &format!("x0 := \"aaaaaaaaaa\"\n{replaced}x30 == \"\""), "`replace` gives a text of more");
    let marshalled = joined(60, |at| format!("x{} := json.marshal(x{at})\n", at + 1));
    body("texts-escaped", &format!("x0 := \"\\\"\"\n{marshalled}x60 == \"\""), "`json.marshal` gives a text of more");
    let between = "n := numbers.range(1, 5000)\ns := concat(\"aaaaaaaaaaaaaaaa\", [\"a\" | n[_]])\n";
    let between = format!("{between}t := concat(s, [\"a\" | n[_]])\nt == \"\"");
    body("texts-joined", &between, "`concat` gives a text of more");
    body("width", "sprintf(\"%999999999d\", [1]) == \"\"", "too wide");
    body("range", "count(numbers.range(1, 999999999999)) == 0", "numbers.range");
    body("shift", "x := bits.lsh(1, 1000000000)\nx == 0", "bits.lsh");
    let products = joined(200, |at| format!("x{} := x{at} * x{at}\n", at + 1));
    body("products", &format!("x0 := 99999999999999999999\n{products}x200 == 1"), "grow too large");
}

#[test]
fn code_that_is_too_long_is_not_evaluated() {
    let rule = "r { input.review.object.spec.x == \"xxxxxxxxxxxxxxxxxxxxxxxx\" }\n";
    let module_of = |bytes: usize| {
        let begin = "package bomb\nviolation[{\"msg\": \"m\"}] { r }\n";
        format!("{begin}{}", rule.repeat((bytes - begin.len()) / rule.len()))
    };
    module("long", &module_of(300 * 1024), "its code is longer than 256 KiB");
    // Just below, it is evaluated: the pod has no such field.
    let scan = template("not-so-long", &module_of(255 * 1024)).scan(&[]);
    scan.expect_end("code of 255 KiB");
    assert!(!scan.out.contains("not evaluated") && scan.finds_in("pod.yaml"), "{}", scan.errors);
}

#[test]
fn patterns_that_explode_are_refused() {
    body("pattern", "re_match(\"((a{1,1000}){1,1000}){1,1000}\", \"a\")\nfalse", "policy.yaml");
    body("pattern-2", "regex.match(\"(a{1,500}){1,500}\", \"a\")\nfalse", "policy.yaml");
    body(
        "pattern-3",
        "x := [1 | y := numbers.range(1, 5000)[_]; regex.match(sprintf(\"(a{1,100}){1,%d}\", [y]), \"a\")]\ncount(x) == 0",
        "policy.yaml",
    );
}

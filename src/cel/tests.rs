//! What expressions give, one test a library, and what is known of unknown values.

use super::{Activation, CelData, CelError, CelType, CelValue, Environment, Evaluation, canonical, compile, evaluate};
use crate::expr::Trace;
use crate::expr::trace::Owed;
use crate::model::{Cause, Step, Value, Why};
use crate::source::{Derived, SourceId, Span};
use std::cell::Cell;

struct Names(Value);

impl Activation for Names {
    fn value(&self, name: &str) -> Result<CelValue, CelError> {
        self.0.get(name).map(CelValue::from).ok_or_else(|| CelError::new("no such name"))
    }
}

fn span() -> Span {
    Span::new(SourceId(0), 0, 0)
}

/// `object`, with a field that is not known.
fn names() -> Names {
    let unknown = Value::unknown(Why::Variable("tag".into()), span());
    let cause = Cause { why: Why::Variable("more".into()), span: span() };
    let known = Value::object(vec![("name".into(), Value::string("a", span()))], span());
    let object = vec![
        ("name".into(), Value::string("web", span())),
        ("tag".into(), unknown),
        ("list".into(), Value::open_list(vec![known], vec![cause], span())),
    ];
    Names(Value::object(vec![("object".into(), Value::object(object, span()))], span()))
}

/// What an expression gives, in a text.
fn given(expression: &str) -> String {
    let environment = Environment::default().with("object", CelType::Dyn);
    let program = match compile(&Derived::file(SourceId(0), expression), &environment) {
        Ok(program) => program,
        Err(error) => return format!("compile: {error}"),
    };
    let (names, cost) = (names(), Cell::new(0));
    match evaluate(&program, &Evaluation { activation: &names, trace: None, cost: &cost, limit: 100_000 }) {
        Ok(CelValue { data: CelData::Unknown(unknown), .. }) => {
            format!("unknown: {}", unknown.causes.first().map(|cause| cause.why.to_string()).unwrap_or_default())
        }
        Ok(value) => canonical(&value.data),
        Err(error) => format!("runtime: {}", error.message),
    }
}

#[track_caller]
fn gives(cases: &[(&str, &str)]) {
    for (expression, wanted) in cases {
        assert_eq!(given(expression), *wanted, "{expression}");
    }
}

#[test]
fn numbers_overflow_and_compare_across_types() {
    gives(&[
        ("9223372036854775807 + 1", "runtime: integer overflow"),
        ("5u / 0u", "runtime: division by zero"),
        ("1 < 1.5", "true"),
        ("dyn(1) == 1.0", "true"),
        ("1 == 1.0", "compile: found no matching overload for '_==_' applied to '(int, double)'"),
        ("double('NaN') == double('NaN')", "false"),
    ]);
}

#[test]
fn strings_are_counted_in_code_points() {
    gives(&[
        ("'héllo'.size()", "5"),
        ("'tacocat'.substring(0, 4)", "\"taco\""),
        ("'a,b,'.split(',')", r#"["a", "b", ""]"#),
        ("'%s: %d'.format([['a'], 1])", r#""[\"a\"]: 1""#),
        (
            "'%d'.format(['a'])",
            "compile: error during formatting: decimal clause can only be used on integers, was given string",
        ),
    ]);
}

#[test]
fn lists_and_sets_have_kubernetes_functions() {
    gives(&[
        ("[1, 2, 3].sum() + [4, 2].min()", "8"),
        ("['b', 'a'].isSorted()", "false"),
        ("[[1, 2], [3]].flatten().reverse()", "[3, 2, 1]"),
        ("[{'n': 2}, {'n': 1}].sortBy(e, e.n)", r#"[{"n": 1}, {"n": 2}]"#),
        ("sets.contains([1, 2], [2, 2, 1])", "true"),
    ]);
}

#[test]
fn macros_absorb_errors_that_another_element_decides() {
    gives(&[
        ("[1, 0, 2].exists(x, 1 / x == 1)", "true"),
        ("[1, 0, 2].all(x, 1 / x > 0)", "false"),
        ("[1, 0].all(x, 1 / x > 0)", "runtime: division by zero"),
        ("[0, 1].filter(x, 1 / x == 1)", "runtime: division by zero"),
        ("['a', 'b'].transformMap(i, v, i == 1, v)", r#"{1: "b"}"#),
        ("[1].all(x.y, true)", "compile: argument must be a simple name"),
    ]);
}

#[test]
fn optionals_chain() {
    gives(&[
        ("{'a': {'b': 1}}.?a.b.orValue(2)", "1"),
        ("{'a': {'b': 1}}.?c.b.orValue(2)", "2"),
        ("[1, 2][?5]", "optional.none()"),
        ("optional.of(1).optMap(x, x + 1)", "optional.of(2)"),
        ("[?optional.none(), 2]", "[2]"),
    ]);
}

#[test]
fn times_are_read_in_zones() {
    gives(&[
        ("timestamp('2023-01-02T03:04:05Z').getHours('America/Los_Angeles')", "19"),
        ("timestamp('2023-01-02T03:04:05Z') - duration('1h')", "timestamp(\"2023-01-02T02:04:05Z\")"),
        ("duration('90m')", "duration(\"1h30m0s\")"),
    ]);
}

#[test]
fn quantities_versions_urls_and_addresses_are_types() {
    gives(&[
        ("quantity('50k').add(quantity('20k'))", "kubernetes.Quantity(\"70k\")"),
        ("semver('1.2.3').isGreaterThan(semver('1.2.3-rc.1'))", "true"),
        ("isSemver('v1.0', true) && !isSemver('v1.0')", "true"),
        ("url('https://[::1]:80/a?x=1&x=2').getQuery()", r#"{"x": ["1", "2"]}"#),
        ("cidr('192.168.0.0/24').containsIP('192.168.0.1')", "true"),
        ("ip('169.254.169.254').isLinkLocalUnicast()", "true"),
    ]);
}

#[test]
fn formats_and_patterns_are_checked() {
    gives(&[
        ("format.dns1123Label().validate('ok')", "optional.none()"),
        ("format.named('uuid').value().validate('bad').hasValue()", "true"),
        ("'abc 123'.find('[0-9]+')", "\"123\""),
        ("'a'.matches('(')", "compile: `(` is not a regular expression in RE2 syntax."),
    ]);
}

#[test]
fn what_is_unknown_decides_nothing_unless_the_rest_does() {
    gives(&[
        ("object.tag == 'latest'", "unknown: `var.tag` has no value"),
        ("object.name == 'db' && object.tag == 'latest'", "false"),
        ("object.tag == 'latest' || object.name == 'web'", "true"),
        ("object.tag == 'latest' || object.missing == 1", "unknown: `var.tag` has no value"),
        ("object.list.exists(e, e.name == 'a')", "true"),
        ("object.list.all(e, e.name == 'a')", "unknown: `var.more` has no value"),
        ("object.list.all(e, e.name == 'b')", "false"),
        ("has(object.tag.x)", "unknown: `var.tag` has no value"),
        ("object.missing.x", "runtime: no such key: missing"),
    ]);
}

#[test]
fn an_expression_that_costs_too_much_is_ended() {
    gives(&[(
        "lists.range(300).all(a, lists.range(300).all(b, a + b >= 0)) || true",
        "runtime: operation cancelled: actual cost limit exceeded",
    )]);
}

#[test]
fn a_trace_leads_to_what_was_read() {
    let environment = Environment::default().with("object", CelType::Dyn);
    let program = compile(&Derived::file(SourceId(0), "object.name == 'db'"), &environment).unwrap();
    let (names, cost, trace) = (names(), Cell::new(0), Trace::default());
    let evaluation = Evaluation { activation: &names, trace: Some(&trace), cost: &cost, limit: 100 };
    let result = evaluate(&program, &evaluation).unwrap();
    let root = trace.node(result.trace.unwrap()).unwrap();
    let Owed::Computed(operands) = &root.owed else { panic!("{root:?}") };
    let read = trace.node(operands[0]).unwrap();
    let Owed::Step { step, value, .. } = &read.owed else { panic!("{read:?}") };
    assert_eq!((step, value.as_str()), (&Step::Key("name".into()), Some("web")));
}

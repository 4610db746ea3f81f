//! Expressions through the parser and the evaluator. Values are what Terraform 1.11.4 gives; origins
//! and the policy dialect are specified in the design.

use super::json::to_json;
use super::{Budget, EvalError, Evaluator, ExprScope, Mode, Resolved, Trace};
use crate::model::{Address, Cause, Hop, HopKind, Part, Reference, Step, Symbol, Type, Value, Why};
use crate::source::{SourceId, Span};
use crate::syntax::hcl::parse_expression;

const TEXT: SourceId = SourceId(0);
const ELSEWHERE: SourceId = SourceId(1);

/// `var.NAME` with a hop to where the value stands in another file; `aws_x.y` is a resource.
struct Names(Vec<(&'static str, Value)>);

impl ExprScope for Names {
    fn resolve(&self, root: &str, following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        match (root, following) {
            ("var", [Some(name), _]) => {
                let value = self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
                let mut value = value.ok_or_else(|| EvalError::fatal("undeclared", span))?;
                value.origin = value.origin.read_at(span, HopKind::VariableValue(name.into()));
                Ok(Resolved { value, consumed: 1 })
            }
            ("attrs", _) => Ok(Resolved { value: self.0[0].1.clone(), consumed: 0 }),
            ("aws_x", [Some("y"), _]) => {
                let cause = Cause { why: Why::AfterApply("aws_x.y".into()), span };
                let reference = Reference { address: Address::parse("aws_x.y"), path: Vec::new() };
                Ok(Resolved { value: Value::reference(reference, cause, span), consumed: 1 })
            }
            _ => Err(EvalError::fatal(format!("{root} is not declared"), span)),
        }
    }
}

fn at(source: SourceId, start: u32, end: u32) -> Span {
    Span::new(source, start, end)
}

/// `{ acl = "public-read", tags = { Name = "x" }, ports = [22, unknown] }`, written in another file.
fn bucket() -> Value {
    let there = |start, end| at(ELSEWHERE, start, end);
    let tags = Value::object(vec![("Name".into(), Value::string("x", there(50, 53)))], there(40, 60));
    let cause = Cause { why: Why::Variable("port".into()), span: there(75, 83) };
    let port = Value::unknown_of(Type::Number, vec![cause], there(75, 83));
    let ports = Value::tuple(vec![Value::number(22, there(71, 73)), port], there(70, 84));
    let acl = Value::string("public-read", there(10, 23));
    Value::object(vec![("acl".into(), acl), ("tags".into(), tags), ("ports".into(), ports)], there(0, 100))
}

fn evaluate(text: &str, mode: Mode) -> Result<Value, EvalError> {
    let expr = parse_expression(TEXT, text, 0).unwrap();
    let scope = Names(vec![("bucket", bucket())]);
    let budget = Budget::new();

    Evaluator::new(&scope, mode, &budget).evaluate(&expr)
}

/// Evaluates as for the place of a finding.
fn traced(text: &str) -> Result<Value, EvalError> {
    let expr = parse_expression(TEXT, text, 0).unwrap();
    let scope = Names(vec![("bucket", bucket())]);
    let (budget, trace) = (Budget::trace(), Trace::default());
    Evaluator::new(&scope, Mode::Policy, &budget).traced(Some(&trace)).evaluate(&expr)
}

fn configuration(text: &str) -> Value {
    evaluate(text, Mode::Configuration).unwrap()
}

fn policy(text: &str) -> Value {
    evaluate(text, Mode::Policy).unwrap()
}

fn way(value: &Value) -> Vec<(&HopKind, Span)> {
    value.origin.hops().map(|hop: &Hop| (&hop.kind, hop.span)).collect()
}

fn shown(text: &str) -> String {
    to_json(&policy(text)).unwrap_or_else(|_| "unknown".into())
}

#[test]
fn sets_are_compared_without_order_and_a_policy_reads_them_as_lists() {
    let truth = |text: &str| policy(text).as_bool();
    assert_eq!(truth("toset([\"b\", \"a\"]) == [\"b\", \"a\", \"b\"]"), Some(true));
    assert_eq!(truth("[\"b\", \"a\"] == [\"a\", \"b\"]"), Some(false));
    assert_eq!(truth("toset([1, 2]) == [1]"), Some(false));
    assert_eq!(truth("toset([{ a = 1 }, { a = 2 }]) == toset([{ a = \"2\" }, { a = \"1\" }])"), Some(true));
    assert_eq!(truth("concat(toset([\"b\"]), [\"a\"]) == [\"b\", \"a\"]"), Some(true));
    assert_eq!(truth("toset([\"b\"])[0] == \"b\""), Some(true));
    assert_eq!(truth("length(toset([{ a = 1 }, { a = 2 }])) == 2"), Some(true));
    assert!(evaluate("toset([\"b\"])[0]", Mode::Configuration).is_err());
    assert!(evaluate("concat(toset([\"b\"]), [\"a\"])", Mode::Configuration).is_err());
}

#[test]
fn what_is_read_by_reference_leads_to_where_it_is_written() {
    let kind = HopKind::VariableValue("bucket".into());
    let acl = configuration("var.bucket.acl");
    assert_eq!(acl.origin.span, at(TEXT, 0, 14));
    assert_eq!(way(&acl), [(&kind, at(ELSEWHERE, 10, 23))]);
    let name = configuration("(var.bucket.tags)[\"Name\"]");
    assert_eq!(name.origin.span, at(TEXT, 0, 25));
    assert_eq!(way(&name), [(&kind, at(ELSEWHERE, 50, 53))]);
    let whole = configuration("var.bucket");
    assert_eq!(way(&whole), [(&kind, at(ELSEWHERE, 0, 100))]);
}

#[test]
fn what_is_written_in_the_expression_stands_there() {
    let literal = configuration("[\"a\", var.bucket.acl][0]");
    assert_eq!((literal.origin.span, way(&literal).len()), (at(TEXT, 1, 4), 0));
    let chosen = configuration("true ? var.bucket.acl : \"private\"");
    assert_eq!(chosen.origin.written(), at(ELSEWHERE, 10, 23));
}

#[test]
fn what_is_computed_stands_at_the_expression_and_came_the_way_of_an_operand() {
    for text in ["\"acl-${var.bucket.acl}\"", "upper(var.bucket.acl)", "var.bucket.acl == \"x\""] {
        let value = configuration(text);
        assert_eq!(value.origin.span, at(TEXT, 0, text.len() as u32), "{text}");
        assert_eq!(value.origin.written(), at(ELSEWHERE, 10, 23), "{text}");
    }
    let each = configuration("[for x in [var.bucket.acl] : x][0]");
    assert_eq!(each.origin.written(), at(ELSEWHERE, 10, 23));
}

#[test]
fn an_unknown_stands_for_the_attribute_it_is() {
    let arn = configuration("aws_x.y.logging[0].arn");
    let Some(Symbol::Reference(reference)) = &arn.as_unknown().unwrap().symbol else { panic!("no reference") };
    let path = vec![Step::Key("logging".into()), Step::Index(0), Step::Key("arn".into())];
    assert_eq!((reference.address.as_str(), &reference.path), ("aws_x.y", &path));
    assert_eq!(arn.as_unknown().unwrap().causes[0].why, Why::AfterApply("aws_x.y.logging[0].arn".into()));

    let template = configuration("\"${aws_x.y.arn}/*\"");
    let unknown = template.as_unknown().unwrap();
    let Some(Symbol::Template(parts)) = &unknown.symbol else { panic!("no template") };
    assert!(matches!(&parts[..], [Part::Reference(_), Part::Text(rest)] if rest == "/*"));
    assert_eq!((unknown.causes.len(), &unknown.ty), (1, &Type::String));

    assert_eq!(shown("aws_x.y.arn == aws_x.y.arn"), "true");
    assert_eq!(shown("\"${aws_x.y.arn}/*\" == \"${aws_x.y.arn}/*\""), "true");
    assert_eq!(shown("contains([aws_x.y.id, aws_x.y.arn], aws_x.y.arn)"), "true");
    assert_eq!(shown("aws_x.y.arn == aws_x.y.id"), "unknown");
    assert!(configuration("aws_x.y.arn == aws_x.y.arn").is_unknown());
    assert_eq!(configuration("\"a-${aws_x.y.id}\" == \"b\"").as_bool(), Some(false));
}

#[test]
fn causes_are_named_once() {
    let value = configuration("[\"${aws_x.y.id}-${aws_x.y.id}\", aws_x.y.id == \"a\" ? 1 : 2][0]");
    assert_eq!(value.as_unknown().unwrap().causes.iter().map(|cause| &cause.why).collect::<Vec<_>>().len(), 2);
    let twice = configuration("[for x in [aws_x.y, aws_x.y] : x.id == \"a\" ? 1 : 2][1]");
    assert_eq!(twice.as_unknown().unwrap().causes.len(), 1);
}

#[test]
fn one_side_decides_in_a_policy() {
    for (text, want) in [
        ("false && aws_x.y.b", "false"),
        ("aws_x.y.b && false", "false"),
        ("aws_x.y.b || true", "true"),
        ("aws_x.y.b || false", "unknown"),
        ("!aws_x.y.b", "unknown"),
        ("tonumber(\"x\") == 1 || true", "true"),
        ("aws_x.y.b ? 1 : 1", "1"),
        ("aws_x.y.b ? 1 : 2", "unknown"),
    ] {
        assert_eq!(shown(text), want, "{text}");
    }
    assert!(evaluate("true && 1 + {} == 1", Mode::Policy).is_err());
    assert!(evaluate("nothing.x || true", Mode::Policy).is_err());
}

/// As Terraform 1.15.5 and OpenTofu 1.12.6 answered.
#[test]
fn one_side_decides_in_a_configuration_unless_its_type_is_wrong() {
    for (text, want) in [
        ("aws_x.y.b && false", "false"),
        ("true || aws_x.y.b", "true"),
        ("tobool(\"x\") && false", "false"),
        ("null && true", "false"),
        ("null || \"true\"", "true"),
        ("aws_x.y.b && null", "false"),
        ("aws_x.y.b || null", "unknown"),
        ("aws_x.y.b && tobool(\"x\")", "unknown"),
        ("true || file(\"missing\") == \"\"", "true"),
    ] {
        let value = configuration(text);
        let truth = value.as_bool().map_or_else(|| "unknown".to_owned(), |truth| truth.to_string());
        assert_eq!(truth, want, "{text}");
    }
    for text in ["false && \"x\"", "true || []", "null || false", "true && tobool(\"x\")", "!null"] {
        assert!(evaluate(text, Mode::Configuration).is_err(), "{text}");
    }
    assert!(configuration("false && sensitive(true)").sensitive);
}

/// The known text around what is not known of `aws_x.y.arn`, with `…` for that.
fn pieces(text: &str) -> String {
    let value = configuration(text);
    super::partial::PartialText::of_text(&value).unwrap_or_else(|| panic!("{text} is no text")).shown().to_string()
}

#[test]
fn the_pieces_of_a_text_survive_functions() {
    for (text, want) in [
        ("trimspace(\" a ${aws_x.y.arn} b \")", "a … b"),
        ("trimspace(\"${aws_x.y.arn} b\")", "…b"),
        ("chomp(\"a${aws_x.y.arn}\\n\")", "a…"),
        ("trim(\"--a-${aws_x.y.arn}\", \"-\")", "a…"),
        ("join(\",\", [\"a\", aws_x.y.arn, \"b\"])", "a,…,b"),
        ("join(\"\", [\"${aws_x.y.arn}/*\"])", "…/*"),
        ("format(\"%s:%d\", aws_x.y.arn, 1)", "…:1"),
        ("indent(2, \"a\\n${aws_x.y.arn}\")", "a\n  …"),
        ("coalesce(null, \"a${aws_x.y.arn}\")", "a…"),
        ("jsonencode({ a = \"${aws_x.y.arn}/*\", b = [1, aws_x.y.any] })", "{\"a\":\"…/*\",\"b\":[1,…]}"),
        ("jsonencode(jsondecode(\"{\\\"a\\\": \\\"${aws_x.y.arn}\\\"}\"))", "{\"a\":\"…\"}"),
        ("jsonencode(jsondecode(\"[1, ${jsonencode([aws_x.y.arn, \"x\"])}]\"))", "[1,[…,\"x\"]]"),
    ] {
        assert_eq!(pieces(text), want, "{text}");
    }
    // What may be cut, or cannot be told from what stands beside it, is not claimed.
    assert_eq!(pieces("format(\"%5s\", \"a${aws_x.y.arn}\")"), "…");
    assert_eq!(pieces("trimspace(\"a ${aws_x.y.arn}\")"), "a…");
    assert_eq!(pieces("coalesce(aws_x.y.any, \"b\")"), "…");
    assert_eq!(pieces("trimsuffix(\"a${aws_x.y.arn}\", \"a\")"), "…");
}

#[test]
fn the_known_elements_of_a_list_survive_functions() {
    let known = |text: &str| {
        let value = configuration(text);
        let known: Vec<_> = value.known_elements().unwrap_or_default().iter().filter_map(Value::as_str).collect();
        (known.join(" "), value.is_unknown())
    };
    for (text, want) in [
        ("concat([\"a\"], split(\",\", aws_x.y.arn))", "a"),
        ("distinct(concat([\"b\", \"a\", \"b\"], split(\",\", aws_x.y.arn)))", "b a"),
        ("flatten([[\"a\"], [split(\",\", aws_x.y.arn)], \"c\"])", "a c"),
        ("tolist(concat([\"a\"], split(\",\", aws_x.y.arn)))", "a"),
        ("setunion([\"a\"], split(\",\", aws_x.y.arn))", "a"),
        ("[for x in concat([\"a\"], split(\",\", aws_x.y.arn)) : upper(x)]", "A"),
        ("split(\",\", aws_x.y.arn)", ""),
    ] {
        assert_eq!(known(text), (want.to_owned(), true), "{text}");
    }
}

#[test]
fn the_known_elements_decide_in_a_policy() {
    for (text, want) in [
        ("alltrue([for p in attrs.ports : p != 22])", "false"),
        ("alltrue([for p in attrs.ports : p == 22])", "unknown"),
        ("anytrue([for p in attrs.ports : p == 22])", "true"),
        ("alltrue([for p in attrs.ports : p == 22 if p < 100])", "unknown"),
        ("alltrue([for p in [1, 2] : p != 2 if p == 2 || aws_x.y.b])", "false"),
        ("alltrue([for p in [1, 2] : p != 1 if p == 2 || aws_x.y.b])", "unknown"),
        ("anytrue([for p in [1, 2] : p == 3 if aws_x.y.b])", "false"),
        ("alltrue([for p in attrs.nothing : p == 1])", "true"),
        ("alltrue([for p in [{}, 1] : p == 1 || p.x == 1 ])", "false"),
        ("[for p in [1, 2] : p if p == 2 || aws_x.y.b] == []", "false"),
        ("length([for p in [1, 2] : p if p == 2 || aws_x.y.b]) > 0", "true"),
    ] {
        assert_eq!(shown(text), want, "{text}");
    }
    assert_eq!(policy("alltrue([for p in attrs.ports : p != 22])").origin.span, at(ELSEWHERE, 71, 73));
}

#[test]
fn what_is_absent_is_null_in_a_policy_and_an_error_inside_try() {
    for (text, want) in [
        ("attrs.nothing", "null"),
        ("attrs.nothing.at.all[3]", "null"),
        ("attrs.ports[7]", "null"),
        ("attrs.nothing == null", "true"),
        ("try(attrs.nothing, \"default\")", "\"default\""),
        ("try(attrs.tags.Name, \"default\")", "\"x\""),
        ("can(attrs.nothing)", "false"),
        ("can(attrs.ports[1])", "true"),
        ("attrs.tags[\"Owner\"]", "null"),
        ("attrs.nothing[*]", "[]"),
    ] {
        assert_eq!(shown(text), want, "{text}");
    }
    assert!(evaluate("var.bucket.nothing", Mode::Configuration).is_err());
}

#[test]
fn what_a_policy_reads_stands_in_what_is_judged() {
    assert_eq!(policy("attrs.acl").origin.span, at(ELSEWHERE, 10, 23));
    assert_eq!(policy("attrs.acl == \"public-read\"").origin.span, at(ELSEWHERE, 10, 23));
    assert_eq!(policy("!(\"a\" == attrs.tags.Name)").origin.span, at(ELSEWHERE, 50, 53));
    assert_eq!(policy("contains(attrs.ports, 22)").origin.span, at(ELSEWHERE, 71, 73));
    assert_eq!(policy("contains([\"public-read\"], attrs.acl)").origin.span, at(ELSEWHERE, 10, 23));
    assert_eq!(policy("attrs.tags.Owner == null").origin.span, at(ELSEWHERE, 40, 60));
}

#[test]
fn sensitivity_spreads() {
    let mut secret = Value::string("s", at(ELSEWHERE, 0, 1));
    secret.sensitive = true;
    let scope = Names(vec![("secret", secret)]);
    let sensitive = |text: &str| {
        let budget = Budget::new();
        let expr = parse_expression(TEXT, text, 0).unwrap();
        Evaluator::new(&scope, Mode::Configuration, &budget).evaluate(&expr).unwrap().sensitive
    };
    assert!(sensitive("\"${var.secret}!\"") && sensitive("upper(var.secret)") && sensitive("var.secret == 1"));
    assert!(sensitive("{(var.secret) = 1}") && sensitive("{a = var.secret}.a"));
    assert!(sensitive("true ? 1 : var.secret") && !sensitive("{a = var.secret}") && !sensitive("can(var.secret)"));
}

#[test]
fn limits_are_errors_that_nothing_catches() {
    let text = "try(length(setproduct(range(101), range(101), range(101))), 1)";
    let error = evaluate(text, Mode::Configuration).unwrap_err();
    assert!(error.fatal && error.message.contains("limit"), "{}", error.message);
    let ten = "%{for a in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}".repeat(2);
    let text = format!("try(\"{ten}{}{}\", 1)", "x".repeat(170_000), "%{endfor}".repeat(2));
    let error = evaluate(&text, Mode::Configuration).unwrap_err();
    assert!(error.fatal && error.message.contains("bytes"), "{}", error.message);
}

#[test]
fn the_stack_holds_what_the_depth_allows() {
    let shapes = [
        ("(", ")"),
        ("upper(", ")"),
        ("true ? (", ") : 1"),
        ("[for x in [1] : ", "][0]"),
        ("try(", ", 1)"),
        ("\"a${", "}\""),
    ];
    let run = move || {
        for (open, close) in shapes {
            let text = format!("{}1{}", open.repeat(200), close.repeat(200));
            for mode in [Mode::Policy, Mode::Configuration] {
                let result = evaluate(&text, mode);
                assert!(result.err().is_none_or(|error| error.message.contains("nested")), "{open}");
            }
            let result = traced(&text);
            assert!(result.err().is_none_or(|error| error.message.contains("limit")), "{open}");
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn texts_that_are_known_in_part_are_apart_where_known_characters_differ() {
    let cases = [
        (r#""sqlx-${aws_x.y.id}" == "sql-${aws_x.y.id}""#, Some(false)),
        (r#""${aws_x.y.id}-a" == "${aws_x.y.id}-b""#, Some(false)),
        (r#""${aws_x.y.id}-a" == "${aws_x.y.id}-a""#, Some(true)),
        (r#""a-${aws_x.y.id}-b" == "a-${aws_x.y.arn}-b""#, None),
        (r#""a-${aws_x.y.id}-b" == "a-${aws_x.y.arn}-c""#, Some(false)),
        (r#""a${aws_x.y.id}" == "${aws_x.y.arn}a""#, None),
        (r#""a${aws_x.y.id}" == "aa${aws_x.y.arn}""#, None),
    ];
    for (text, expected) in cases {
        assert_eq!(policy(text).as_bool(), expected, "{text}");
    }
}

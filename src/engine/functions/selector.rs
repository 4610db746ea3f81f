//! Label selectors.

use super::arguments::{Arguments, items};
use crate::expr::EvalError;
use crate::expr::equality::same;
use crate::expr::truth::{Truth, all, any};
use crate::model::{Cause, Data, Value};

/// `selects(selector, labels)`: whether a label selector selects an object with these labels. A selector is
/// `{matchLabels, matchExpressions}`, or, as Services have it, the labels themselves. An empty one selects
/// everything, null nothing. Source: "Labels and Selectors" of the Kubernetes documentation.
pub fn selects(args: &Arguments) -> Result<Value, EvalError> {
    Ok(args.answer(selected(args.get(0)?, args.get(1)?)))
}

/// Whether a label selector selects these labels.
pub fn selected(selector: &Value, labels: &Value) -> Truth {
    let known = all(requirements(selector).iter().map(|requirement| holds(requirement, labels)));
    known.and(Truth::Known(!selector.is_null()))
}

/// Returns the labels that everything has which a selector selects: their keys, each with the values that it may have
/// there, once. Labels of values that are not known are left out.
pub fn required_labels(selector: &Value) -> Vec<(&str, Vec<&str>)> {
    let required = requirements(selector).into_iter().filter_map(|requirement| match requirement {
        Requirement::Label(key, value) => Some((key, vec![value.as_str()?])),
        Requirement::Expression(expression) => {
            let text = |name: &str| expression.get(name).and_then(Value::as_str);
            let key = text("key").filter(|_| text("operator") == Some("In"))?;
            let values = expression.get("values").filter(|values| values.is_wholly_known())?;
            let mut values: Vec<&str> = items(values).iter().map(Value::as_str).collect::<Option<_>>()?;
            values.sort_unstable();
            values.dedup();
            Some((key, values))
        }
        Requirement::Unknown(_) => None,
    });
    required.collect()
}

/// One condition of a selector.
enum Requirement<'a> {
    /// The label has this value.
    Label(&'a str, &'a Value),
    /// An element of `matchExpressions`.
    Expression(&'a Value),
    /// Conditions that are not known, and why.
    Unknown(Vec<Cause>),
}

fn requirements(selector: &Value) -> Vec<Requirement<'_>> {
    let Some(mapping) = selector.as_mapping() else {
        return unknown_rest(selector).map(Requirement::Unknown).into_iter().collect();
    };
    let (labels, expressions) = (mapping.get("matchLabels"), mapping.get("matchExpressions"));
    if labels.is_none() && expressions.is_none() {
        let rest = unknown_rest(selector).map(Requirement::Unknown);
        return labels_of(selector).chain(rest).collect();
    }
    let expressions = expressions.map(items).unwrap_or_default().iter().map(Requirement::Expression);
    let rest = [Some(selector), labels].into_iter().flatten().filter_map(unknown_rest).map(Requirement::Unknown);
    labels.into_iter().flat_map(labels_of).chain(expressions).chain(rest).collect()
}

/// Returns why a map of labels may have more than is known of it.
fn unknown_rest(labels: &Value) -> Option<Vec<Cause>> {
    match &labels.data {
        Data::Unknown(unknown) => Some(unknown.causes.clone()),
        Data::Mapping(mapping) => mapping.open.as_deref().cloned(),
        _ => None,
    }
}

fn labels_of(labels: &Value) -> impl Iterator<Item = Requirement<'_>> {
    let entries = labels.as_mapping().map(|labels| labels.entries.as_slice()).unwrap_or_default();
    entries.iter().map(|(key, value)| Requirement::Label(key, value))
}

fn holds(requirement: &Requirement<'_>, labels: &Value) -> Truth {
    if labels.is_unknown() {
        return Truth::open(labels);
    }
    // A label that is not among those that are known may be among the rest.
    let absent = || unknown_rest(labels).map_or(Truth::Known(false), Truth::Unknown);
    match requirement {
        Requirement::Label(key, wanted) => labels.get(key).map_or_else(absent, |value| equal(value, wanted)),
        Requirement::Expression(expression) => {
            let text = |name: &str| expression.get(name).and_then(Value::as_str);
            let (Some(key), Some(operator)) = (text("key"), text("operator")) else { return Truth::open(expression) };
            let label = labels.get(key);
            let among = || {
                let values = expression.get("values").map(items).unwrap_or_default();
                label.map_or_else(absent, |label| any(values.iter().map(|value| equal(label, value))))
            };
            let exists = || label.map_or_else(absent, |_| Truth::Known(true));
            match operator {
                "In" => among(),
                "NotIn" => among().negated(),
                "Exists" => exists(),
                "DoesNotExist" => exists().negated(),
                _ => Truth::Known(false),
            }
        }
        Requirement::Unknown(causes) => Truth::Unknown(causes.clone()),
    }
}

fn equal(a: &Value, b: &Value) -> Truth {
    Truth::of(same(a, b), a).or_because_of(b)
}

#[cfg(test)]
mod tests {
    use super::super::call;
    use crate::model::{Text, Type, Value};
    use crate::source::{SourceId, Span};

    const HERE: Span = Span { source: SourceId(0), start: 0, end: 0 };

    fn object(entries: &[(&str, Value)]) -> Value {
        let entries = entries.iter().map(|(key, value)| (Text::from(*key), value.clone())).collect();
        Value::object(entries, HERE)
    }

    fn text(text: &str) -> Value {
        Value::string(text, HERE)
    }

    fn selects(selector: Value) -> Option<bool> {
        let labels = object(&[("app", text("web")), ("tier", text("front"))]);
        call("selects", &[selector, labels], HERE, &crate::source::Sources::default(), &crate::expr::Budget::new())?
            .ok()?
            .as_bool()
    }

    fn expression(key: &str, operator: &str, value: &str) -> Value {
        let values = Value::tuple(vec![text(value)], HERE);
        let one = object(&[("key", text(key)), ("operator", text(operator)), ("values", values)]);
        object(&[("matchExpressions", Value::tuple(vec![one], HERE))])
    }

    #[test]
    fn labels_and_expressions() {
        assert_eq!(selects(object(&[("app", text("web"))])), Some(true));
        assert_eq!(selects(object(&[("app", text("api"))])), Some(false));
        assert_eq!(selects(object(&[("matchLabels", object(&[("tier", text("front"))]))])), Some(true));
        assert_eq!(selects(object(&[("matchLabels", object(&[("zone", text("a"))]))])), Some(false));
        assert_eq!(selects(object(&[])), Some(true));
        assert_eq!(selects(Value::null(HERE)), Some(false));
        assert_eq!(selects(expression("app", "In", "web")), Some(true));
        assert_eq!(selects(expression("app", "NotIn", "web")), Some(false));
        assert_eq!(selects(expression("zone", "NotIn", "a")), Some(true));
        assert_eq!(selects(expression("zone", "Exists", "")), Some(false));
        assert_eq!(selects(expression("zone", "DoesNotExist", "")), Some(true));
    }

    #[test]
    fn what_is_not_known_may_select() {
        let unknown = || Value::unknown_of(Type::Dynamic, Vec::new(), HERE);
        let among = |values: Value| {
            let one = object(&[("key", text("app")), ("operator", text("In")), ("values", values)]);
            object(&[("matchExpressions", Value::tuple(vec![one], HERE))])
        };
        assert_eq!(selects(among(unknown())), None);
        assert_eq!(selects(among(Value::tuple(vec![text("api"), unknown()], HERE))), None);
        assert_eq!(selects(among(Value::tuple(vec![text("web"), unknown()], HERE))), Some(true));
        assert_eq!(selects(object(&[("matchLabels", unknown())])), None);
        assert_eq!(selects(object(&[("matchLabels", object(&[("app", unknown())]))])), None);
        assert_eq!(selects(object(&[("app", text("api")), ("tier", unknown())])), Some(false));
        assert_eq!(selects(unknown()), None);
    }
}

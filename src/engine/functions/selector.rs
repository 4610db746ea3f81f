//! Label selectors.

use super::arguments::{Arguments, collect_causes, items};
use super::truth::Truth;
use crate::expr::EvalError;
use crate::model::{Cause, Data, Value};

/// `selects(selector, labels)`: whether a label selector selects an object with these labels. A selector is
/// `{matchLabels, matchExpressions}`, or, as Services have it, the labels themselves. An empty one selects
/// everything, null nothing. Source: "Labels and Selectors" of the Kubernetes documentation.
pub fn selects(args: &Arguments) -> Result<Value, EvalError> {
    Ok(args.answer(selected(args.get(0)?, args.get(1)?)))
}

/// Whether a label selector selects these labels.
pub fn selected(selector: &Value, labels: &Value) -> Truth {
    let mut causes = Vec::new();
    for requirement in requirements(selector) {
        match holds(&requirement, labels) {
            Some(true) => {}
            Some(false) => return Truth::Known(false),
            None => collect_causes_of(&requirement, labels, &mut causes),
        }
    }
    if selector.is_unknown() {
        collect_causes(selector, &mut causes);
    }
    if causes.is_empty() { Truth::Known(!selector.is_null()) } else { Truth::Unknown(causes) }
}

/// One condition of a selector.
enum Requirement<'a> {
    /// The label has this value.
    Label(&'a str, &'a Value),
    /// An element of `matchExpressions`.
    Expression(&'a Value),
}

fn requirements(selector: &Value) -> Vec<Requirement<'_>> {
    let Some(mapping) = selector.as_mapping() else { return Vec::new() };
    let (labels, expressions) = (mapping.get("matchLabels"), mapping.get("matchExpressions"));
    if labels.is_none() && expressions.is_none() {
        return labels_of(selector).collect();
    }
    let expressions = expressions.map(items).unwrap_or_default().iter().map(Requirement::Expression);
    labels.into_iter().flat_map(labels_of).chain(expressions).collect()
}

fn labels_of(labels: &Value) -> impl Iterator<Item = Requirement<'_>> {
    let entries = labels.as_mapping().map(|labels| labels.entries.as_slice()).unwrap_or_default();
    entries.iter().map(|(key, value)| Requirement::Label(key, value))
}

/// `None` when it cannot be known.
fn holds(requirement: &Requirement<'_>, labels: &Value) -> Option<bool> {
    if labels.is_unknown() {
        return None;
    }
    match requirement {
        Requirement::Label(key, wanted) => labels.get(key).map_or(Some(false), |value| equal(value, wanted)),
        Requirement::Expression(expression) => {
            let label = labels.get(expression.get("key")?.as_str()?);
            let among = || {
                let values = expression.get("values").map(items).unwrap_or_default();
                let Some(label) = label else { return Some(false) };
                let found: Vec<Option<bool>> = values.iter().map(|value| equal(label, value)).collect();
                if found.contains(&Some(true)) { Some(true) } else { (!found.contains(&None)).then_some(false) }
            };
            match expression.get("operator")?.as_str()? {
                "In" => among(),
                "NotIn" => among().map(|found| !found),
                "Exists" => Some(label.is_some()),
                "DoesNotExist" => Some(label.is_none()),
                _ => Some(false),
            }
        }
    }
}

fn equal(a: &Value, b: &Value) -> Option<bool> {
    if a.is_unknown() || b.is_unknown() {
        return None;
    }
    Some(matches!((&a.data, &b.data), (Data::String(a), Data::String(b)) if a == b))
}

fn collect_causes_of(requirement: &Requirement<'_>, labels: &Value, causes: &mut Vec<Cause>) {
    let (Requirement::Label(_, value) | Requirement::Expression(value)) = requirement;
    collect_causes(value, causes);
    collect_causes(labels, causes);
}

#[cfg(test)]
mod tests {
    use super::super::call;
    use crate::model::{Text, Value};
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
        call("selects", &[selector, labels], HERE, &crate::source::Sources::default())?.ok()?.as_bool()
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
}

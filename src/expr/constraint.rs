//! Type constraints of variables and inputs, with the defaults of optional attributes.

use super::{EvalError, convert};
use crate::model::{Data, Mapping, MappingKind, ObjectType, Sequence, SequenceKind, Text, Type, Value};
use crate::source::Span;
use crate::syntax::hcl::{self, Call, Expr, ExprKind, ObjectItem};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A type constraint.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// The type that values are converted to.
    pub ty: Type,
    /// What absent and null attributes become.
    pub defaults: Defaults,
}

/// Defaults of optional attributes, as deep as the type goes.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    values: BTreeMap<Text, Value>,
    attributes: BTreeMap<Text, Defaults>,
    positions: BTreeMap<usize, Defaults>,
    element: Option<Box<Defaults>>,
}

impl Default for Constraint {
    fn default() -> Self {
        Self::of(Type::Dynamic)
    }
}

impl Constraint {
    fn of(ty: Type) -> Self {
        Self { ty, defaults: Defaults::default() }
    }

    /// Reads a type expression. Defaults in it are given by `evaluate`.
    pub fn read(expr: &Expr, evaluate: &dyn Fn(&Expr) -> Result<Value, EvalError>) -> Result<Self, EvalError> {
        match &expr.kind {
            ExprKind::Parens(inner) => Self::read(inner, evaluate),
            // In JSON a type is written in a string.
            ExprKind::String(text) if keyword(text).is_none() => {
                let expr = hcl::parse_expression(expr.span.source, text, expr.span.start + 1)
                    .map_err(|problem| EvalError::new(problem.message, expr.span))?;
                if matches!(expr.kind, ExprKind::String(_)) {
                    return Err(EvalError::new("This is no type.", expr.span));
                }
                Self::read(&expr, evaluate)
            }
            // The old spelling, `type = "string"`.
            ExprKind::Root(name) | ExprKind::String(name) => keyword(name)
                .map(Self::of)
                .ok_or_else(|| EvalError::new(format!("`{name}` is no type. Types are string, number, bool, any, and list(…), set(…), map(…), object({{…}}) and tuple([…]) of them."), expr.span)),
            ExprKind::Call(call) => Self::constructed(call, expr.span, evaluate),
            _ => Err(EvalError::new("This is no type. Write a type such as `string` or `list(string)`.", expr.span)),
        }
    }

    fn constructed(
        call: &Call,
        span: Span,
        evaluate: &dyn Fn(&Expr) -> Result<Value, EvalError>,
    ) -> Result<Self, EvalError> {
        let name = call.name.name.as_str();
        let [argument] = call.args.as_slice() else {
            return Err(EvalError::new(format!("The type `{name}` takes one argument."), span));
        };
        match (name, &argument.kind) {
            ("list" | "set" | "map", _) => {
                let inner = Self::read(argument, evaluate)?;
                let element = Arc::new(inner.ty);
                let ty = match name {
                    "list" => Type::List(element),
                    "set" => Type::Set(element),
                    _ => Type::Map(element),
                };
                let element = (!inner.defaults.is_empty()).then(|| Box::new(inner.defaults));
                Ok(Self { ty, defaults: Defaults { element, ..Defaults::default() } })
            }
            ("tuple", ExprKind::Tuple(items)) => {
                let (mut types, mut defaults) = (Vec::new(), Defaults::default());
                for (at, item) in items.iter().enumerate() {
                    let inner = Self::read(item, evaluate)?;
                    types.push(inner.ty);
                    if !inner.defaults.is_empty() {
                        defaults.positions.insert(at, inner.defaults);
                    }
                }
                Ok(Self { ty: Type::Tuple(Arc::new(types)), defaults })
            }
            ("object", ExprKind::Object(items)) => Self::object(items, evaluate),
            _ => Err(EvalError::new(format!("`{name}(…)` is no type."), span)),
        }
    }

    fn object(items: &[ObjectItem], evaluate: &dyn Fn(&Expr) -> Result<Value, EvalError>) -> Result<Self, EvalError> {
        let mut fields: BTreeMap<Text, Type> = BTreeMap::new();
        let (mut optional, mut defaults) = (Vec::new(), Defaults::default());
        for item in items {
            let (ExprKind::Root(name) | ExprKind::String(name)) = &item.key.kind else {
                return Err(EvalError::new("The name of an attribute in a type is a plain name.", item.key.span));
            };
            let (ty, default) = match &item.value.kind {
                ExprKind::Call(call) if call.name.name == "optional" => {
                    optional.push(name.clone());
                    let Some(ty) = call.args.first().filter(|_| call.args.len() <= 2) else {
                        return Err(EvalError::new("`optional` takes a type and may take a default.", item.value.span));
                    };
                    (ty, call.args.get(1))
                }
                _ => (&item.value, None),
            };
            let inner = Self::read(ty, evaluate)?;
            if let Some(default) = default {
                let value = convert::convert(&evaluate(default)?, &inner.ty).map_err(|message| {
                    EvalError::new(
                        format!("The default of attribute `{name}` has the wrong type: {message}."),
                        default.span,
                    )
                })?;
                defaults.values.insert(name.clone(), value);
            }
            if !inner.defaults.is_empty() {
                defaults.attributes.insert(name.clone(), inner.defaults);
            }
            fields.insert(name.clone(), inner.ty);
        }
        optional.sort();
        let object = ObjectType { fields: fields.into_iter().collect(), optional };
        Ok(Self { ty: Type::Object(Arc::new(object)), defaults })
    }

    /// `value` with the defaults of optional attributes, as the type. The error completes a sentence.
    pub fn apply(&self, value: &Value) -> Result<Value, String> {
        convert::convert(&self.defaults.apply(value), &self.ty)
    }
}

fn keyword(name: &str) -> Option<Type> {
    Some(match name {
        "string" => Type::String,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "any" => Type::Dynamic,
        "list" => Type::List(Arc::new(Type::Dynamic)),
        "set" => Type::Set(Arc::new(Type::Dynamic)),
        "map" => Type::Map(Arc::new(Type::Dynamic)),
        _ => return None,
    })
}

impl Defaults {
    fn is_empty(&self) -> bool {
        self.values.is_empty() && self.attributes.is_empty() && self.positions.is_empty() && self.element.is_none()
    }

    /// Null and unknown values stay what they are.
    fn apply(&self, value: &Value) -> Value {
        if self.is_empty() {
            return value.clone();
        }
        let mut value = value.clone();
        value.data = match value.data {
            Data::Sequence(sequence) => {
                let items = sequence.items.iter().enumerate();
                let items: Vec<_> =
                    items.map(|(at, item)| self.position(at).map_or_else(|| item.clone(), |d| d.apply(item))).collect();
                // The conversion that follows makes a list or set of it again.
                Data::Sequence(Arc::new(Sequence::new(SequenceKind::Tuple, items)))
            }
            Data::Mapping(mapping) => Data::Mapping(Arc::new(self.mapping(&mapping))),
            other => other,
        };
        value
    }

    fn position(&self, at: usize) -> Option<&Self> {
        self.positions.get(&at).or(self.element.as_deref())
    }

    fn attribute(&self, name: &str) -> Option<&Self> {
        self.attributes.get(name).or(self.element.as_deref())
    }

    fn mapping(&self, mapping: &Mapping) -> Mapping {
        let entry = |(key, value): &(Text, Value)| {
            (key.clone(), self.attribute(key).map_or_else(|| value.clone(), |defaults| defaults.apply(value)))
        };
        let entries = mapping.entries.iter().map(entry).collect();
        let mut result =
            Mapping { kind: MappingKind::Object, entries, header: mapping.header, open: mapping.open.clone() };
        for (name, default) in &self.values {
            if result.get(name).is_none_or(Value::is_null) {
                let default = self.attributes.get(name).map_or_else(|| default.clone(), |d| d.apply(default));
                result.set(name.clone(), default);
            }
        }
        result
    }
}

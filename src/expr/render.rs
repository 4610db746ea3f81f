//! Templates that are rendered as values: `templatefile` and `templatestring`.

use super::call::is_mapping;
use super::decoding::EncodedText;
use super::unknowns::not_null;
use super::{EvalError, Evaluator, ExprScope, Mode, Resolved};
use crate::model::{Data, HopKind, Origin, RenderedText, Type, Value, Why};
use crate::source::{Derived, Files, ReadError, Sources, Span, join};
use crate::syntax::hcl::free_names;
use crate::syntax::hcl::{self, Expr, ExprKind};
use std::sync::Arc;

impl Evaluator<'_> {
    /// `templatestring(reference, variables)`: the template is what a reference leads to.
    pub(super) fn template_string(&self, args: &[Expr], span: Span) -> Result<Value, EvalError> {
        self.refuse_nesting("templatestring", span)?;
        let [template, variables] = args else {
            return Err(EvalError::new(format!("templatestring() needs two arguments, {} given.", args.len()), span));
        };
        if !is_reference(template) {
            let message =
                "The template of templatestring() must be a direct reference to a string, such as local.template.";
            return Err(EvalError::new(message, template.span));
        }
        let template = self.evaluate(template)?;
        let variables = self.evaluate(variables)?;
        self.rendered(&template, &variables, span)
    }

    /// What a template gives with some variables: the result of `templatestring` at `span`.
    pub fn rendered(&self, template: &Value, variables: &Value, span: Span) -> Result<Value, EvalError> {
        if !matches!(template.ty(), Type::String | Type::Dynamic) {
            return Err(EvalError::new(format!("The template must be a string, not a {}.", template.ty()), span));
        }
        let text = self.template_argument(template, "template", span)?;
        self.check_variables(variables, span)?;
        let result = match text {
            Some(text) if !variables.is_unknown() => {
                let written = EncodedText::of(template, self.scope.sources()).map(|encoded| encoded.text);
                let written = written.filter(|written| written.text() == text);
                let text = written.unwrap_or_else(|| standing_at(&text, span));
                self.render_text(&text, variables, &[template], span)?
            }
            _ => return Ok(not_null(self.unknown(Type::String, [template, variables], span))),
        };
        if result.is_null() {
            return Err(EvalError::new("The template gives null; a string is needed.", span));
        }
        self.converted(&result, &Type::String, "The result of the template must be a string", span)
    }

    /// `templatefile(path, variables)`.
    pub(super) fn template_file(&self, args: &[Value], spans: &[Span], span: Span) -> Result<Value, EvalError> {
        self.refuse_nesting("templatefile", span)?;
        let [path, variables] = args else {
            return Err(EvalError::new(format!("templatefile() needs two arguments, {} given.", args.len()), span));
        };
        let at = |index: usize| spans.get(index).copied().unwrap_or(span);
        let path_text = self.template_argument(path, "path", at(0))?;
        self.check_variables(variables, at(1))?;
        let Some(path_text) = path_text else {
            return Ok(self.unknown(Type::Dynamic, [path, variables], span));
        };
        let read = self.read_template(&path_text, at(0)).map_err(|error| error.hiding([path]));
        let Some((file, text)) = read? else {
            let shown = if path.sensitive { "a file whose path is sensitive" } else { path_text.as_str() };
            return Ok(Value::unknown(Why::File(shown.into()), span));
        };
        if variables.is_unknown() {
            return Ok(self.unknown(Type::Dynamic, [path, variables], span));
        }
        let text = match self.scope.sources() {
            Some(sources) => Derived::verbatim(sources.add(file.as_str(), text.as_str()), 0, &text),
            None => standing_at(&text, span),
        };
        let mut result = self.render_text(&text, variables, &[path], span)?;
        if let Some(via) = &mut result.origin.via
            && let HopKind::Template(name) = &via.kind
            && name.is_empty()
        {
            Arc::make_mut(via).kind = HopKind::Template(file.into());
        }
        if result.is_null() {
            return Err(EvalError::new("The template gives null; a value is needed.", span));
        }
        Ok(result)
    }

    fn refuse_nesting(&self, name: &str, span: Span) -> Result<(), EvalError> {
        if self.in_template {
            return Err(EvalError::new(format!("{name}() cannot be called inside of another template."), span));
        }
        Ok(())
    }

    /// The text of an argument; `None` when it is not known.
    fn template_argument(&self, value: &Value, name: &str, span: Span) -> Result<Option<String>, EvalError> {
        if value.is_null() {
            return Err(EvalError::new(format!("The {name} is null."), span));
        }
        let text = self.converted(value, &Type::String, &format!("The {name} must be a string"), span)?;
        Ok(text.as_str().map(str::to_owned))
    }

    #[expect(clippy::unused_self, reason = "reads as a step of the evaluation")]
    fn check_variables(&self, variables: &Value, span: Span) -> Result<(), EvalError> {
        if !is_mapping(variables) {
            return Err(EvalError::new("The variables of a template must be a map or an object.", span));
        }
        let mapping = variables.as_mapping();
        let invalid = mapping.and_then(|mapping| mapping.entries.iter().find(|(name, _)| !is_identifier(name)));
        match invalid {
            Some((name, _)) => {
                Err(EvalError::new(format!("\"{name}\" is not a valid name for a template variable."), span))
            }
            None => Ok(()),
        }
    }

    /// The path and the text of a template file; `None` when it lies outside the scan root, where nothing is read.
    fn read_template(&self, path: &str, span: Span) -> Result<Option<(String, String)>, EvalError> {
        let Some((files, dir)) = self.scope.files() else { return Ok(None) };
        let Some(path) = join(dir, path) else { return Ok(None) };
        let bytes = match files.read(&path) {
            Ok(bytes) => bytes,
            Err(ReadError::OutsideRoot(_)) => return Ok(None),
            Err(error) => return Err(EvalError::new(format!("The template cannot be read: {error}."), span)),
        };
        files.note_template(&path);
        self.budget.bytes(bytes.len(), span)?;
        // It is read anew for every call.
        self.budget.file(bytes.len() * 16, span)?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Some((path, text))),
            Err(_) => Err(EvalError::new(format!("`{path}` is not UTF-8 text."), span)),
        }
    }

    /// Renders a template for the call at `span`. Its text keeps the places that its pieces have in the template.
    fn render_text(
        &self,
        text: &Derived<'_>,
        variables: &Value,
        operands: &[&Value],
        span: Span,
    ) -> Result<Value, EvalError> {
        let template = hcl::parse_template(text)
            .map_err(|problem| EvalError::new(format!("The template is wrong: {}", problem.message), span))?;
        let mut missing = None;
        free_names(&template, &mut |name, _| {
            if missing.is_none() && variables.get(name).is_none() {
                missing = Some(name.to_owned());
            }
        });
        if let Some(name) = missing {
            return Err(EvalError::new(
                format!("The template reads \"{name}\", which is not among its variables."),
                span,
            ));
        }
        let scope = TemplateScope { variables, outer: self.scope, span };
        let evaluator = Evaluator::new(&scope, Mode::Configuration, self.budget).in_template();
        let mut value = evaluator.evaluate(&template).map_err(|error| EvalError {
            message: ecow::eco_format!("In the template: {}", error.message),
            span,
            ..error
        })?;
        if let Data::String(_) = value.data
            && value.origin.via.is_none()
        {
            let pieces = text.slice(0..text.text().len());
            value.origin = Origin::rendering(RenderedText { text: pieces, values: Vec::new() }, template.span, None);
        }
        relocate(&mut value, span, 0);
        value.sensitive |= operands.iter().any(|operand| operand.sensitive) || variables.sensitive;
        if value.origin.via.is_none() {
            value.origin = self.origin_of(operands.iter().copied(), span);
        }
        Ok(value)
    }
}

/// Gives everything that the template made, and not what was passed to it, the place of the call.
fn relocate(value: &mut Value, span: Span, depth: u32) {
    if depth > super::limits::DEPTH {
        return;
    }
    if value.origin.via.is_none() {
        value.origin = Origin::at(span);
    } else if value.origin.rendered().is_some() {
        value.origin.span = span;
    }
    if matches!(value.data, Data::Sequence(_)) {
        value.as_items_mut().into_iter().flatten().for_each(|item| relocate(item, span, depth + 1));
    } else if let Some(mapping) = value.as_mapping_mut() {
        mapping.entries.iter_mut().for_each(|(_, item)| relocate(item, span, depth + 1));
    }
}

/// A text of which nothing is known but that it stands for what is at `span`.
fn standing_at(text: &str, span: Span) -> Derived<'static> {
    let mut derived = Derived::empty(span.source, span.start as usize);
    derived.push_replacement(text, span, None);
    derived
}

fn is_reference(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Root(_) => true,
        // Whatever the key is: it chooses an element, and is no source of the text.
        ExprKind::Attribute(base, _) | ExprKind::Index(base, _) => is_reference(base),
        _ => false,
    }
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// Inside a template only its variables are known, and the files that functions may read.
struct TemplateScope<'a> {
    variables: &'a Value,
    outer: &'a dyn ExprScope,
    span: Span,
}

impl ExprScope for TemplateScope<'_> {
    fn resolve(&self, root: &str, _following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        match self.variables.get(root) {
            Some(value) => {
                let mut value = value.clone();
                // As written in the call, not as read in the template.
                value.origin.span = self.span;
                Ok(Resolved { value, consumed: 0 })
            }
            None => Err(EvalError::new(format!("The template variable \"{root}\" is not given."), span)),
        }
    }

    fn files(&self) -> Option<(&dyn Files, &str)> {
        self.outer.files()
    }

    fn sources(&self) -> Option<&Sources> {
        self.outer.sources()
    }
}

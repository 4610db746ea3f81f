//! A piece of CEL, with what is known of its value.
//!
//! The policy language reads through what is absent and gets null; in CEL that is an error, and an optional the way
//! around it. So a term that was read keeps its optional for as long as something may be read from it.

/// What kind of value a term has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A bool of CEL's static type.
    Bool,
    /// An integer or a double.
    Number,
    /// A string.
    Text,
    /// A list; its elements are dynamic.
    List,
    /// A map that is there.
    Map,
    /// Null.
    Null,
    /// Anything, or null.
    Any,
}

/// A piece of CEL.
#[derive(Clone, Debug)]
pub struct Term {
    /// The expression, in parentheses where it needs them.
    pub text: String,
    /// Its value.
    pub shape: Shape,
    /// The same as an optional, which is empty for null.
    optional: Option<String>,
    /// Whether it is an element of a list or map: then it is there.
    pub is_element: bool,
}

impl Term {
    /// A term without an optional.
    pub fn new(shape: Shape, text: impl Into<String>) -> Self {
        Self { text: text.into(), shape, optional: None, is_element: false }
    }

    /// A bool.
    pub fn truth(text: impl Into<String>) -> Self {
        Self::new(Shape::Bool, text)
    }

    /// An element that a macro names.
    pub fn element(name: impl Into<String>) -> Self {
        Self { is_element: true, ..Self::new(Shape::Any, name) }
    }

    /// A string literal.
    pub fn literal(text: &str) -> Self {
        Self::new(Shape::Text, quoted(text))
    }

    /// What an optional holds, or null.
    fn read(optional: String, null: &str) -> Self {
        let text = format!("{optional}.orValue({null})");
        Self { text, shape: Shape::Any, optional: Some(optional), is_element: false }
    }

    /// A field of it: null if there is none.
    pub fn field(&self, name: &str) -> Self {
        if self.shape == Shape::Null {
            return self.clone();
        }
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !matches!(name, "in" | "true" | "false" | "null");
        if is_name { Self::read(format!("{}.?{name}", self.base()), "null") } else { self.at(&quoted(name)) }
    }

    /// What stands at a key or an index: null if nothing does.
    pub fn at(&self, key: &str) -> Self {
        if self.shape == Shape::Null {
            return self.clone();
        }
        // Of an index, CEL would take the type from what stands for nothing.
        Self::read(format!("{}[?{key}]", self.base()), "dyn(null)")
    }

    /// What fields are read from.
    fn base(&self) -> String {
        match (&self.optional, self.shape) {
            (Some(optional), _) => optional.clone(),
            (None, Shape::Any) if !self.is_element => format!("optional.ofNonZeroValue({})", self.text),
            (None, _) => self.text.clone(),
        }
    }

    /// Whether there is something, as CEL.
    pub fn is_there(&self) -> Option<String> {
        self.optional.as_ref().map(|optional| format!("{optional}.hasValue()"))
    }

    /// The value, or another one if there is none.
    pub fn or(&self, other: &str) -> String {
        match (&self.optional, self.shape) {
            (Some(optional), _) => format!("{optional}.orValue({other})"),
            (None, Shape::Null) => other.to_owned(),
            (None, Shape::Any) => bound(&self.text, "_v", &format!("_v == null ? {other} : _v")),
            (None, _) => self.text.clone(),
        }
    }

    /// The elements: none if there is nothing.
    pub fn elements(&self) -> String {
        self.or("[]")
    }

    /// A bool of CEL's static type: false for null.
    pub fn as_bool(&self) -> String {
        if self.shape == Shape::Bool { self.text.clone() } else { format!("({} == true)", self.text) }
    }

    /// A value of a dynamic type, which may stand beside values of other types.
    pub fn as_any(&self) -> String {
        if self.shape == Shape::Any { self.text.clone() } else { format!("dyn({})", self.text) }
    }

    /// A string: an error for null.
    pub fn as_text(&self) -> String {
        if self.shape == Shape::Text { self.text.clone() } else { format!("string({})", self.text) }
    }

    /// What a function of strings makes of it: null if there is nothing.
    pub fn map_text(&self, function: impl Fn(&str) -> String) -> Self {
        if self.shape == Shape::Text {
            return Self::new(Shape::Text, function(&self.text));
        }
        let body = format!("_s == null ? null : dyn({})", function("string(_s)"));
        Self::new(Shape::Any, bound(&self.text, "_s", &body))
    }

    /// What a predicate of strings says of it: no if there is nothing.
    pub fn test_text(&self, predicate: impl Fn(&str) -> String) -> Self {
        if self.shape == Shape::Text {
            return Self::truth(predicate(&self.text));
        }
        Self::truth(format!("[{}].exists(_s, _s != null && {})", self.text, predicate("string(_s)")))
    }
}

/// CEL with a name for a value, which CEL has no word for. Names of ours begin with `_`, as no name of a policy does.
pub fn bound(value: &str, name: &str, body: &str) -> String {
    format!("[{value}].map({name}, {body})[0]")
}

/// A string literal of CEL.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

/// A list literal, whose elements CEL wants to be of one type.
pub fn list(elements: &[Term]) -> Term {
    let first = elements.first().map(|term| term.shape);
    let alike = elements.iter().all(|term| Some(term.shape) == first);
    let texts: Vec<String> =
        elements.iter().map(|term| if alike { term.text.clone() } else { term.as_any() }).collect();
    Term::new(Shape::List, format!("[{}]", texts.join(", ")))
}

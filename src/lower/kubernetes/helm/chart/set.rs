//! The grammar of `--set` and its relatives: `a.b=1,list[0]=x,c={x,y}`.

use crate::limits::charts::{SET_DEPTH, SET_INDEX};
use crate::lower::kubernetes::helm::functions;
use crate::lower::kubernetes::helm::value::{Data, Element, List, Map, Notes, Provenance, Value};
use crate::source::{Note, Span};
use ecow::EcoString;
use std::rc::Rc;

/// What a value of the option is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// `--set`: a boolean, integer, null, list or string.
    Typed,
    /// `--set-string`: a string or a list of strings.
    String,
    /// `--set-json`: JSON.
    Json,
    /// `--set-literal`: the rest of the line.
    Literal,
    /// `--set-file`: the content of a file.
    File,
}

impl SetKind {
    /// The option of Helm without its dashes.
    pub fn option(self) -> &'static str {
        match self {
            Self::Typed => "set",
            Self::String => "set-string",
            Self::Json => "set-json",
            Self::Literal => "set-literal",
            Self::File => "set-file",
        }
    }
}

/// One use of an option.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Which option.
    pub kind: SetKind,
    /// Its argument.
    pub text: String,
    /// Where its argument stands.
    pub span: Span,
}

/// Sets what an option says in `values`. `read` gives the content of a file.
pub fn apply(
    setting: &Setting,
    values: &Map,
    notes: &mut Notes,
    read: &dyn Fn(&str) -> Option<String>,
) -> Result<(), String> {
    let rest: Vec<char> = setting.text.chars().collect();
    let mut parser = Parser { setting, rest: &rest, notes, read };
    while !parser.rest.is_empty() {
        parser.key(values, None, 0)?;
    }
    Ok(())
}

struct Parser<'a> {
    setting: &'a Setting,
    rest: &'a [char],
    notes: &'a mut Notes,
    read: &'a dyn Fn(&str) -> Option<String>,
}

impl Parser<'_> {
    /// Reads up to one of `stops`, and takes it. Without one, the rest.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some((first, rest)) = self.rest.split_first() {
            self.rest = rest;
            if stops.contains(first) {
                return (text, Some(*first));
            }
            if *first == '\\' && self.setting.kind != SetKind::Literal {
                let Some((next, rest)) = self.rest.split_first() else { return (text, None) };
                self.rest = rest;
                text.push(*next);
                continue;
            }
            text.push(*first);
        }
        (text, None)
    }

    fn note(&mut self, parent: Option<Note>, name: &str) -> Note {
        self.notes.add(Provenance::Key { span: self.setting.span, parent, name: name.into() })
    }

    /// Reads a key and what follows it, and sets it in `map`.
    fn key(&mut self, map: &Map, parent: Option<Note>, depth: usize) -> Result<(), String> {
        let stops: &[char] =
            if self.setting.kind == SetKind::Literal { &['=', '[', '.'] } else { &['=', '[', ',', '.'] };
        let (name, stop) = self.until(stops);
        let key: EcoString = name.as_str().into();
        match stop {
            None if name.is_empty() => Ok(()),
            None => Err(format!("key `{name}` has no value")),
            Some(',') => {
                store(map, key, "".into());
                Err(format!("key `{name}` has no value"))
            }
            Some('[') => {
                let at = self.index()?;
                let list = match map.get(&key).map(|value| value.data) {
                    None => Vec::new(),
                    Some(Data::List(list)) => list.items.clone(),
                    Some(_) => return Err(format!("`{name}` is not a list")),
                };
                let note = Some(self.note(parent, &name));
                let list = self.item(list, at, note, depth)?;
                store(map, key, Value { note, ..Value::list(list) });
                Ok(())
            }
            Some('=') => {
                let note = Some(self.note(parent, &name));
                let value = self.value()?;
                store(map, key, Value { note, ..value });
                Ok(())
            }
            Some(_) => {
                if depth >= SET_DEPTH {
                    return Err(format!("names nest deeper than {SET_DEPTH}"));
                }
                let inner = match map.get(&key) {
                    None => Map::default(),
                    Some(value) => value.as_map().cloned().ok_or_else(|| format!("`{name}` is not a map"))?,
                };
                let note = Some(self.note(parent, &name));
                let before = self.rest.len();
                let result = self.key(&inner, note, depth + 1);
                let is_empty = inner.borrow().is_empty();
                if result.is_ok() && is_empty && before > 0 {
                    return Err(format!("`{name}` has no value"));
                }
                if !is_empty {
                    store(map, key, Value { note, ..inner.into() });
                }
                result
            }
        }
    }

    fn index(&mut self) -> Result<usize, String> {
        let (text, stop) = self.until(&[']']);
        match text.parse::<usize>() {
            Ok(at) if stop.is_some() && at <= SET_INDEX => Ok(at),
            _ => Err(format!("`{text}` is not an index")),
        }
    }

    /// Reads what follows `[at]`, and sets that element.
    fn item(
        &mut self,
        mut list: Vec<Value>,
        at: usize,
        parent: Option<Note>,
        depth: usize,
    ) -> Result<Vec<Value>, String> {
        let (text, stop) = self.until(&['[', '.', '=']);
        if !text.is_empty() {
            return Err(format!("`{text}` cannot follow an index"));
        }
        if depth > SET_DEPTH {
            return Err(format!("names nest deeper than {SET_DEPTH}"));
        }
        let note = Some(self.note(parent, &format!("[{at}]")));
        let present = list.get(at).cloned();
        let value = match stop {
            Some('=') => self.value()?,
            Some('[') => {
                let next = self.index()?;
                let inner = match present.map(|value| value.data) {
                    None | Some(Data::Nil) => Vec::new(),
                    Some(Data::List(inner)) => inner.items.clone(),
                    Some(_) => return Err("an element that is indexed is not a list".into()),
                };
                Value::list(self.item(inner, next, note, depth + 1)?)
            }
            Some(_) => {
                let inner = present.as_ref().and_then(Value::as_map).cloned().unwrap_or_default();
                self.key(&inner, note, depth + 1)?;
                inner.into()
            }
            None => return Err("an index has no value".into()),
        };
        if list.len() <= at {
            list.resize_with(at + 1, Value::nil);
        }
        if let Some(slot) = list.get_mut(at) {
            *slot = Value { note, ..value };
        }
        Ok(list)
    }

    /// Reads the value behind `=`.
    fn value(&mut self) -> Result<Value, String> {
        match self.setting.kind {
            SetKind::Json => return self.json(),
            SetKind::Literal => {
                let text: String = std::mem::take(&mut self.rest).iter().collect();
                return Ok(text.into());
            }
            _ => {}
        }
        if self.rest.first() == Some(&'{') {
            self.rest = self.rest.get(1..).unwrap_or_default();
            let mut items = Vec::new();
            loop {
                let (text, stop) = self.until(&[',', '}']);
                let Some(stop) = stop else { return Err("a list must end with `}`".into()) };
                items.push(self.scalar(&text)?);
                if stop == '}' {
                    break;
                }
            }
            if self.rest.first() == Some(&',') {
                self.rest = self.rest.get(1..).unwrap_or_default();
            }
            return Ok(Data::List(Rc::new(List::of(Element::Any, items))).into());
        }
        if self.rest.is_empty() {
            return Ok("".into());
        }
        let (text, _) = self.until(&[',']);
        self.scalar(&text)
    }

    fn scalar(&self, text: &str) -> Result<Value, String> {
        match self.setting.kind {
            SetKind::File => (self.read)(text).map(Value::from).ok_or_else(|| format!("file `{text}` cannot be read")),
            SetKind::Typed => Ok(typed(text)),
            _ => Ok(text.into()),
        }
    }

    /// Reads one JSON value and the comma behind it; nothing is null.
    fn json(&mut self) -> Result<Value, String> {
        let skip_space = |rest: &[char]| rest.iter().take_while(|c| c.is_whitespace()).count();
        self.rest = self.rest.get(skip_space(self.rest)..).unwrap_or_default();
        if self.rest.first().is_none_or(|first| *first == ',') {
            self.rest = self.rest.get(1..).unwrap_or_default();
            return Ok(Value::nil());
        }
        let text: String = self.rest.iter().collect();
        let mut stream = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
        let read = stream.next().and_then(Result::ok).ok_or("the value is not JSON")?;
        let taken = text.get(..stream.byte_offset()).unwrap_or_default().chars().count();
        self.rest = self.rest.get(taken..).unwrap_or_default();
        self.rest = self.rest.get(skip_space(self.rest)..).unwrap_or_default();
        if self.rest.first() == Some(&',') {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        functions::json_value(&read.to_string()).map_err(|_| "the value is not JSON".into())
    }
}

fn store(map: &Map, key: EcoString, value: Value) {
    if !key.is_empty() {
        map.set(key, value);
    }
}

/// The value that `--set` makes of a text.
fn typed(text: &str) -> Value {
    match text.to_lowercase().as_str() {
        "true" => return true.into(),
        "false" => return false.into(),
        "null" => return Value::nil(),
        "0" => return Value::int64(0),
        _ => {}
    }
    match text.parse::<i64>() {
        Ok(number) if !text.starts_with('0') => Value::int64(number),
        _ => text.into(),
    }
}

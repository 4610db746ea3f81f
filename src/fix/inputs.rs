//! Texts of files of values with inputs that they lacked.

use super::addition::Addition;
use super::applied::formatted;
use super::{Edit, literal, yaml};
use crate::model::{InputLanguage, SettableInput, Step};
use crate::source::{Derived, SourceId, Span};
use crate::syntax::hcl;
use crate::syntax::yaml::{Dialect, Node, NodeKind, read_first};
use std::ops::Range;

/// The number of a text that is not kept with the others: nothing points into it.
const NOWHERE: SourceId = SourceId(u32::MAX);

/// A file of values that sets inputs which it lacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithInputs {
    /// Its text.
    pub text: String,
    /// The bytes of the first value that is to be written by somebody who knows it; of a text, what stands in quotes.
    pub place: Range<usize>,
}

/// The text of a file with all of the `inputs`, which are of that file; of a new file where there is no text. `None`
/// where the file cannot take one, because it says something else there, or cannot be read.
pub fn with_inputs(inputs: &[&SettableInput], text: Option<&str>) -> Option<WithInputs> {
    let first = inputs.first()?;
    let before = text.unwrap_or_default();
    let is_windows = before.contains("\r\n");
    let unix = if is_windows { before.replace("\r\n", "\n") } else { before.to_owned() };
    let mut after = unix.clone();
    for input in inputs {
        if place(input, &after).is_some() {
            return None;
        }
        after = with(input, after)?;
    }
    if first.language == InputLanguage::Hcl {
        after = formatted(&unix, after, NOWHERE);
    }
    let after = if is_windows { after.replace('\n', "\r\n") } else { after };
    let places: Option<Vec<Range<usize>>> = inputs.iter().map(|input| place(input, &after)).collect();
    let place = inside_quotes(&after, places?.into_iter().next()?);
    Some(WithInputs { text: after, place })
}

fn with(input: &SettableInput, text: String) -> Option<String> {
    match input.language {
        InputLanguage::Hcl => {
            let [name] = input.path.as_slice() else { return None };
            Some(format!("{}{name} = {}\n", ended(text), literal::hcl(&input.placeholder, 0)?))
        }
        InputLanguage::Env => {
            let [name] = input.path.as_slice() else { return None };
            Some(format!("{}{name}={}\n", ended(text), input.placeholder.as_str()?))
        }
        InputLanguage::Json => in_json(input, text),
        InputLanguage::Yaml => in_yaml(input, text),
    }
}

/// A text whose last line ends.
fn ended(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn in_json(input: &SettableInput, mut text: String) -> Option<String> {
    let [name] = input.path.as_slice() else { return None };
    let property = format!("{}: {}", literal::quoted(name), literal::json(&input.placeholder)?);
    if text.trim().is_empty() {
        return Some(format!("{{\n  {property}\n}}\n"));
    }
    let (body, problems) = hcl::parse_json(NOWHERE, &text, &|_, _| hcl::Property::Argument);
    let Some(last) = body.attributes().last().filter(|_| problems.is_empty()) else {
        let is_empty = problems.is_empty() && text.trim().strip_prefix('{')?.strip_suffix('}')?.trim().is_empty();
        return is_empty.then(|| format!("{{\n  {property}\n}}\n"));
    };
    let end = last.value.span.end as usize;
    let (line, _) = super::line_around(&text, last.span.start as usize);
    let before = text.get(line..last.span.start as usize)?;
    // A property in a line of its own is followed by one in a line of its own.
    let gap = if before.trim().is_empty() { format!(",\n{before}") } else { ", ".to_owned() };
    text.insert_str(end, &format!("{gap}{property}"));
    Some(text)
}

fn in_yaml(input: &SettableInput, mut text: String) -> Option<String> {
    let root = read(&text)?;
    let (mut node, mut rest) = (&root, input.path.as_slice());
    while let ([key, deeper @ ..], NodeKind::Mapping(mapping)) = (rest, &node.kind) {
        let Some(inner) = mapping.get(key).filter(|inner| matches!(inner.kind, NodeKind::Mapping(_))) else { break };
        (node, rest) = (inner, deeper);
    }
    let mut addition = Addition::default();
    let path: Vec<Step> = rest.iter().cloned().map(Step::Key).collect();
    addition.add(&path, &input.placeholder)?;
    if matches!(root.kind, NodeKind::Null) && root.span.start == root.span.end {
        return Some(format!("{}{}", ended(text), yaml::below(&addition, 0)?));
    }
    let mut edits: Vec<Edit> = yaml::added(node.span, &addition, std::slice::from_ref(&root), &text)?;
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    for Edit { span, text: new } in edits {
        text.replace_range(span.start as usize..span.end as usize, &new);
    }
    Some(ended(text))
}

/// The first document of a file of values: what Helm reads of it.
fn read(text: &str) -> Option<Node> {
    let stream = read_first(&Derived::file(NOWHERE, text), Dialect::Kubernetes);
    let nothing = || Node::new(NodeKind::Null, Span::new(NOWHERE, 0, 0));
    stream.problems.is_empty().then(|| stream.documents.into_iter().next().map_or_else(nothing, |first| first.root))
}

/// Where the value of an input is written in a text.
fn place(input: &SettableInput, text: &str) -> Option<Range<usize>> {
    let bytes = |span: Span| span.start as usize..span.end as usize;
    let name = input.path.first()?;
    match input.language {
        InputLanguage::Hcl => Some(bytes(hcl::parse(NOWHERE, text).0.attribute(name)?.value.span)),
        InputLanguage::Json => {
            let (body, _) = hcl::parse_json(NOWHERE, text, &|_, _| hcl::Property::Argument);
            Some(bytes(body.attribute(name)?.value.span))
        }
        InputLanguage::Yaml => {
            let root = read(text)?;
            let mut node = &root;
            for key in &input.path {
                let NodeKind::Mapping(mapping) = &node.kind else { return None };
                node = mapping.get(key)?;
            }
            // A key without a value is still to be set.
            (!matches!(node.kind, NodeKind::Null)).then(|| bytes(node.span))
        }
        InputLanguage::Env => {
            let assignment = format!("{name}=");
            let mut at = 0;
            text.split_inclusive('\n').find_map(|line| {
                let start = at;
                at += line.len();
                let value = line.trim_end_matches(['\r', '\n']).strip_prefix(&assignment)?;
                let begin = start + assignment.len();
                Some(begin..begin + value.len())
            })
        }
    }
}

/// What stands in the first pair of quotes of a value; all of a value without any.
fn inside_quotes(text: &str, value: Range<usize>) -> Range<usize> {
    let written = text.get(value.clone()).unwrap_or_default();
    let quotes = written.find('"').and_then(|open| Some((open + 1, open + 1 + written.get(open + 1..)?.find('"')?)));
    quotes.map_or(value.clone(), |(start, end)| value.start + start..value.start + end)
}

#[cfg(test)]
mod tests {
    use super::{NOWHERE, with_inputs};
    use crate::model::{InputLanguage, SettableInput, Value};
    use crate::source::Span;

    fn input(language: InputLanguage, path: &[&str], placeholder: Value) -> SettableInput {
        SettableInput {
            name: path.join(".").into(),
            file: String::new(),
            language,
            path: path.iter().map(|key| (*key).into()).collect(),
            placeholder,
            is_secret: false,
        }
    }

    fn text() -> Value {
        Value::string("", Span::new(NOWHERE, 0, 0))
    }

    /// What stands before and behind the cursor, or the selection between them.
    fn made(inputs: &[SettableInput], before: Option<&str>) -> Option<String> {
        let inputs: Vec<&SettableInput> = inputs.iter().collect();
        let made = with_inputs(&inputs, before)?;
        let (start, end) = (made.place.start, made.place.end);
        Some(format!("{}<{}>{}", &made.text[..start], &made.text[start..end], &made.text[end..]))
    }

    #[test]
    fn an_assignment_is_added_in_the_layout_of_the_file() {
        let acl = || input(InputLanguage::Hcl, &["acl"], text());
        assert_eq!(made(&[acl()], None).unwrap(), "acl = \"<>\"\n");
        assert_eq!(made(&[acl()], Some("# Nothing yet")).unwrap(), "# Nothing yet\nacl = \"<>\"\n");
        assert_eq!(made(&[acl()], Some("region = \"eu\"\n")).unwrap(), "region = \"eu\"\nacl    = \"<>\"\n");
        assert_eq!(made(&[acl()], Some("region=\"eu\"\r\n")).unwrap(), "region=\"eu\"\r\nacl = \"<>\"\r\n");
        let span = Span::new(NOWHERE, 0, 0);
        let size = input(InputLanguage::Hcl, &["size"], Value::number(0i64, span));
        assert_eq!(made(&[size, acl()], None).unwrap(), "size = <0>\nacl  = \"\"\n");
        let tags = Value::object(vec![("owner".into(), text()), ("cost".into(), Value::number(0i64, span))], span);
        let tags = input(InputLanguage::Hcl, &["tags"], tags);
        assert_eq!(made(&[tags], None).unwrap(), "tags = {\n  cost  = 0\n  owner = \"<>\"\n}\n");
        // What the file says already is not said again.
        assert_eq!(made(&[acl()], Some("acl = null\n")), None);
    }

    #[test]
    fn a_property_is_added_to_an_object() {
        let acl = || input(InputLanguage::Json, &["acl"], text());
        assert_eq!(made(&[acl()], Some("")).unwrap(), "{\n  \"acl\": \"<>\"\n}\n");
        assert_eq!(made(&[acl()], Some("{}\n")).unwrap(), "{\n  \"acl\": \"<>\"\n}\n");
        assert_eq!(made(&[acl()], Some("{\"a\": [1]}")).unwrap(), "{\"a\": [1], \"acl\": \"<>\"}");
        let lines = "{\n    \"a\": {\n        \"b\": 1\n    }\n}\n";
        let with = "{\n    \"a\": {\n        \"b\": 1\n    },\n    \"acl\": \"<>\"\n}\n";
        assert_eq!(made(&[acl()], Some(lines)).unwrap(), with);
        assert_eq!(made(&[acl()], Some("{\"a\": ")), None);
    }

    #[test]
    fn keys_are_added_below_those_that_are_there() {
        let tag = || input(InputLanguage::Yaml, &["image", "tag"], text());
        assert_eq!(made(&[tag()], None).unwrap(), "image:\n  tag: \"<>\"\n");
        assert_eq!(made(&[tag()], Some("# Of staging\n")).unwrap(), "# Of staging\nimage:\n  tag: \"<>\"\n");
        assert_eq!(made(&[tag()], Some("replicas: 2\n")).unwrap(), "replicas: 2\nimage:\n  tag: \"<>\"\n");
        let image = "image:\n  name: web # ours\nreplicas: 2\n";
        let with = "image:\n  name: web # ours\n  tag: \"<>\"\nreplicas: 2\n";
        assert_eq!(made(&[tag()], Some(image)).unwrap(), with);
        assert_eq!(made(&[tag()], Some("image: web\n")), None);
        assert_eq!(made(&[tag()], Some("image: {tag: \"\"}\n")), None);
        assert_eq!(made(&[tag()], Some("image: [\n")), None);
    }

    #[test]
    fn a_line_is_added_to_an_env_file() {
        let tag = || input(InputLanguage::Env, &["TAG"], text());
        assert_eq!(made(&[tag()], None).unwrap(), "TAG=<>\n");
        assert_eq!(made(&[tag()], Some("A=b")).unwrap(), "A=b\nTAG=<>\n");
        // A name without a value takes it from the shell.
        assert_eq!(made(&[tag()], Some("TAG\n")).unwrap(), "TAG\nTAG=<>\n");
    }
}

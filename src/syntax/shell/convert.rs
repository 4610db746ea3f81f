//! The grammar's tree to commands.

use super::word::{range, word, written};
use super::{Assignment, Command, Connector, Context, Limit, MAX_DEPTH, Part, Redirect, Script, Word};
use tree_sitter::{Node, Tree};

/// All commands of `tree`, which was made of `text`.
pub(super) fn script(tree: &Tree, text: &str) -> Script {
    let root = tree.root_node();
    let script = Script { complete: !root.has_error(), ..Script::default() };
    let mut converter = Converter { text, script };
    converter.statements(root, &Place::default());
    converter.script
}

struct Converter<'a> {
    text: &'a str,
    script: Script,
}

/// Where a statement stands.
#[derive(Clone, Default)]
struct Place {
    context: Context,
    connector: Option<Connector>,
    /// The pipeline it is a member of, and its place there.
    member: Option<(u32, u32)>,
    parent: Option<u32>,
    depth: u32,
}

impl Place {
    fn after(&self, connector: Connector) -> Self {
        Self { connector: Some(connector), ..self.clone() }
    }

    fn with(&self, change: impl FnOnce(&mut Context)) -> Self {
        let mut place = self.clone();
        change(&mut place.context);
        place
    }
}

impl Converter<'_> {
    /// The statements among the children of `node`, in order.
    fn statements(&mut self, node: Node<'_>, place: &Place) {
        let mut cursor = node.walk();
        let mut next = place.connector;
        for child in node.children(&mut cursor) {
            match child.kind() {
                "&" => next = Some(Connector::Background),
                ";" | "\n" | ";;" => next = Some(Connector::Sequence),
                _ if child.is_named() => {
                    let connector = next.take().unwrap_or(Connector::Sequence);
                    self.statement(child, &place.after(connector));
                }
                _ => {}
            }
        }
    }

    /// One statement. Gives the last simple command at its own level, for redirections that follow it.
    fn statement(&mut self, node: Node<'_>, outer: &Place) -> Option<u32> {
        if outer.depth > MAX_DEPTH {
            self.script.limit = Some(Limit::Depth);
            return None;
        }
        let place = Place { depth: outer.depth + 1, ..outer.clone() };
        match node.kind() {
            "list" | "pipeline" | "redirected_statement" => self.chain(node, &place),
            "command" => Some(self.command(node, &place)),
            "declaration_command" | "unset_command" => Some(self.declaration(node, &place)),
            "test_command" => Some(self.test(node, &place)),
            "variable_assignment" | "variable_assignments" => Some(self.assignments(node, &place)),
            "negated_command" => {
                let place = place.with(|context| context.is_negated = true);
                node.named_child(0).and_then(|child| self.statement(child, &place))
            }
            "subshell" => self.within(node, &place.with(|context| context.subshell += 1)),
            "compound_statement" | "do_group" | "program" | "ERROR" => self.within(node, &place),
            "function_definition" => {
                let place = place.with(|context| context.in_function = true);
                node.child_by_field_name("body").and_then(|body| self.statement(body, &place))
            }
            "if_statement"
            | "while_statement"
            | "elif_clause"
            | "else_clause"
            | "for_statement"
            | "c_style_for_statement"
            | "case_statement"
            | "case_item" => self.branches(node, &place),
            "comment" => None,
            _ => {
                self.substitutions(node, &place);
                None
            }
        }
    }

    fn within(&mut self, node: Node<'_>, place: &Place) -> Option<u32> {
        self.statements(node, place);
        None
    }

    /// `a | b && c >file || d`. The grammar nests these in more ways than one, and does not always bind
    /// pipes tighter; their order in the text says it all.
    fn chain(&mut self, node: Node<'_>, place: &Place) -> Option<u32> {
        let links = links(node);
        let mut connector = place.connector;
        let mut pipeline = None;
        let mut last = None;
        for (index, link) in links.iter().enumerate() {
            match link {
                Link::Operator(operator) => {
                    connector = Some(*operator);
                    if *operator != Connector::Pipe {
                        pipeline = None;
                    }
                }
                Link::Redirect(redirect) => self.redirect(*redirect, last, place),
                Link::Statement(statement) => {
                    if pipeline.is_none() && is_piped(links.get(index + 1..).unwrap_or_default()) {
                        pipeline = Some(self.new_pipeline());
                    }
                    let place = Place { connector, ..place.clone() };
                    last = match pipeline {
                        Some(pipeline) => self.member(*statement, pipeline, &place),
                        None => self.statement(*statement, &place),
                    };
                }
            }
        }
        last
    }

    /// The next member of a pipeline.
    fn member(&mut self, node: Node<'_>, pipeline: u32, place: &Place) -> Option<u32> {
        let position = self.script.pipelines.get(pipeline as usize).copied().unwrap_or(0);
        if let Some(count) = self.script.pipelines.get_mut(pipeline as usize) {
            *count += 1;
        }
        self.statement(node, &Place { member: Some((pipeline, position)), ..place.clone() })
    }

    fn new_pipeline(&mut self) -> u32 {
        self.script.pipelines.push(0);
        self.script.pipelines.len() as u32 - 1
    }

    /// Adds a redirection to command `to`; to a command of its own where there is none.
    fn redirect(&mut self, node: Node<'_>, to: Option<u32>, place: &Place) {
        let mut redirect =
            Redirect { operator: "".into(), descriptor: None, target: None, range: range(node, self.text) };
        let mut more: Vec<Word> = Vec::new();
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "file_descriptor" => redirect.descriptor = Some(written(child, self.text).into()),
                "heredoc_start" => {
                    let quotes = |c: &char| !matches!(c, '\'' | '"' | '\\');
                    let name = written(child, self.text).chars().filter(quotes).collect();
                    let parts = vec![Part::Text(name)];
                    redirect.target = Some(Word { range: range(child, self.text), parts });
                }
                "heredoc_body" | "heredoc_end" | "pipeline" | "file_redirect" | "herestring_redirect" => {}
                _ if !child.is_named() && redirect.operator.is_empty() => {
                    redirect.operator = written(child, self.text).into();
                }
                _ if !child.is_named() => {}
                _ if redirect.target.is_none() => redirect.target = Some(word(child, self.text)),
                _ if node.kind() == "file_redirect" => more.push(word(child, self.text)),
                _ => {}
            }
        }
        if node.kind() == "heredoc_redirect" {
            let end = redirect.target.as_ref().map_or(redirect.range.end, |target| target.range.end);
            redirect.range.end = end;
            let mut cursor = node.walk();
            more.extend(node.children_by_field_name("argument", &mut cursor).map(|node| word(node, self.text)));
        }
        if let Some(command) = to.and_then(|to| self.script.commands.get_mut(to as usize)) {
            command.redirects.push(redirect);
            // The grammar takes the words after a redirection for further targets.
            command.words.append(&mut more);
        }
        self.substitutions(node, &Place { parent: to.or(place.parent), ..place.clone() });
    }

    fn add(&mut self, node: Node<'_>, place: &Place) -> u32 {
        let (pipeline, position) = place.member.unwrap_or_else(|| {
            let pipeline = self.new_pipeline();
            if let Some(count) = self.script.pipelines.get_mut(pipeline as usize) {
                *count = 1;
            }
            (pipeline, 0)
        });
        self.script.commands.push(Command {
            range: range(node, self.text),
            words: Vec::new(),
            assignments: Vec::new(),
            redirects: Vec::new(),
            pipeline,
            position,
            connector: place.connector.unwrap_or(Connector::Sequence),
            parent: place.parent,
            context: place.context,
        });
        self.script.commands.len() as u32 - 1
    }

    fn edit(&mut self, index: u32, change: impl FnOnce(&mut Command)) {
        if let Some(command) = self.script.commands.get_mut(index as usize) {
            change(command);
        }
    }

    fn command(&mut self, node: Node<'_>, place: &Place) -> u32 {
        let index = self.add(node, place);
        let inner = Place { parent: Some(index), ..place.clone() };
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "variable_assignment" => {
                    let assignment = self.assignment(child);
                    self.edit(index, |command| command.assignments.extend(assignment));
                    self.substitutions(child, &inner);
                }
                "file_redirect" | "herestring_redirect" => self.redirect(child, Some(index), place),
                "subshell" => {
                    self.statement(child, &inner);
                }
                _ => {
                    let word = word(child, self.text);
                    self.edit(index, |command| command.words.push(word));
                    self.substitutions(child, &inner);
                }
            }
        }
        index
    }

    /// `export A=1 B`: the assignments are words as well.
    fn declaration(&mut self, node: Node<'_>, place: &Place) -> u32 {
        let index = self.add(node, place);
        let inner = Place { parent: Some(index), ..place.clone() };
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            let mut word = word(child, self.text);
            if child.kind() == "variable_assignment" {
                let assignment = self.assignment(child);
                if let Some(assignment) = &assignment {
                    word.parts = vec![Part::Text(ecow::eco_format!("{}=", assignment.name))];
                    word.parts.extend(assignment.value.parts.iter().cloned());
                }
                self.edit(index, |command| command.assignments.extend(assignment));
            }
            self.edit(index, |command| command.words.push(word));
            self.substitutions(child, &inner);
        }
        index
    }

    /// `[ … ]` and `[[ … ]]`: only the name is a word, the expression is not taken apart.
    fn test(&mut self, node: Node<'_>, place: &Place) -> u32 {
        let index = self.add(node, place);
        if let Some(bracket) = node.child(0) {
            let name = word(bracket, self.text);
            self.edit(index, |command| command.words.push(name));
        }
        self.substitutions(node, &Place { parent: Some(index), ..place.clone() });
        index
    }

    fn assignments(&mut self, node: Node<'_>, place: &Place) -> u32 {
        let index = self.add(node, place);
        let mut cursor = node.walk();
        let all: Vec<_> =
            if node.kind() == "variable_assignment" { vec![node] } else { node.named_children(&mut cursor).collect() };
        for child in all {
            let assignment = self.assignment(child);
            self.edit(index, |command| command.assignments.extend(assignment));
            self.substitutions(child, &Place { parent: Some(index), ..place.clone() });
        }
        index
    }

    fn assignment(&self, node: Node<'_>) -> Option<Assignment> {
        let name = written(node.child_by_field_name("name")?, self.text).into();
        let empty = Word { range: node.end_byte() as u32..node.end_byte() as u32, parts: Vec::new() };
        let value = node.child_by_field_name("value").map_or(empty, |value| word(value, self.text));
        Some(Assignment { name, value, range: range(node, self.text) })
    }

    /// `if`, loops, `case`: tests and branches.
    fn branches(&mut self, node: Node<'_>, place: &Place) -> Option<u32> {
        let mut cursor = node.walk();
        if let Some(variable) = node.child_by_field_name("variable") {
            self.script.loop_variables.push(written(variable, self.text).into());
        }
        let mut in_test = matches!(node.kind(), "if_statement" | "while_statement" | "elif_clause");
        let mut next = None;
        for child in node.children(&mut cursor) {
            match child.kind() {
                "then" | "do" | "do_group" if !child.is_named() => in_test = false,
                ";" | "\n" => next = None,
                "&" => next = Some(Connector::Background),
                _ if child.is_named() => {
                    in_test &= child.kind() != "do_group";
                    let connector = next.take().unwrap_or(Connector::Sequence);
                    let place = place.after(connector).with(|context| {
                        context.is_test |= in_test;
                        context.is_conditional |= !in_test || node.kind() == "elif_clause";
                    });
                    self.statement(child, &place);
                }
                _ => {}
            }
        }
        None
    }

    /// The commands in the substitutions inside `node`, which is no statement. Walks without recursion.
    fn substitutions(&mut self, node: Node<'_>, place: &Place) {
        let place = Place { member: None, connector: None, depth: place.depth + 1, ..place.clone() };
        let place = place.with(|context| context.subshell += 1);
        let mut cursor = node.walk();
        loop {
            let current = cursor.node();
            let skip = match current.kind() {
                "command_substitution" | "process_substitution" => {
                    if place.depth > MAX_DEPTH {
                        self.script.limit = Some(Limit::Depth);
                    } else {
                        self.statements(current, &place);
                    }
                    true
                }
                // What follows a here-document's marker was read with the statement it belongs to.
                "pipeline" | "list" | "command" => current.id() != node.id(),
                _ => false,
            };
            if !skip && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }
}

/// One link of a chain.
enum Link<'a> {
    Statement(Node<'a>),
    Operator(Connector),
    Redirect(Node<'a>),
}

/// The links of a chain in the order of the text. Without recursion: chains are long.
fn links(node: Node<'_>) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        let before = open.len();
        let mut cursor = node.walk();
        match node.kind() {
            "list" | "pipeline" | "redirected_statement" => open.extend(node.children(&mut cursor)),
            "&&" => links.push(Link::Operator(Connector::And)),
            "||" => links.push(Link::Operator(Connector::Or)),
            "|" | "|&" => links.push(Link::Operator(Connector::Pipe)),
            "file_redirect" | "herestring_redirect" => links.push(Link::Redirect(node)),
            "heredoc_redirect" => {
                // The grammar puts what follows the marker on its line inside the redirection.
                links.push(Link::Redirect(node));
                let inside = |child: &Node<'_>| !is_of_heredoc(child.kind());
                let arguments: Vec<_> = node.children_by_field_name("argument", &mut node.walk()).collect();
                open.extend(node.children(&mut cursor).filter(inside).filter(|child| !arguments.contains(child)));
            }
            "comment" => {}
            _ => links.push(Link::Statement(node)),
        }
        if let Some(added) = open.get_mut(before..) {
            added.reverse();
        }
    }
    links
}

fn is_of_heredoc(kind: &str) -> bool {
    matches!(kind, "file_descriptor" | "<<" | "<<-" | "heredoc_start" | "heredoc_body" | "heredoc_end" | "\n" | "")
}

/// Whether a pipe follows, after redirections at most.
fn is_piped(links: &[Link<'_>]) -> bool {
    let operator = links.iter().find(|link| !matches!(link, Link::Redirect(_)));
    matches!(operator, Some(Link::Operator(Connector::Pipe)))
}

//! Scripts, and the commands a person reads in them.

use super::{Connector, Limit, MAX_BYTES, Parser, Part, Script};

fn parse(text: &str) -> Script {
    Parser::default().parse(text)
}

/// `connector name words… @pipeline.position`
fn told(text: &str) -> Vec<String> {
    let script = parse(text);
    let commands = script.commands.iter().map(|command| {
        let words = command.words.iter().map(|word| {
            let parts = word.parts.iter().map(|part| match part {
                Part::Text(text) => text.to_string(),
                Part::Variable { name, .. } => format!("<{name}>"),
                Part::Computed => "<?>".into(),
            });
            parts.collect::<String>()
        });
        let words: Vec<_> = words.collect();
        format!("{} {} @{}.{}", command.connector.name(), words.join(" "), command.pipeline, command.position)
    });
    commands.collect()
}

#[test]
fn lists_and_pipelines() {
    assert_eq!(
        told("apt-get update && apt-get install -y curl || exit 1; curl x | tar xz | cat && true"),
        [
            "; apt-get update @0.0",
            "&& apt-get install -y curl @1.0",
            "|| exit 1 @2.0",
            "; curl x @3.0",
            "| tar xz @3.1",
            "| cat @3.2",
            "&& true @4.0",
        ]
    );
}

#[test]
fn quotes_and_variables() {
    assert_eq!(
        told(r#"echo "a $B ${C:-d} c" 'x y' a\ b $'t\n' "$(date)" pre"fix"$X"#),
        ["; echo a <B> <C> c x y a b t\n <?> prefix<X> @0.0", "; date @1.0"]
    );
    assert_eq!(told(r#"sh -c "echo \"hi\" \d \$X""#), [r#"; sh -c echo "hi" \d $X @0.0"#]);
}

#[test]
fn redirections_belong_to_the_last_command() {
    let script = parse("a && b 2>/dev/null >>log < in");
    let operators: Vec<_> = script.commands[1].redirects.iter().map(|redirect| redirect.operator.as_str()).collect();
    assert_eq!(operators, [">", ">>", "<"]);
    assert_eq!(script.commands[1].redirects[0].descriptor.as_deref(), Some("2"));
    assert!(script.commands[0].redirects.is_empty());
}

#[test]
fn words_after_a_redirection_are_arguments() {
    assert_eq!(told("curl >out -k url"), ["; curl -k url @0.0"]);
}

#[test]
fn here_documents() {
    assert_eq!(told("cat <<EOF | sh -x\necho hi\nEOF\nls"), ["; cat @0.0", "| sh -x @0.1", "; ls @1.0"]);
    assert_eq!(told("cat <<EOF >/f && chmod +x /f\n$(id)\nEOF\n"), ["; cat @0.0", "; id @1.0", "&& chmod +x /f @2.0"]);
}

#[test]
fn conditions_loops_functions_and_groups() {
    let script = parse(
        "if test -f x; then rm x; else ls; fi; for i in $(seq 3); do sudo $i; done; f() { id; }; ! grep a b; (cd /x; make)",
    );
    let told: Vec<_> = script
        .commands
        .iter()
        .map(|command| {
            let context = command.context;
            let mut flags = String::new();
            for (set, flag) in [
                (context.is_test, 't'),
                (context.is_conditional, 'c'),
                (context.in_function, 'f'),
                (context.is_negated, '!'),
                (context.subshell > 0, 's'),
            ] {
                if set {
                    flags.push(flag);
                }
            }
            format!("{}:{flags}", command.words.first().and_then(super::Word::literal).unwrap_or_default())
        })
        .collect();
    assert_eq!(told, ["test:t", "rm:c", "ls:c", "seq:cs", "sudo:c", "id:f", "grep:!", "cd:s", "make:s"]);
}

#[test]
fn a_group_is_one_member_of_its_pipeline() {
    let script = parse("{ curl a; echo b; } | sh");
    let told: Vec<_> = script.commands.iter().map(|command| (command.pipeline, command.position)).collect();
    assert_eq!(told, [(0, 0), (0, 0), (0, 1)]);
}

#[test]
fn substitutions_name_their_parent() {
    let script = parse("bash <(curl x) && sh -c \"$(wget -O- y)\" && A=`id` true");
    let told: Vec<_> = script.commands.iter().map(|command| (command.words.len(), command.parent)).collect();
    assert_eq!(told, [(2, None), (2, Some(0)), (3, None), (3, Some(2)), (1, None), (1, Some(4))]);
    assert_eq!(script.commands[0].connector, Connector::Sequence);
}

#[test]
fn declarations_assign() {
    let script = parse("export A=1 B=$C; D=2 env; E=3");
    let names: Vec<Vec<&str>> = script
        .commands
        .iter()
        .map(|command| command.assignments.iter().map(|assignment| assignment.name.as_str()).collect())
        .collect();
    assert_eq!(names, [vec!["A", "B"], vec!["D"], vec!["E"]]);
}

#[test]
fn limits_are_told() {
    assert_eq!(parse(&"a".repeat(MAX_BYTES + 1)).limit, Some(Limit::Bytes));
    let nested = format!("{}id{}", "{ ".repeat(500), ";}".repeat(500));
    assert_eq!(parse(&nested).limit, Some(Limit::Depth));
    assert_eq!(parse(&"cat <<E | ".repeat(1000)).limit, Some(Limit::Steps));
    assert!(!parse("echo 'open").complete);
}

#[test]
fn a_long_chain_is_no_nesting() {
    let script = parse(&vec!["true"; 5000].join(" && "));
    assert_eq!((script.commands.len(), script.limit), (5000, None));
}

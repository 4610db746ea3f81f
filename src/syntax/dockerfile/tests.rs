//! Texts of our own for the rules of the Dockerfile reference and of BuildKit's parser.

use super::{Arguments, Dockerfile, Instruction, Keyword, Word, parse};
use crate::source::{SourceId, Span};

fn read(text: &str) -> Dockerfile<'_> {
    parse(SourceId(0), text)
}

/// The instructions without problems: `KEYWORD [flags] arguments`.
fn told(text: &str) -> Vec<String> {
    let file = read(text);
    assert!(file.problems.is_empty(), "{text:?}: {:?}", file.problems);
    file.instructions.iter().map(tell).collect()
}

fn tell(instruction: &Instruction<'_>) -> String {
    let flags = instruction.flags.iter().map(|flag| match &flag.value {
        Some(value) => format!(" --{}={}", flag.name, value.text),
        None => format!(" --{}", flag.name),
    });
    let flags = flags.collect::<Vec<_>>().concat();
    let words = |words: &[Word]| words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join("|");
    let arguments = match &instruction.arguments {
        Arguments::None => "none".into(),
        Arguments::Words(list) => format!("words {}", words(list)),
        Arguments::Exec(list) => format!("exec {}", words(list)),
        Arguments::Text(range) => format!("text {}", instruction.text(range)),
        Arguments::Pairs { pairs, legacy } => {
            let pairs = pairs.iter().map(|pair| match &pair.value {
                Some(value) => format!("{}={}", pair.name.text, value.text),
                None => pair.name.text.to_string(),
            });
            format!("{} {}", if *legacy { "legacy" } else { "pairs" }, pairs.collect::<Vec<_>>().join("|"))
        }
        Arguments::Healthcheck(kind, command) => match &**command {
            Arguments::Text(range) => format!("{} text {}", kind.text, instruction.text(range)),
            Arguments::Exec(list) => format!("{} exec {}", kind.text, words(list)),
            _ => kind.text.to_string(),
        },
        Arguments::Onbuild(inner) => format!("({})", tell(inner)),
    };
    let heredocs =
        instruction.heredocs.iter().map(|heredoc| format!(" <{}:{:?}>", heredoc.name, heredoc.content.text()));
    let heredocs: Vec<_> = heredocs.collect();
    format!("{}{flags} {arguments}{}", instruction.keyword.name(), heredocs.concat())
}

fn faults(text: &str) -> Vec<String> {
    read(text).problems.into_iter().map(|problem| problem.message).collect()
}

fn at(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

#[test]
fn every_instruction() {
    let text = r#"
FROM --platform=linux/amd64 alpine:3.20 AS base
from base
ARG A B=1 C="two words"
ENV A=1 B="x y" C=z\ w
ENV OLD  form of  it
LABEL "a.b"="c" d=e
MAINTAINER Some One <a@b.c>
RUN   apk add curl
RUN ["apk", "add", "c\"url"]
CMD ["a"]
ENTRYPOINT run me
COPY --chown=1:2 --link a b /c/
ADD ["a b", "/c"]
VOLUME /a /b
VOLUME ["/a"]
EXPOSE 80 443/tcp
USER a:b
WORKDIR /a b
STOPSIGNAL SIGTERM
SHELL ["sh", "-c"]
HEALTHCHECK --interval=5s --retries=3 CMD curl -f x
healthcheck cmd ["a"]
HEALTHCHECK NONE
ONBUILD RUN echo 1
"#;
    assert_eq!(
        told(text),
        [
            "FROM --platform=linux/amd64 words alpine:3.20|AS|base",
            "FROM words base",
            "ARG pairs A|B=1|C=\"two words\"",
            "ENV pairs A=1|B=\"x y\"|C=z\\ w",
            "ENV legacy OLD=form of  it",
            "LABEL pairs \"a.b\"=\"c\"|d=e",
            "MAINTAINER text Some One <a@b.c>",
            "RUN text apk add curl",
            "RUN exec apk|add|c\"url",
            "CMD exec a",
            "ENTRYPOINT text run me",
            "COPY --chown=1:2 --link words a|b|/c/",
            "ADD exec a b|/c",
            "VOLUME words /a|/b",
            "VOLUME exec /a",
            "EXPOSE words 80|443/tcp",
            "USER text a:b",
            "WORKDIR text /a b",
            "STOPSIGNAL text SIGTERM",
            "SHELL exec sh|-c",
            "HEALTHCHECK --interval=5s --retries=3 CMD text curl -f x",
            "HEALTHCHECK cmd exec a",
            "HEALTHCHECK NONE",
            "ONBUILD (RUN text echo 1)",
        ]
    );
}

#[test]
fn lines_continue_through_comments_and_blank_lines() {
    let text = "RUN a \\\n  # said between\n\n   b \\  \n\t# and again\n c\n# end\nRUN d\n";
    assert_eq!(told(text), ["RUN text a    b  c", "RUN text d"]);
    let file = read(text);
    assert_eq!(at(text, file.instructions[0].span), text.split("\n# end").next().unwrap());
    let Arguments::Text(range) = &file.instructions[0].arguments else { panic!() };
    let b = instruction_text_at(&file.instructions[0], "b");
    assert_eq!(at(text, b), "b");
    assert_eq!(at(text, file.instructions[0].place(range)).lines().count(), 6);
}

fn instruction_text_at(instruction: &Instruction<'_>, needle: &str) -> Span {
    let start = instruction.line.text().find(needle).unwrap();
    instruction.line.span(start..start + needle.len())
}

#[test]
fn a_doubled_escape_continues_nothing() {
    assert_eq!(told("RUN a \\\\\nRUN b \\\n"), ["RUN text a \\\\", "RUN text b"]);
    assert_eq!(told("\\\nRUN \\\na\\\nb"), ["RUN text ab"]);
}

#[test]
fn directives() {
    let text = "# syntax = docker/dockerfile:1\n#ESCAPE=`\n# check=skip=all\nRUN a `\n b\\\nRUN c\n";
    let file = read(text);
    let told: Vec<_> = file.directives.iter().map(|d| format!("{}={}", d.name, d.value.text)).collect();
    assert_eq!(told, ["syntax=docker/dockerfile:1", "escape=`", "check=skip=all"]);
    assert_eq!(at(text, file.directives[0].value.span), "docker/dockerfile:1");
    assert_eq!(file.escape, b'`');
    assert_eq!(file.instructions.iter().map(tell).collect::<Vec<_>>(), ["RUN text a  b\\", "RUN text c"]);
    // After any other line they are comments.
    assert_eq!(read("# a comment\n# escape=`\nRUN a\n").escape, b'\\');
    assert_eq!(read("\n# escape=`\nRUN a\n").escape, b'\\');
    assert_eq!(faults("# escape=x\nRUN a\n").len(), 1);
    assert_eq!(faults("# escape=\\\n# escape=`\nRUN a\n").len(), 1);
}

#[test]
fn byte_order_mark_and_carriage_returns() {
    let text = "\u{feff}# escape=`\r\nFROM a\r\nRUN b `\r\n  c\r\nCOPY <<E /x\r\ny\r\nE\r\n";
    assert_eq!(told(text), ["FROM words a", "RUN text b   c", "COPY words <<E|/x <E:\"y\\r\\n\">"]);
    assert_eq!(at(text, read(text).instructions[0].span), "FROM a");
}

#[test]
fn here_documents() {
    for (text, expected) in [
        ("RUN <<EOF\na\n# b\nEOF\nRUN c", vec!["RUN text <<EOF <EOF:\"a\\n# b\\n\">", "RUN text c"]),
        (
            "RUN python3 <<EOF\nprint()\nEOF\n# after\nUSER a",
            vec!["RUN text python3 <<EOF <EOF:\"print()\\n\">", "USER text a"],
        ),
        ("RUN cat <<A <<'B' | sh\na\nA\nb\nB", vec!["RUN text cat <<A <<'B' | sh <A:\"a\\n\"> <B:\"b\\n\">"]),
        ("COPY <<-\"E\" 3<<F /d/\n\tx\n\tE\nF", vec!["COPY words <<-\"E\"|3<<F|/d/ <E:\"x\\n\"> <F:\"\">"]),
        ("ADD --chmod=1 <<E /d\nE", vec!["ADD --chmod=1 words <<E|/d <E:\"\">"]),
        ("ONBUILD RUN <<E\nx\nE\nUSER a", vec!["ONBUILD (RUN text <<E <E:\"\">) <E:\"x\\n\">", "USER text a"]),
        // Neither the exec form, nor other instructions, nor these words take one.
        ("RUN [\"a\", \"<<E\"]\nUSER a", vec!["RUN exec a|<<E", "USER text a"]),
        ("ENV A=<<E\nUSER a", vec!["ENV pairs A=<<E", "USER text a"]),
        ("RUN a << E\nUSER a", vec!["RUN text a << E", "USER text a"]),
        ("RUN a <<< E\nUSER a", vec!["RUN text a <<< E", "USER text a"]),
        ("RUN echo $((1<<2)) \"<<E\"\nUSER a", vec!["RUN text echo $((1<<2)) \"<<E\"", "USER text a"]),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn a_here_document_belongs_to_its_instruction() {
    let text = "FROM a\nCOPY <<E /x\nb\nE\nUSER c\n";
    let file = read(text);
    assert_eq!(at(text, file.instructions[1].span), "COPY <<E /x\nb\nE");
    let content = &file.instructions[1].heredocs[0].content;
    assert_eq!(at(text, content.span(0..content.text().len())), "b\n");
    let chomped = "RUN <<-E\n\t\ta b\n\tE\n";
    let file = read(chomped);
    let content = &file.instructions[0].heredocs[0].content;
    assert_eq!((content.text(), at(chomped, content.span(2..3))), ("a b\n", "b"));
}

#[test]
fn mounts_and_other_flags_keep_their_text() {
    let text =
        "RUN --mount=type=cache,target=/c --mount=\"type=secret,id=a\" --network=none --security=insecure -- --x";
    assert_eq!(
        told(text),
        ["RUN --mount=type=cache,target=/c --mount=type=secret,id=a --network=none --security=insecure text --x"]
    );
    let flags = &read(text).instructions[0].flags;
    assert_eq!(at(text, flags[0].value.as_ref().unwrap().span), "type=cache,target=/c");
}

#[test]
fn json_is_json_or_a_command() {
    assert_eq!(told("CMD [ \"a\" , \"b\" ] "), ["CMD exec a|b"]);
    assert_eq!(told("CMD []"), ["CMD exec "]);
    assert_eq!(told("CMD ['a']"), ["CMD text ['a']"]);
    assert_eq!(told("CMD [ -f x ] && y"), ["CMD text [ -f x ] && y"]);
    assert_eq!(told("CMD [\"a\"] b"), ["CMD text [\"a\"] b"]);
    assert_eq!(told("RUN [\"\\u0041\\t\\ud83d\\ude00\"]"), ["RUN exec A\t😀"]);
    assert_eq!(faults("CMD [\"a\", 1]").len(), 1);
}

#[test]
fn the_decoded_text_of_json_knows_its_place() {
    let text = r#"RUN ["sh", "a \"b\" \u0041c"]"#;
    let file = read(text);
    let Arguments::Exec(words) = &file.instructions[0].arguments else { panic!() };
    let decoded =
        crate::syntax::json::decode(&file.instructions[0].line, words[1].at.start as usize..words[1].at.end as usize);
    assert_eq!(decoded.text(), words[1].text);
    let place = |needle: &str| {
        let start = decoded.text().find(needle).unwrap();
        at(text, decoded.span(start..start + needle.len()))
    };
    assert_eq!((place("b"), place("\""), place("A"), place("c")), ("b", "\\\"", "\\u0041", "c"));
}

#[test]
fn reading_goes_on_after_a_broken_instruction() {
    let file =
        read("FROM a\nFOO bar\nRUN b\nENV X\nLABEL x y=z =\nONBUILD ONBUILD RUN a\nHEALTHCHECK x\nEXPOSE\nUSER c");
    let keywords: Vec<_> = file.instructions.iter().map(|instruction| instruction.keyword).collect();
    assert_eq!(keywords.first(), Some(&Keyword::From));
    assert_eq!(keywords.last(), Some(&Keyword::User));
    assert_eq!(file.problems.len(), 5, "{:?}", file.problems);
}

#[test]
fn what_is_never_ended() {
    assert_eq!(faults("RUN <<E\na\nUSER b\n").len(), 1);
    assert!(faults("RUN a \\").is_empty());
    assert!(faults("").is_empty());
    assert_eq!(faults("COPY --foo=1 a b").len(), 1);
}

#[test]
fn templates() {
    for text in [
        "{{ if x }}\nFROM a\n{{ end }}",
        "FROM %%IMAGE%%\nRUN a",
        "FROM a:{{ .Tag }}",
        "FROM a:${V%%-*}-%%TAG%%",
        "FROM a:${{V}}",
        "FROM a\n{% if x %}\nRUN b\n{% endif %}",
        "<%= x %>\nFROM a",
    ] {
        assert!(read(text).template.is_some(), "{text}");
    }
    for text in [
        "FROM a\nRUN docker inspect -f '{{.Id}}' \\\n {{x}}",
        "FROM a\nCOPY <<E /x\n{{ a }}\nE",
        "RUN a %%b",
        "FROM a:${V%%-*}",
        "FROM a:${V##*{%}-${W:-${X%%.*}}",
    ] {
        assert!(read(text).template.is_none(), "{text}");
    }
}

mod properties {
    use super::{at, read};
    use proptest::prelude::*;

    /// Pieces of Dockerfiles, put together at random.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => prop::sample::select(vec![
                "FROM a AS b", "RUN ", "COPY --from=x ", "ENV A=\"b\" ", "ONBUILD ", "HEALTHCHECK CMD ", "<<EOF", "<<-'E'",
                "EOF", "\\\n", "\n", "# c\n", "# escape=`\n", "`\n", "[\"a\", \"\\u00e9\"]", "$A ${B:-c}", "--x=\"y z\" ", "\t",
                "\r\n", "é", "😀", "\u{feff}", "'", "\"", "\\", " ",
            ]).prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        /// Instructions cover the file in order, and every place lies on characters.
        #[test]
        fn spans_are_in_order(text in text()) {
            let file = read(&text);
            let mut end = 0;
            for instruction in &file.instructions {
                prop_assert!(instruction.span.start >= end, "{:?}", instruction.span);
                prop_assert!(instruction.span.contains(instruction.header));
                prop_assert!(text.get(instruction.span.start as usize..instruction.span.end as usize).is_some());
                let line = instruction.line.text();
                let starts = line.char_indices().map(|(index, c)| instruction.line.span(index..index + c.len_utf8()));
                let starts: Vec<_> = starts.collect();
                prop_assert!(starts.windows(2).all(|pair| pair[0].end <= pair[1].start));
                prop_assert!(starts.iter().zip(line.chars()).all(|(span, c)| at(&text, *span) == c.to_string()));
                end = instruction.span.end;
            }
            for problem in &file.problems {
                prop_assert!(problem.span.end as usize <= text.len());
            }
        }

        /// What a plain instruction says is what stands at its place.
        #[test]
        fn the_text_is_at_its_place(argument in "[a-z0-9/.=-]{1,20}( [a-z0-9]{1,5}){0,3}") {
            let text = format!("# c\nFROM x\nUSER {argument}\n");
            let file = read(&text);
            prop_assert_eq!(at(&text, file.instructions[1].span), format!("USER {argument}"));
        }
    }
}

//! What a container starts, and with which flags, in CEL: `runs()` and `flag()` of the policy language.
//!
//! By the rules of `engine/functions/command.rs`, which says what a word is. A word that begins a command has `^` before
//! it, any other a blank.

use super::term::{Shape, Term, bound, quoted};

/// The words of `command` and `args` of each container, after the program of the image where the arguments are flags of
/// that. A script is taken apart at blanks, line by line.
pub const WORDS: &str = r#"variables.containers.map(c,
  [c.?command.orValue([]) + c.?args.orValue([])].map(line,
    [size(c.?command.orValue([])) == 0 && size(line) > 0 && line[0].startsWith("-") && c.?image.hasValue()].map(entry,
      (entry ? [c.image.split("@")[0].split("/")].map(path, [path[size(path) - 1].split(":")[0]].map(name,
          "^" + (name.matches("-(amd64|arm64|arm|ppc64le|s390x)$") ? name.substring(0, name.lastIndexOf("-")) : name))[0])
        : [])
      + line.transformList(at, word,
          at == 0 && !entry ? ["^" + word.trim()]
          : !word.matches("\\s") || word.startsWith("-") ? [" " + word.trim()]
          : word.split("\n").map(row,
              [row.replace("\t", " ").replace("\r", " ").split(" ").filter(part, part != "" && part != "\\")].map(parts,
                parts.transformList(n, part,
                  (n == 0 || parts[n - 1] in ["exec", "&&", "||", ";", "|"] || parts[n - 1].endsWith(";") ? "^" : " ")
                  + part.find("^.*[^;]")))[0]).flatten()
        ).flatten())[0])[0])"#;

/// `runs(attrs, program)`
pub fn runs(program: &str) -> Term {
    let is = |word: &str, program: &str| {
        format!("({word}.substring(1) == {0} || {word}.endsWith({1}))", quoted(program), quoted(&format!("/{program}")))
    };
    let before = "variables.words[i][_at - 1]";
    Term::truth(format!(
        "variables.words[i].exists(_at, _w, {} && (_w.startsWith(\"^\") || _at > 0 && {} && {before}.startsWith(\"^\")))",
        is("_w", program),
        is(before, "hyperkube")
    ))
}

/// `flag(attrs, name)`: the value of the last such flag, or null.
pub fn flag(name: &str) -> Term {
    let pattern = format!("(?s)^.-+{}(=.*)?$", name.replace('-', "[-_]"));
    let next = "variables.words[i][_at + 1].substring(1)";
    let value = format!(
        "_w.contains(\"=\") ? _w.substring(_w.indexOf(\"=\") + 1) : _at + 1 < size(variables.words[i]) && \
         !{next}.startsWith(\"-\") && !({next} in [\"true\", \"false\"]) ? {next} : \"true\""
    );
    let found = format!("variables.words[i].transformList(_at, _w, _w.matches({}), {value})", quoted(&pattern));
    let unquoted = r#"dyn(_f[size(_f) - 1].find("(?s)[^\"'](.*[^\"'])?"))"#;
    Term::new(Shape::Any, bound(&found, "_f", &format!("size(_f) == 0 ? null : {unquoted}")))
}

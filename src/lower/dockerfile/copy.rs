//! `COPY` and `ADD`.

use super::evaluation::Evaluation;
use super::object::Object;
use super::reference::copied_from;
use super::stages;
use crate::lower::pieces::truth;
use crate::model::{Text, Value};
use crate::source::Problem;
use crate::syntax::dockerfile::{Arguments, Instruction, Keyword, Word};

/// Sets `sources`, `destination`, `from`, `from_stage` and the flags. Gives the destination as label.
pub(super) fn describe(
    evaluation: &mut Evaluation<'_, '_>,
    instruction: &Instruction<'_>,
    object: &mut Object,
) -> Option<Text> {
    let words: &[Word] = match &instruction.arguments {
        Arguments::Words(words) | Arguments::Exec(words) => words,
        _ => &[],
    };
    let (destination, sources) = match words.split_last() {
        Some((last, sources)) if !sources.is_empty() => (Some(last), sources),
        _ => (None, words),
    };
    if destination.is_none() && !words.is_empty() {
        let message = format!("{} needs a source and a destination", instruction.keyword.name());
        evaluation.shared.problems.push(Problem::error(instruction.span, message));
    }
    let is_heredoc = |word: &Word| instruction.heredocs.iter().any(|heredoc| heredoc.marker == word.at);
    let sources = sources.iter().filter(|word| !is_heredoc(word)).map(|word| evaluation.word(word)).collect();
    object.list("sources", sources);
    let destination = destination.map(|word| evaluation.word(word));
    object.set_or_null("destination", destination.clone());
    let names: &[&str] = match instruction.keyword {
        Keyword::Copy => &["from", "chown", "chmod"],
        _ => &["chown", "chmod", "checksum"],
    };
    for name in names {
        let value = instruction.flag(name).map(|flag| evaluation.flag_value(flag));
        if *name == "from" {
            let stage = value.as_ref().and_then(|value| stage_of(evaluation, value));
            let image = value.as_ref().and_then(|value| copied_from(value, stage.as_ref(), instruction.header));
            object.list("images", image.into_iter().collect());
            object.set_or_null("from_stage", stage);
        }
        object.set_or_null(name, value);
    }
    for name in ["link", "parents", "keep-git-dir"] {
        if instruction.keyword.flags().contains(&name) {
            let value = instruction.flag(name).map(|flag| evaluation.flag_value(flag));
            let value = value.map_or_else(|| Value::bool(false, instruction.header), truth);
            object.set(&name.replace('-', "_"), value);
        }
    }
    let excluded = instruction.flags.iter().filter(|flag| flag.name == "exclude");
    let excluded: Vec<_> = excluded.map(|flag| evaluation.flag_value(flag)).collect();
    object.list("exclude", excluded);
    destination.and_then(|destination| destination.as_str().map(Text::from))
}

/// `{index, name}` of the earlier stage that `--from` names.
pub(super) fn stage_of(evaluation: &Evaluation<'_, '_>, from: &Value) -> Option<Value> {
    let stages = &evaluation.shared.stages;
    let Some((name, index)) = from.as_str().and_then(|text| stages::find(stages, text)) else {
        return stages::unfound(stages, from);
    };
    let span = from.origin.span;
    let mut object = Object::new(span);
    object.number("index", index);
    object.set_or_null("name", name.map(|name| Value::string(name, span)));
    Some(object.value(span))
}

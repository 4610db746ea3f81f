//! Whether a pattern is found in a text that is known in part.
//!
//! The automaton of the pattern reads the text as usual; over a piece that is not known it goes to every
//! state that some text leads to. In the end either all of these say the same, or the answer is open.

use crate::expr::partial::PartialText;
use crate::limits::patterns::AUTOMATON_BYTES;
use crate::model::Form;
use regex::Regex;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// How many automata are kept at once.
const KEPT: usize = 256;

type Dfa = dense::DFA<Vec<u32>>;

thread_local! {
    /// The automata made so far, by pattern; none where it would be too large.
    static MADE: RefCell<HashMap<String, Option<Rc<Reader>>>> = RefCell::new(HashMap::new());
}

/// Whether `regex` is found in `text`, whatever stands where it is not known; `None` where that is open.
pub fn found_in(regex: &Regex, text: &PartialText) -> Option<bool> {
    let made = MADE.with_borrow(|made| made.get(regex.as_str()).cloned());
    let reader = made.unwrap_or_else(|| {
        let reader = Reader::new(regex.as_str()).map(Rc::new);
        MADE.with_borrow_mut(|made| {
            if made.len() >= KEPT {
                made.clear();
            }
            made.insert(regex.as_str().to_owned(), reader.clone());
        });
        reader
    });
    reader?.read(text)
}

struct Reader {
    pattern: Dfa,
    /// Of any text: what is not known is still UTF-8.
    anything: Gap,
    /// Of the forms met so far.
    formed: RefCell<Vec<(Form, Rc<Gap>)>>,
}

/// What may stand where a text is not known.
struct Gap {
    texts: Dfa,
    /// One byte of each class that this and the pattern do not tell apart.
    alphabet: Vec<u8>,
}

/// The states that the pattern may be in.
struct Reached {
    open: BTreeSet<StateID>,
    /// Whether some texts hold a match already; those are followed no further.
    matched: bool,
}

impl Reader {
    fn new(pattern: &str) -> Option<Self> {
        let pattern = automaton(pattern, StartKind::Unanchored)?;
        let anything = Gap::new("(?s:.)*", &pattern)?;
        Some(Self { pattern, anything, formed: RefCell::default() })
    }

    fn read(&self, text: &PartialText) -> Option<bool> {
        let start = self.pattern.start_state(&start::Config::new()).ok()?;
        let mut reached = Reached { open: BTreeSet::from([start]), matched: false };
        let mut forms = text.forms();
        for piece in text.pieces() {
            match (piece, piece.is_none().then(|| forms.next().flatten()).flatten()) {
                (Some(known), _) => known.bytes().for_each(|byte| self.step(&mut reached, byte)),
                (None, Some(form)) => self.over(&*self.formed(form)?, &mut reached)?,
                (None, None) => self.over(&self.anything, &mut reached)?,
            }
        }
        let mut ends = reached.open.iter().map(|state| self.is_found(self.pattern.next_eoi_state(*state)));
        match (reached.matched, ends.next()) {
            (matched, None) => Some(matched),
            (true, Some(false)) => None,
            (_, Some(found)) => ends.all(|end| end == found).then_some(found),
        }
    }

    fn formed(&self, form: Form) -> Option<Rc<Gap>> {
        if let Some((_, gap)) = self.formed.borrow().iter().find(|(known, _)| *known == form) {
            return Some(Rc::clone(gap));
        }
        let gap = Rc::new(Gap::new(&form.pattern(), &self.pattern)?);
        self.formed.borrow_mut().push((form, Rc::clone(&gap)));
        Some(gap)
    }

    fn step(&self, reached: &mut Reached, byte: u8) {
        for state in std::mem::take(&mut reached.open) {
            self.enter(self.pattern.next_state(state, byte), reached);
        }
    }

    fn enter(&self, state: StateID, reached: &mut Reached) {
        if self.is_found(state) {
            reached.matched = true;
        } else {
            reached.open.insert(state);
        }
    }

    fn over(&self, gap: &Gap, reached: &mut Reached) -> Option<()> {
        let start = gap.texts.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()?;
        let mut seen: BTreeSet<_> = reached.open.iter().map(|state| (*state, start)).collect();
        let mut next: Vec<_> = seen.iter().copied().collect();
        while let Some((state, within)) = next.pop() {
            for byte in &gap.alphabet {
                let within = gap.texts.next_state(within, *byte);
                if gap.texts.is_dead_state(within) {
                    continue;
                }
                let state = self.pattern.next_state(state, *byte);
                if self.is_found(state) {
                    reached.matched = true;
                } else if seen.insert((state, within)) {
                    next.push((state, within));
                }
            }
        }
        let ends = |within| gap.texts.is_match_state(gap.texts.next_eoi_state(within));
        reached.open = seen.into_iter().filter(|(_, within)| ends(*within)).map(|(state, _)| state).collect();
        Some(())
    }

    fn is_found(&self, state: StateID) -> bool {
        self.pattern.is_match_state(state)
    }
}

impl Gap {
    fn new(texts: &str, pattern: &Dfa) -> Option<Self> {
        let texts = automaton(texts, StartKind::Anchored)?;
        let class = |byte: u8| (pattern.byte_classes().get(byte), texts.byte_classes().get(byte));
        let alphabet = (0..=u8::MAX).filter(|byte| *byte == 0 || class(*byte) != class(byte - 1)).collect();
        Some(Self { texts, alphabet })
    }
}

fn automaton(pattern: &str, starts: StartKind) -> Option<Dfa> {
    let config = dense::Config::new()
        .match_kind(MatchKind::All)
        .start_kind(starts)
        .dfa_size_limit(Some(AUTOMATON_BYTES))
        .determinize_size_limit(Some(4 * AUTOMATON_BYTES));
    dense::Builder::new().configure(config).build(pattern).ok()
}

#[cfg(test)]
mod tests {
    use super::found_in;
    use crate::expr::partial::PartialText;
    use crate::go::re2::compile;
    use crate::model::{Cause, Data, Part, Refinement, Symbol, Type, Unknown, Value, Why};
    use crate::source::{SourceId, Span};
    use std::sync::Arc;

    /// A text in which `?` stands for what is not known.
    fn text(written: &str) -> Value {
        let span = Span::new(SourceId(0), 0, 0);
        let mut parts = Vec::new();
        for (at, known) in written.split('?').enumerate() {
            parts.extend((at > 0).then_some(Part::Unknown));
            parts.extend((!known.is_empty()).then(|| Part::Text(known.into())));
        }
        let unknown = Unknown {
            ty: Type::String,
            causes: vec![Cause { why: Why::BuildArg("X".into()), span }],
            symbol: Some(Symbol::Template(parts)),
            refinement: Refinement { not_null: true, ..Refinement::default() },
        };
        Value::new(Data::Unknown(Arc::new(unknown)), span)
    }

    #[test]
    fn what_is_known_decides_where_it_can() {
        for (written, pattern, found) in [
            ("?/", "/$", Some(true)),
            ("?/", "[/\\\\]$|(^|/)[.]{1,2}$", Some(true)),
            ("./cmd/?", "^[./]|[.]go$", Some(true)),
            ("/opt/?", "^/(etc|usr)(/|$)", Some(false)),
            ("/?", "^/(etc|usr)(/|$)", None),
            ("name@?", "@", Some(true)),
            ("name@?", "@latest$", None),
            ("name@?-1", "@latest$", Some(false)),
            ("?x?y?", "x", Some(true)),
            ("?x?y?", "z", None),
            ("a?c", "^[a-c]*$", None),
            ("a?c", "^[^/]*d$", Some(false)),
            ("a/?", "^[^/]*$", Some(false)),
            // Any character, but not any byte: what is not known is a text.
            ("a?c", "(?s)^a.*c$", Some(true)),
            // It may hold the end of a line.
            ("a?c", "^a.*c$", None),
            ("?", "", Some(true)),
            ("?", "^$", None),
            ("a?", "^$", Some(false)),
            ("?", "[^\\s\\S]", Some(false)),
            (":?:", ":\\b", None),
            ("x:?", "\\bx\\b", Some(true)),
        ] {
            let value = text(written);
            let partial = PartialText::of(&value).unwrap();
            assert_eq!(found_in(&compile(pattern).unwrap(), &partial), found, "{pattern} in {written}");
        }
    }
}

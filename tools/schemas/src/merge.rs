//! Types and bodies over the releases of a provider: what is there in which of them.

use crate::code::{self, ARGUMENT, BLOCK, OPTIONAL, REQUIRED};
use std::collections::BTreeMap;

/// How often the body of an argument may be there, and how elements are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Nesting {
    None = code::NO_BODY,
    Single = code::SINGLE,
    List = code::LIST,
    Set = code::SET,
    Map = code::MAP,
}

/// What a body says of one name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Argument {
    pub flags: u16,
    /// A bit for each release in which it is there, the oldest lowest.
    pub releases: u16,
    pub nesting: Nesting,
    /// One letter for a simple type, with `l`, `S` or `m` in front for a list, set or map of it.
    pub ty: String,
    /// Number of its body.
    pub body: Option<usize>,
}

/// Names with what is said of them.
pub type Body = BTreeMap<String, Argument>;

/// A body as one release has it, before the releases are merged.
pub type Read = BTreeMap<String, (Argument, Option<ReadBody>)>;

/// A nested body.
#[derive(Clone, Debug)]
pub struct ReadBody(pub Read);

/// A type by its key: `aws_s3_bucket`, `data.aws_ami`, `apps/v1/Deployment`.
pub struct Type {
    pub body: usize,
    pub family: usize,
    pub releases: u16,
}

/// All that is known.
#[derive(Default)]
pub struct Schemas {
    /// Name and releases (major versions of a provider, minor versions of Kubernetes), oldest first.
    pub families: Vec<(String, Vec<u16>)>,
    pub types: BTreeMap<String, Type>,
    pub bodies: Vec<Body>,
    /// Equal bodies are one.
    numbers: BTreeMap<Vec<(String, Argument)>, usize>,
}

impl Schemas {
    /// Adds a type, with its body in each release (by number) that has it.
    pub fn add(&mut self, key: String, family: usize, bodies: &[(u32, &Read)]) {
        let releases = mask(bodies.iter().map(|(release, _)| *release));
        let body = self.merged(bodies);
        self.types.insert(key, Type { body, family, releases });
    }

    fn merged(&mut self, bodies: &[(u32, &Read)]) -> usize {
        let all = mask(bodies.iter().map(|(release, _)| *release));
        let mut names: BTreeMap<&String, Vec<(u32, &Argument, Option<&ReadBody>)>> = BTreeMap::new();
        for (release, body) in bodies {
            for (name, (argument, inner)) in *body {
                names.entry(name).or_default().push((*release, argument, inner.as_ref()));
            }
        }
        let mut merged = Body::new();
        for (name, said) in names {
            let newest = said.iter().max_by_key(|(release, ..)| *release).expect("a name is there in some release");
            let mut argument = newest.1.clone();
            argument.releases = mask(said.iter().map(|(release, ..)| *release));
            let required = said.iter().all(|(_, argument, _)| argument.flags & REQUIRED != 0);
            if !required || argument.releases != all {
                let was = argument.flags & REQUIRED;
                argument.flags = argument.flags & !REQUIRED | if was == 0 { 0 } else { OPTIONAL };
            }
            // What some release lets one set is no mistake.
            if said.iter().any(|(_, argument, _)| argument.flags & (REQUIRED | OPTIONAL) != 0)
                && argument.flags & REQUIRED == 0
            {
                argument.flags |= OPTIONAL;
            }
            // The reduced form takes sets for lists in older releases.
            let shape = |ty: &str| ty.replace('S', "l");
            if said.iter().any(|(_, other, _)| other.ty != "a" && shape(&other.ty) != shape(&argument.ty)) {
                argument.ty = "a".into();
            }
            // A body that one release does not tell says nothing of what else could stand there.
            let inner: Vec<_> =
                said.iter().filter_map(|(release, _, body)| Some((*release, &body.as_ref()?.0))).collect();
            if inner.len() == said.len() {
                argument.body = Some(self.merged(&inner));
            } else if !inner.is_empty() {
                argument.nesting = Nesting::None;
                argument.ty = "a".into();
                argument.flags &= !(BLOCK | ARGUMENT);
            }
            merged.insert(name.clone(), argument);
        }
        self.number(merged)
    }

    /// The number of a body.
    pub fn number(&mut self, body: Body) -> usize {
        let key: Vec<_> = body.iter().map(|(name, argument)| (name.clone(), argument.clone())).collect();
        *self.numbers.entry(key).or_insert_with(|| {
            self.bodies.push(body);
            self.bodies.len() - 1
        })
    }
}

fn mask(releases: impl Iterator<Item = u32>) -> u16 {
    releases.fold(0, |mask, release| mask | 1 << release)
}

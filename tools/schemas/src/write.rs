//! The table as bytes. `src/schema/table.rs` reads it and describes the same form.
//!
//! All numbers are little-endian. An *offset list* is `n + 1` offsets of three bytes, and then the bytes they cut.
//!
//! 1. `GLS1`, then the numbers (four bytes each) of families, names, types, kinds, types of values, bodies.
//! 2. Families: an offset list of texts, `aws 4 5 6`.
//! 3. Names of arguments, sorted: an offset list.
//! 4. Keys of types, sorted: an offset list; then for each five bytes: body (three, little-endian) and releases (two).
//!    A byte before them says the family.
//! 5. Types of values: an offset list of texts (`ls`).
//! 6. Kinds of arguments, seven bytes each: flags (two), releases (two), nesting (one), type (two).
//! 7. Bodies: an offset list of arguments sorted by name: name (two bytes), kind (LEB128), and the number of the body
//!    (LEB128) where the nesting is not zero.

use crate::merge::{Argument, Nesting, Schemas};
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};

type Kind<'s> = (u16, u16, Nesting, &'s str);

fn kind(argument: &Argument) -> Kind<'_> {
    (argument.flags, argument.releases, argument.nesting, &argument.ty)
}

/// Writes the table.
pub fn encode(schemas: &Schemas) -> Result<Vec<u8>> {
    let used = used(schemas);
    let bodies: Vec<usize> = (0..schemas.bodies.len()).filter(|at| used.contains(at)).collect();
    let numbers: BTreeMap<usize, usize> = bodies.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let arguments = || bodies.iter().flat_map(|at| &schemas.bodies[*at]);
    let names: BTreeSet<&str> = arguments().map(|(name, _)| name.as_str()).collect();
    let types: BTreeSet<&str> = arguments().map(|(_, argument)| argument.ty.as_str()).collect();
    let mut often: BTreeMap<Kind, usize> = BTreeMap::new();
    for (_, argument) in arguments() {
        *often.entry(kind(argument)).or_default() += 1;
    }
    let mut kinds: Vec<Kind> = often.keys().copied().collect();
    kinds.sort_by_key(|kind| (std::cmp::Reverse(often[kind]), *kind));
    let name_numbers: BTreeMap<&str, u16> = names.iter().copied().zip(0..).collect();
    let type_numbers: BTreeMap<&str, u16> = types.iter().copied().zip(0..).collect();
    let kind_numbers: BTreeMap<Kind, usize> = kinds.iter().copied().zip(0..).collect();
    ensure!(names.len() < usize::from(u16::MAX), "more names than two bytes number");

    let mut out = b"GLS1".to_vec();
    for count in [schemas.families.len(), names.len(), schemas.types.len(), kinds.len(), types.len(), bodies.len()] {
        out.extend(u32::try_from(count)?.to_le_bytes());
    }
    let families = schemas.families.iter().map(|(name, releases)| {
        releases.iter().fold(name.clone(), |text, release| format!("{text} {release}")).into_bytes()
    });
    list(&mut out, families)?;
    list(&mut out, names.iter().map(|name| name.as_bytes().to_vec()))?;
    list(&mut out, schemas.types.keys().map(|key| key.as_bytes().to_vec()))?;
    for ty in schemas.types.values() {
        out.push(u8::try_from(ty.family)?);
        out.extend(&u32::try_from(numbers[&ty.body])?.to_le_bytes()[..3]);
        out.extend(ty.releases.to_le_bytes());
    }
    list(&mut out, types.iter().map(|ty| ty.as_bytes().to_vec()))?;
    for (flags, releases, nesting, ty) in &kinds {
        out.extend(flags.to_le_bytes());
        out.extend(releases.to_le_bytes());
        out.push(*nesting as u8);
        out.extend(type_numbers[ty].to_le_bytes());
    }
    let bodies = bodies.iter().map(|at| {
        let mut bytes = Vec::new();
        for (name, argument) in &schemas.bodies[*at] {
            bytes.extend(name_numbers[name.as_str()].to_le_bytes());
            varint(&mut bytes, kind_numbers[&kind(argument)]);
            if argument.nesting != Nesting::None {
                varint(&mut bytes, argument.body.map_or(0, |body| numbers[&body]));
            }
        }
        bytes
    });
    list(&mut out, bodies)?;
    Ok(out)
}

/// The bodies that types lead to.
fn used(schemas: &Schemas) -> BTreeSet<usize> {
    let mut open: Vec<usize> = schemas.types.values().map(|ty| ty.body).collect();
    let mut used = BTreeSet::new();
    while let Some(at) = open.pop() {
        if used.insert(at) {
            open.extend(schemas.bodies[at].values().filter_map(|argument| argument.body));
        }
    }
    used
}

fn list(out: &mut Vec<u8>, items: impl Iterator<Item = Vec<u8>>) -> Result<()> {
    let (mut offsets, mut bytes) = (vec![0_usize], Vec::new());
    for item in items {
        bytes.extend(item);
        offsets.push(bytes.len());
    }
    for offset in offsets {
        let offset = u32::try_from(offset).ok().filter(|offset| *offset < 1 << 24).context("a section over 16 MiB")?;
        out.extend(&offset.to_le_bytes()[..3]);
    }
    out.extend(bytes);
    Ok(())
}

fn varint(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

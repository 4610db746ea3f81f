//! Which types fit which, with those that are still to be found.

use super::super::types::CelType;
use std::collections::BTreeMap;

/// The types found so far for the variables of one expression.
#[derive(Debug, Default)]
pub struct Unifier {
    found: Vec<Option<CelType>>,
    /// The variables that got a type, in order, with what they had before.
    changes: Vec<(usize, Option<CelType>)>,
}

impl Unifier {
    /// Returns a type that is still to be found.
    pub fn fresh(&mut self) -> CelType {
        self.found.push(None);
        CelType::Variable(self.found.len() - 1)
    }

    /// Returns a type of a signature with fresh variables for its parameters.
    pub fn instance(&mut self, ty: &CelType, parameters: &mut BTreeMap<char, CelType>) -> CelType {
        ty.replaced(&mut |ty| match ty {
            CelType::Parameter(name) => Some(parameters.entry(*name).or_insert_with(|| self.fresh()).clone()),
            _ => None,
        })
    }

    fn get(&self, variable: usize) -> Option<&CelType> {
        self.found.get(variable).and_then(Option::as_ref)
    }

    fn set(&mut self, variable: usize, ty: CelType) {
        if let Some(slot) = self.found.get_mut(variable) {
            let before = slot.replace(ty);
            self.changes.push((variable, before));
        }
    }

    /// Returns a type with what is known of its variables; the others stay.
    pub fn resolved(&self, ty: &CelType) -> CelType {
        ty.replaced(&mut |ty| match ty {
            CelType::Variable(number) => self.get(*number).map(|found| self.resolved(found)),
            _ => None,
        })
    }

    /// Returns a type without variables: what is not known is `dyn`.
    pub fn closed(&self, ty: &CelType) -> CelType {
        self.resolved(ty).replaced(&mut |ty| matches!(ty, CelType::Variable(_)).then_some(CelType::Dyn))
    }

    /// Returns whether values of the types `given` may stand where `wanted` are; if not, nothing is found out.
    pub fn fits_all(&mut self, given: &[CelType], wanted: &[CelType]) -> bool {
        let before = self.changes.len();
        let fits =
            given.len() == wanted.len() && given.iter().zip(wanted).all(|(given, wanted)| self.fit(given, wanted));
        if !fits {
            while self.changes.len() > before {
                if let Some((variable, ty)) = self.changes.pop()
                    && let Some(slot) = self.found.get_mut(variable)
                {
                    *slot = ty;
                }
            }
        }
        fits
    }

    /// Returns whether a value of the type `given` may stand where `wanted` is.
    pub fn fits(&mut self, given: &CelType, wanted: &CelType) -> bool {
        self.fits_all(std::slice::from_ref(given), std::slice::from_ref(wanted))
    }

    fn fit(&mut self, given: &CelType, wanted: &CelType) -> bool {
        use CelType as T;
        match (given, wanted) {
            (given, T::Variable(variable)) => self.bind(*variable, given),
            (T::Variable(variable), wanted) => self.bind(*variable, wanted),
            (T::Dyn, _) | (_, T::Dyn) => true,
            (T::Null, T::Null) => true,
            (T::Null, other) | (other, T::Null) => matches!(
                other,
                T::Optional(_) | T::Wrapper(_) | T::Opaque(_) | T::Object(_) | T::Timestamp | T::Duration
            ),
            (T::Wrapper(a), T::Wrapper(b)) => a == b,
            (T::Wrapper(of), other) | (other, T::Wrapper(of)) => **of == *other,
            (T::List(a), T::List(b)) | (T::Optional(a), T::Optional(b)) => self.fit(a, b),
            (T::Map(a), T::Map(b)) => self.fit(&a.0, &b.0) && self.fit(&a.1, &b.1),
            (T::Type(_), T::Type(_)) => true,
            (a, b) => a == b,
        }
    }

    fn bind(&mut self, variable: usize, ty: &CelType) -> bool {
        if *ty == CelType::Variable(variable) {
            return true;
        }
        let Some(found) = self.get(variable).cloned() else {
            let fits = !self.mentions(ty, variable);
            if fits {
                self.set(variable, ty.clone());
            }
            return fits;
        };
        if found == *ty {
            return true;
        }
        if !self.fit(ty, &found) {
            return false;
        }
        let general = self.more_general(ty, &found);
        if !self.mentions(&general, variable) {
            self.set(variable, general);
        }
        true
    }

    /// Whether a type has a variable in it.
    fn mentions(&self, ty: &CelType, variable: usize) -> bool {
        let mut found = false;
        let _ = self.resolved(ty).replaced(&mut |ty| {
            found |= *ty == CelType::Variable(variable);
            None
        });
        found
    }

    /// Returns whether types stand deeper in each other than `limit`.
    pub fn is_deeper(&self, ty: &CelType, limit: usize) -> bool {
        let Some(limit) = limit.checked_sub(1) else { return true };
        match ty {
            CelType::Variable(number) => self.get(*number).is_some_and(|found| self.is_deeper(found, limit)),
            CelType::List(of) | CelType::Optional(of) | CelType::Type(of) => self.is_deeper(of, limit),
            CelType::Map(entry) => self.is_deeper(&entry.0, limit) || self.is_deeper(&entry.1, limit),
            _ => false,
        }
    }

    /// Returns the one of two types that fit each other which says less.
    pub fn more_general(&self, a: &CelType, b: &CelType) -> CelType {
        if self.says_no_more(a, b) { a.clone() } else { b.clone() }
    }

    fn says_no_more(&self, a: &CelType, b: &CelType) -> bool {
        use CelType as T;
        match (self.resolved(a), self.resolved(b)) {
            (T::Dyn | T::Variable(_), _) => true,
            (_, T::Dyn | T::Variable(_)) => false,
            (T::List(a), T::List(b)) | (T::Optional(a), T::Optional(b)) => self.says_no_more(&a, &b),
            (T::Map(a), T::Map(b)) => self.says_no_more(&a.0, &b.0) && self.says_no_more(&a.1, &b.1),
            (T::Null, other) => other == T::Null,
            (_, T::Null) => true,
            (a, b) => a == b,
        }
    }
}

//! Releases: the major versions of a provider, the minor versions of Kubernetes.

use super::table::TABLE;

/// A provider, or Kubernetes, with the releases that the table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Family(pub(super) usize);

/// Some releases of one family: the lowest bit is the oldest that the table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Releases(pub(super) u16);

impl Family {
    /// `aws`; Kubernetes itself is `kubernetes.io`.
    pub fn name(self) -> &'static str {
        TABLE.families.text(self.0).split(' ').next().unwrap_or_default()
    }

    /// The numbers of the releases, oldest first.
    pub fn releases(self) -> impl Iterator<Item = u16> {
        TABLE.families.text(self.0).split(' ').skip(1).filter_map(|release| release.parse().ok())
    }

    /// Those releases whose number is wanted.
    pub fn select(self, wanted: impl Fn(u16) -> bool) -> Releases {
        let bits = self.releases().enumerate().filter(|(_, release)| wanted(*release));
        Releases(bits.fold(0, |mask, (at, _)| mask | 1 << at))
    }

    /// The number of the newest of some releases.
    pub fn newest(self, of: Releases) -> Option<u16> {
        self.releases().enumerate().filter(|(at, _)| of.0 >> at & 1 == 1).last().map(|(_, release)| release)
    }
}

impl Releases {
    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of these are newer than every one of `others`.
    pub fn are_after(self, others: Self) -> bool {
        !self.is_empty() && self.0.trailing_zeros() >= 16 - others.0.leading_zeros()
    }

    /// Whether any of these is one of `others`.
    pub fn meet(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::Releases;

    #[test]
    fn releases_are_after_what_ended_before_them() {
        assert!(Releases(0b100).are_after(Releases(0b011)));
        assert!(!Releases(0b110).are_after(Releases(0b011)));
        assert!(!Releases(0).are_after(Releases(0b011)));
    }
}

//! What a finding leads to where an object is sent to the API server: the object is denied, the user is warned, or only
//! the audit log says so.

use crate::check::{Settings, Severity};
use globset::GlobSet;

/// What becomes of a request because of a finding. Ordered by how much it hinders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdmissionMode {
    /// The object is admitted; the audit log has an annotation.
    Audit,
    /// The object is admitted; the user sees a warning.
    #[default]
    Warn,
    /// The object is refused.
    Deny,
}

impl AdmissionMode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Deny, Self::Warn, Self::Audit];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// The modes of a webhook, by check, severity and namespace.
#[derive(Clone, Debug, Default)]
pub struct AdmissionModes {
    /// The mode of findings at or above the gate's threshold that no rule is about.
    pub mode: AdmissionMode,
    /// The first rule that is about a finding decides.
    pub rules: Vec<AdmissionRule>,
}

/// A mode for some findings. What is `None` narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct AdmissionRule {
    /// The namespace of the object is one of these. Objects of the cluster have none.
    pub namespaces: Option<GlobSet>,
    /// The checks that are on in these settings.
    pub checks: Option<Settings>,
    /// The finding is at least that bad.
    pub severity: Option<Severity>,
    /// The mode.
    pub mode: AdmissionMode,
}

impl AdmissionModes {
    /// Returns the mode of a finding of a check on an object in `namespace`, which is empty for objects of the cluster.
    /// `None` if it is below `threshold` and no rule is about it.
    pub fn of(
        &self,
        check: &str,
        severity: Severity,
        namespace: &str,
        threshold: Option<Severity>,
    ) -> Option<AdmissionMode> {
        let rule = self.rules.iter().find(|rule| rule.fits(check, severity, namespace));
        let usual = || threshold.filter(|threshold| severity >= *threshold).map(|_| self.mode);
        rule.map(|rule| rule.mode).or_else(usual)
    }
}

impl AdmissionRule {
    fn fits(&self, check: &str, severity: Severity, namespace: &str) -> bool {
        self.namespaces.as_ref().is_none_or(|globs| globs.is_match(namespace))
            && self.checks.as_ref().is_none_or(|checks| checks.runs(check) == Some(true))
            && self.severity.is_none_or(|least| severity >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::{AdmissionMode, AdmissionModes, AdmissionRule};
    use crate::check::{Setting, Settings, Severity};
    use globset::{Glob, GlobSetBuilder};

    #[test]
    fn the_first_rule_that_fits_decides_else_the_threshold() {
        let mut checks = Settings::default();
        checks.add("kubernetes/container/*", Setting::On).unwrap();
        let namespaces = GlobSetBuilder::new().add(Glob::new("team-*").unwrap()).build().unwrap();
        let audited =
            AdmissionRule { namespaces: Some(namespaces), mode: AdmissionMode::Audit, ..AdmissionRule::default() };
        let denied = AdmissionRule {
            checks: Some(checks),
            severity: Some(Severity::High),
            mode: AdmissionMode::Deny,
            ..AdmissionRule::default()
        };
        let modes = AdmissionModes { mode: AdmissionMode::Warn, rules: vec![audited, denied] };
        let of = |check, severity, namespace| modes.of(check, severity, namespace, Some(Severity::Low));
        assert_eq!(of("kubernetes/container/privileged", Severity::High, "team-a"), Some(AdmissionMode::Audit));
        assert_eq!(of("kubernetes/container/privileged", Severity::High, "shop"), Some(AdmissionMode::Deny));
        assert_eq!(of("kubernetes/container/privileged", Severity::High, ""), Some(AdmissionMode::Deny));
        assert_eq!(of("kubernetes/container/privileged", Severity::Low, "shop"), Some(AdmissionMode::Warn));
        assert_eq!(of("kubernetes/pod/host-network", Severity::Critical, ""), Some(AdmissionMode::Warn));
        assert_eq!(of("kubernetes/pod/host-network", Severity::Info, "shop"), None);
        assert_eq!(of("kubernetes/pod/host-network", Severity::Info, "team-a"), Some(AdmissionMode::Audit));
    }
}

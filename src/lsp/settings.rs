//! What the user chose in the editor.

use crate::check::Severity;
use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;

/// What the user chose in the editor. What is missing is as it is without a choice.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// The environments of the configuration that are evaluated; all of them if none is named.
    pub environments: Vec<String>,
    /// The configuration file, in place of the nearest one.
    pub config: Option<PathBuf>,
    /// Run only these checks: ids, globs of ids, or ids of other tools.
    pub check: Vec<String>,
    /// Skip these checks.
    pub skip: Vec<String>,
    /// Run only checks of this severity or higher.
    pub severity: Option<String>,
    /// Whether verdicts that could not be given are not shown.
    pub hide_inconclusive: bool,
    /// Whether resources have no line above them that counts their checks.
    pub hide_lenses: bool,
}

impl Settings {
    /// Reads what a client sends: the settings themselves, or under the name `gatelint`. Errors: what is wrong with
    /// them.
    pub fn read(value: &Value) -> Result<Self, String> {
        let own = value.get("gatelint").unwrap_or(value);
        if own.is_null() {
            return Ok(Self::default());
        }
        let settings =
            Self::deserialize(own).map_err(|error| format!("The settings of gatelint are wrong: {error}."))?;
        if let Some(severity) = &settings.severity {
            severity
                .parse::<Severity>()
                .map_err(|message| format!("The settings of gatelint are wrong: {message}."))?;
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;
    use serde_json::json;

    #[test]
    fn settings_stand_alone_or_under_our_name() {
        let settings = Settings { environments: vec!["prod".into()], ..Settings::default() };
        assert_eq!(Settings::read(&json!({"environments": ["prod"]})), Ok(settings.clone()));
        assert_eq!(Settings::read(&json!({"gatelint": {"environments": ["prod"]}, "other": 1})), Ok(settings));
        assert_eq!(Settings::read(&json!(null)), Ok(Settings::default()));
        assert!(Settings::read(&json!({"severity": "bad"})).unwrap_err().contains("`bad` is not a severity"));
    }
}

//! The credentials of an app.

use std::env;
use std::ffi::OsString;

use crate::base::config_error::ConfigError;
use crate::base::secret::Secret;

/// The app key and app secret of the vendor's console. `Debug` does not show the secret.
///
/// ```
/// let credentials = yunxin::Credentials::new("key", "s3cret");
/// assert!(!format!("{credentials:?}").contains("s3cret"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub(crate) app_key: String,
    pub(crate) app_secret: Secret,
}

impl Credentials {
    /// These values. Whether they are usable is checked when the client is built: an app key is printable ASCII without
    /// blanks, a secret is any text without blanks or line breaks around it.
    #[must_use]
    pub fn new(app_key: impl Into<String>, app_secret: impl Into<Secret>) -> Self {
        Self { app_key: app_key.into(), app_secret: app_secret.into() }
    }

    /// From the environment: `YUNXIN_APP_KEY` and `YUNXIN_APP_SECRET`.
    ///
    /// # Errors
    /// Names the variable that is missing or empty.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(|name| env::var_os(name))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, ConfigError> {
        let read = |name: &str| match variable(name).map(OsString::into_string) {
            None => Err(ConfigError::new(format!("the environment variable {name} is not set"))),
            Some(Err(_)) => Err(ConfigError::new(format!("the environment variable {name} is not UTF-8"))),
            Some(Ok(value)) if value.trim().is_empty() => {
                Err(ConfigError::new(format!("the environment variable {name} is empty")))
            }
            Some(Ok(value)) => Ok(value.trim().to_owned()),
        };
        let app_key = read("YUNXIN_APP_KEY")?;
        let app_secret = read("YUNXIN_APP_SECRET")?;
        Ok(Self::new(app_key, app_secret))
    }

    /// The app key.
    #[must_use]
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// The app secret, as plain text.
    #[must_use]
    pub fn app_secret(&self) -> &Secret {
        &self.app_secret
    }
}

/// Why a text cannot be an app key; `None` if it can.
pub(crate) fn flaw_of_app_key(app_key: &str) -> Option<&'static str> {
    if app_key.trim().is_empty() {
        Some("is empty")
    } else if !app_key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Some("cannot stand in a header: printable ASCII without blanks only")
    } else {
        None
    }
}

/// Why a text cannot be a secret; `None` if it can. Text from a file or a form often ends with a line break, and every
/// signature made with it would be wrong.
pub(crate) fn flaw_of_secret(secret: &Secret) -> Option<&'static str> {
    let text = secret.expose();
    if text.trim().is_empty() {
        Some("is empty")
    } else if text.trim() != text {
        Some("begins or ends with a blank or a line break")
    } else if text.contains(char::is_control) {
        Some("has a control character")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(key: Option<&str>, secret: Option<&str>) -> Result<Credentials, ConfigError> {
        Credentials::from_variables(|name| match name {
            "YUNXIN_APP_KEY" => key.map(OsString::from),
            _ => secret.map(OsString::from),
        })
    }

    #[test]
    fn the_environment_is_read_and_blanks_are_cut() {
        let read = from(Some(" k"), Some("s\n")).unwrap();
        assert_eq!(read, Credentials::new("k", "s"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = from(None, Some("s")).unwrap_err().to_string();
        assert_eq!(missing, "the environment variable YUNXIN_APP_KEY is not set");
        let empty = from(Some("k"), Some(" ")).unwrap_err().to_string();
        assert_eq!(empty, "the environment variable YUNXIN_APP_SECRET is empty");
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        for (app_key, flaw) in [
            ("0ab9c8d7", None),
            ("my-key", None),
            ("!~", None),
            ("", Some("is empty")),
            (" ", Some("is empty")),
            ("\u{3000}", Some("is empty")),
            ("a b", Some("cannot stand in a header")),
            (" a", Some("cannot stand in a header")),
            ("a\n", Some("cannot stand in a header")),
            ("a\0", Some("cannot stand in a header")),
            ("é", Some("cannot stand in a header")),
            ("钥", Some("cannot stand in a header")),
        ] {
            let found = flaw_of_app_key(app_key);
            assert!(
                found.is_some() == flaw.is_some() && found.unwrap_or_default().starts_with(flaw.unwrap_or_default()),
                "{app_key:?}: {found:?}"
            );
        }
        for (secret, flaw) in [
            ("s3cret", None),
            ("two words", None),
            ("é", None),
            ("", Some("is empty")),
            (" \t", Some("is empty")),
            ("s\n", Some("begins or ends with a blank or a line break")),
            (" s", Some("begins or ends with a blank or a line break")),
            ("a\0b", Some("has a control character")),
        ] {
            assert_eq!(flaw_of_secret(&Secret::from(secret)), flaw, "{secret:?}");
        }
    }
}

//! Who is calling.

use std::env;
use std::ffi::OsString;

use crate::error::{Error, Result};
use crate::runtime::secret::Secret;

/// The app key and app secret of the vendor's console. `Debug` does not show the secret.
///
/// ```
/// let credentials = yunxin::Credentials::new("key", "s3cret");
/// assert!(!format!("{credentials:?}").contains("s3cret"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub(super) app_key: String,
    pub(super) app_secret: Secret,
}

impl Credentials {
    /// These values. Whether they are usable is checked when the client is built.
    #[must_use]
    pub fn new(app_key: impl Into<String>, app_secret: impl Into<Secret>) -> Self {
        Self { app_key: app_key.into(), app_secret: app_secret.into() }
    }

    /// From the environment: `YUNXIN_APP_KEY` and `YUNXIN_APP_SECRET`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) naming the variable that is missing or empty.
    pub fn from_env() -> Result<Self> {
        Self::from_variables(|name| env::var_os(name))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        let read = |name: &str| match variable(name).map(OsString::into_string) {
            None => Err(Error::config(format!("the environment variable {name} is not set"))),
            Some(Err(_)) => Err(Error::config(format!("the environment variable {name} is not UTF-8"))),
            Some(Ok(value)) if value.trim().is_empty() => {
                Err(Error::config(format!("the environment variable {name} is empty")))
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

    /// The app secret. Take care where it goes.
    #[must_use]
    pub fn app_secret(&self) -> &Secret {
        &self.app_secret
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(key: Option<&str>, secret: Option<&str>) -> Result<Credentials> {
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
}

//! Signs callbacks like the platform.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use md5::{Digest, Md5};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use serde_json::value::RawValue;
use yunxin_codegen::value::display::MASK;

use crate::signature::{APP_KEY, CHECK_SUM, CUR_TIME, digest};

const MD5: &str = "MD5";
const SIGN: &str = "sign";
/// For a body with this field the fields are signed; for any other the raw body.
const NOTICE_ID: &str = "nId";

/// How a callback is signed.
#[derive(Clone)]
pub(super) enum Signing {
    None,
    CheckSum { app_key: String, app_secret: SecretString },
    Sign { sign_key: SecretString },
}

impl Signing {
    /// Returns the headers of the signature.
    pub(super) fn headers(&self, body: &[u8], at: SystemTime) -> Vec<(&'static str, String)> {
        match self {
            Self::None => Vec::new(),
            Self::CheckSum { app_key, app_secret } => {
                // In milliseconds, unlike in requests.
                let cur_time = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis().to_string();
                let md5 = md5_hex(&[body]);
                let check_sum = digest(&[app_secret.expose_secret(), &md5, &cur_time]);
                vec![(APP_KEY, app_key.clone()), (CUR_TIME, cur_time), (MD5, md5), (CHECK_SUM, check_sum)]
            }
            Self::Sign { sign_key } => {
                let joined = joined_fields(body);
                let signed = joined.as_deref().map_or(body, str::as_bytes);
                vec![(SIGN, md5_hex(&[signed, sign_key.expose_secret().as_bytes()]))]
            }
        }
    }
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::CheckSum { app_key, .. } => {
                f.debug_struct("CheckSum").field("app_key", app_key).field("app_secret", &MASK).finish()
            }
            Self::Sign { .. } => f.debug_struct("Sign").field("sign_key", &MASK).finish(),
        }
    }
}

/// Returns the signed text of the fields: those that are not empty, sorted, as `key=value` joined with `&`. `None` if
/// the body has no notice id.
fn joined_fields(body: &[u8]) -> Option<String> {
    let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(body).ok()?;
    fields.get(NOTICE_ID)?;
    let text_of = |raw: &RawValue| match serde_json::from_str(raw.get()) {
        Ok(Value::String(text)) => text,
        Ok(Value::Null) => String::new(),
        _ => raw.get().to_owned(),
    };
    let pairs = fields.iter().map(|(key, raw)| (key, text_of(raw))).filter(|(_, text)| !text.is_empty());
    Some(pairs.map(|(key, text)| format!("{key}={text}")).collect::<Vec<_>>().join("&"))
}

fn md5_hex(parts: &[&[u8]]) -> String {
    hex::encode(parts.iter().fold(Md5::new(), |hash, part| hash.chain_update(part)).finalize())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn signed(sign_key: &str, body: &str) -> String {
        let signing = Signing::Sign { sign_key: sign_key.into() };
        let headers = signing.headers(body.as_bytes(), UNIX_EPOCH);
        assert_eq!((headers.len(), headers[0].0), (1, "sign"));
        headers[0].1.clone()
    }

    /// The MD5 of `{}` is published; printf 'demo-app-secret99914b932bd37a50b983c5e7c90ae93b1700000000000' | sha1sum
    #[test]
    fn check_sums_are_of_secret_md5_and_milliseconds() {
        let signing = Signing::CheckSum { app_key: "key".to_owned(), app_secret: "demo-app-secret".into() };
        let at = UNIX_EPOCH + Duration::from_millis(1_700_000_000_000);
        let expected = [
            ("AppKey", "key"),
            ("CurTime", "1700000000000"),
            ("MD5", "99914b932bd37a50b983c5e7c90ae93b"),
            ("CheckSum", "f8e0428ae0eb41a41ea84607209d3ee3626d3a86"),
        ];
        assert_eq!(signing.headers(b"{}", at), expected.map(|(name, value)| (name, value.to_owned())));
        assert!(!format!("{signing:?}").contains("secret\""), "{signing:?}");
    }

    /// Of real posts.
    #[test]
    fn bodies_without_a_notice_id_are_signed_as_they_stand() {
        let body = r#"{"time":"1500876445954","status":"0","cid":"621977362d9a44edb41141e0735d1f52"}"#;
        assert_eq!(signed("phlive_vcloud", body), "5410d115c59713256c49a5415bf0b99d");
        let body = r#"{"time":"1500881175013","status":"1","cid":"621977362d9a44edb41141e0735d1f52"}"#;
        assert_eq!(signed("phlive_vcloud", body), "47bb8da6cc95253e4d1d81cc310a52e8");
    }

    /// printf 'beginTime=1614764611561&cid=a"b&nId=7&ok=true&part={"x": [1]}k3y' | md5sum
    #[test]
    fn bodies_with_one_are_signed_by_their_fields() {
        let body =
            r#"{"nId": "7","cid":"a\"b", "beginTime":1614764611561,"part":{"x": [1]},"e":"","n":null,"ok":true}"#;
        assert_eq!(signed("k3y", body), "4292048ef23967f2391ebf9f771b49a1");
    }
}

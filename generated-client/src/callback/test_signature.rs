//! Signs callbacks like the platform does, for tests.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::base::digest::{md5_hex, sha1_hex};
use crate::callback::signed_headers::{APP_KEY, CHECK_SUM, CUR_TIME, MD5};

/// Returns the headers `AppKey`, `CurTime`, `MD5` and `CheckSum` that the platform would send with this body at this
/// time.
///
/// For tests of callback handlers. Times before 1970 count as 1970, and fractions of a millisecond are dropped.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use yunxin::callback::sign_for_test;
///
/// let at = UNIX_EPOCH + Duration::from_millis(1_700_000_000_000);
/// let headers = sign_for_test("app-key", "app-secret", at, b"{}");
/// assert_eq!(headers[1], ("CurTime", "1700000000000".to_owned()));
/// assert_eq!(headers[2], ("MD5", "99914b932bd37a50b983c5e7c90ae93b".to_owned()));
/// ```
#[must_use]
pub fn sign_for_test(app_key: &str, app_secret: &str, at: SystemTime, raw_body: &[u8]) -> [(&'static str, String); 4] {
    let cur_time = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis().to_string();
    let md5 = md5_hex(&[raw_body]);
    let check_sum = sha1_hex([app_secret.as_bytes(), &md5, cur_time.as_bytes()]);
    [
        (APP_KEY, app_key.to_owned()),
        (CUR_TIME, cur_time),
        (MD5, String::from_utf8_lossy(&md5).into_owned()),
        (CHECK_SUM, String::from_utf8_lossy(&check_sum).into_owned()),
    ]
}

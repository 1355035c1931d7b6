//! Finds the headers that a signature is made from.

use crate::callback::error::VerifyError;

/// The values of the headers that were found.
pub(super) const APP_KEY: &str = "AppKey";
pub(super) const CUR_TIME: &str = "CurTime";
pub(super) const MD5: &str = "MD5";
pub(super) const CHECK_SUM: &str = "CheckSum";
pub(super) const SIGN: &str = "sign";

/// Finds headers by name, ignoring case.
///
/// # Errors
/// If one of the headers occurs twice.
pub(super) fn find<const N: usize, K, V>(
    names: [&'static str; N],
    headers: impl IntoIterator<Item = (K, V)>,
) -> Result<[Option<Vec<u8>>; N], VerifyError>
where
    K: AsRef<str>,
    V: AsRef<[u8]>,
{
    let mut found = [const { None }; N];
    for (key, value) in headers {
        let entry = names.iter().zip(&mut found).find(|(name, _)| name.eq_ignore_ascii_case(key.as_ref()));
        let Some((name, slot)) = entry else { continue };
        if slot.replace(value.as_ref().to_vec()).is_some() {
            return Err(VerifyError::RepeatedHeader { name });
        }
    }
    Ok(found)
}

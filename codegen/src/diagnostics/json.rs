//! Prints diagnostics as JSON.

use super::finding::lines;
use super::locate::Located;

/// An object a line.
pub(crate) fn json(located: &[Located<'_>]) -> String {
    // Texts and numbers can always be written.
    lines(located, |finding| serde_json::to_string(finding).unwrap_or_default())
}

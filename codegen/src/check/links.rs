//! Checks links and texts that are shown in the docs.

use super::Scope;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::yaml::YamlPath;

/// Checks the links and texts of a resource.
pub(super) fn resource(scope: Scope<'_>, diagnostics: &mut Diagnostics) {
    let root = scope.root();
    let head = &scope.resource.resource;
    text(&head.title, &root.at("title"), diagnostics);
    optional_texts([("doc_zh", head.doc_zh.as_deref())], &root, diagnostics);
    if let Some(docs) = &head.docs {
        link(docs, &root.at("docs"), diagnostics);
    }
}

/// Checks that a link is a URL that a browser can open.
pub(super) fn link(url: &str, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let rest = url.strip_prefix("https://");
    let good = rest.is_some_and(|rest| {
        rest.split('/').next().is_some_and(|host| host.contains('.'))
            && !url.contains(char::is_whitespace)
            && !url.contains(['<', '>', '"'])
    });
    if !good {
        diagnostics.push(Diagnostic::new(Code::BadLink, at.clone().value(), format!("`{url}` is not a link")).help(
            "write the full address of the official page: https://host/path, \
                     with blanks and non-ASCII letters percent-encoded where needed",
        ));
    }
}

/// Checks that a text is one line that is not blank.
pub(super) fn text(text: &str, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if text.trim().is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::NoText, at.clone().value(), "this text is empty")
                .help("say in a few words what it is; it is what users read first"),
        );
    }
}

/// Checks that optional texts are not blank.
pub(super) fn optional_texts<const N: usize>(
    texts: [(&str, Option<&str>); N],
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    for (key, value) in texts {
        if let Some(value) = value {
            text(value, &at.at(key), diagnostics);
        }
    }
}

/// Checks the official titles, by which the docs are searched. Rustdoc restricts their characters.
pub(super) fn titles_zh(titles: &[String], at: &YamlPath, diagnostics: &mut Diagnostics) {
    for (number, title) in titles.iter().enumerate() {
        let at = at.at(number);
        if title.contains(['"', '\'', '\n']) || (title.trim() != title && !title.trim().is_empty()) {
            diagnostics.push(
                Diagnostic::new(Code::BadName, at.value(), format!("`{title}` is not a title to search for"))
                    .help("write it on one line, without quotation marks and without blanks around it"),
            );
        } else if titles.iter().take(number).any(|earlier| earlier == title) {
            diagnostics.push(
                Diagnostic::new(Code::BadName, at.value(), format!("the title `{title}` is listed twice"))
                    .help("list every title once"),
            );
        } else {
            text(title, &at, diagnostics);
        }
    }
}

/// Checks that a required text is present and not blank.
pub(super) fn required_text(doc: Option<&str>, at: &YamlPath, what: &str, diagnostics: &mut Diagnostics) {
    if doc.is_none_or(|doc| doc.trim().is_empty()) {
        diagnostics.push(
            Diagnostic::new(Code::NoText, at.clone().key(), format!("{what} has no `doc`"))
                .help("say in 3-15 words what the name does not, such as unit and default: `doc: ...`"),
        );
    }
}

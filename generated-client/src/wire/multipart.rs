//! Writes `multipart/form-data` bodies (RFC 7578).

use crate::wire::file::File;
use crate::wire::limit::Checker;

/// A multipart body that is being written.
pub(crate) struct Multipart {
    boundary: String,
    out: Vec<u8>,
}

impl Multipart {
    pub(crate) fn new(boundary: String) -> Self {
        Self { boundary, out: Vec::new() }
    }

    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// Appends a text field.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.push("\r\n\r\n");
        self.push(value);
        self.push("\r\n");
    }

    /// Appends a file. Characters that would end the part's header are escaped in names; in a content type they are a
    /// problem.
    pub(crate) fn file(&mut self, name: &str, file: &File, checker: &mut Checker) {
        if file.kind().chars().any(char::is_control) {
            checker.note("has a content type with a control character");
        }
        self.begin(name);
        self.push("; filename=\"");
        self.push_in_quotes(file.name());
        self.push("\"\r\nContent-Type: ");
        self.push(file.kind());
        self.push("\r\n\r\n");
        self.out.extend_from_slice(file.content());
        self.push("\r\n");
    }

    /// Appends the closing boundary and returns the body.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.push("--");
        self.push_boundary();
        self.push("--\r\n");
        self.out
    }

    /// Writes the boundary and the beginning of a part's header.
    fn begin(&mut self, name: &str) {
        self.push("--");
        self.push_boundary();
        self.push("\r\nContent-Disposition: form-data; name=\"");
        self.push_in_quotes(name);
        self.push("\"");
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn push_boundary(&mut self) {
        self.out.extend_from_slice(self.boundary.as_bytes());
    }

    /// Appends a quoted text like browsers do: only characters that end the quotes or the line are escaped.
    fn push_in_quotes(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b'"' => self.push("%22"),
                b'\r' => self.push("%0D"),
                b'\n' => self.push("%0A"),
                other => self.out.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_delimited_and_names_stay_in_their_quotes() {
        let mut checker = Checker::new(true);
        let mut parts = Multipart::new("B".to_owned());
        parts.text("tag", "汉");
        parts.file("content", &File::new("a\"\r\nX: y.png", *b"\0\r\n").content_type("image/png"), &mut checker);
        assert!(checker.is_clean());
        assert_eq!(parts.content_type(), "multipart/form-data; boundary=B");
        assert_eq!(
            String::from_utf8(parts.finish()).unwrap(),
            "--B\r\nContent-Disposition: form-data; name=\"tag\"\r\n\r\n汉\r\n\
             --B\r\nContent-Disposition: form-data; name=\"content\"; filename=\"a%22%0D%0AX: y.png\"\r\n\
             Content-Type: image/png\r\n\r\n\0\r\n\r\n--B--\r\n"
        );
    }

    #[test]
    fn a_kind_cannot_add_headers() {
        let mut checker = Checker::new(true);
        let file = File::new("a", *b"").content_type("a/b\r\nX: y");
        Multipart::new("B".to_owned()).file("content", &file, &mut checker);
        assert!(!checker.is_clean());
    }
}

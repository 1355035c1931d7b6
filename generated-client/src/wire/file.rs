//! Files for multipart uploads.

use std::fmt;

use bytes::Bytes;

/// A file to upload: its name, content type and content, in memory. `Debug` shows the size, not the content.
///
/// ```
/// let picture = yunxin::File::new("cat.png", vec![0x89, b'P', b'N', b'G']).content_type("image/png");
/// assert_eq!(picture.content().len(), 4);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct File {
    name: String,
    content_type: Option<String>,
    content: Bytes,
}

impl File {
    /// Creates a file with this name and content. Without a [content type](File::content_type) it is sent as
    /// `application/octet-stream`.
    #[must_use]
    pub fn new(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content_type: None, content: Bytes::from(content.into()) }
    }

    /// Creates a file with this name and the whole content of a reader, which is read at once.
    ///
    /// ```
    /// let report = yunxin::File::from_reader("report.txt", std::io::Cursor::new("a report"))?;
    /// assert_eq!(report.content(), b"a report");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the reader fails.
    pub fn from_reader(name: impl Into<String>, mut reader: impl std::io::Read) -> std::io::Result<Self> {
        let mut content = Vec::new();
        reader.read_to_end(&mut content)?;
        Ok(Self::new(name, content))
    }

    /// Sets the content type: `image/png`.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Returns the file name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the content type that it is sent with.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.content_type.as_deref().unwrap_or("application/octet-stream")
    }

    /// Returns the content.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("name", &self.name)
            .field("kind", &self.kind())
            .field("bytes", &self.content.len())
            .finish()
    }
}

/// A parameter that is a file.
pub trait Part {
    /// Returns the file; `None` if the parameter is absent.
    fn file(&self) -> Option<&File>;
}

impl Part for File {
    fn file(&self) -> Option<&File> {
        Some(self)
    }
}

impl Part for Option<File> {
    fn file(&self) -> Option<&File> {
        self.as_ref()
    }
}

#[cfg(feature = "serde")]
mod serde_impls {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::File;

    #[derive(Serialize, Deserialize)]
    struct Stored {
        name: String,
        #[serde(default)]
        content_type: Option<String>,
        /// The content in base64.
        content: String,
    }

    impl Serialize for File {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use base64::Engine as _;
            Stored {
                name: self.name.clone(),
                content_type: self.content_type.clone(),
                content: base64::engine::general_purpose::STANDARD.encode(&self.content),
            }
            .serialize(serializer)
        }
    }

    impl<'de> Deserialize<'de> for File {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            use base64::Engine as _;
            let stored = Stored::deserialize(deserializer)?;
            let content =
                base64::engine::general_purpose::STANDARD.decode(&stored.content).map_err(serde::de::Error::custom)?;
            Ok(Self { name: stored.name, content_type: stored.content_type, content: content.into() })
        }
    }
}

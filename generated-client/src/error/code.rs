//! The server's code in a reply.

use std::fmt;
use std::sync::Arc;

use crate::wire::codes::{CodeInfo, CodeKind};
use crate::wire::endpoint_meta::ProductMeta;

/// The code that a server answered with, and what the product's spec says about it.
#[derive(Clone)]
pub struct Code {
    value: i64,
    product: Arc<str>,
    listed: Option<Listed>,
}

/// What the spec says about the code.
#[derive(Clone)]
struct Listed {
    name: Arc<str>,
    meaning: Arc<str>,
    kind: CodeKind,
}

impl From<&CodeInfo<'_>> for Listed {
    fn from(info: &CodeInfo<'_>) -> Self {
        Self { name: info.name.into(), meaning: info.meaning.into(), kind: info.kind }
    }
}

impl Code {
    pub(crate) fn new(product: &ProductMeta<'_>, value: i64) -> Self {
        Self { value, product: product.name.into(), listed: product.code(value).map(Listed::from) }
    }

    /// The number.
    #[must_use]
    pub fn value(&self) -> i64 {
        self.value
    }

    /// Name of the product that answered: `im`.
    #[must_use]
    pub fn product(&self) -> &str {
        &self.product
    }

    /// Name of the code in the product's spec; `None` if it is not listed there.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.listed.as_ref().map(|listed| &*listed.name)
    }

    /// What it means; `None` if it is not listed.
    #[must_use]
    pub fn meaning(&self) -> Option<&str> {
        self.listed.as_ref().map(|listed| &*listed.meaning)
    }

    /// What it says about repeating the call; [`CodeKind::Permanent`] if it is not listed.
    #[must_use]
    pub fn kind(&self) -> CodeKind {
        self.listed.as_ref().map_or(CodeKind::Permanent, |listed| listed.kind)
    }

    /// The code as a product's enum: `code.typed::<yunxin::im::ErrorCode>()`.
    #[must_use]
    pub fn typed<T: From<i64>>(&self) -> T {
        T::from(self.value)
    }
}

/// The same number of the same product.
impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value && self.product == other.product
    }
}

impl Eq for Code {}

impl PartialEq<i64> for Code {
    fn eq(&self, other: &i64) -> bool {
        self.value == *other
    }
}

impl From<Code> for i64 {
    fn from(code: Code) -> Self {
        code.value
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value)?;
        match self.name() {
            Some(name) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

//! Codes of replies.

use std::fmt;

use crate::wire::codes::{CodeInfo, CodeKind};
use crate::wire::endpoint_meta::Product;

/// A code of a product, with what is known about it.
#[derive(Clone, Copy)]
pub struct Code {
    value: i64,
    info: Option<CodeInfo>,
}

impl Code {
    pub(crate) fn new(product: &Product, value: i64) -> Self {
        Self { value, info: product.code(value) }
    }

    /// The number.
    #[must_use]
    pub fn value(self) -> i64 {
        self.value
    }

    /// Its name in the product's table; `None` if it is not listed there.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.info.map(|info| info.name)
    }

    /// What it means; `None` if it is not listed.
    #[must_use]
    pub fn meaning(self) -> Option<&'static str> {
        self.info.map(|info| info.meaning)
    }

    /// What it says about repeating the call; [`CodeKind::Permanent`] if it is not listed.
    #[must_use]
    pub fn kind(self) -> CodeKind {
        self.info.map_or(CodeKind::Permanent, |info| info.kind)
    }

    /// The code as a product's enum: `code.typed::<yunxin::im::ErrorCode>()`.
    #[must_use]
    pub fn typed<T: From<i64>>(self) -> T {
        T::from(self.value)
    }

    /// What the product lists about it.
    pub(super) fn info(self) -> Option<CodeInfo> {
        self.info
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
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

//! What maintainers do with specs beside generating code.

pub mod compare;
pub mod coverage;
pub mod scaffold;

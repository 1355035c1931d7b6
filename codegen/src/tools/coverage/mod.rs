//! Counts how much of the API the specs describe, for `cargo xtask coverage`.

mod column;
#[cfg(test)]
mod tests;
mod unwritten;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use column::Column;

use crate::model::{Api, Product, Resource};

/// The numbers of some endpoints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(BTreeMap<Column, usize>);

/// The numbers of each product, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Coverage {
    /// Sorted.
    pub products: BTreeMap<String, Counts>,
}

/// A count that is smaller than in the baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regression {
    /// Name of the product.
    pub product: String,
    /// What is counted.
    pub column: Column,
    /// The number before.
    pub before: usize,
    /// The number now.
    pub now: usize,
}

impl fmt::Display for Regression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} fell from {} to {}", self.product, self.column.title(), self.before, self.now)
    }
}

/// Counts endpoints, parameters and so on of each product.
pub fn count(api: &Api) -> Coverage {
    let products = api.products.iter().map(|product| (product.name.clone(), Counts::of(product)));
    Coverage { products: products.collect() }
}

impl Counts {
    fn of(product: &Product) -> Self {
        let in_resource = |resource: &Resource, column: Column| -> usize {
            resource.endpoints.iter().map(|endpoint| column.count(product, resource, endpoint)).sum()
        };
        let number = |column: Column| product.resources.iter().map(|resource| in_resource(resource, column)).sum();
        Self(Column::ALL.iter().map(|column| (*column, number(*column))).collect())
    }

    /// The count of a column; zero if it is not listed.
    pub fn get(&self, column: Column) -> usize {
        self.0.get(&column).copied().unwrap_or_default()
    }

    /// The counts that must not fall.
    fn kept(number: impl Fn(Column) -> usize) -> Self {
        Self(Column::ALL.iter().filter(|column| column.is_kept()).map(|column| (*column, number(*column))).collect())
    }
}

impl Coverage {
    /// All products together.
    pub fn total(&self) -> Counts {
        let sum = |column| self.products.values().map(|counts| counts.get(column)).sum();
        Counts(Column::ALL.iter().map(|column| (*column, sum(*column))).collect())
    }

    /// The counts that must not fall, as the baseline for later ones.
    pub fn baseline(&self) -> Self {
        self.ratchet(&Self::default())
    }

    /// The baseline with every count raised that is greater now.
    pub fn ratchet(&self, baseline: &Self) -> Self {
        let names = self.products.keys().chain(baseline.products.keys());
        let products = names.map(|name| {
            let (now, before) = (self.of_product(name), baseline.of_product(name));
            (name.clone(), Counts::kept(|column| now.get(column).max(before.get(column))))
        });
        Self { products: products.collect() }
    }

    /// Counts that are smaller than in the baseline; those of removed products are zero.
    pub fn regressions(&self, baseline: &Self) -> Vec<Regression> {
        let kept = Column::ALL.iter().copied().filter(|column| column.is_kept());
        let all = baseline.products.iter().flat_map(|(name, before)| {
            let now = self.of_product(name);
            kept.clone().map(move |column| Regression {
                product: name.clone(),
                column,
                before: before.get(column),
                now: now.get(column),
            })
        });
        all.filter(|regression| regression.now < regression.before).collect()
    }

    fn of_product(&self, name: &str) -> Counts {
        self.products.get(name).cloned().unwrap_or_default()
    }
}

//! How much of the API the specs describe, in numbers: what `cargo xtask coverage` shows and keeps from falling.

mod column;
#[cfg(test)]
mod tests;
mod unwritten;

use std::{collections::BTreeMap, fmt};

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

/// A number that was greater before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fall {
    /// Name of the product.
    pub product: String,
    /// What is counted.
    pub column: Column,
    /// The number before.
    pub before: usize,
    /// The number now.
    pub now: usize,
}

impl fmt::Display for Fall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} fell from {} to {}", self.product, self.column.title(), self.before, self.now)
    }
}

/// Counts what the model has.
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

    /// Zero for what is not listed.
    pub fn get(&self, column: Column) -> usize {
        self.0.get(&column).copied().unwrap_or_default()
    }

    /// Those that should not fall.
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

    /// The numbers that later ones are held against: those that should not fall.
    pub fn floor(&self) -> Self {
        self.raised(&Self::default())
    }

    /// The floor after this coverage: what is greater raises it, what is smaller leaves it.
    pub fn raised(&self, floor: &Self) -> Self {
        let names = self.products.keys().chain(floor.products.keys());
        let products = names.map(|name| {
            let (now, before) = (self.of_product(name), floor.of_product(name));
            (name.clone(), Counts::kept(|column| now.get(column).max(before.get(column))))
        });
        Self { products: products.collect() }
    }

    /// What is smaller than in the floor, products that are gone included.
    pub fn falls(&self, floor: &Self) -> Vec<Fall> {
        let kept = Column::ALL.iter().copied().filter(|column| column.is_kept());
        let all = floor.products.iter().flat_map(|(name, before)| {
            let now = self.of_product(name);
            kept.clone().map(move |column| Fall {
                product: name.clone(),
                column,
                before: before.get(column),
                now: now.get(column),
            })
        });
        all.filter(|fall| fall.now < fall.before).collect()
    }

    fn of_product(&self, name: &str) -> Counts {
        self.products.get(name).cloned().unwrap_or_default()
    }
}

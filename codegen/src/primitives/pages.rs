//! How to get the next page of a list.

use indexmap::IndexMap;
use serde::Deserialize;

#[cfg(feature = "schema")]
use {
    super::json_schema::{rules, shapes, text},
    schemars::JsonSchema,
};

/// How to get the next page: by exactly one of `token`, `last`, `offset` and `page`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(extend("oneOf" = rules::pages())))]
#[serde(deny_unknown_fields)]
pub struct Pages {
    /// Field of the payload that has the items of a page; `.` when the payload is their list.
    #[cfg_attr(feature = "schema", schemars(with = "text::PayloadKey"))]
    pub items: String,
    /// `{ PARAMETER: FIELD }`: this field of the payload is the parameter of the next call. When it is empty the page
    /// was the last.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Moves"))]
    pub token: IndexMap<String, String>,
    /// `{ PARAMETER: FIELD, ... }`: these fields of the last item are parameters of the next call.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Moves"))]
    pub last: IndexMap<String, String>,
    /// Parameter that grows by the number of items got.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub offset: Option<String>,
    /// Parameter that counts pages, from its `default` or from 1.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub page: Option<String>,
    /// Field of the payload that says whether more follows.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub more: Option<String>,
    /// Parameter with the size of a page: a page with fewer items is the last.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub limit: Option<String>,
}

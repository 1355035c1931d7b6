//! Runs the tests of one product or resource.

use yunxin_codegen::diagnostics::expected;
use yunxin_codegen::model::Api;

use crate::ci;

/// Environment variable with the product or resource, which the tests read.
const VARIABLE: &str = "YUNXIN_TEST_ONLY";

/// The integration tests that cover every example.
const TESTS: [&str; 2] = ["recorded_requests", "sandbox_round_trips"];

/// The product or resource to test.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Only {
    product: String,
    resource: Option<String>,
}

impl Only {
    /// Finds a product by its name, `im`, or a resource, `im.user` or `im/user`.
    pub(super) fn find(name: &str, api: &Api) -> anyhow::Result<Self> {
        let parts: Vec<&str> = name.split(['.', '/']).collect();
        let (product, resource) = match parts.as_slice() {
            [product] => (*product, None),
            [product, resource] => (*product, Some(*resource)),
            [product, resource, _] => anyhow::bail!(
                "`{name}` names an endpoint, and a resource is tested as a whole: `--only {product}.{resource}`"
            ),
            _ => anyhow::bail!("`{name}` names no product or resource: write `im` or `im.user`"),
        };
        let Some(known) = api.products.iter().find(|known| known.name == product) else {
            let names: Vec<&str> = api.products.iter().map(|known| known.name.as_str()).collect();
            anyhow::bail!("there is no product `{product}`: {}", expected(product, names));
        };
        if let Some(resource) = resource
            && !known.resources.iter().any(|known| known.name == resource)
        {
            let names: Vec<&str> = known.resources.iter().map(|known| known.name.as_str()).collect();
            anyhow::bail!("`{product}` has no resource `{resource}`: {}", expected(resource, names));
        }
        Ok(Self { product: product.to_owned(), resource: resource.map(str::to_owned) })
    }

    /// Runs the tests; returns whether they passed.
    pub(super) fn run(&self, update: Option<&'static str>) -> anyhow::Result<bool> {
        let name = self.name();
        println!(
            "Building the client with `{}` and running the examples of `{name}`: several minutes if nothing is built yet, below half a \
             minute after that.\n",
            self.product
        );
        let feature = format!("yunxin/{}", self.product);
        // The whole workspace, so that dependencies have the same features as in a run of all tests and are not
        // compiled again.
        let common = ["test", "--workspace", "--no-fail-fast", "--no-default-features", "--features", &feature];
        let tests: Vec<&str> = TESTS.iter().flat_map(|test| ["--test", test]).collect();
        let docs = ci::cargo(&[&common[..], &["--doc", "--", "--quiet", &self.docs()]].concat(), &[])?;
        // Without backtraces, which would make the differences hard to read.
        let environment: Vec<_> = [(VARIABLE, &*name), ("RUST_BACKTRACE", "0")]
            .into_iter()
            .chain(update.map(|to| (ci::UPDATE, to)))
            .collect();
        let examples = ci::cargo(&[&common[..], &tests].concat(), &environment)?;
        Ok(docs && examples)
    }

    /// Returns the beginning of the ids of its endpoints.
    fn name(&self) -> String {
        match &self.resource {
            Some(resource) => format!("{}.{resource}", self.product),
            None => self.product.clone(),
        }
    }

    /// Returns the part that the names of its doctests have in common.
    fn docs(&self) -> String {
        format!("generated::{}::", self.name().replace('.', "::"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use yunxin_codegen::{Sources, compile};

    use super::*;

    fn api() -> Api {
        let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
        compile(&Sources::read(&spec, "spec").unwrap()).unwrap().api
    }

    #[test]
    fn products_and_resources_are_found() {
        let api = api();
        let product = Only::find("im", &api).unwrap();
        assert_eq!((&*product.name(), &*product.docs()), ("im", "generated::im::"));
        for name in ["im.user", "im/user"] {
            let resource = Only::find(name, &api).unwrap();
            assert_eq!((&*resource.name(), &*resource.docs()), ("im.user", "generated::im::user::"));
        }
    }

    #[test]
    fn what_is_not_there_is_named_with_what_is() {
        let api = api();
        for (name, expected) in [
            ("inn", "there is no product `inn`"),
            ("im.usr", "`im` has no resource `usr`: did you mean `user`?"),
            ("im.user.create", "`--only im.user`"),
            ("", "there is no product ``"),
            ("a.b.c.d", "write `im` or `im.user`"),
        ] {
            let text = Only::find(name, &api).unwrap_err().to_string();
            assert!(text.contains(expected), "{name}: {text}");
        }
    }
}

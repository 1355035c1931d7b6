//! `cargo xtask new`: adds the skeleton of an endpoint or a product to the specs.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use yunxin_codegen::Sources;
use yunxin_codegen::model::{Encoding, Method};
use yunxin_codegen::tools::scaffold;
use yunxin_codegen::tools::scaffold::{Edit, NewEndpoint};

use crate::repository;
use crate::staging::Staging;

#[derive(Args)]
pub(crate) struct Arguments {
    /// What to add: product/resource/endpoint, as im/user/freeze
    #[arg(required_unless_present = "product", requires = "path")]
    endpoint: Option<String>,
    /// Path below the product's base path; {name} is a parameter, {/name} an optional one at the end
    #[arg(long, requires = "endpoint")]
    path: Option<String>,
    /// HTTP method; default: that of the product
    #[arg(long, requires = "endpoint", ignore_case = true)]
    method: Option<MethodName>,
    /// Where parameters go; default: that of the product
    #[arg(long, requires = "endpoint")]
    encoding: Option<EncodingName>,
    /// Start a product instead: `spec/PRODUCT/product.yaml`
    #[arg(long, conflicts_with = "endpoint")]
    product: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum MethodName {
    #[value(name = "GET")]
    Get,
    #[value(name = "POST")]
    Post,
    #[value(name = "PUT")]
    Put,
    #[value(name = "PATCH")]
    Patch,
    #[value(name = "DELETE")]
    Delete,
}

impl From<MethodName> for Method {
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::Get => Self::Get,
            MethodName::Post => Self::Post,
            MethodName::Put => Self::Put,
            MethodName::Patch => Self::Patch,
            MethodName::Delete => Self::Delete,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum EncodingName {
    Form,
    Json,
    Query,
    Multipart,
}

impl From<EncodingName> for Encoding {
    fn from(name: EncodingName) -> Self {
        match name {
            EncodingName::Form => Self::Form,
            EncodingName::Json => Self::Json,
            EncodingName::Query => Self::Query,
            EncodingName::Multipart => Self::Multipart,
        }
    }
}

pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let sources = Sources::read(&repository::root().join("spec"), "spec")?;
    let edit = match &arguments.product {
        Some(name) => scaffold::product(&sources, name),
        None => scaffold::endpoint(&sources, &new_endpoint(&arguments)?),
    };
    let edit = match edit {
        Ok(edit) => edit,
        Err(refused) => {
            eprintln!("error: nothing was written: {refused}");
            return Ok(ExitCode::FAILURE);
        }
    };
    write(&edit, &repository::root().join("spec"), &repository::staging())?;
    println!("{} spec/{}:{}", if edit.creates { "created" } else { "added to" }, edit.path, edit.line);
    println!("\nTo fill in, as `cargo xtask lint` will tell until it is done:");
    for place in &edit.placeholders {
        println!("  {place}");
    }
    println!("\nCheck as well, because no placeholder marks it:\n  {}", also(&arguments));
    let only = match (&arguments.product, edit.path.trim_end_matches(".yaml")) {
        (Some(product), _) => product.clone(),
        (None, resource) => resource.replace('/', "."),
    };
    println!("\nspec/README.md explains every key. Then: cargo xtask regen && cargo xtask test --only {only}");
    Ok(ExitCode::SUCCESS)
}

fn also(arguments: &Arguments) -> String {
    match &arguments.product {
        Some(name) => format!(
            "defaults, reply.success, errors, the statuses of rejections\n  \
             the first endpoint, which every product needs: cargo xtask new {name}/<resource>/<endpoint> --path /..."
        ),
        None => "required parameters and their types, returns, errors, retry, and the example's request".to_owned(),
    }
}

fn new_endpoint(arguments: &Arguments) -> anyhow::Result<NewEndpoint> {
    let name = arguments.endpoint.as_deref().unwrap_or_default();
    let mut parts = name.split('/');
    let (Some(product), Some(resource), Some(endpoint), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        anyhow::bail!("`{name}` does not name an endpoint; write product/resource/endpoint, as im/user/freeze");
    };
    Ok(NewEndpoint {
        product: product.to_owned(),
        resource: resource.to_owned(),
        name: endpoint.to_owned(),
        method: arguments.method.map(Method::from),
        path: arguments.path.clone().unwrap_or_default(),
        encoding: arguments.encoding.map(Encoding::from),
    })
}

/// Writes a spec file atomically: it is never incomplete.
fn write(edit: &Edit, spec: &Path, staging: &Path) -> anyhow::Result<()> {
    let file = spec.join(&edit.path);
    let current = if edit.creates {
        String::new()
    } else {
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?
    };
    let staging = Staging::new(staging)?;
    let staged = staging.path().join("new.yaml");
    fs::write(&staged, edit.apply(&current)).with_context(|| format!("cannot write {}", staged.display()))?;
    if let Ok(about) = fs::metadata(&file) {
        fs::set_permissions(&staged, about.permissions()).context("cannot keep the permissions of the file")?;
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::rename(&staged, &file).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_and_its_first_endpoints_are_written_and_can_be_read() {
        let place = tempfile::tempdir().unwrap();
        let (spec, staging) = (place.path().join("spec"), place.path().join("staging"));
        fs::create_dir(&spec).unwrap();
        let read = || Sources::read(&spec, "spec").unwrap();
        write(&scaffold::product(&read(), "sms").unwrap(), &spec, &staging).unwrap();
        for name in ["send", "status"] {
            let arguments = Arguments {
                endpoint: Some(format!("sms/code/{name}")),
                path: Some(format!("/sms/{name}/{{id}}")),
                method: None,
                encoding: None,
                product: None,
            };
            write(&scaffold::endpoint(&read(), &new_endpoint(&arguments).unwrap()).unwrap(), &spec, &staging).unwrap();
        }
        let compiled = yunxin_codegen::compile(&read()).unwrap();
        assert_eq!(compiled.api.products[0].resources[0].endpoints.len(), 2);
        assert!(
            fs::read_to_string(spec.join("sms/code.yaml"))
                .unwrap()
                .contains(yunxin_codegen::document::placeholder::MARK)
        );
        assert_eq!(fs::read_dir(&staging).unwrap().count(), 0, "nothing is left behind");
    }

    #[test]
    fn endpoints_have_three_names() {
        let named = |name: &str| {
            let endpoint = Some(name.to_owned());
            new_endpoint(&Arguments { endpoint, path: None, method: None, encoding: None, product: None })
        };
        assert!(named("im/user/freeze").is_ok());
        assert!(named("im/user").is_err() && named("im/user/a/b").is_err() && named("").is_err());
    }
}

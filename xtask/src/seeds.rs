//! `cargo xtask seeds`: writes the seed corpora for fuzzing the client.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use yunxin_codegen::model::{Api, HttpSuccess, Verification};

use crate::format::Format;
use crate::{lint, repository};

/// Writes the examples of the specs to the corpora, one file each.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let Some(compiled) = lint::load(Format::Human)? else {
        return Ok(ExitCode::from(lint::INVALID_SPECS));
    };
    let corpus = repository::root().join("generated-client/fuzz/corpus");
    for (target, seeds) in [
        ("callback", callbacks(&compiled.api)),
        ("json", json(&compiled.api)),
        ("reply", replies(&compiled.api)),
        ("token", tokens()),
    ] {
        let folder = corpus.join(target);
        write(&folder, &seeds)?;
        println!("{} seeds in {}", seeds.len(), repository::shown(&folder));
    }
    Ok(ExitCode::SUCCESS)
}

/// File name and content of a seed.
type Seed = (String, String);

/// Returns a seed for each endpoint: its id, the HTTP status and the example reply.
fn replies(api: &Api) -> Vec<Seed> {
    let mut seeds = Vec::new();
    for product in &api.products {
        let status = match product.reply.http {
            HttpSuccess::Status(status) => status,
            HttpSuccess::Any2xx => 200,
        };
        for endpoint in product.resources.iter().flat_map(|resource| &resource.endpoints) {
            let body = endpoint.example.reply.as_deref().unwrap_or_default();
            seeds.push((endpoint.id.clone(), format!("{}\n{status}\n{body}", endpoint.id)));
        }
    }
    seeds
}

/// Returns example replies and events, and edge cases of JSON.
fn json(api: &Api) -> Vec<Seed> {
    let endpoints = api.products.iter().flat_map(|product| &product.resources).flat_map(|resource| &resource.endpoints);
    let replies = endpoints.filter_map(|endpoint| Some((endpoint.id.clone(), endpoint.example.reply.clone()?)));
    let callbacks = api.products.iter().filter_map(|product| product.callbacks.as_ref());
    let events = callbacks.flat_map(|file| &file.events).map(|event| (event.id.clone(), event.example.clone()));
    let edge_cases = [
        ("numbers", "[0,-0,1.5,-1E+2,1e308,1e309,18446744073709551616,-9223372036854775809,0.0000001e-400]"),
        ("words", "[null,true,false]"),
        ("strings", r#"["","\"\\\/\b\f\n\r\t","\u6c49\ud83d\ude00","\ud83d","[1, 2]","{\"b\":1,\"a\":2}"]"#),
        ("keys", r#"{"b":1,"a":2,"b":3,"\u0061":4,"":5}"#),
        ("blanks", "\t{ \"a\" : [ ] ,\r\n\"b\" : { } } "),
    ];
    let edge_cases = edge_cases.map(|(name, text)| (name.to_owned(), text.to_owned()));
    replies.chain(events).chain(edge_cases).collect()
}

/// Returns a seed for each event: headers, an empty line and the body.
fn callbacks(api: &Api) -> Vec<Seed> {
    let head = "AppKey: key\nCurTime: 1700000000000\nMD5: 99914b932bd37a50b983c5e7c90ae93b\n\
                CheckSum: 0000000000000000000000000000000000000000";
    let sign = "sign: 00000000000000000000000000000000";
    let events = api.products.iter().filter_map(|product| product.callbacks.as_ref()).flat_map(|file| {
        let head = if file.verification == Verification::Sign { sign } else { head };
        file.events.iter().map(move |event| (event.id.clone(), format!("{head}\n\n{}", event.example)))
    });
    events.chain([("test_post".to_owned(), format!("{head}\n\n{{}}"))]).collect()
}

/// Returns tokens that the vendor's own libraries created.
fn tokens() -> Vec<Seed> {
    vec![
        ("basic".to_owned(), "eyJzaWduYXR1cmUiOiJlZjRmNGEwOGM1NmZiOWI5MDQ3OTE2YjZlYmZhZGY5NWFjZDc2OGViIiwiY3VyVGltZSI6MTY5Mzk2ODk3NTAwMCwidHRsIjoxODAwfQ==".to_owned()),
        ("permission".to_owned(), "eJxcy8GOgjAYBOB3*c89lAValmQvu5sYExJjQhS5lfILFWtLTQlofHfT6Mm5zTeZOwhrB1wgBxnz5shFxtNMJNjSzwAB2aMcrl5DDlNymg-ZX3qrTVss2vyOfDU2smz*O49Fv6vW*822isVQy5-wvAiNkIMzRkehe1eqIBH7Zox9RTQhgLNVDt9OKSVgnZrUGbsABLxqXwN9PAMAAP--3wQ3AQ__".to_owned()),
    ]
}

fn write(folder: &Path, seeds: &[Seed]) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, content) in seeds {
        let file = folder.join(name);
        fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

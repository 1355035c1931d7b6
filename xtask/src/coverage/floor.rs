//! `xtask/coverage.json`: the numbers below which the coverage must not fall, a line a product, so that changes of two products
//! do not meet.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use yunxin_codegen::tools::coverage::Coverage;

use crate::{
    repository,
    single::{self, Single},
};

/// Not in `spec/`: it is no fact about the API.
pub(crate) fn path() -> PathBuf {
    repository::root().join("xtask/coverage.json")
}

/// The numbers, if there is a file.
pub(crate) fn read(path: &Path) -> anyhow::Result<Option<Coverage>> {
    let Some(text) = single::read(path)? else { return Ok(None) };
    let floor = serde_json::from_str(&text).with_context(|| {
        format!(
            "cannot understand {}: after a merge conflict keep either side and run `cargo xtask regen`",
            path.display()
        )
    })?;
    Ok(Some(floor))
}

/// The file after this coverage: numbers that rose are raised, the others stay.
pub(crate) fn raised(coverage: &Coverage) -> anyhow::Result<Single> {
    let before = read(&path())?.unwrap_or_default();
    file(&coverage.ratchet(&before))
}

/// The file with exactly these numbers.
pub(crate) fn file(floor: &Coverage) -> anyhow::Result<Single> {
    Ok(Single::whole(path(), text(floor)?))
}

fn text(floor: &Coverage) -> anyhow::Result<String> {
    let lines = floor.products.iter().map(|(name, counts)| {
        let (name, counts) = (serde_json::to_string(name)?, serde_json::to_string(counts)?);
        Ok(format!("  {name}: {}", counts.replace(':', ": ").replace(',', ", ")))
    });
    let lines = lines.collect::<Result<Vec<_>, serde_json::Error>>().context("cannot write the numbers as JSON")?;
    Ok(if lines.is_empty() { "{}\n".to_owned() } else { format!("{{\n{}\n}}\n", lines.join(",\n")) })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("coverage.json");
        assert_eq!(read(&path).unwrap(), None);
        let numbers = "{\n  \"a\": {\"endpoints\": 3, \"with_chinese_title\": 2},\n  \"b\": {\"endpoints\": 1}\n}\n";
        for shown in [numbers, "{}\n"] {
            fs::write(&path, shown).unwrap();
            let floor = read(&path).unwrap().unwrap();
            assert_eq!(text(&floor).unwrap(), shown);
        }
    }

    #[test]
    fn a_file_that_is_none_is_named() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("coverage.json");
        for broken in ["", "[]", "{\"im\": {\"stars\": 3}}", "{\"im\": {\"endpoints\": -1}}", "<<<<<<< HEAD\n{}\n"] {
            fs::write(&path, broken).unwrap();
            let complaint = read(&path).unwrap_err().to_string();
            assert!(complaint.contains("coverage.json") && complaint.contains("either side"), "{complaint}");
        }
    }
}

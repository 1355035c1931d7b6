//! The baseline in `xtask/coverage.json`: the minimum numbers of the coverage. One line per product, so that branches
//! that change different products do not conflict.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use yunxin_codegen::tools::coverage::Coverage;

use crate::generated_file::GeneratedFile;
use crate::{generated_file, repository};

/// Returns the path of the baseline. It is not in `spec/`, because it does not describe the API.
pub(crate) fn path() -> PathBuf {
    repository::root().join("xtask/coverage.json")
}

/// Reads the baseline; `None` if the file does not exist.
pub(crate) fn read(path: &Path) -> anyhow::Result<Option<Coverage>> {
    let Some(text) = generated_file::read(path)? else { return Ok(None) };
    let baseline = serde_json::from_str(&text).with_context(|| {
        format!("cannot parse {}: after a merge conflict keep either side and run `cargo xtask regen`", path.display())
    })?;
    Ok(Some(baseline))
}

/// Returns the updated baseline file: numbers that grew are raised, the others are unchanged.
pub(crate) fn ratchet(coverage: &Coverage) -> anyhow::Result<GeneratedFile> {
    let before = read(&path())?.unwrap_or_default();
    file(&coverage.ratchet(&before))
}

/// Returns the baseline file with exactly these numbers.
pub(crate) fn file(baseline: &Coverage) -> anyhow::Result<GeneratedFile> {
    Ok(GeneratedFile::complete(path(), text(baseline)?))
}

/// Returns the text of the baseline file.
fn text(baseline: &Coverage) -> anyhow::Result<String> {
    let lines = baseline.products.iter().map(|(name, counts)| {
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
    fn a_written_baseline_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("coverage.json");
        assert_eq!(read(&path).unwrap(), None);
        let numbers = "{\n  \"a\": {\"endpoints\": 3, \"with_chinese_title\": 2},\n  \"b\": {\"endpoints\": 1}\n}\n";
        for shown in [numbers, "{}\n"] {
            fs::write(&path, shown).unwrap();
            let baseline = read(&path).unwrap().unwrap();
            assert_eq!(text(&baseline).unwrap(), shown);
        }
    }

    #[test]
    fn an_invalid_file_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("coverage.json");
        for invalid in ["", "[]", "{\"im\": {\"stars\": 3}}", "{\"im\": {\"endpoints\": -1}}", "<<<<<<< HEAD\n{}\n"] {
            fs::write(&path, invalid).unwrap();
            let message = read(&path).unwrap_err().to_string();
            assert!(message.contains("coverage.json") && message.contains("either side"), "{message}");
        }
    }
}

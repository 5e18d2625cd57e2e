use std::{fs, path::Path};

use anyhow::Context;

use crate::metadata::Metadata;

/// More than this and a file has two reasons to change.
const MOST_LINES: usize = 600;

const OF_THE_HOUSE: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "publiccode.yml",
    "clippy.toml",
    "rustfmt.toml",
    ".editorconfig",
    ".ci/run",
    "LICENSES/MIT.txt",
    "LICENSES/Apache-2.0.txt",
    "LICENSES/EUPL-1.2.txt",
];

/// The files that must be there, what every manifest must say, and how long a file may be.
pub(crate) fn check(metadata: &Metadata) -> anyhow::Result<Vec<String>> {
    let mut findings = Vec::new();
    for file in OF_THE_HOUSE.iter().filter(|file| !metadata.workspace_root.join(file).exists()) {
        findings.push(format!("{file}: missing"));
    }
    for package in metadata.members() {
        let manifest: toml::Table = read(&package.manifest_path)?.parse().context(package.name.clone())?;
        let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
        if lints != Some(true) {
            findings.push(format!("{}: no [lints] workspace = true", package.name));
        }
    }
    for package in metadata.libraries() {
        for file in ["README.md", "CHANGELOG.md", "src/lib.rs"] {
            if !package.folder().join(file).exists() {
                findings.push(format!("{}/{file}: missing", package.name));
            }
        }
        findings.extend(uncommented_features(&package.name, &read(&package.manifest_path)?));
    }
    findings.extend(long_files(&metadata.workspace_root)?);
    Ok(findings)
}

/// Each feature of a manifest has a comment above it.
fn uncommented_features(package: &str, manifest: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let (mut inside, mut before) = (false, "");
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.trim() == "[features]";
        } else if inside
            && let Some((name, _)) = line.split_once(" = ")
            && !name.starts_with([' ', '#'])
            && name != "default"
            && !before.starts_with('#')
        {
            findings.push(format!("{package}: feature {name} has no comment"));
        }
        before = line;
    }
    findings
}

fn long_files(root: &Path) -> anyhow::Result<Vec<String>> {
    let output = std::process::Command::new("git").arg("-C").arg(root).args(["ls-files", "*.rs"]).output()?;
    let mut findings = Vec::new();
    for name in String::from_utf8_lossy(&output.stdout).lines().filter(|name| root.join(name).exists()) {
        let lines = read(&root.join(name))?.lines().count();
        if lines > MOST_LINES {
            findings.push(format!("{name}: {lines} lines, over {MOST_LINES}"));
        }
    }
    Ok(findings)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::uncommented_features;

    #[test]
    fn a_feature_needs_a_comment_above_it() {
        let manifest = "[features]\ndefault = []\n# Why.\na = []\nb = [\n    \"x\",\n]\n[dependencies]\nc = \"1\"\n";
        assert_eq!(uncommented_features("p", manifest), ["p: feature b has no comment"]);
    }
}

use std::collections::BTreeSet;

use anyhow::ensure;

use crate::metadata::{Metadata, Package, cargo};

/// The licences that a dependency may have.
const LICENCES: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "BSL-1.0",
    "CC0-1.0",
    "Unicode-3.0",
    "CDLA-Permissive-2.0",
    "MPL-2.0",
    "OFL-1.1",
];

/// What stands in the whole graph at most once: two of a native library do not link, two of a provider panic at run time.
const AT_MOST_ONE: &[&str] = &["libsqlite3-sys", "aws-lc-sys", "rustls", "chrono", "geo-types"];

/// Another provider of cryptography.
const NEVER: &[&str] = &["ring", "openssl-sys", "native-tls"];

/// What a domain crate never pulls in by itself.
const IMPURE: &[&str] = &[
    "tokio",
    "rusqlite",
    "tokio-postgres",
    "deadpool-postgres",
    "reqwest",
    "hyper",
    "sqlx",
    "lettre",
    "libsqlite3-sys",
];

/// The floor and the stores: all other libraries are capabilities.
const FLOOR: &[&str] = &["communes-ledger", "communes-civil"];
const STORES: &[&str] = &["communes-sqlite", "communes-postgres"];

pub(crate) fn check_licences(metadata: &Metadata) -> Vec<String> {
    let foreign = metadata.packages.iter().filter(|package| !metadata.workspace_members.contains(&package.id));
    foreign.filter(|package| !is_allowed(package.license.as_deref())).map(licence_finding).collect()
}

fn is_allowed(licence: Option<&str>) -> bool {
    let parsed = licence.map(|text| spdx::Expression::parse_mode(text, spdx::ParseMode::LAX));
    let Some(Ok(expression)) = parsed else { return false };
    expression.evaluate(|required| {
        let name = required.license.id().map(|id| id.name);
        // An exception only adds freedoms (LLVM-exception).
        name.is_some_and(|name| LICENCES.contains(&name))
    })
}

fn licence_finding(package: &Package) -> String {
    let licence = package.license.as_deref().unwrap_or("none stated");
    format!("{} {}: licence {licence} is not among the allowed", package.name, package.version)
}

/// Of what is built, not of the lock file: it also lists what a weak feature would bring.
pub(crate) fn check_single() -> anyhow::Result<Vec<String>> {
    let built = tree(&["--workspace", "--all-features", "--edges", "normal,build,dev"])?;
    let versions = |name: &str| built.iter().filter(|package| package.split(' ').next() == Some(name)).count();
    let double =
        AT_MOST_ONE.iter().filter(|name| versions(name) > 1).map(|name| format!("{name}: two versions in the graph"));
    let banned = NEVER.iter().filter(|name| versions(name) > 0).map(|name| format!("{name}: is in the graph"));
    Ok(double.chain(banned).collect())
}

/// A capability depends on the floor alone, and pulls in no database, runtime or HTTP client: without its default features or with.
pub(crate) fn check_purity(metadata: &Metadata) -> anyhow::Result<Vec<String>> {
    let mut findings = Vec::new();
    for library in metadata.libraries().filter(|library| !STORES.contains(&library.name.as_str())) {
        for arguments in [&["--no-default-features"][..], &[]] {
            let tree = names(&library.name, arguments)?;
            let impure = tree.iter().filter(|name| IMPURE.contains(&name.as_str()));
            findings.extend(impure.map(|name| format!("{}: pulls in {name} {arguments:?}", library.name)));
        }
        let all = names(&library.name, &["--all-features"])?;
        let neighbours = all
            .iter()
            .filter(|name| name.starts_with("communes-") && **name != library.name && !FLOOR.contains(&name.as_str()));
        findings.extend(neighbours.map(|name| format!("{}: depends on {name}", library.name)));
    }
    Ok(findings)
}

fn names(package: &str, arguments: &[&str]) -> anyhow::Result<BTreeSet<String>> {
    let arguments: Vec<&str> = ["--package", package, "--edges", "normal"].iter().chain(arguments).copied().collect();
    let names = tree(&arguments)?.into_iter().filter_map(|line| Some(line.split(' ').next()?.to_owned()));
    Ok(names.collect())
}

/// Name and version of each package in a tree.
fn tree(arguments: &[&str]) -> anyhow::Result<BTreeSet<String>> {
    let output = cargo().args(["tree", "--locked", "--prefix", "none", "--format", "{p}"]).args(arguments).output()?;
    ensure!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let packages = text.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some(format!("{} {}", words.next()?, words.next()?))
    });
    Ok(packages.collect())
}

/// Builds every library crate bare and with each of its features alone: a workspace build unifies them and hides what is missing.
pub(crate) fn check_features() -> anyhow::Result<Vec<String>> {
    let metadata = Metadata::read()?;
    let mut findings = Vec::new();
    for library in metadata.libraries() {
        let features = library.features.keys().filter(|name| *name != "default").map(String::as_str);
        for feature in std::iter::once("").chain(features) {
            let status = cargo()
                .args(["check", "--quiet", "--locked", "--no-default-features", "--package", &library.name])
                .args(["--features", feature])
                .status()?;
            if !status.success() {
                findings.push(format!("{}: feature {feature:?} does not build alone", library.name));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn a_choice_of_licences_needs_one_that_is_allowed() {
        assert!(is_allowed(Some("MIT OR Apache-2.0")));
        assert!(is_allowed(Some("GPL-3.0-only OR MIT")));
        assert!(is_allowed(Some("Unlicense/MIT")));
        assert!(is_allowed(Some("(MIT OR Apache-2.0) AND Unicode-3.0")));
        assert!(is_allowed(Some("Apache-2.0 WITH LLVM-exception")));
        assert!(!is_allowed(Some("MIT AND LGPL-3.0-only")));
        assert!(!is_allowed(Some("AGPL-3.0-or-later")));
        assert!(!is_allowed(None));
    }
}

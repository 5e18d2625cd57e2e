use std::{fs, path::Path};

use anyhow::{Context, ensure};

use crate::metadata::{Metadata, cargo};

/// Packs the library crates and builds the example of an outsider against what is in the packages, not against the checkout.
pub(crate) fn check() -> anyhow::Result<Vec<String>> {
    let metadata = Metadata::read()?;
    let target = metadata.target_directory.join("packed");
    let mut pack = cargo();
    pack.args(["package", "--locked", "--no-verify", "--allow-dirty", "--package", "communes-ledger", "--target-dir"])
        .arg(&target);
    ensure!(pack.status()?.success(), "cargo package failed");
    let unpacked = unpack(&metadata, &target)?;

    let example = metadata.workspace_root.join("examples/third-party-store");
    let patch = format!("patch.crates-io.communes-ledger.path={:?}", unpacked.display().to_string());
    let status = cargo()
        .args(["test", "--quiet", "--config", &patch, "--manifest-path"])
        .arg(example.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target.join("third-party-store"))
        .status()?;
    Ok(if status.success() { Vec::new() } else { vec!["third-party-store: fails against the packaged crates".into()] })
}

fn unpack(metadata: &Metadata, target: &Path) -> anyhow::Result<std::path::PathBuf> {
    let ledger =
        metadata.libraries().find(|library| library.name == "communes-ledger").context("no communes-ledger")?;
    let name = format!("{}-{}", ledger.name, ledger.version);
    let packages = target.join("package");
    let folder = packages.join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let status = std::process::Command::new("tar")
        .arg("-xzf")
        .arg(packages.join(format!("{name}.crate")))
        .arg("-C")
        .arg(&packages)
        .status()?;
    ensure!(status.success(), "tar failed on {name}.crate");
    Ok(folder)
}

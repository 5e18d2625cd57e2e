//! The six steps of the site in a browser: on a phone's width and a desk's, with and without scripts.
//!
//! What is done and checked stands in `tests/browser/*.mjs`. `npm ci` in that folder brings what they need. Pictures of every
//! page go to the folder that `COMMUNES_PICTURES` names, by default one of the build's own.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
};

use communes_suite::{Need, Suite};
use libtest_mimic::Failed;

fn main() -> ExitCode {
    let mut suite = Suite::new();
    for width in [360, 1280] {
        for scripts in ["on", "off"] {
            let name = format!("six_steps_at_{width}_px_with_scripts_{scripts}");
            suite.test(Need::Browser, name, move || walk(width, scripts));
        }
    }
    suite.run()
}

fn walk(width: u32, scripts: &str) -> Result<(), Failed> {
    let data = tempfile::tempdir()?;
    let demonstration = Demonstration::start(data.path())?;
    let pictures = match std::env::var_os("COMMUNES_PICTURES") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures"),
    };
    let output = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/run.mjs"))
        .args([&demonstration.origin, &demonstration.code, &width.to_string(), scripts])
        .arg(pictures.join(format!("{width}-scripts-{scripts}")))
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let log = std::fs::read_to_string(data.path().join("log")).unwrap_or_default();
    Err(format!("{said}{errors}\nthe portal's log:\n{log}").into())
}

/// A portal with demonstration data in a folder of its own, ended on drop.
struct Demonstration {
    process: Child,
    origin: String,
    code: String,
}

impl Demonstration {
    fn start(folder: &Path) -> Result<Self, Failed> {
        let process = Command::new(env!("CARGO_BIN_EXE_commune-portal"))
            .args(["--demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("data"))
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(folder.join("log"))?)
            .spawn()?;
        // Made before its lines are read, so that it is ended whatever they say.
        let mut demonstration = Self { process, origin: String::new(), code: String::new() };
        let output = demonstration.process.stdout.take().ok_or("no output")?;
        let mut lines = BufReader::new(output).lines();
        let mut line = || lines.next().ok_or("the portal ended before it was ready")?.map_err(Failed::from);
        demonstration.origin = line()?;
        let said = line()?;
        said.rsplit(' ').next().ok_or("no code")?.clone_into(&mut demonstration.code);
        if demonstration.code.len() != 23 {
            return Err(format!("no one-time code in: {said}").into());
        }
        Ok(demonstration)
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        if let Err(cause) = self.process.kill().and_then(|()| self.process.wait()) {
            eprintln!("the portal was not ended: {cause}");
        }
    }
}

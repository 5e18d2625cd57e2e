use std::path::{Path, PathBuf};

/// What a test cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The folder of real files ([`fixtures`]).
    Fixtures,
    /// The server programs of PostgreSQL 15 or newer.
    Postgres,
    /// Chromium, Node.js and the test's own npm packages.
    Browser,
}

impl Need {
    /// The word that `COMMUNES_REQUIRE` uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fixtures => "fixtures",
            Self::Postgres => "postgres",
            Self::Browser => "browser",
        }
    }

    /// Whether the machine has it.
    #[must_use]
    pub fn is_met(self) -> bool {
        match self {
            Self::Fixtures => fixtures().is_dir(),
            Self::Postgres => crate::postgres::programs().is_some(),
            Self::Browser => {
                let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
                chromium.iter().any(|path| Path::new(path).exists()) && is_on_path("node") && node_modules().is_dir()
            }
        }
    }

    /// Whether `COMMUNES_REQUIRE` names it, so that its absence is a failure.
    #[must_use]
    pub fn is_required(self) -> bool {
        std::env::var("COMMUNES_REQUIRE").is_ok_and(|list| list.split(',').any(|word| word.trim() == self.word()))
    }
}

/// The folder of real files: `COMMUNES_FIXTURES`, by default `../shared/fixtures` from the root of the repository.
#[must_use]
pub fn fixtures() -> PathBuf {
    match std::env::var_os("COMMUNES_FIXTURES") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures"),
    }
}

/// Where `npm ci` puts what the browser test of the portal needs.
fn node_modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/commune-portal/tests/browser/node_modules/playwright-core")
}

fn is_on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

//! The settings of an installation: a TOML file, or those of the demonstration.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use communes_eid_verify::Origin;
use serde::Deserialize;

/// How a portal is installed: where it listens, where it keeps its data, whom it trusts, what the commune has set.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What browsers see it as.
    pub origin: Origin,
    /// Where rows are kept.
    pub database: DatabaseConfig,
    /// Where issued files, the search index and the register are kept.
    pub data: PathBuf,
    /// Where the commune's own settings are.
    pub commune: CommuneSource,
    /// Who signs cards in, and with which secret persons are known.
    pub trust: Trust,
    /// How often the same visitor may try what is limited.
    pub limits: Limits,
}

/// Where rows are kept.
#[derive(Clone)]
pub enum DatabaseConfig {
    /// SQLite, in the data folder: for one machine.
    Sqlite,
    /// PostgreSQL: for several machines.
    Postgres(String),
}

/// The URL may hold a password.
impl std::fmt::Debug for DatabaseConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Sqlite => "Sqlite",
            Self::Postgres(_) => "Postgres(…)",
        })
    }
}

/// Where the settings of the commune come from.
#[derive(Debug, Clone)]
pub enum CommuneSource {
    /// A folder with `commune.toml` and what it names.
    Folder(PathBuf),
    /// The fictional commune of the demonstration.
    Demo,
}

/// Who signs cards in, and with which secret persons are known.
#[derive(Clone)]
pub enum Trust {
    /// Authorities in PEM or DER, and the secret from which the keys of persons are made.
    Given {
        /// The files of the authorities.
        anchors: Vec<Vec<u8>>,
        /// At least 32 bytes, kept for as long as the data.
        person_key_secret: Vec<u8>,
    },
    /// An authority that the demonstration makes at each start, and a secret that it keeps in its data folder.
    Demo,
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Given { .. } => "Given(…)",
            Self::Demo => "Demo",
        })
    }
}

/// How often the same address or session may try what is limited, each a minute; and how much may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// Sign-ins of an address.
    pub sign_in: u32,
    /// Checks of a verification code, or of a one-time code, of an address.
    pub code: u32,
    /// Uploads of a session.
    pub upload: u32,
    /// How many commands may wait for the database before the next gets 503; not a minute's count.
    pub queue: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { sign_in: 60, code: 30, upload: 10, queue: 1024 }
    }
}

impl Config {
    /// The demonstration, which keeps everything in one folder.
    ///
    /// # Errors
    /// The address to listen on is not this machine's own.
    pub fn demo(listen: SocketAddr, data: impl Into<PathBuf>) -> anyhow::Result<Self> {
        ensure!(listen.ip().is_loopback(), "the demonstration listens on this machine only, such as 127.0.0.1:8080");
        Ok(Self {
            listen,
            origin: Origin::loopback_http("127.0.0.1", listen.port()).context("the address of the demonstration")?,
            database: DatabaseConfig::Sqlite,
            data: data.into(),
            commune: CommuneSource::Demo,
            trust: Trust::Demo,
            limits: Limits { sign_in: 600, code: 300, upload: 100, ..Limits::default() },
        })
    }

    /// Reads a configuration file. Relative paths in it are relative to its folder.
    ///
    /// # Errors
    /// The file, or one that it names, can't be read or makes no sense; the message says which and where.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let file: File = toml::from_str(&text).with_context(|| path.display().to_string())?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let read = |name: &PathBuf| {
            let path = folder.join(name);
            std::fs::read(&path).with_context(|| path.display().to_string())
        };
        ensure!(!file.trust_anchors.is_empty(), "{}: trust_anchors names no file", path.display());
        Ok(Self {
            listen: file.listen,
            origin: file.origin.parse().with_context(|| format!("{}: origin", path.display()))?,
            database: match file.database {
                Some(url) => DatabaseConfig::Postgres(url),
                None => DatabaseConfig::Sqlite,
            },
            data: folder.join(file.data),
            commune: CommuneSource::Folder(folder.join(file.commune)),
            trust: Trust::Given {
                anchors: file.trust_anchors.iter().map(read).collect::<anyhow::Result<_>>()?,
                person_key_secret: read(&file.person_key_secret)?,
            },
            limits: file.limits,
        })
    }

    /// Whether this is the demonstration: plain http on this machine, test cards, demo data.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        matches!(self.trust, Trust::Demo)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: SocketAddr,
    origin: String,
    /// A URL of PostgreSQL; SQLite in the data folder where absent.
    database: Option<String>,
    data: PathBuf,
    commune: PathBuf,
    trust_anchors: Vec<PathBuf>,
    person_key_secret: PathBuf,
    #[serde(default)]
    limits: Limits,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demonstration_is_for_this_machine_only() {
        assert!(Config::demo("0.0.0.0:8080".parse().unwrap(), "x").is_err());
        let demo = Config::demo("127.0.0.1:8080".parse().unwrap(), "x").unwrap();
        assert_eq!(demo.origin.as_str(), "http://127.0.0.1:8080");
    }

    #[test]
    fn a_configuration_names_its_files_from_its_own_folder() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("ca.pem", "x");
        write("secret", "0123456789abcdef0123456789abcdef");
        write(
            "portal.toml",
            "listen = \"127.0.0.1:9000\"\norigin = \"https://commune.example\"\ndata = \"data\"\ncommune = \"commune\"\n\
             trust_anchors = [\"ca.pem\"]\nperson_key_secret = \"secret\"\n",
        );
        let config = Config::read(&folder.path().join("portal.toml")).unwrap();
        assert_eq!(config.data, folder.path().join("data"));
        assert!(!config.is_demo());
        assert!(matches!(config.database, DatabaseConfig::Sqlite));
        assert_eq!(format!("{:?}", config.trust), "Given(…)");
        // Plain http is for the demonstration only.
        write(
            "portal.toml",
            "listen = \"127.0.0.1:9000\"\norigin = \"http://127.0.0.1:9000\"\ndata = \"d\"\ncommune = \"c\"\n\
             trust_anchors = [\"ca.pem\"]\nperson_key_secret = \"secret\"\n",
        );
        assert!(Config::read(&folder.path().join("portal.toml")).is_err());
    }
}

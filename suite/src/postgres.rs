use std::{
    io,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use tempfile::TempDir;

/// A PostgreSQL server of a test run: own cluster, own port on 127.0.0.1, durable settings, stopped on drop.
///
/// `initdb` refuses root: as root the programs run as the user `postgres`, whom Debian's package makes.
#[derive(Debug)]
pub struct Postgres {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
}

impl Postgres {
    /// Makes a cluster and starts its server.
    ///
    /// # Errors
    /// The programs are absent, or one of them failed: its message is in the error.
    pub fn start() -> io::Result<Self> {
        Self::start_with(None)
    }

    /// The same with a server that offers TLS, by this certificate and its key in PEM.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub fn start_with_tls(certificate: &str, key: &str) -> io::Result<Self> {
        Self::start_with(Some((certificate, key)))
    }

    fn start_with(tls: Option<(&str, &str)>) -> io::Result<Self> {
        let programs = programs().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no initdb found"))?;
        let folder = tempfile::Builder::new().prefix("communes-pg-").tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = Self { folder, programs, port, databases: AtomicU32::new(0) };
        if is_root() {
            succeed(Command::new("chown").arg("postgres").arg(server.folder.path()))?;
        }
        succeed(
            server
                .command("initdb")
                .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "-D"])
                .arg(server.data()),
        )?;
        if let Some((certificate, key)) = tls {
            server.keep("server.crt", certificate)?;
            server.keep("server.key", key)?;
        }
        let ssl = if tls.is_some() { "on" } else { "off" };
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c max_connections=200 -c ssl={ssl}",
            server.folder.path().display()
        );
        succeed(
            server
                .command("pg_ctl")
                .arg("-D")
                .arg(server.data())
                .arg("-l")
                .arg(server.folder.path().join("log"))
                .args(["-w", "-t", "60", "-o", &options, "start"]),
        )?;
        Ok(server)
    }

    /// The URL of a database.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database of its own and returns its URL.
    ///
    /// # Errors
    /// `createdb` failed.
    pub fn fresh(&self) -> io::Result<String> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        succeed(self.command("createdb").args([
            "-h",
            "127.0.0.1",
            "-U",
            "postgres",
            "-p",
            &self.port.to_string(),
            &name,
        ]))?;
        Ok(self.url(&name))
    }

    /// A program of the server's own version, run as the server's user, e.g. `pg_dump`.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(self.folder.path());
        command
    }

    // Which the server reads only if nobody else can.
    fn keep(&self, name: &str, text: &str) -> io::Result<()> {
        use std::os::unix::fs::{PermissionsExt, chown};
        let (data, path) = (self.data(), self.data().join(name));
        std::fs::write(&path, text)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        let owner = std::fs::metadata(data)?;
        chown(&path, Some(std::os::unix::fs::MetadataExt::uid(&owner)), None)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stop = self
            .command("pg_ctl")
            .arg("-D")
            .arg(self.data())
            .args(["-m", "immediate", "-w", "stop"])
            .stdout(Stdio::null())
            .status();
        if let Err(cause) = stop {
            eprintln!("PostgreSQL was not stopped: {cause}");
        }
    }
}

/// The folder of `initdb`: on PATH, or in one of the places where distributions put it.
pub(crate) fn programs() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH")
        // A link leads to where the other programs are, which need not be linked.
        .and_then(|path| std::env::split_paths(&path).find_map(|folder| folder.join("initdb").canonicalize().ok()))
        .and_then(|program| Some(program.parent()?.to_owned()));
    on_path.or_else(|| {
        let mut versions: Vec<PathBuf> = ["/usr/lib/postgresql", "/usr/local/pgsql"]
            .iter()
            .filter_map(|root| Path::new(root).read_dir().ok())
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .filter(|folder| folder.join("initdb").exists())
            .collect();
        versions.sort();
        versions.pop()
    })
}

fn is_root() -> bool {
    // The owner of one's own /proc folder is the effective user.
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

fn succeed(command: &mut Command) -> io::Result<()> {
    // The server inherits what pg_ctl was given: a pipe would never close.
    let errors = tempfile::tempfile()?;
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors.try_clone()?).status()?;
    if status.success() {
        return Ok(());
    }
    let mut text = String::new();
    let mut errors = errors;
    io::Seek::rewind(&mut errors)?;
    io::Read::read_to_string(&mut errors, &mut text)?;
    Err(io::Error::other(format!("{command:?}: {status}: {text}")))
}

use std::{
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use communes_ledger::TenantId;
use communes_postgres::{Database, Options};
use communes_suite::{Need, Postgres, Suite};
use tokio::runtime::Runtime;

/// The one runtime of this process.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().expect("threads start")
    })
}

pub(crate) fn block_on<T>(task: impl Future<Output = T>) -> T {
    runtime().block_on(task)
}

pub(crate) fn tenant(name: &str) -> TenantId {
    TenantId::new(name).unwrap()
}

/// Opens a database as these tests do.
pub(crate) async fn open(url: &str) -> Database {
    Database::open(url, &Options::default().connections(8)).await.unwrap()
}

/// A connection beside the crate's own.
pub(crate) async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The server of a test. It is one for all, and one test at a time: the feed waits for every transaction of the server, whosever it is.
pub(crate) struct Server {
    postgres: Arc<Postgres>,
    _turn: MutexGuard<'static, ()>,
}

impl Server {
    /// The URL of an empty database.
    pub(crate) fn fresh(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("fresh_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        block_on(async {
            let client = connect(&self.postgres.url("postgres")).await;
            client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        });
        self.postgres.url(&name)
    }

    /// A program of the server.
    pub(crate) fn command(&self, program: &str) -> std::process::Command {
        self.postgres.command(program)
    }
}

/// Adds a test that needs the server.
pub(crate) fn test(suite: &mut Suite, name: &str, run: impl FnOnce(&Server) + Send + 'static) {
    static SERVER: Mutex<Option<Arc<Postgres>>> = Mutex::new(None);
    static LEFT: Mutex<usize> = Mutex::new(0);
    static TURN: Mutex<()> = Mutex::new(());

    // The last test stops the server: what is static is never dropped.
    struct Left;
    impl Drop for Left {
        fn drop(&mut self) {
            let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
            *left -= 1;
            if *left == 0 {
                SERVER.lock().unwrap_or_else(PoisonError::into_inner).take();
            }
        }
    }

    *LEFT.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    let left = Left;
    suite.test(Need::Postgres, name, move || {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let postgres = {
            let mut server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(server.get_or_insert_with(|| Arc::new(start())))
        };
        let server = Server { postgres, _turn: turn };
        run(&server);
        drop(server);
        drop(left);
        Ok(())
    });
}

fn start() -> Postgres {
    let postgres = Postgres::start().unwrap();
    // The feed also waits for the transactions of the vacuum.
    block_on(async {
        let client = connect(&postgres.url("postgres")).await;
        client.batch_execute("ALTER SYSTEM SET autovacuum = off").await.unwrap();
        client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    });
    postgres
}

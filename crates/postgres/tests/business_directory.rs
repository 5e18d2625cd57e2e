//! The kit of `communes-business-directory` on a register in PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use std::{
    process::ExitCode,
    sync::{LazyLock, OnceLock},
};

use communes_business_directory::testkit::{Harness, cases};
use communes_postgres::{Database, Options, PostgresRegister};
use communes_suite::{Need, Postgres, Suite};
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// The server of this run; it is stopped by [`main`], since statics are not dropped.
static SERVER: OnceLock<std::sync::Mutex<Option<Postgres>>> = OnceLock::new();

fn fresh_url() -> String {
    let server = SERVER.get_or_init(|| std::sync::Mutex::new(Some(Postgres::start().unwrap())));
    server.lock().unwrap().as_ref().unwrap().fresh().unwrap()
}

/// A register that can be opened again.
#[derive(Debug)]
struct Kept {
    url: String,
    register: PostgresRegister,
}

async fn open(url: String) -> Kept {
    let options = Options::default().connections(4);
    let database = Database::open(&url, &options).await.unwrap();
    let register = PostgresRegister::open(&database, &options).await.unwrap();
    Kept { url, register }
}

mod forward {
    use async_trait::async_trait;
    use communes_business_directory::{
        RegisterStore,
        kbo::Checkpoint,
        register::{CodeTable, EntityKey, RegisterRecord},
        store::{ImportMode, RegisterImport},
    };
    use communes_civil::EnterpriseNumber;
    use communes_ledger::{Cursor, Page, StoreError};

    #[async_trait]
    impl RegisterStore for super::Kept {
        async fn begin(&self, mode: ImportMode) -> Result<Box<dyn RegisterImport>, StoreError> {
            self.register.begin(mode).await
        }

        async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
            self.register.checkpoint().await
        }

        async fn records(&self, keys: &[EntityKey]) -> Result<Vec<Option<RegisterRecord>>, StoreError> {
            self.register.records(keys).await
        }

        async fn scan(&self, after: Option<&Cursor>, limit: usize) -> Result<Page<RegisterRecord>, StoreError> {
            self.register.scan(after, limit).await
        }

        async fn establishments(
            &self,
            enterprise: EnterpriseNumber,
            after: Option<&Cursor>,
            limit: usize,
        ) -> Result<Page<EntityKey>, StoreError> {
            self.register.establishments(enterprise, after, limit).await
        }

        async fn codes(&self) -> Result<CodeTable, StoreError> {
            self.register.codes().await
        }
    }
}

struct OnServer;

impl Harness for OnServer {
    type Store = Kept;

    async fn fresh(&self) -> Kept {
        open(fresh_url()).await
    }

    async fn reopen(&self, store: Kept) -> Option<Kept> {
        let Kept { url, register } = store;
        drop(register);
        Some(open(url).await)
    }

    fn block_on(&self, case: impl Future<Output = ()>) {
        RUNTIME.block_on(case);
    }
}

fn main() -> ExitCode {
    let mut suite = Suite::new();
    for case in cases::<OnServer>() {
        suite.test(Need::Postgres, case.name(), move || {
            case.run(&OnServer);
            Ok(())
        });
    }
    suite.test(Need::Postgres, "eight_open_a_fresh_database_at_once", || {
        RUNTIME.block_on(async {
            let url = fresh_url();
            let opened: Vec<_> = (0..8)
                .map(|_| {
                    let url = url.clone();
                    tokio::spawn(async move { drop(open(url).await) })
                })
                .collect();
            for opened in opened {
                opened.await.unwrap();
            }
        });
        Ok(())
    });
    let code = suite.run();
    if let Some(server) = SERVER.get() {
        drop(server.lock().unwrap().take());
    }
    code
}

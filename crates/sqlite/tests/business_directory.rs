//! The kit of `communes-business-directory` on a register in SQLite.
#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use communes_business_directory::{RegisterStore, Scope, kbo::Checkpoint, store::ImportMode, testkit::Harness};
use communes_sqlite::{Options, SCHEMA_NEWER, SqliteRegister};
use tempfile::TempDir;

/// A register in a folder that goes with it.
#[derive(Debug)]
struct Kept {
    register: SqliteRegister,
    folder: TempDir,
}

fn open(folder: TempDir) -> Kept {
    let register = SqliteRegister::open(folder.path().join("register.db"), &Options::default()).unwrap();
    Kept { register, folder }
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

struct OnDisk;

impl Harness for OnDisk {
    type Store = Kept;

    async fn fresh(&self) -> Kept {
        open(tempfile::tempdir().unwrap())
    }

    async fn reopen(&self, store: Kept) -> Option<Kept> {
        let Kept { register, folder } = store;
        drop(register);
        Some(open(folder))
    }

    fn block_on(&self, case: impl Future<Output = ()>) {
        pollster::block_on(case);
    }
}

mod conformance {
    communes_business_directory::register_kit!(super::OnDisk);
}

#[test]
fn eight_open_a_new_file_at_once() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.db");
        std::thread::scope(|scope| {
            let opened: Vec<_> =
                (0..8).map(|_| scope.spawn(|| SqliteRegister::open(&path, &Options::default()).map(drop))).collect();
            for opened in opened {
                opened.join().unwrap().unwrap();
            }
        });
    }
}

#[test]
fn a_newer_file_is_refused() {
    let kept = open(tempfile::tempdir().unwrap());
    let connection = rusqlite::Connection::open(kept.register.path()).unwrap();
    connection
        .execute("INSERT INTO communes_register_migration (number, name) VALUES (99, 'of tomorrow')", [])
        .unwrap();
    let error = SqliteRegister::open(kept.register.path(), &Options::default()).unwrap_err();
    assert_eq!(error.code(), SCHEMA_NEWER);
}

#[test]
fn another_handle_is_kept_from_importing_too() {
    let kept = open(tempfile::tempdir().unwrap());
    let other = SqliteRegister::open(kept.register.path(), &Options::default()).unwrap();
    let snapshot = chrono::NaiveDate::from_ymd_opt(2025, 10, 11).unwrap();
    let mode = ImportMode::Update { snapshot };
    let open = pollster::block_on(kept.register.begin(mode)).unwrap();
    let error = pollster::block_on(other.begin(mode)).map(drop).unwrap_err();
    assert_eq!((error.code(), error.is_retryable()), ("import-running", true));
    let checkpoint = Checkpoint { extract: None, snapshot, scope: Scope::everything(), sequence: 1 };
    pollster::block_on(open.finish(checkpoint.clone())).unwrap();
    assert_eq!(pollster::block_on(other.checkpoint()).unwrap(), Some(checkpoint));
}

//! The store keeps the contract of the ledger: one test a rule.

use std::sync::Mutex;

use communes_ledger::testkit::{Capabilities, Harness, Task, on_threads};
use tempfile::TempDir;
use third_party_store::JsonFileLedger;

struct InAFolder {
    folder: TempDir,
    files: Mutex<Vec<std::path::PathBuf>>,
}

fn harness() -> InAFolder {
    InAFolder { folder: tempfile::tempdir().expect("a temporary folder"), files: Mutex::default() }
}

impl Harness for InAFolder {
    type Store = JsonFileLedger;

    fn capabilities(&self) -> Capabilities {
        Capabilities::new().with_durability()
    }

    async fn fresh(&self) -> JsonFileLedger {
        let mut files = self.files.lock().expect("no panic before");
        let file = self.folder.path().join(format!("{}.json", files.len()));
        files.push(file.clone());
        JsonFileLedger::open(file).expect("a new file")
    }

    async fn tenants(&self) -> [JsonFileLedger; 2] {
        unreachable!("tenants are not claimed")
    }

    async fn reopen(&self, store: JsonFileLedger) -> JsonFileLedger {
        drop(store);
        let files = self.files.lock().expect("no panic before");
        JsonFileLedger::open(&files[files.len() - 1]).expect("the file of before")
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }

    async fn parallel(&self, tasks: Vec<Task>) {
        on_threads(tasks, pollster::block_on);
    }
}

communes_ledger::ledger_kit!(harness());

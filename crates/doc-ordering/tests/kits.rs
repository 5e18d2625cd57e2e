//! The stores in memory and in a folder keep their contracts, and the kits find out every liar.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use communes_doc_ordering::{
    issue::{BlobStore, MemoryBlobs},
    memory::MemoryOrders,
    testkit::{self, BlobHarness, BlobLie, Harness, Lie, LyingBlobs, LyingOrders, Pair},
};
use communes_ledger::{MemoryDatabase, MemoryLedger, TenantId};

struct Memory;

fn pair(ledger: MemoryLedger) -> Pair {
    Pair { ledger: Arc::new(ledger.clone()), store: Arc::new(MemoryOrders::new(ledger)) }
}

impl Harness for Memory {
    async fn fresh(&self) -> Pair {
        pair(MemoryLedger::new())
    }

    async fn tenants(&self) -> Option<[Pair; 2]> {
        let database = MemoryDatabase::new();
        Some(["62063", "21004"].map(|commune| pair(database.tenant(&TenantId::new(commune).unwrap()))))
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }
}

mod memory {
    communes_doc_ordering::order_store_kit!(super::Memory);
}

struct Liar(Lie);

impl Liar {
    fn pair(&self, ledger: MemoryLedger) -> Pair {
        Pair { ledger: Arc::new(ledger.clone()), store: Arc::new(LyingOrders::new(ledger, self.0)) }
    }
}

impl Harness for Liar {
    async fn fresh(&self) -> Pair {
        self.pair(MemoryLedger::new())
    }

    async fn tenants(&self) -> Option<[Pair; 2]> {
        let one = MemoryLedger::new();
        let two = if self.0 == Lie::MixesTenants { one.clone() } else { MemoryLedger::new() };
        Some([self.pair(one), self.pair(two)])
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }
}

#[test]
fn the_kit_finds_out_every_lying_store() {
    for lie in Lie::ALL {
        let caught = testkit::order_store()
            .iter()
            .any(|case| catch_unwind(AssertUnwindSafe(|| testkit::run(*case, &Liar(lie)))).is_err());
        assert!(caught, "{lie:?} passes");
    }
}

struct Blobs;

impl BlobHarness for Blobs {
    async fn fresh(&self) -> Arc<dyn BlobStore> {
        Arc::new(MemoryBlobs::new())
    }

    async fn reopen(&self, store: Arc<dyn BlobStore>) -> Arc<dyn BlobStore> {
        store
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }
}

mod memory_blobs {
    communes_doc_ordering::blob_store_kit!(super::Blobs);
}

struct BlobLiar(BlobLie);

impl BlobHarness for BlobLiar {
    async fn fresh(&self) -> Arc<dyn BlobStore> {
        Arc::new(LyingBlobs::new(self.0))
    }

    async fn reopen(&self, store: Arc<dyn BlobStore>) -> Arc<dyn BlobStore> {
        if self.0 == BlobLie::Forgets { self.fresh().await } else { store }
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }
}

#[test]
fn the_kit_finds_out_every_lying_blob_store() {
    for lie in BlobLie::ALL {
        let caught = testkit::blob_store()
            .iter()
            .any(|case| catch_unwind(AssertUnwindSafe(|| testkit::run_blob(*case, &BlobLiar(lie)))).is_err());
        assert!(caught, "{lie:?} passes");
    }
}

#[cfg(feature = "blob-folder")]
mod folder {
    use std::fs;

    use communes_doc_ordering::issue::FolderBlobs;
    use tempfile::TempDir;

    use super::*;

    /// A folder that goes with the harness.
    struct Folder(TempDir);

    impl Folder {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }
    }

    impl BlobHarness for Folder {
        async fn fresh(&self) -> Arc<dyn BlobStore> {
            Arc::new(FolderBlobs::open(self.0.path().join("blobs")).unwrap())
        }

        async fn reopen(&self, store: Arc<dyn BlobStore>) -> Arc<dyn BlobStore> {
            drop(store);
            self.fresh().await
        }

        fn block_on(&self, task: impl Future<Output = ()>) {
            pollster::block_on(task);
        }
    }

    communes_doc_ordering::blob_store_kit!(Folder::new());

    #[test]
    fn a_file_that_was_changed_is_not_given() {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderBlobs::open(folder.path()).unwrap();
        let id = pollster::block_on(store.put(b"genuine")).unwrap();
        let name = id.to_string();
        let place = folder.path().join(&name[..2]).join(&name);
        fs::write(&place, b"changed").unwrap();
        assert_eq!(pollster::block_on(store.get(&id)).unwrap_err().code(), "blob-changed");
        // Putting the genuine one again mends it, and nothing is left beside it.
        pollster::block_on(store.put(b"genuine")).unwrap();
        assert_eq!(pollster::block_on(store.get(&id)).unwrap().as_deref(), Some(&b"genuine"[..]));
        assert_eq!(fs::read_dir(place.parent().unwrap()).unwrap().count(), 1);
    }
}

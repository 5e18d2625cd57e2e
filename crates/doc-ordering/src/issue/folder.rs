use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use communes_ledger::{StoreError, async_trait};

use super::{BlobId, BlobStore};

/// Files in a folder, `ab/abcd…`: written beside their place, made durable, then moved there. Several processes can share it.
///
/// It reads and writes within the call (a file of some tens of kilobytes takes a few milliseconds): on an asynchronous runtime,
/// give it a thread for blocking work if that matters.
#[derive(Debug)]
pub struct FolderBlobs {
    root: PathBuf,
    written: AtomicU64,
}

impl FolderBlobs {
    /// The files in a folder, which is made if it isn't there.
    ///
    /// # Errors
    /// The folder can't be made.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        fs::create_dir_all(&root).map_err(|error| unavailable("the folder of files can't be made", error))?;
        Ok(Self { root, written: AtomicU64::new(0) })
    }

    fn place(&self, id: &BlobId) -> PathBuf {
        let name = id.to_string();
        self.root.join(&name[..2]).join(name)
    }

    fn write(&self, place: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = place.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        // The name is nobody else's: the process, and a count in it.
        let count = self.written.fetch_add(1, Ordering::Relaxed);
        let beside = place.with_extension(format!("{}-{count:x}-{:p}.part", std::process::id(), self));
        let written = File::create_new(&beside).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        if let Err(error) = written.and_then(|()| fs::rename(&beside, place)) {
            // Best effort: what is left is a file that nothing names.
            let _ = fs::remove_file(&beside);
            return Err(error);
        }
        sync_folder(folder)?;
        sync_folder(&self.root)
    }
}

/// Makes the names in a folder durable; elsewhere than on Unix a folder can't be opened, and the rename itself is durable.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn unavailable(message: &str, error: io::Error) -> StoreError {
    StoreError::unavailable("blob-folder", message).caused_by(error)
}

#[async_trait]
impl BlobStore for FolderBlobs {
    async fn put(&self, bytes: &[u8]) -> Result<BlobId, StoreError> {
        let id = BlobId::of(bytes);
        let place = self.place(&id);
        let there = fs::read(&place).is_ok_and(|there| BlobId::of(&there) == id);
        if !there {
            self.write(&place, bytes).map_err(|error| unavailable("a file can't be written", error))?;
        }
        Ok(id)
    }

    async fn get(&self, id: &BlobId) -> Result<Option<Vec<u8>>, StoreError> {
        match fs::read(self.place(id)) {
            Ok(bytes) if BlobId::of(&bytes) == *id => Ok(Some(bytes)),
            Ok(_) => Err(StoreError::corrupt("blob-changed", format!("file {id} was changed"))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unavailable("a file can't be read", error)),
        }
    }
}

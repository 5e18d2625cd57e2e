use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tantivy::Index;

use super::{super::SearchError, generation::Generation, schema::Fields};

/// Where generations are: `CURRENT` names the one that answers, each has a folder.
#[derive(Debug, Clone)]
pub(super) enum Home {
    Memory,
    Folder(PathBuf),
}

const CURRENT: &str = "CURRENT";
const STAMP: &str = "stamp";
const PREFIX: &str = "generation-";

impl Home {
    /// The name of the generation that answers.
    pub(super) fn published(&self) -> Result<Option<String>, SearchError> {
        let Self::Folder(folder) = self else { return Ok(None) };
        match fs::read_to_string(folder.join(CURRENT)) {
            Ok(name) if number(&name).is_some() => Ok(Some(name)),
            Ok(_) => Err(SearchError::new("CURRENT names no generation", io::Error::from(io::ErrorKind::InvalidData))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(SearchError::new("CURRENT can't be read", error)),
        }
    }

    pub(super) fn open(&self, name: &str) -> Result<Generation, SearchError> {
        let Self::Folder(folder) = self else {
            return Err(SearchError::new("memory has no names", io::Error::from(io::ErrorKind::Unsupported)));
        };
        let folder = folder.join(name);
        let failed = |error| SearchError::new("the index can't be opened", error);
        let index = Index::open_in_dir(&folder).map_err(failed)?;
        let stamp = fs::read_to_string(folder.join(STAMP))
            .map_err(|error| SearchError::new("the stamp can't be read", error))?;
        Generation::new(&index, stamp, Some(name.to_owned()))
    }

    /// An empty index for a new generation, and its name if it has a folder.
    pub(super) fn make(&self) -> Result<(Index, Option<String>), SearchError> {
        let Self::Folder(folder) = self else {
            return Ok((Index::create_in_ram(Fields::schema()), None));
        };
        let failed = |error| SearchError::new("a new generation can't be made", error);
        let mut next = numbers(folder).map_err(failed)?.into_iter().max().unwrap_or(0) + 1;
        // Another process may have taken the number.
        let name = loop {
            let name = format!("{PREFIX}{next:06}");
            match fs::create_dir(folder.join(&name)) {
                Ok(()) => break name,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => next += 1,
                Err(error) => return Err(failed(error)),
            }
        };
        let index = Index::create_in_dir(folder.join(&name), Fields::schema())
            .map_err(|error| SearchError::new("a new generation can't be made", error))?;
        Ok((index, Some(name)))
    }

    /// Makes a whole generation the one that answers, and removes those before it.
    pub(super) fn publish(&self, name: &str, stamp: &str) -> Result<(), SearchError> {
        let Self::Folder(folder) = self else { return Ok(()) };
        let failed = |error| SearchError::new("the generation can't be published", error);
        fs::write(folder.join(name).join(STAMP), stamp).map_err(failed)?;
        let next = folder.join(format!("{CURRENT}.{name}"));
        fs::write(&next, name).map_err(failed)?;
        fs::rename(&next, folder.join(CURRENT)).map_err(failed)?;
        let published = number(name);
        for old in numbers(folder).map_err(failed)?.into_iter().filter(|old| Some(*old) < published) {
            // What stays is removed next time.
            let _ = fs::remove_dir_all(folder.join(format!("{PREFIX}{old:06}")));
        }
        Ok(())
    }

    /// Removes a generation that was not finished.
    pub(super) fn abandon(&self, name: &str) {
        if let Self::Folder(folder) = self {
            let _ = fs::remove_dir_all(folder.join(name));
        }
    }
}

fn numbers(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder)? {
        numbers.extend(entry?.file_name().to_str().and_then(number));
    }
    Ok(numbers)
}

fn number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix(PREFIX)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

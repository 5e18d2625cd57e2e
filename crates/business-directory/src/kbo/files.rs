use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Cursor, Read},
    path::{Path, PathBuf},
};

/// The files of one extract, by their names in it: `enterprise.csv`, `address_insert.csv`.
///
/// The implementor guarantees that a name opened twice gives the same bytes.
pub trait ExtractFiles: std::fmt::Debug + Send + Sync {
    /// Opens a file; `None` if the extract has none of this name.
    ///
    /// # Errors
    /// The file is there and can't be opened.
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + Send + '_>>>;
}

/// An extract that was unpacked into a folder.
#[derive(Debug, Clone)]
pub struct KboFolder {
    path: PathBuf,
}

impl KboFolder {
    /// The files in this folder, not below it.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl ExtractFiles for KboFolder {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + Send + '_>>> {
        match File::open(self.path.join(name)) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// An extract in memory, for demonstrations and tests.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryFiles {
    /// No file yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same files with this one.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert(name.into(), content.into());
        self
    }
}

impl ExtractFiles for MemoryFiles {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + Send + '_>>> {
        Ok(self.files.get(name).map(|content| Box::new(Cursor::new(content.as_slice())) as Box<dyn Read + Send>))
    }
}

/// A kind of file of an extract. An update has it twice: `…_delete.csv` and `…_insert.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // The names are the register's own.
pub enum KboFile {
    Enterprise,
    Establishment,
    Branch,
    Denomination,
    Address,
    Contact,
    Activity,
}

impl KboFile {
    /// Every kind, in the order in which they are read.
    pub const ALL: [Self; 7] = [
        Self::Enterprise,
        Self::Establishment,
        Self::Branch,
        Self::Denomination,
        Self::Address,
        Self::Contact,
        Self::Activity,
    ];

    /// The register's word: `enterprise`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Establishment => "establishment",
            Self::Branch => "branch",
            Self::Denomination => "denomination",
            Self::Address => "address",
            Self::Contact => "contact",
            Self::Activity => "activity",
        }
    }

    /// The columns that a file of rows must have; others are left alone.
    pub(super) fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Enterprise => &[
                "EnterpriseNumber",
                "JuridicalSituation",
                "TypeOfEnterprise",
                "JuridicalForm",
                "JuridicalFormCAC",
                "StartDate",
            ],
            Self::Establishment => &["EstablishmentNumber", "StartDate", "EnterpriseNumber"],
            Self::Branch => &["Id", "StartDate", "EnterpriseNumber"],
            Self::Denomination => &["EntityNumber", "Language", "TypeOfDenomination", "Denomination"],
            Self::Address => &[
                "EntityNumber",
                "TypeOfAddress",
                "CountryNL",
                "CountryFR",
                "Zipcode",
                "MunicipalityNL",
                "MunicipalityFR",
                "StreetNL",
                "StreetFR",
                "HouseNumber",
                "Box",
                "ExtraAddressInfo",
                "DateStrikingOff",
            ],
            Self::Contact => &["EntityNumber", "ContactType", "Value"],
            Self::Activity => &["EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"],
        }
    }

    /// The column of a file of deletes, and the first of a file of rows.
    pub(super) fn key_column(self) -> &'static str {
        self.columns()[0]
    }
}

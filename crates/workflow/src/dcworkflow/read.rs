use super::{ReadError, model::Sink, xml};
use crate::{Definition, check::Finding};

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Mode {
    /// As the reference does: what it would refuse is an error.
    #[default]
    Strict,
    /// What can be understood without opening a door is, with a finding: a missing title or guard, an element that is unknown, an
    /// expression outside the language (which then denies).
    Lenient,
}

/// A definition and what its file says besides.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// The definition.
    pub definition: Definition,
    /// What was overlooked, merged or filled in, in the order of the file. The codes are those of [`Finding`].
    pub findings: Vec<Finding>,
}

/// Reads a `definition.xml`.
///
/// A state that stands twice is merged as the reference does: the later title, description, exits and values win, permission maps
/// one by one.
///
/// # Errors
/// The file is no definition; the error says why and where.
pub fn read(bytes: &[u8], mode: Mode) -> Result<Reading, ReadError> {
    let root = xml::parse(bytes)?;
    let id = || root.attribute("workflow_id").unwrap_or_default().to_owned();
    match root.name.as_str() {
        "dc-workflow" => {}
        "cps-workflow" => return Err(ReadError::Cps { id: id() }),
        found => {
            return Err(ReadError::Root { wanted: "dc-workflow", found: found.to_owned() });
        }
    }
    if root.attribute("remove").is_some_and(super::part::is_true) {
        return Err(ReadError::Removal { id: id() });
    }
    let mut sink = Sink::new(mode);
    let model = super::model::model(&root, &mut sink)?;
    Ok(Reading { definition: Definition::new(model)?, findings: sink.findings })
}

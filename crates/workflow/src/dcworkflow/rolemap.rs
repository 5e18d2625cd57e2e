use super::{
    ReadError,
    part::{flag, is_true},
    xml::{self, Element},
};
use crate::{PermissionRoles, RoleMap};

/// Reads a `rolemap.xml`: the roles that a site declares, and who holds which permission.
///
/// A permission that is marked for removal is left out.
///
/// # Errors
/// The file is no role map; the error says why and where.
pub fn read_rolemap(bytes: &[u8]) -> Result<RoleMap, ReadError> {
    let root = xml::parse(bytes)?;
    if root.name != "rolemap" {
        return Err(ReadError::Root { wanted: "rolemap", found: root.name });
    }
    let mut map = RoleMap::new();
    for role in root.all("roles").flat_map(|roles| roles.all("role")) {
        map = map.with_role(name(role)?);
    }
    for permission in root.all("permissions").flat_map(|permissions| permissions.all("permission")) {
        if permission.attribute("remove").is_some_and(is_true) {
            continue;
        }
        let roles = permission.all("role").map(|role| name(role).map(str::to_owned)).collect::<Result<_, _>>()?;
        map = map.with_permission(name(permission)?, PermissionRoles { acquire: flag(permission, "acquire"), roles });
    }
    Ok(map)
}

fn name(element: &Element) -> Result<&str, ReadError> {
    element.attribute("name").ok_or_else(|| ReadError::MissingAttribute {
        element: element.name.clone(),
        attribute: "name".to_owned(),
        place: element.place,
    })
}

use std::collections::HashSet;

use crate::register::EntityKey;

/// Which entities an extract's own addresses put inside a scope, with the enterprises of those establishments.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// `None`: all.
    keys: Option<HashSet<i64>>,
}

impl Selection {
    /// Every entity.
    #[must_use]
    pub fn everything() -> Self {
        Self::default()
    }

    pub(super) fn of(keys: HashSet<i64>) -> Self {
        Self { keys: Some(keys) }
    }

    /// Whether nothing is left out.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.keys.is_none()
    }

    /// Whether an entity is inside.
    #[must_use]
    pub fn contains(&self, key: &EntityKey) -> bool {
        self.keys.as_ref().is_none_or(|keys| keys.contains(&key.to_integer()))
    }
}

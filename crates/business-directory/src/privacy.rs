use serde::{Deserialize, Serialize};

/// How much of natural persons in business a directory shows. Applied by [`resolve`](crate::resolve), nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PrivacyPolicy {
    /// What is shown of a sole trader who has not agreed to be listed.
    pub sole_traders: SoleTraders,
}

impl PrivacyPolicy {
    /// The policy that treats sole traders so.
    #[must_use]
    pub fn new(sole_traders: SoleTraders) -> Self {
        Self { sole_traders }
    }
}

/// What is shown of a sole trader who has not agreed to be listed. The address of the business is often the home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SoleTraders {
    /// Nothing at all.
    #[default]
    Withhold,
    /// The trade name, the activities and the locality of an establishment that has a trade name; nothing of the enterprise.
    TradeNameOnly,
    /// As legal persons: for a commune that has a legal basis for it.
    AsLegalPersons,
}

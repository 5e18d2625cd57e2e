use std::fmt;

use communes_civil::Ogm;

/// What the payer or the bank wrote on a movement.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Communication {
    /// Structured references, as they stand in the file.
    pub references: Vec<StructuredReference>,
    /// Free text, one element a block of the file.
    pub free: Vec<String>,
}

/// A structured reference.
#[derive(Clone, PartialEq, Eq)]
pub struct StructuredReference {
    /// What kind the file says it is: a CODA type such as `101`, a camt issuer or code such as `BBA`; may be empty.
    pub kind: String,
    /// The reference, unchanged: also with wrong check digits.
    pub text: String,
}

/// It shows the kind only.
impl fmt::Debug for StructuredReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StructuredReference").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// It shows no text: people write anything into it.
impl fmt::Debug for Communication {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = self.free.len();
        formatter.debug_struct("Communication").field("references", &self.references).field("texts", &texts).finish()
    }
}

impl StructuredReference {
    /// The structured communication, where its check digits are right.
    #[must_use]
    pub fn ogm(&self) -> Option<Ogm> {
        self.text.parse().ok()
    }

    /// Whether it is meant as a Belgian structured communication: said so, or twelve digits.
    #[must_use]
    pub fn is_meant_as_ogm(&self) -> bool {
        matches!(self.kind.as_str(), "101" | "102" | "BBA")
    }
}

impl Communication {
    /// The one structured communication with right check digits: among the references, else printed in the free text between
    /// `+++` or `***`. None where there are two different ones.
    #[must_use]
    pub fn ogm(&self) -> Option<Ogm> {
        let mut structured = self.references.iter().filter_map(StructuredReference::ogm);
        if let Some(first) = structured.next() {
            return structured.all(|other| other == first).then_some(first);
        }
        let mut printed = self.free.iter().flat_map(|text| printed(text));
        let first = printed.next()?;
        printed.all(|other| other == first).then_some(first)
    }
}

/// The communications that stand in a text between `+++` or `***`.
fn printed(text: &str) -> Vec<Ogm> {
    let mut found = Vec::new();
    for mark in ["+++", "***"] {
        for (start, _) in text.match_indices(mark) {
            // `+++ddd/dddd/ddddd+++`
            if let Some(ogm) = text.get(start..start + 20).and_then(|slice| slice.parse().ok()) {
                found.push(ogm);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(text: &str) -> Option<String> {
        Communication { references: Vec::new(), free: vec![text.into()] }.ogm().map(Ogm::digits)
    }

    #[test]
    fn a_printed_communication_is_found_in_free_text() {
        // 1234567890 mod 97 = 2.
        assert_eq!(free("paiement +++123/4567/89002+++ merci"), Some("123456789002".into()));
        assert_eq!(free("***123/4567/89002***"), Some("123456789002".into()));
        assert_eq!(free("+++123/4567/89003+++"), None);
        assert_eq!(free("112/4554/46812"), None);
        assert_eq!(free("123456789002"), None);
        assert_eq!(free("é+++123/4567/8900é+++"), None);
        // Two different ones: nobody knows which is meant. 0 → 97.
        assert_eq!(free("+++123/4567/89002+++ +++000/0000/00097+++"), None);
    }

    #[test]
    fn wrong_check_digits_are_kept_and_never_matched() {
        let reference = StructuredReference { kind: "101".into(), text: "000003505158".into() };
        assert!(reference.is_meant_as_ogm() && reference.ogm().is_none());
    }
}

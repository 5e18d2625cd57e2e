use der::asn1::ObjectIdentifier;

use crate::{Oid, SignInError, certificate::Certificate, oid};

/// Which certificate policies may sign in: a list of those denied, and optionally a list of those allowed.
///
/// By default only the policies of Estonian Mobile-ID are denied: its certificates are issued by the same authorities, and are no
/// cards. A commune that wants, say, citizens' cards alone allows their policy only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    denied: Vec<Oid>,
    allowed: Option<Vec<Oid>>,
}

impl Profile {
    /// Denies nothing but Mobile-ID.
    #[must_use]
    pub fn new() -> Self {
        let denied = [oid::MOBILE_ID, oid::MOBILE_ID_1, oid::MOBILE_ID_2, oid::MOBILE_ID_3];
        Self { denied: denied.into_iter().map(Oid::from).collect(), allowed: None }
    }

    /// Denies one policy more. A denied policy outweighs an allowed one.
    #[must_use]
    pub fn deny(mut self, policy: Oid) -> Self {
        self.denied.push(policy);
        self
    }

    /// Allows one policy; from the first of them on, a certificate needs one that is allowed.
    #[must_use]
    pub fn allow(mut self, policy: Oid) -> Self {
        self.allowed.get_or_insert_default().push(policy);
        self
    }

    /// Purpose first, then policies, in the order of the Web eID validation.
    pub(super) fn check(&self, certificate: &Certificate) -> Result<(), SignInError> {
        check_purpose(certificate)?;
        let has = |policy: &&ObjectIdentifier, list: &[Oid]| list.contains(&Oid::from(**policy));
        let policies = certificate.policies();
        if let Some(denied) = policies.iter().find(|policy| has(policy, &self.denied)) {
            return Err(SignInError::DisallowedPolicy { denied: Some(denied.to_string()) });
        }
        match &self.allowed {
            Some(allowed) if !policies.iter().any(|policy| has(&policy, allowed)) => {
                Err(SignInError::DisallowedPolicy { denied: None })
            }
            _ => Ok(()),
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::new()
    }
}

/// Key usage must be there and say digitalSignature; extended key usage may be absent (Luxembourg, Finland) or must say clientAuth.
fn check_purpose(certificate: &Certificate) -> Result<(), SignInError> {
    let key_usage = certificate.key_usage().ok_or(SignInError::MissingPurpose)?;
    if !key_usage.digital_signature() {
        return Err(SignInError::WrongPurpose("its key usage has no digitalSignature"));
    }
    match certificate.extended_key_usage() {
        Some(purposes) if !purposes.is_empty() && !purposes.contains(&oid::CLIENT_AUTH) => {
            Err(SignInError::WrongPurpose("its extended key usage has no clientAuth"))
        }
        _ => Ok(()),
    }
}

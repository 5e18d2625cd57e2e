//! Certificate paths: which chains of authorities lead to a person, and which do not.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod common;

use common::{Authority, Card, now};
use communes_eid_verify::{Certificate, PathLimits, PathValidator, TrustAnchors, path::PathError, webeid::Algorithm};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    KeyUsagePurpose, NameConstraints, date_time_ymd,
};

fn certificate(der: &[u8]) -> Certificate {
    Certificate::from_der(der).unwrap()
}

fn anchors(ders: &[&[u8]]) -> TrustAnchors {
    let mut anchors = ders.iter().map(|der| TrustAnchors::read(der).unwrap());
    let first = anchors.next().unwrap();
    anchors.fold(first, TrustAnchors::and)
}

/// What is said of a card, with these anchors and intermediates.
fn check(card: &Card, anchored: &[&[u8]], intermediates: &[&[u8]]) -> Result<(), PathError> {
    check_within(PathLimits::default(), card, anchored, intermediates)
}

fn check_within(limits: PathLimits, card: &Card, anchored: &[&[u8]], intermediates: &[&[u8]]) -> Result<(), PathError> {
    let mut validator = PathValidator::new(anchors(anchored)).with_limits(limits);
    for der in intermediates {
        validator = validator.with_intermediates(der).unwrap();
    }
    validator.validate(&certificate(&card.der), now()).map(|_| ())
}

#[test]
fn roots_and_intermediates_are_anchors() {
    let root = Authority::root("Root");
    let middle = root.authority("Middle");
    let card = middle.card();
    assert_eq!(check(&card, &[&middle.der], &[]), Ok(()));
    assert_eq!(check(&card, &[&root.der], &[&middle.der]), Ok(()));
    assert_eq!(check(&card, &[&root.der], &[]), Err(PathError::NoIssuer { issuer: "CN=Middle".to_owned() }));
    let path = PathValidator::new(root.anchors())
        .with_intermediates(&middle.der)
        .unwrap()
        .validate(&certificate(&card.der), now())
        .unwrap();
    assert_eq!(path.issuer(), &certificate(&middle.der));
    assert_eq!(path.anchor(), &certificate(&root.der));
}

#[test]
fn another_key_of_the_same_name_is_not_enough() {
    let (right, forged) = (Authority::root("Root"), Authority::root("Root"));
    let card = right.card();
    assert!(matches!(check(&card, &[&forged.der], &[]), Err(PathError::Signature(_))));
    assert_eq!(check(&card, &[&forged.der, &right.der], &[]), Ok(()), "the second of one name is tried too");
    let middle = forged.authority("Middle");
    assert!(matches!(check(&middle.card(), &[&right.der], &[&middle.der]), Err(PathError::Signature(_))));
}

#[test]
fn the_edition_of_an_anchor_that_is_valid_counts() {
    let old = Authority::root_with("Root", |params| params.not_after = date_time_ymd(2025, 1, 1));
    let new = old.again_with(|params| params.not_after = date_time_ymd(2032, 1, 1));
    let card = old.card();
    assert_eq!(check(&card, &[&old.der, &new], &[]), Ok(()));
    assert_eq!(check(&card, &[&new, &old.der], &[]), Ok(()));
    let not_after = "2025-01-01T00:00:00Z".parse().unwrap();
    let role = communes_eid_verify::CertificateRole::TrustedCa;
    assert_eq!(check(&card, &[&old.der], &[]), Err(PathError::Expired { role, not_after }));
}

#[test]
fn the_dates_of_intermediates_count() {
    let root = Authority::root("Root");
    let middle = root.authority_with("Middle", |params| params.not_before = date_time_ymd(2027, 1, 1));
    let role = communes_eid_verify::CertificateRole::IntermediateCa;
    let not_before = "2027-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(check(&middle.card(), &[&root.der], &[&middle.der]), Err(PathError::NotYetValid { role, not_before }));
}

/// What is said of a card under an authority that is an anchor, and under the same as an intermediate.
fn under(change: impl Fn(&mut CertificateParams)) -> [Result<(), PathError>; 2] {
    let root = Authority::root("Root");
    let middle = root.authority_with("Middle", change);
    let card = middle.card();
    [check(&card, &[&middle.der], &[]), check(&card, &[&root.der], &[&middle.der])]
}

#[test]
fn an_authority_must_be_one() {
    let no_authority = || Err(PathError::IssuerNotAuthority);
    assert_eq!(under(|params| params.is_ca = IsCa::ExplicitNoCa), [no_authority(), no_authority()]);
    assert_eq!(under(|params| params.is_ca = IsCa::NoCa), [no_authority(), no_authority()]);
    let no_usage = || Err(PathError::IssuerKeyUsage);
    assert_eq!(under(|params| params.key_usages = vec![KeyUsagePurpose::CrlSign]), [no_usage(), no_usage()]);
    let no_purpose = || Err(PathError::IssuerPurpose);
    let server =
        |params: &mut CertificateParams| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    assert_eq!(under(server), [no_purpose(), no_purpose()]);
    for purpose in [ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::Any] {
        assert_eq!(under(|params| params.extended_key_usages = vec![purpose.clone()]), [Ok(()), Ok(())]);
    }
}

#[test]
fn a_card_is_no_authority() {
    let root = Authority::root("Root");
    let other = root.card();
    // A holder signs a certificate for somebody else with the key of his own card.
    let card = root.card_with(Algorithm::Es384, |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    });
    assert_eq!(check(&card, &[&root.der], &[]), Err(PathError::PersonIsAuthority));
    assert!(check(&other, &[&other.der], &[]).is_err(), "a card as its own anchor");
}

#[test]
fn path_lengths_count_the_authorities_below() {
    let limited = |length: u8| {
        Authority::root_with("Root", |params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(length));
        })
    };
    for (length, one, two) in [(0, false, false), (1, true, false), (2, true, true)] {
        let root = limited(length);
        let first = root.authority("First");
        let second = first.authority("Second");
        assert_eq!(check(&root.card(), &[&root.der], &[]), Ok(()), "{length}");
        let verdict = |fits: bool| if fits { Ok(()) } else { Err(PathError::PathLength) };
        assert_eq!(check(&first.card(), &[&root.der], &[&first.der]), verdict(one), "{length}");
        let both: [&[u8]; 2] = [&first.der, &second.der];
        assert_eq!(check(&second.card(), &[&root.der], &both), verdict(two), "{length}");
    }
}

#[test]
fn what_is_critical_and_not_understood_is_refused() {
    let critical = |params: &mut CertificateParams| {
        let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
        extension.set_criticality(true);
        params.custom_extensions.push(extension);
    };
    let refused = || Err(PathError::UnhandledExtension("1.2.3.4".to_owned()));
    assert_eq!(under(critical), [refused(), refused()]);
    let root = Authority::root("Root");
    assert_eq!(check(&root.card_with(Algorithm::Es384, critical), &[&root.der], &[]), refused());
    // An anchor that cannot be used does no harm beside a good one.
    let odd = Authority::root_with("Odd", critical);
    assert_eq!(check(&root.card(), &[&odd.der, &root.der], &[]), Ok(()));
}

#[test]
fn name_constraints_are_refused_not_passed_over() {
    let constrained = |params: &mut CertificateParams| {
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName("example".to_owned())],
            excluded_subtrees: Vec::new(),
        });
    };
    let refused = || Err(PathError::UnhandledExtension("2.5.29.30".to_owned()));
    assert_eq!(under(constrained), [refused(), refused()]);
}

#[test]
fn limits_end_the_search() {
    let root = Authority::root("Root");
    let mut chain = vec![root.authority("1")];
    for number in 2..=5 {
        let next = chain.last().unwrap().authority(&number.to_string());
        chain.push(next);
    }
    let ders: Vec<&[u8]> = chain.iter().map(|authority| &authority.der[..]).collect();
    assert_eq!(check(&chain[3].card(), &[&root.der], &ders), Ok(()), "four between");
    assert_eq!(
        check(&chain[4].card(), &[&root.der], &ders),
        Err(PathError::TooLong { intermediates: 4 }),
        "five between"
    );

    // Many authorities of one name: none of their keys fits.
    let forged: Vec<Authority> = (0..20).map(|_| Authority::root("Root")).collect();
    let mut ders: Vec<&[u8]> = forged.iter().map(|authority| &authority.der[..]).collect();
    ders.push(&root.der);
    assert_eq!(check(&root.card(), &ders, &[]), Err(PathError::TooManySignatures));
    let more = PathLimits { signature_checks: 21, ..PathLimits::default() };
    assert_eq!(check_within(more, &root.card(), &ders, &[]), Ok(()));
}

#[test]
fn authorities_that_certify_each_other_end_the_search() {
    let (one, two) = (Authority::root("One"), Authority::root("Two"));
    let (one_by_two, two_by_one) = (one.certified_by(&two), two.certified_by(&one));
    let elsewhere = Authority::root("Elsewhere");
    let card = one.card();
    assert!(matches!(
        check(&card, &[&elsewhere.der], &[&one_by_two, &two_by_one]),
        Err(PathError::NoIssuer { .. } | PathError::TooLong { .. })
    ));
    assert_eq!(check(&card, &[&two.der], &[&one_by_two, &two_by_one]), Ok(()));
}

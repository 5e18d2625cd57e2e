use chrono::NaiveDate;
use communes_civil::Lang;

use super::{Openness, PublicAddress, Sourced, name::clean};
use crate::{
    entry::{Field, Overlay},
    register::{Address, AddressKind, EntityKind, RegisterRecord},
};

/// The current address, of which a person's business shows the locality only.
pub(super) fn address(
    record: &RegisterRecord,
    overlay: &Overlay,
    open: Openness,
    language: Lang,
    date: NaiveDate,
) -> Option<Sourced<PublicAddress>> {
    let of_register = current(record, date).map(|address| in_language(address, language));
    if open == Openness::TradeNameOnly {
        let PublicAddress { postcode, locality, country, .. } = of_register?;
        return Some(Sourced::by_register(PublicAddress { postcode, locality, country, ..PublicAddress::default() }));
    }
    match &overlay.street {
        Field::Hide => None,
        Field::Inherit => of_register.map(Sourced::by_register),
        Field::Set(street) => {
            let PublicAddress { postcode, locality, country, .. } = of_register.unwrap_or_default();
            let street = Some(street.in_language(language).text.to_owned());
            Some(Sourced::by_commune(PublicAddress { street, postcode, locality, country, ..PublicAddress::default() }))
        }
    }
}

/// The address of the entity's own kind, else any that holds on that day.
fn current(record: &RegisterRecord, date: NaiveDate) -> Option<&Address> {
    let own = match record.key.kind() {
        EntityKind::Enterprise => AddressKind::Seat,
        EntityKind::Establishment => AddressKind::Establishment,
        EntityKind::Branch => AddressKind::Branch,
    };
    let mut current: Vec<&Address> = record.addresses.iter().filter(|address| address.is_current(date)).collect();
    current.sort_by_key(|address| address.kind != own);
    current.first().copied()
}

fn in_language(address: &Address, language: Lang) -> PublicAddress {
    let either = |dutch: &str, french: &str| {
        let (first, second) = if language == Lang::NL { (dutch, french) } else { (french, dutch) };
        part(if first.trim().is_empty() { second } else { first })
    };
    let street = either(&address.street_nl, &address.street_fr);
    PublicAddress {
        street: if address.is_foreign() { street } else { street.map(without_suffix) },
        house_number: part(&address.house_number),
        box_number: part(&address.box_number),
        extra: part(&address.extra),
        postcode: part(&address.postcode),
        locality: either(&address.municipality_nl, &address.municipality_fr),
        country: either(&address.country_nl, &address.country_fr),
    }
}

fn part(text: &str) -> Option<String> {
    Some(clean(text)).filter(|text| !text.is_empty())
}

/// The register tells streets of one name apart by a suffix without a blank: `Budastraat(Kor)`.
fn without_suffix(street: String) -> String {
    match street.strip_suffix(')').and_then(|open| open.rsplit_once('(')) {
        Some((name, _)) if !name.is_empty() && !name.ends_with(' ') => name.to_owned(),
        _ => street,
    }
}

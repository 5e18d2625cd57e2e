//! The one door from a register to the public: register, the commune's overlay and the privacy policy become an entry.

mod address;
mod entry;
mod name;

use chrono::NaiveDate;
use communes_civil::{Lang, Texts};

pub use entry::{Coded, PublicActivity, PublicAddress, PublicEntry, PublicName, Source, Sourced, Withheld};

use crate::{
    entry::{Field, Overlay},
    privacy::{PrivacyPolicy, SoleTraders},
    register::{
        Activity, ActivityClass, CodeCategory, CodeTable, Contact, ContactKind, EntityKind, PersonKind, Presence,
        RegisterRecord,
    },
};

/// How much of a record may be public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Openness {
    All,
    TradeNameOnly,
}

/// What the public sees of a record in a language on a day, or why nothing. Pure; the only place where privacy is decided, for
/// pages, search, exports and feeds alike.
///
/// An establishment or branch without a name has its enterprise's; an enterprise without a name, its number. A closed entity
/// is an entry with [`Presence::Gone`]: lists leave it out, its own page says so.
///
/// # Errors
/// The record is not to be public at all.
pub fn resolve(
    record: &RegisterRecord,
    overlay: &Overlay,
    privacy: &PrivacyPolicy,
    language: Lang,
    date: NaiveDate,
    codes: &CodeTable,
) -> Result<PublicEntry, Withheld> {
    if overlay.withheld {
        return Err(Withheld::ByCommune);
    }
    if record.presence == Presence::Unregistered {
        return Err(Withheld::Unregistered);
    }
    let open = match (record.person(), overlay.person_agreed, privacy.sole_traders) {
        (PersonKind::Legal, ..) | (_, true, _) | (.., SoleTraders::AsLegalPersons) => Openness::All,
        (.., SoleTraders::Withhold) => return Err(Withheld::NaturalPerson),
        (.., SoleTraders::TradeNameOnly) if record.key.kind() == EntityKind::Enterprise => {
            return Err(Withheld::NaturalPerson);
        }
        (.., SoleTraders::TradeNameOnly) => Openness::TradeNameOnly,
    };
    let names = name::names(record, overlay, open, language)?;
    let entity = record.entity.as_ref();
    let all = open == Openness::All;
    Ok(PublicEntry {
        key: record.key,
        kind: record.key.kind(),
        number: record.key.printed(),
        enterprise: record.parent.as_ref().filter(|_| all).map(|parent| parent.number),
        presence: record.presence,
        name: names.shown,
        other_names: names.others,
        description: text(&overlay.description, language),
        address: address::address(record, overlay, open, language, date),
        place: match &overlay.place {
            Field::Set(place) if all => Some(Sourced::by_commune(place.clone())),
            _ => None,
        },
        telephone: contact(record, &ContactKind::Telephone, &overlay.telephone, open),
        email: contact(record, &ContactKind::Email, &overlay.email, open),
        website: contact(record, &ContactKind::Web, &overlay.website, open),
        activities: activities(&record.activities, codes, language),
        form: entity.and_then(|entity| entity.form.as_ref()).map(|form| Coded {
            code: form.shown().to_owned(),
            label: codes.label(CodeCategory::JuridicalForm, form.shown(), language).map(str::to_owned),
        }),
        situation: entity.and_then(|entity| entity.situation.as_ref()).filter(|situation| !situation.is_normal()).map(
            |situation| Coded {
                code: situation.code().to_owned(),
                label: codes.label(CodeCategory::JuridicalSituation, situation.code(), language).map(str::to_owned),
            },
        ),
        started: entity.filter(|_| all).and_then(|entity| entity.started),
    })
}

fn text(field: &Field<Texts>, language: Lang) -> Option<Sourced<String>> {
    match field {
        Field::Set(texts) => Some(Sourced::by_commune(texts.in_language(language).text.to_owned())),
        Field::Inherit | Field::Hide => None,
    }
}

fn contact(
    record: &RegisterRecord,
    kind: &ContactKind,
    field: &Field<String>,
    open: Openness,
) -> Option<Sourced<String>> {
    match (field, open) {
        (_, Openness::TradeNameOnly) | (Field::Hide, _) => None,
        (Field::Set(value), Openness::All) => Some(Sourced::by_commune(value.clone())),
        (Field::Inherit, Openness::All) => {
            let value = record.contacts.iter().find(|contact: &&Contact| contact.kind == *kind)?.value.trim();
            (!value.is_empty()).then(|| Sourced::by_register(value.to_owned()))
        }
    }
}

/// The activities of the latest nomenclature that the record has, main ones first.
fn activities(all: &[Activity], codes: &CodeTable, language: Lang) -> Vec<PublicActivity> {
    let Some(version) = all.iter().map(|activity| activity.nace.version()).max() else {
        return Vec::new();
    };
    let mut shown: Vec<PublicActivity> = Vec::new();
    for activity in all.iter().filter(|activity| activity.nace.version() == version) {
        let main = activity.class == ActivityClass::Main;
        match shown.iter_mut().find(|seen| seen.nace == activity.nace) {
            Some(seen) => seen.main |= main,
            None => shown.push(PublicActivity {
                nace: activity.nace,
                main,
                label: codes.activity(activity.nace, language).map(str::to_owned),
            }),
        }
    }
    shown.sort_by_key(|activity| (!activity.main, activity.nace));
    shown
}

#[cfg(test)]
mod tests;

//! What a commune has set: who it is, what can be ordered and what it costs, how orders are handled, what its directory covers.
//!
//! It is a folder with `commune.toml`, the files of its documents (type in JSON, form in `.wcs`), fee schedules, the workflow in
//! DCWorkflow's `definition.xml`, and the commune's own layer over the register. The demonstration carries such a folder.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context as _, anyhow, bail, ensure};
use communes_business_directory::{
    Overlay, Scope,
    register::{EntityKey, Postcode},
};
use communes_civil::{Iban, LanguageRegime, Texts};
use communes_doc_ordering::{
    catalogue::{Catalogue, DocumentType},
    fee::{FeeSchedule, FeeSchedules},
    lint,
    order::{Office, OrderSeries},
    payment::BankTransfer,
    wcs::WcsFile,
};
use communes_ledger::TenantId;
use communes_workflow::{Definition, check, dcworkflow};
use serde::Deserialize;

use crate::{config::CommuneSource, demo, web::unsupported};

/// A commune's settings, read and checked.
#[derive(Debug)]
pub(crate) struct Commune {
    pub(crate) profile: Profile,
    pub(crate) tenant: TenantId,
    pub(crate) office: Office,
    pub(crate) transfer: BankTransfer,
    pub(crate) workflow: Definition,
    pub(crate) scope: Scope,
    pub(crate) overlays: BTreeMap<EntityKey, Overlay>,
}

/// Who the commune is, and what it says on its pages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// Its name: `Valbruyère`.
    pub(crate) name: String,
    /// Its NIS code, by which its data is told apart from another commune's.
    nis: String,
    /// In which languages it acts.
    pub(crate) regime: LanguageRegime,
    pub(crate) contact: Contact,
    account: Account,
    /// Its postcodes: what its directory covers.
    postcodes: Vec<String>,
    /// The files of the documents that can be ordered.
    documents: Vec<DocumentFiles>,
    fees: Vec<String>,
    series: Vec<SeriesSettings>,
    workflow: String,
    /// The commune's own layer over the register, by number.
    #[serde(default)]
    overlays: Option<String>,
    /// Official notices, in the languages of the regime and no other.
    #[serde(default)]
    pub(crate) notices: Vec<Notice>,
}

/// Where people find the town hall.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contact {
    pub(crate) street: String,
    pub(crate) locality: String,
    pub(crate) telephone: String,
    pub(crate) email: String,
    pub(crate) hours: Texts,
    /// The service that answers questions about personal data.
    pub(crate) data_protection: String,
}

/// An official notice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notice {
    pub(crate) published_on: chrono::NaiveDate,
    pub(crate) title: Texts,
    pub(crate) text: Texts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    beneficiary: String,
    iban: String,
    bic: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentFiles {
    document: String,
    form: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesSettings {
    code: String,
    format: String,
    reference_prefix: u8,
}

impl Commune {
    /// Reads the settings; each file that it refuses is named.
    pub(crate) fn read(source: &CommuneSource) -> anyhow::Result<Self> {
        let files = Files::of(source);
        let profile: Profile = toml::from_str(&files.text("commune.toml")?).context("commune.toml")?;
        let tenant = TenantId::new(profile.nis.clone()).context("commune.toml: nis")?;
        let office = office(&files, &profile)?;
        let workflow = workflow(&files.bytes(&profile.workflow)?).with_context(|| profile.workflow.clone())?;
        let mut transfer = BankTransfer::new(profile.account.beneficiary.clone(), iban(&profile.account)?)
            .context("commune.toml: account")?;
        if let Some(bic) = &profile.account.bic {
            transfer = transfer.with_bic(bic.clone()).context("commune.toml: account.bic")?;
        }
        let postcodes = profile.postcodes.iter().map(|postcode| {
            postcode.parse::<Postcode>().map_err(|error| anyhow!("commune.toml: postcode {postcode}: {error}"))
        });
        let scope = Scope::postcodes(postcodes.collect::<anyhow::Result<Vec<_>>>()?);
        let overlays = match &profile.overlays {
            Some(name) => serde_json::from_str(&files.text(name)?).with_context(|| name.clone())?,
            None => BTreeMap::new(),
        };
        for notice in &profile.notices {
            profile.regime.notice(&notice.title).context("commune.toml: a notice's title")?;
            profile.regime.notice(&notice.text).context("commune.toml: a notice's text")?;
        }
        Ok(Self { tenant, office, transfer, workflow, scope, overlays, profile })
    }
}

fn iban(account: &Account) -> anyhow::Result<Iban> {
    account.iban.parse().context("commune.toml: account.iban")
}

fn office(files: &Files<'_>, profile: &Profile) -> anyhow::Result<Office> {
    let mut catalogue = Catalogue::new();
    for names in &profile.documents {
        let document: DocumentType =
            serde_json::from_str(&files.text(&names.document)?).with_context(|| names.document.clone())?;
        let file = WcsFile::read(&files.bytes(&names.form)?).with_context(|| names.form.clone())?;
        for finding in lint::lint(&[&file]) {
            tracing::warn!(form = names.form, "{finding:?}");
        }
        let form = file.into_form().with_context(|| format!("{} is not a form", names.form))?;
        if let Some(field) = unsupported(&form) {
            bail!("{}: the portal's pages can't ask field {} yet", names.form, field.key());
        }
        catalogue = catalogue.publish(document, form).with_context(|| names.document.clone())?;
    }
    let schedules = profile.fees.iter().map(|name| {
        let schedule: FeeSchedule = serde_json::from_str(&files.text(name)?).with_context(|| name.clone())?;
        Ok(schedule)
    });
    let fees = FeeSchedules::new(schedules.collect::<anyhow::Result<Vec<_>>>()?).context("commune.toml: fees")?;
    let series = profile.series.iter().map(|series| {
        let format = series.format.parse().with_context(|| format!("commune.toml: series {}", series.code))?;
        Ok(OrderSeries::new(series.code.clone(), format, series.reference_prefix)?)
    });
    Ok(Office::belgian(catalogue, fees, series.collect::<anyhow::Result<Vec<_>>>()?))
}

fn workflow(bytes: &[u8]) -> anyhow::Result<Definition> {
    let definition = dcworkflow::read(bytes, dcworkflow::Mode::Strict)?.definition;
    let findings = check::structure(&definition);
    ensure!(findings.is_empty(), "the workflow has faults: {findings:?}");
    Ok(definition)
}

/// The files of a commune, by their names in its folder.
enum Files<'a> {
    Folder(&'a PathBuf),
    Carried(&'static [(&'static str, &'static [u8])]),
}

impl<'a> Files<'a> {
    fn of(source: &'a CommuneSource) -> Self {
        match source {
            CommuneSource::Folder(path) => Self::Folder(path),
            CommuneSource::Demo => Self::Carried(demo::COMMUNE),
        }
    }

    fn bytes(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Folder(path) => {
                let path = path.join(name);
                std::fs::read(&path).with_context(|| path.display().to_string())
            }
            Self::Carried(files) => {
                let found = files.iter().find(|(known, _)| *known == name);
                found.map(|(_, bytes)| bytes.to_vec()).with_context(|| format!("no file {name}"))
            }
        }
    }

    fn text(&self, name: &str) -> anyhow::Result<String> {
        String::from_utf8(self.bytes(name)?).with_context(|| format!("{name} is not UTF-8"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demonstration_has_a_commune_in_order() {
        let commune = Commune::read(&CommuneSource::Demo).unwrap();
        assert_eq!(commune.profile.name, "Valbruyère");
        assert_eq!(commune.office.catalogue.iter().count(), 1);
        assert!(commune.overlays.len() > 3);
    }
}

//! `communes order`: forms, price, bank and reference of ordered documents.

mod bank;
mod epc;
mod form;
mod price;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::output::{Format, Unusable, Verdict};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What a .wcs file (form, card, block, data source, workflow, mail template) holds.
    Form {
        /// The file.
        file: PathBuf,
    },
    /// A .wcs file written again, as UTF-8: the same elements, attributes and texts.
    Convert {
        /// The file.
        file: PathBuf,
    },
    /// Faults in .wcs files; a form's price is compared with its workflow's when both are given.
    Lint {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// The movements of a bank statement: CODA, camt.052, camt.053 or camt.054.
    Bank {
        /// The file.
        file: PathBuf,
    },
    /// Which open orders the movements of a bank statement pay.
    Reconcile {
        /// The statement.
        file: PathBuf,
        /// The open orders: [{"order", "reference", "amount", "standing": "awaiting"|"paid"|"closed"}].
        #[arg(long)]
        orders: PathBuf,
    },
    /// Checks a Belgian structured communication, or makes that of a base number.
    Ogm {
        /// +++123/4567/89002+++, ***…*** or twelve digits.
        #[arg(allow_hyphen_values = true, required_unless_present = "base", conflicts_with = "base")]
        text: Option<String>,
        /// The number before the check digits.
        #[arg(long)]
        base: Option<u64>,
    },
    /// The QR code of a bank transfer (EPC069-12): its text, or a picture.
    Epc(EpcArguments),
    /// The price of a document from a fee schedule.
    Quote(QuoteArguments),
}

#[derive(Debug, Args)]
pub(crate) struct EpcArguments {
    /// Who gets the money.
    #[arg(long, allow_hyphen_values = true)]
    name: String,
    /// On which account.
    #[arg(long, allow_hyphen_values = true)]
    iban: String,
    /// How much, in euro.
    #[arg(long, allow_hyphen_values = true)]
    amount: String,
    /// The bank's BIC.
    #[arg(long, allow_hyphen_values = true)]
    bic: Option<String>,
    /// A Belgian structured communication.
    #[arg(long, allow_hyphen_values = true, group = "remittance")]
    ogm: Option<String>,
    /// Puts the Belgian communication into the structured element instead of the text.
    #[arg(long, requires = "ogm")]
    structured: bool,
    /// A structured reference, e.g. of ISO 11649.
    #[arg(long, allow_hyphen_values = true, group = "remittance")]
    reference: Option<String>,
    /// A text.
    #[arg(long, allow_hyphen_values = true, group = "remittance")]
    text: Option<String>,
    /// Prints a picture.
    #[arg(long)]
    svg: bool,
}

#[derive(Debug, Args)]
pub(crate) struct QuoteArguments {
    /// The fee schedule, as JSON.
    #[arg(long)]
    fees: PathBuf,
    /// The document's key in it.
    #[arg(long, allow_hyphen_values = true)]
    document: String,
    /// The day of the order, YYYY-MM-DD.
    #[arg(long)]
    date: chrono::NaiveDate,
    /// How many copies.
    #[arg(long, default_value = "1", allow_hyphen_values = true)]
    copies: String,
    /// The person doesn't live in the commune.
    #[arg(long)]
    non_resident: bool,
    /// A motive of the tariff.
    #[arg(long, allow_hyphen_values = true)]
    motive: Option<String>,
    /// A delivery mode of the schedule.
    #[arg(long, allow_hyphen_values = true)]
    delivery: Option<String>,
    /// An exemption of the schedule.
    #[arg(long, allow_hyphen_values = true)]
    exemption: Option<String>,
}

/// An artefact as JSON.
#[derive(Serialize)]
struct Artefact {
    text: String,
    warnings: Vec<String>,
}

pub(crate) fn run(command: &Command, format: Format) -> Result<Verdict, Unusable> {
    match command {
        Command::Form { file } => form::show(file, format),
        Command::Convert { file } => form::convert(file, format),
        Command::Lint { files } => form::lint(files, format),
        Command::Bank { file } => bank::show(file, format),
        Command::Reconcile { file, orders } => bank::reconcile(file, orders, format),
        Command::Ogm { text, base } => epc::ogm(text.as_deref(), *base, format),
        Command::Epc(arguments) => epc::code(arguments, format),
        Command::Quote(arguments) => price::quote(arguments, format),
    }
}

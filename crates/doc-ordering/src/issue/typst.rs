//! The commune's own documents, set from Typst templates as PDF/A-2a and PDF/UA-1 (feature `typst`).

mod data;
mod world;

use std::{collections::BTreeMap, fmt, sync::Arc};

use chrono::{Datelike, NaiveDate};
use communes_ledger::async_trait;
use fast_qr::{
    ECL, QRBuilder,
    convert::{Builder, svg::SvgBuilder},
};
use typst::{
    diag::SourceDiagnostic,
    foundations::{Datetime, Smart},
    syntax::{Source, SyntaxDiagnostic},
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use self::world::{Fonts, TemplateWorld};
use super::{DocumentIssuer, IssueError, IssueOutcome, IssueRequest, MadeFile};
use crate::catalogue::DocumentTypeId;

/// The template of a document type that has none of its own.
const ATTESTATION: &str = include_str!("typst/attestation.typ");

/// How long Typst keeps what it worked out for a document, in documents: none of a person's data stays after the next one.
const KEPT: usize = 1;

/// An issuer of the commune's own documents.
///
/// A template reads `data.json` (the keys are those of the built-in template, [`TypstIssuer::BUILT_IN`]) and the picture `qr.svg`;
/// there is no other file, no package, no network and no clock for it. Fonts are those that Typst brings along, and those given.
/// A name with a letter that no font has is never printed without it: the issue is impossible, with code `issue-glyph-missing`.
///
/// Setting a page takes some milliseconds of processor time within the call: on an asynchronous runtime, give it a thread for blocking
/// work if that matters.
pub struct TypstIssuer {
    templates: BTreeMap<DocumentTypeId, Source>,
    fonts: Arc<Fonts>,
    fallback: Source,
}

/// It names the document types that have a template.
impl fmt::Debug for TypstIssuer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types: Vec<_> = self.templates.keys().map(DocumentTypeId::as_str).collect();
        formatter.debug_struct("TypstIssuer").field("templates", &types).finish_non_exhaustive()
    }
}

impl Default for TypstIssuer {
    fn default() -> Self {
        Self::new()
    }
}

/// What is wrong with a template, with the lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .faults.join("; "))]
#[non_exhaustive]
pub struct TemplateError {
    /// Each with its line, as `12: expected expression`.
    pub faults: Vec<String>,
}

impl TypstIssuer {
    /// The built-in template, to start a commune's own from.
    pub const BUILT_IN: &str = ATTESTATION;

    /// An issuer that sets every document by the built-in template.
    #[must_use]
    pub fn new() -> Self {
        let fallback = world::template(ATTESTATION);
        Self { templates: BTreeMap::new(), fonts: Arc::new(Fonts::bundled()), fallback }
    }

    /// With a font (OpenType or TrueType, also a collection); bytes that are none add nothing.
    #[must_use]
    pub fn with_font(mut self, bytes: Vec<u8>) -> Self {
        self.fonts = Arc::new(self.fonts.with(bytes));
        self
    }

    /// With a template of its own for a document type.
    ///
    /// # Errors
    /// Its syntax is wrong.
    pub fn with_template(mut self, document: DocumentTypeId, template: &str) -> Result<Self, TemplateError> {
        let source = world::template(template);
        let (faults, _) = source.root().errors_and_warnings();
        if !faults.is_empty() {
            let day = NaiveDate::default();
            let world = TemplateWorld::new(source, self.fonts, &serde_json::Value::Null, String::new(), day);
            let message = |fault: &SyntaxDiagnostic| format!("{}: {}", world.line(fault.span), fault.message);
            return Err(TemplateError { faults: faults.iter().map(message).collect() });
        }
        self.templates.insert(document, source);
        Ok(self)
    }

    fn render(&self, request: &IssueRequest<'_>) -> Result<IssueOutcome, IssueError> {
        let data = data::of(request);
        if data::texts(&data).any(|text| !self.fonts.cover(text)) {
            return Ok(IssueOutcome::Impossible { code: "issue-glyph-missing".to_owned() });
        }
        let template = self.templates.get(&request.document.id).unwrap_or(&self.fallback);
        let world = TemplateWorld::new(template.clone(), self.fonts.clone(), &data, qr(request.check_at)?, request.day);
        let made = self.set(&world, request);
        typst::comemo::evict(KEPT);
        let bytes = made.map_err(|faults| IssueError::Template(Box::new(located(&world, &faults, &data))))?;
        Ok(IssueOutcome::Ready(MadeFile { bytes, media_type: "application/pdf".to_owned(), is_sealed: false }))
    }

    fn set(&self, world: &TemplateWorld, request: &IssueRequest<'_>) -> Result<Vec<u8>, Vec<SourceDiagnostic>> {
        let document: PagedDocument = typst::compile(world).output.map_err(|faults| faults.to_vec())?;
        let day = request.day;
        let created = Datetime::from_ymd_hms(day.year(), day.month() as u8, day.day() as u8, 0, 0, 0);
        let identity = format!("{}/{}", request.order.id, request.code.hash());
        let options = PdfOptions {
            ident: Smart::Custom(identity),
            timestamp: created.map(Timestamp::new_utc),
            standards: PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).expect("one of each kind"),
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&document, &options).map_err(|faults| faults.to_vec())
    }
}

#[async_trait]
impl DocumentIssuer for TypstIssuer {
    async fn issue(&self, request: &IssueRequest<'_>) -> Result<IssueOutcome, IssueError> {
        self.render(request)
    }
}

fn qr(address: &str) -> Result<String, IssueError> {
    let code = QRBuilder::new(address).ecl(ECL::M).build();
    let code =
        code.map_err(|error| IssueError::Template(format!("the address of the check page: {error:?}").into()))?;
    Ok(SvgBuilder::default().margin(4).to_str(&code))
}

/// The faults of a template with their lines; a message that repeats something of the document is withheld.
fn located(world: &TemplateWorld, faults: &[SourceDiagnostic], data: &serde_json::Value) -> TemplateError {
    let message = |fault: &SourceDiagnostic| {
        let repeats = data::texts(data).any(|text| text.chars().count() > 2 && fault.message.contains(text));
        let line = world.line(fault.span);
        if repeats { format!("{line}: (it repeats the document)") } else { format!("{line}: {}", fault.message) }
    };
    TemplateError { faults: faults.iter().map(message).collect() }
}

//! Faults of real `.wcs` files: found with their place and a remedy, never repaired silently.

mod exclusive;
mod form_rules;
mod price_rules;
mod texts;

use std::fmt;

use serde::Serialize;

use crate::wcs::{Definition, WcsFile};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It works as long as nobody touches it.
    Warning,
    /// It gives a wrong result for some input.
    Error,
}

/// A rule of the linter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rule {
    /// `postcode in commune_cp`, where `commune_cp` is a text: it tests a substring.
    SubstringMembership,
    /// A pattern for a number of copies refuses `0` and accepts `00`.
    CopiesAcceptZero,
    /// Two fields have one varname.
    DuplicateVarname,
    /// A pattern for a price accepts `1,2,3` or `1,`.
    PricePattern,
    /// The form shows a price by another expression than the workflow charges.
    PriceShownDiffers,
    /// A transfer is asked for with a reference that has no check digits.
    FreeTextReference,
    /// A condition could not be read.
    ConditionUnread,
    /// A pattern could not be read.
    PatternUnsupported,
    /// A kind of field, or of check, that is not known.
    FieldUnsupported,
    /// An action of a workflow leads to no status.
    MissingStatus,
}

impl Rule {
    /// The stable machine code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SubstringMembership => "substring-membership",
            Self::CopiesAcceptZero => "copies-accept-zero",
            Self::DuplicateVarname => "duplicate-varname",
            Self::PricePattern => "price-pattern",
            Self::PriceShownDiffers => "price-shown-differs",
            Self::FreeTextReference => "free-text-reference",
            Self::ConditionUnread => "condition-unread",
            Self::PatternUnsupported => "pattern-unsupported",
            Self::FieldUnsupported => "field-unsupported",
            Self::MissingStatus => "missing-status",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::SubstringMembership => "split the list first: NAME in LIST|split:','",
            Self::CopiesAcceptZero => "use ^([1-9]|1[0-9]|20)$, or a number field with a least and a most value",
            Self::DuplicateVarname => {
                "give each field its own varname, or conditions of which one holds at most, and read them where both are known"
            }
            Self::PricePattern => r"use ^\d+([.,]\d{1,2})?$",
            Self::PriceShownDiffers => {
                "compute the price once, from a fee schedule, and charge the quote that was shown"
            }
            Self::FreeTextReference => "give every order a structured communication (OGM) and print it instead",
            Self::ConditionUnread => "rewrite the condition with the operators and filters that are supported",
            Self::PatternUnsupported => "rewrite the pattern without look-around or back-references",
            Self::FieldUnsupported => "use a supported kind, or check the answer in the application",
            Self::MissingStatus => "let the action lead to a status of this workflow",
        }
    }
}

/// Where a finding is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line of the file, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The field, page, status or action around it, in words.
    pub element: String,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => formatter.write_str(&self.element),
            line if self.element.is_empty() => write!(formatter, "line {line}"),
            line => write!(formatter, "line {line}, {}", self.element),
        }
    }
}

/// A fault, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The index of the file in what was given.
    pub file: usize,
    /// The rule.
    pub rule: Rule,
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// What is wrong there.
    pub message: String,
}

/// Looks for faults in files of one commune. Rules that compare a form with its workflow need both among them.
///
/// Findings stand in the order of the files, then of their places.
#[must_use]
pub fn lint(files: &[&WcsFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let before = findings.len();
        let mut report = |rule, severity, place, message| {
            findings.push(Finding { file: index, rule, severity, place, message });
        };
        texts::rules(file, &mut report);
        match file.definition() {
            Definition::Form(form) | Definition::Card(form) => {
                form_rules::fields(form.fields(), &mut report);
                form_rules::form(form, &mut report);
                price_rules::shown_against_charged(file, form, files, &mut report);
            }
            Definition::Block(block) => form_rules::fields(block.fields.iter(), &mut report),
            Definition::Workflow(workflow) => {
                for (status, target) in workflow.missing_targets() {
                    let place = Place { line: status.line, element: format!("status {:?}", status.name) };
                    report(Rule::MissingStatus, Severity::Error, place, format!("an action leads to {target:?}"));
                }
            }
            Definition::DataSource(_) | Definition::MailTemplate { .. } => {}
        }
        findings[before..].sort_by(|left, right| (&left.place, left.rule).cmp(&(&right.place, right.rule)));
        // A template that repeats a condition has the fault once.
        findings.dedup();
    }
    findings
}

/// What a rule calls for each fault.
type Report<'a> = dyn FnMut(Rule, Severity, Place, String) + 'a;

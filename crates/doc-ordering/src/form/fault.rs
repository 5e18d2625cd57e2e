/// What is wrong with an answer; its [`FieldFault::code`] and parameters are translated at the edge.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldFault {
    /// Nothing, where something is needed.
    Required,
    /// A list or rows where one value is expected, or the other way round.
    Shape,
    /// More characters than fit.
    TooLong {
        /// The most.
        most: usize,
    },
    /// None of the choices.
    NotAChoice,
    /// The choices of this field are unknown to the server: nothing can be accepted.
    ChoicesUnavailable,
    /// Fewer choices or rows than needed.
    TooFew {
        /// The least.
        least: usize,
    },
    /// More choices or rows than allowed.
    TooMany {
        /// The most.
        most: usize,
    },
    /// Not a date.
    NotADate,
    /// A date outside of what the field allows.
    DateOutOfRange,
    /// Not a time of day.
    NotATime,
    /// Not an e-mail address.
    NotAnEmail,
    /// Not a yes or no.
    NotABool,
    /// Not a place on a map.
    NotAPlace,
    /// Not digits only.
    NotDigits,
    /// Not a telephone number.
    NotAPhone,
    /// Not a national number.
    NotANationalNumber,
    /// Not an IBAN.
    NotAnIban,
    /// Not what the pattern of the form asks.
    Pattern,
    /// The form checks this answer in a way that can't be reproduced, so nothing can be accepted.
    CheckUnavailable,
    /// The fields of this block are unknown to the server.
    BlockUnavailable,
    /// A condition at the end of the page doesn't hold.
    PostCondition,
}

impl FieldFault {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Shape => "shape",
            Self::TooLong { .. } => "too-long",
            Self::NotAChoice => "not-a-choice",
            Self::ChoicesUnavailable => "choices-unavailable",
            Self::TooFew { .. } => "too-few",
            Self::TooMany { .. } => "too-many",
            Self::NotADate => "not-a-date",
            Self::DateOutOfRange => "date-out-of-range",
            Self::NotATime => "not-a-time",
            Self::NotAnEmail => "not-an-email",
            Self::NotABool => "not-a-bool",
            Self::NotAPlace => "not-a-place",
            Self::NotDigits => "not-digits",
            Self::NotAPhone => "not-a-phone",
            Self::NotANationalNumber => "not-a-national-number",
            Self::NotAnIban => "not-an-iban",
            Self::Pattern => "pattern",
            Self::CheckUnavailable => "check-unavailable",
            Self::BlockUnavailable => "block-unavailable",
            Self::PostCondition => "post-condition",
        }
    }

    /// The number that belongs into the message, if any.
    #[must_use]
    pub const fn limit(&self) -> Option<usize> {
        match self {
            Self::TooLong { most } | Self::TooMany { most } => Some(*most),
            Self::TooFew { least } => Some(*least),
            _ => None,
        }
    }
}

/// What is wrong, and where. It never holds the answer itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The page, from 0.
    pub page: usize,
    /// The key of the field, for one in a row of a block `BLOCK.ROW.KEY` (rows from 0); none for an error of the page.
    pub key: Option<String>,
    /// The label of the field or page.
    pub label: String,
    /// What is wrong.
    pub fault: FieldFault,
    /// What the form itself says about it, in the form's language.
    pub message: Option<String>,
}

impl FieldError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }
}

/// Why fields are no form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// One id on two fields.
    #[error("two fields have the id {0:?}")]
    DuplicateId(String),
    /// More than 5,000 fields.
    #[error("the form has more than 5000 fields")]
    TooManyFields,
}

impl FormError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DuplicateId(_) => "form-duplicate-id",
            Self::TooManyFields => "form-too-many-fields",
        }
    }
}

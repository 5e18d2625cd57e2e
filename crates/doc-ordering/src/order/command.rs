use chrono::{DateTime, Utc};
use communes_ledger::{ActorKind, Version};
use serde::Serialize;

use super::{IssuedFile, Stage};
use crate::payment::{Receipt, Refund};

/// What can be done to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OrderCommand {
    /// The office begins to look at it.
    StartReview,
    /// The office asks the requester for something.
    RequestProof {
        /// What is missing, for the requester to read.
        message: String,
    },
    /// What was asked for is there.
    ReceiveProof,
    /// The office accepts: the document can be issued, once it is paid.
    Accept,
    /// The office refuses. What was paid is to be refunded.
    Refuse {
        /// Why, for the requester to read; the law wants it.
        reason: String,
    },
    /// The requester withdraws. What was paid is to be refunded.
    Cancel,
    /// The time to pay is over.
    ExpirePayment {
        /// The version that set the timer `payment-due`, when the timer asks.
        timer: Option<Version>,
    },
    /// Money came in for the order.
    RecordPayment(Receipt),
    /// Money went back to the payer.
    RecordRefund(Refund),
    /// The document is to be made: leaves the effect [`ISSUE_EFFECT`](super::decide::ISSUE_EFFECT).
    StartIssue,
    /// The register answers later.
    DeferIssue {
        /// By what it recognises the request.
        reference: String,
        /// Not before when to ask again.
        poll_after: DateTime<Utc>,
    },
    /// The document could not be made.
    FailIssue {
        /// Why: a stable code, without personal data.
        code: String,
    },
    /// The document has been made and its file is kept.
    RecordIssue(IssuedFile),
    /// The requester has the document.
    Deliver,
    /// Nothing more is to be done.
    Close,
    /// The office takes the issued document back; whoever checks its code is told.
    Revoke {
        /// Why, for everybody to read.
        reason: String,
    },
}

/// Who may give a command. What else a person may do is for the application to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Audience {
    /// Staff and jobs.
    Office,
    /// Those and the requester.
    Requester,
}

impl OrderCommand {
    /// Its word, which is also the name of its event.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::StartReview => "start-review",
            Self::RequestProof { .. } => "request-proof",
            Self::ReceiveProof => "receive-proof",
            Self::Accept => "accept",
            Self::Refuse { .. } => "refuse",
            Self::Cancel => "cancel",
            Self::ExpirePayment { .. } => "expire-payment",
            Self::RecordPayment(_) => "record-payment",
            Self::RecordRefund(_) => "record-refund",
            Self::StartIssue => "start-issue",
            Self::DeferIssue { .. } => "defer-issue",
            Self::FailIssue { .. } => "fail-issue",
            Self::RecordIssue(_) => "record-issue",
            Self::Deliver => "deliver",
            Self::Close => "close",
            Self::Revoke { .. } => "revoke",
        }
    }

    /// The stages in which it can be given; it may be refused there for another reason.
    #[must_use]
    pub const fn stages(&self) -> &'static [Stage] {
        use Stage::{
            AwaitingPayment, AwaitingRegister, Cancelled, Closed, Delivered, Expired, IssueFailed, Issuing, NeedsProof,
            Ready, ReadyToIssue, Refused, Submitted, UnderReview,
        };
        match self {
            Self::StartReview => &[Submitted],
            Self::RequestProof { .. } | Self::Accept => &[Submitted, UnderReview],
            Self::ReceiveProof => &[NeedsProof],
            Self::Refuse { .. } => {
                &[Submitted, UnderReview, NeedsProof, AwaitingPayment, ReadyToIssue, AwaitingRegister, IssueFailed]
            }
            Self::Cancel => &[Submitted, UnderReview, NeedsProof, AwaitingPayment],
            Self::ExpirePayment { .. } => &[AwaitingPayment],
            Self::RecordPayment(_) | Self::RecordRefund(_) => &Stage::ALL,
            Self::StartIssue => &[ReadyToIssue, IssueFailed],
            Self::DeferIssue { .. } | Self::FailIssue { .. } | Self::RecordIssue(_) => &[Issuing, AwaitingRegister],
            Self::Deliver => &[Ready],
            Self::Close => &[Delivered, Refused, Cancelled, Expired],
            Self::Revoke { .. } => &[Ready, Delivered, Closed],
        }
    }

    /// Who may give it.
    #[must_use]
    pub const fn audience(&self) -> Audience {
        match self {
            Self::Cancel | Self::ReceiveProof | Self::Deliver => Audience::Requester,
            _ => Audience::Office,
        }
    }

    pub(super) const fn is_open_to(&self, kind: ActorKind) -> bool {
        matches!((self.audience(), kind), (Audience::Requester, _) | (_, ActorKind::Staff | ActorKind::System))
    }
}

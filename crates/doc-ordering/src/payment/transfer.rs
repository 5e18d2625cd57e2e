use std::fmt;

use chrono::NaiveDate;
use communes_civil::{Iban, Ogm};
use communes_ledger::async_trait;

use super::{Payment, PaymentProvider, PaymentRequest, ProviderError, Standing};
use crate::{
    epc::{EpcTransfer, ReferencePlace},
    money::Money,
};

/// How to pay by bank transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Instructions {
    /// Who is paid.
    pub beneficiary: String,
    /// The account.
    pub iban: Iban,
    /// The BIC of its bank.
    pub bic: Option<String>,
    /// What is still missing.
    pub amount: Money,
    /// The structured communication, which the payer has to give.
    pub reference: Ogm,
    /// Until when, the day included.
    pub due: Option<NaiveDate>,
    /// The payload of the EPC QR code.
    pub epc: String,
    /// The EPC QR code as an SVG image.
    pub svg: String,
}

/// Payment by bank transfer to an account of the commune, under the order's own structured communication.
#[derive(Clone, PartialEq, Eq)]
pub struct BankTransfer {
    beneficiary: String,
    iban: Iban,
    bic: Option<String>,
    place: ReferencePlace,
}

/// It shows the beneficiary and the account: the commune's own.
impl fmt::Debug for BankTransfer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { beneficiary, iban, .. } = self;
        formatter
            .debug_struct("BankTransfer")
            .field("beneficiary", beneficiary)
            .field("iban", iban)
            .finish_non_exhaustive()
    }
}

impl BankTransfer {
    /// Transfers to an account, the reference as text of the QR code (as Belgian banking apps read it).
    ///
    /// # Errors
    /// The name of the beneficiary can't stand in an EPC QR code.
    pub fn new(beneficiary: impl Into<String>, iban: Iban) -> Result<Self, ProviderError> {
        let beneficiary = beneficiary.into();
        let made = Self { beneficiary, iban, bic: None, place: ReferencePlace::Text };
        made.check()?;
        Ok(made)
    }

    /// With the BIC of the account's bank.
    ///
    /// # Errors
    /// It is no BIC.
    pub fn with_bic(mut self, bic: impl Into<String>) -> Result<Self, ProviderError> {
        self.bic = Some(bic.into());
        self.check()?;
        Ok(self)
    }

    /// A code of one cent tells whether the account's particulars can stand in any.
    fn check(&self) -> Result<(), ProviderError> {
        let reference = Ogm::from_base(0).expect("a base of one digit");
        self.code(Money::euro_cents(1), reference).map(drop)
    }

    /// With the reference in another place of the QR code.
    #[must_use]
    pub fn with_reference_place(mut self, place: ReferencePlace) -> Self {
        self.place = place;
        self
    }

    /// How to pay what is missing of a payment.
    ///
    /// # Errors
    /// Nothing is missing, the payment has no reference, or it is not in euro.
    pub fn instructions_for(&self, payment: &Payment, due: Option<NaiveDate>) -> Result<Instructions, ProviderError> {
        let reference = payment.reference().ok_or(ProviderError::NothingToPay)?;
        let amount = match payment.standing() {
            Standing::Unpaid => payment.due(),
            Standing::Underpaid { missing } => missing,
            Standing::Paid | Standing::Overpaid { .. } => return Err(ProviderError::NothingToPay),
        };
        if amount.currency().code() != "EUR" {
            return Err(ProviderError::Currency);
        }
        let code = self.code(amount, reference)?;
        Ok(Instructions {
            beneficiary: self.beneficiary.clone(),
            iban: self.iban,
            bic: self.bic.clone(),
            amount,
            reference,
            due,
            epc: code.payload().map_err(settings)?,
            svg: code.svg().map_err(settings)?,
        })
    }

    fn code(&self, amount: Money, reference: Ogm) -> Result<EpcTransfer, ProviderError> {
        let mut transfer = EpcTransfer::new(&self.beneficiary, self.iban, amount).map_err(settings)?;
        if let Some(bic) = &self.bic {
            transfer = transfer.with_bic(bic).map_err(settings)?;
        }
        let transfer = transfer.with_ogm(reference, self.place);
        transfer.payload().map_err(settings)?;
        Ok(transfer)
    }
}

fn settings(error: crate::epc::EpcError) -> ProviderError {
    ProviderError::Settings(Box::new(error))
}

#[async_trait]
impl PaymentProvider for BankTransfer {
    async fn instructions(&self, request: &PaymentRequest<'_>) -> Result<Instructions, ProviderError> {
        let payment = request.order.payment.as_ref().ok_or(ProviderError::NothingToPay)?;
        self.instructions_for(payment, request.order.payment_due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::{PaymentEvent, Receipt, ReceiptKey};

    fn transfer() -> BankTransfer {
        // An account whose check digits are right and that no bank gave out: 97 − … as in the EPC module's example.
        BankTransfer::new("Commune de Malvaux", "BE72 0000 0000 1616".parse().unwrap()).unwrap()
    }

    #[test]
    fn the_payer_is_asked_for_what_is_missing() {
        let payment = Payment::new(Money::euro_cents(650), Some(Ogm::from_base(1_234_567_890).unwrap()));
        let asked = transfer().instructions_for(&payment, None).unwrap();
        assert_eq!(
            asked.epc,
            "BCD\n002\n1\nSCT\n\nCommune de Malvaux\nBE72000000001616\nEUR6.50\n\n\n+++123/4567/89002+++"
        );
        assert!(asked.svg.starts_with("<svg"));
        let key = ReceiptKey::new("a").unwrap();
        let booked_on = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
        let part =
            |cents| PaymentEvent::Received(Receipt { key: key.clone(), amount: Money::euro_cents(cents), booked_on });
        let partly = payment.apply(part(600)).unwrap();
        assert_eq!(transfer().instructions_for(&partly, None).unwrap().amount, Money::euro_cents(50));
        let paid = payment.apply(part(650)).unwrap();
        assert_eq!(transfer().instructions_for(&paid, None).unwrap_err().code(), "payment-nothing-to-pay");
    }

    #[test]
    fn a_beneficiary_that_fits_no_code_is_found_out_at_once() {
        let iban = "BE72 0000 0000 1616".parse().unwrap();
        assert_eq!(BankTransfer::new("", iban).unwrap_err().code(), "payment-settings");
    }
}

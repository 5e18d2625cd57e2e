use std::collections::HashMap;

use communes_civil::Ogm;
use communes_ledger::{CommandId, StoreErrorKind};

use super::{By, DeskError, OrderDesk, stamp};
use crate::{
    bank::Movement,
    order::Order,
    payment::{Credit, ImportedMovement, Payment, settle},
};

/// How often a movement is decided anew when somebody else changes its order at the same time.
const TRIES: usize = 5;
/// How many references are looked up at once.
const LOOKUP: usize = 500;

/// What came of an import.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ImportReport {
    /// The movements that were credited to an order now.
    pub matched: Vec<ImportedMovement>,
    /// Those that are no order's: they are kept, and listed by [`OrderStore::unmatched`](crate::store::OrderStore::unmatched).
    pub unmatched: Vec<ImportedMovement>,
    /// How many were imported before.
    pub repeated: usize,
    /// How many bring no money: debits, reversals, movements that aren't booked.
    pub ignored: usize,
    /// Those that could not be imported; the others are.
    pub refused: Vec<RefusedMovement>,
}

/// A movement that could not be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedMovement {
    /// Where it begins in its file, from 1.
    pub line: usize,
    /// Why.
    pub code: &'static str,
}

impl OrderDesk {
    /// Imports the movements of a statement ([`BankFile::payments`](crate::bank::BankFile::payments)): each credit finds its order by
    /// the structured communication, and is kept where there is none. A movement is known by its key, so that a statement can come
    /// again, whole or in part, and from two clerks at once; `by.command` is not used.
    ///
    /// # Errors
    /// The store could not; what was imported until then stays, and the same call goes on from there.
    pub async fn import<'m>(
        &self,
        by: &By<'_>,
        movements: impl IntoIterator<Item = &'m Movement>,
    ) -> Result<ImportReport, DeskError> {
        let mut report = ImportReport::default();
        let day = self.office.day(by.now);
        let mut credits = Vec::new();
        for movement in movements {
            match Credit::of(movement, day) {
                Ok(Some(credit)) => credits.push((movement.line, credit)),
                Ok(None) => report.ignored += 1,
                Err(error) => report.refused.push(RefusedMovement { line: movement.line, code: error.code() }),
            }
        }
        for chunk in credits.chunks(LOOKUP) {
            let mut orders = self.orders_of(chunk.iter().filter_map(|(_, credit)| credit.reference)).await?;
            for (line, credit) in chunk {
                self.import_one(by, *line, credit, &mut orders, &mut report).await?;
            }
        }
        Ok(report)
    }

    async fn import_one(
        &self,
        by: &By<'_>,
        line: usize,
        credit: &Credit,
        orders: &mut HashMap<Ogm, Order>,
        report: &mut ImportReport,
    ) -> Result<(), DeskError> {
        let command = CommandId::derived(&format!("doc-ordering/import/{}", credit.key));
        // Not the day, which stands in where the bank gives none.
        let same = serde_json::json!({"import": credit.key, "amount": credit.written, "reference": credit.reference});
        let stamp = stamp(&By { command, ..*by }, &same);
        for _ in 0..TRIES {
            let known = credit.reference.and_then(|reference| orders.get(&reference));
            let (imported, changes, decided) = match settle(credit, known, &self.context(by.actor, by.now)) {
                Ok(settled) => settled,
                Err(refusal) if refusal.code() == "payment-repeated" => {
                    report.repeated += 1;
                    return Ok(());
                }
                Err(refusal) => {
                    report.refused.push(RefusedMovement { line, code: refusal.code() });
                    return Ok(());
                }
            };
            match self.ledger.commit(stamp.clone(), changes).await {
                Ok(committed) if committed.replayed => report.repeated += 1,
                Ok(_) => {
                    let list = if imported.result.is_matched() { &mut report.matched } else { &mut report.unmatched };
                    list.push(imported);
                    if let Some((reference, decided)) = credit.reference.zip(decided) {
                        orders.insert(reference, decided.order);
                    }
                }
                Err(error) if error.code() == communes_ledger::code::VERSION_CONFLICT => {
                    orders.extend(self.orders_of(credit.reference).await?);
                    continue;
                }
                // The bank's key came with another movement under it.
                Err(error) if error.kind() == StoreErrorKind::Conflict => {
                    report.refused.push(RefusedMovement { line, code: error.code() });
                }
                Err(error) => return Err(error.into()),
            }
            return Ok(());
        }
        report.refused.push(RefusedMovement { line, code: communes_ledger::code::VERSION_CONFLICT });
        Ok(())
    }

    async fn orders_of(&self, references: impl IntoIterator<Item = Ogm>) -> Result<HashMap<Ogm, Order>, DeskError> {
        let references: Vec<Ogm> = references.into_iter().collect();
        if references.is_empty() {
            return Ok(HashMap::new());
        }
        let orders = self.store.by_references(&references).await?;
        let named = orders.into_iter().filter_map(|order| {
            let reference = order.payment.as_ref().and_then(Payment::reference)?;
            Some((reference, order))
        });
        Ok(named.collect())
    }
}

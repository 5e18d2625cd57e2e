use chrono::{DateTime, TimeDelta, Utc};
use communes_civil::Lang;
use communes_doc_ordering::{
    desk::OrderRequest,
    form::Answers,
    order::{CitizenKey, OrderCommand, OrderId, Party},
    payment::{Receipt, ReceiptKey},
};
use communes_ledger::{Actor, ActorKind, CommandId};

use crate::{failure::Failure, handling::Handling};

/// Orders of people who exist nowhere, so that the worklist has something late, something due soon and something new.
///
/// Their ids are constants: a second start makes none anew.
const ORDERS: [(u128, &str, &str, i64, bool); 4] = [
    (0x01, "Éloïse Fictive", "Brocante de la rue du Four", 24, true),
    (0x02, "Karim Inventé", "Cortège de la Saint-Nicolas", 12, true),
    (0x03, "Wanda Irréelle", "Fête des voisins du Pont", 3, true),
    (0x04, "Jules Imaginé", "Concert aux Étangs", 1, false),
];

/// Makes the first orders of the demonstration, as of a day before `now`.
pub(crate) async fn first_orders(handling: &Handling, now: DateTime<Utc>) -> Result<(), Failure> {
    for (number, name, event, days, is_paid) in ORDERS {
        let id = OrderId::new(uuid::Builder::from_custom_bytes(number.to_be_bytes()).into_uuid());
        if handling.desk().orders().order(id).await?.is_some() {
            continue;
        }
        order(handling, id, name, event, now - TimeDelta::days(days), is_paid).await?;
    }
    Ok(())
}

async fn order(
    handling: &Handling,
    id: OrderId,
    name: &str,
    event: &str,
    at: DateTime<Utc>,
    is_paid: bool,
) -> Result<(), Failure> {
    let fault = |error| Failure::internal("demo-data", error);
    let key = format!("demo-{id}");
    let actor = Actor::new(ActorKind::Citizen, key.clone()).map_err(fault)?;
    let date = (handling.desk().office().day(at) + TimeDelta::days(45)).to_string();
    let answers = Answers::new()
        .with("event", event)
        .with("kind", "Fête de quartier")
        .with("date", date)
        .with("place", "Place de la Bruyère")
        .with("copies", "1")
        .with("delivery", "download")
        .with("truth", "true");
    let request = OrderRequest {
        id,
        document: "event-attestation".parse().map_err(|error| Failure::internal("demo-data", error))?,
        requester: Party::new(CitizenKey::new(key).map_err(fault)?, name),
        answers,
        language: Lang::FR,
        shown_price: None,
    };
    handling.submit(&actor, &request, at).await?;
    if is_paid {
        let order = handling.order(id).await?;
        let office = Actor::new(ActorKind::System, "demonstration").map_err(fault)?;
        let receipt = Receipt {
            key: ReceiptKey::new(format!("demo/{id}")).map_err(fault)?,
            amount: order.price.total(),
            booked_on: handling.desk().office().day(at),
        };
        let by = communes_doc_ordering::desk::By {
            command: CommandId::derived(&format!("demo/pay/{id}")),
            actor: &office,
            now: at + TimeDelta::hours(2),
        };
        handling.desk().act(&by, id, &OrderCommand::RecordPayment(receipt)).await?;
    }
    Ok(())
}

//! Databases of earlier landings open, and go on.
//!
//! `COMMUNES_WRITE_GOLDEN=1 cargo test -p communes-postgres --test postgres golden` writes the one of the newest schema anew: only before
//! it is released, afterwards the next schema gets a file of its own.

use std::{path::Path, process::Command};

use communes_ledger::{Feed, Ledger, Outbox, Timers, verify_chain};
use communes_postgres::PostgresLedger;
use communes_suite::{
    Suite,
    durable::{claim, key, numbered, stamp, write},
};
use serde_json::json;

use crate::server::{Server, block_on, connect, open, tenant, test};

/// One a landing.
const LANDINGS: &[&str] = &["0001.sql"];

pub(crate) fn add(suite: &mut Suite) {
    test(suite, "golden::a_golden_database_opens_and_goes_on", |server| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        if std::env::var_os("COMMUNES_WRITE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("0001.sql"), dump(server)).unwrap();
        }
        for name in LANDINGS {
            let url = server.fresh();
            let sql = std::fs::read_to_string(folder.join(name)).unwrap();
            block_on(async {
                connect(&url).await.batch_execute(&sql).await.unwrap();
                check(&open(&url).await.tenant(&tenant("62063"))).await;
            });
        }
    });
}

fn dump(server: &Server) -> String {
    let url = server.fresh();
    block_on(async { fill(&open(&url).await.tenant(&tenant("62063"))).await });
    let mut dump: Command = server.command("pg_dump");
    let output = dump.args(["--inserts", "--no-owner", "--no-privileges", "--no-comments"]).arg(&url).output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    // What only psql understands, and what would change with every writing.
    let lines = text.lines().filter(|line| !line.starts_with("--") && !line.starts_with('\\') && !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

async fn fill(ledger: &PostgresLedger) {
    for own in 1..=3_u128 {
        ledger.commit(stamp(&own.to_string()), vec![numbered(&key(own), "order/2026")]).await.unwrap();
    }
    ledger.commit(stamp("on"), vec![write(&key(1), 1, json!({"é": [1.5, null]}))]).await.unwrap();
    let claimed = ledger.claim(&claim("w", 0, 1)).await.unwrap();
    ledger.acknowledge(&claimed[0].effect.key, claimed[0].fence).await.unwrap();
}

async fn check(ledger: &PostgresLedger) {
    let stored = ledger.load(&key(1)).await.unwrap().unwrap();
    assert_eq!((stored.head.version.number(), stored.state.data()), (2, &json!({"é": [1.5, null]})));
    let history = ledger.history(&key(1), 0, 10).await.unwrap();
    assert_eq!(verify_chain(&history).unwrap(), stored.head.hash);
    let page = ledger.read(None, 10).await.unwrap();
    assert_eq!(page.items.len(), 4);
    assert!(ledger.commit(stamp("2"), vec![numbered(&key(2), "order/2026")]).await.unwrap().replayed);
    let next = ledger.commit(stamp("4"), vec![numbered(&key(4), "order/2026")]).await.unwrap();
    assert_eq!(next.numbers.into_values().collect::<Vec<_>>(), [[4]]);
    assert_eq!(ledger.read(page.next.as_ref(), 10).await.unwrap().items.len(), 1);
    let left = ledger.claim(&claim("w", 60, 10)).await.unwrap();
    assert_eq!(left.iter().map(|claimed| claimed.effect.aggregate.clone()).collect::<Vec<_>>(), [2, 3, 4].map(key));
    assert_eq!(ledger.claim_due(&claim("w", 5, 10)).await.unwrap().len(), 4);
    ledger.commit(stamp("further"), vec![write(&key(1), 2, json!("further"))]).await.unwrap();
    verify_chain(&ledger.history(&key(1), 0, 10).await.unwrap()).unwrap();
}

use communes_ledger::testkit::{self, Capabilities, Harness, Task};
use communes_postgres::PostgresLedger;
use communes_suite::Suite;

use crate::server::{self, open, runtime, tenant};

/// Adds one test a case.
pub(crate) fn add(suite: &mut Suite) {
    let kits = [
        ("ledger", testkit::ledger()),
        ("outbox", testkit::outbox()),
        ("timers", testkit::timers()),
        ("feed", testkit::feed()),
    ];
    for (kit, cases) in kits {
        for case in cases {
            add_case(suite, kit, case.name(), move |store| case.run(store));
        }
    }
    for case in communes_eid_verify::testkit::challenge_store() {
        add_case(suite, "challenge_store", case.name(), move |store| case.run(store));
    }
}

fn add_case(suite: &mut Suite, kit: &str, name: &str, run: impl FnOnce(&Fresh) + Send + 'static) {
    server::test(suite, &format!("{kit}::{name}"), move |server| {
        run(&Fresh(server.fresh()));
    });
}

/// The URL of an empty database: no case asks for two.
struct Fresh(String);

impl Harness for Fresh {
    type Store = PostgresLedger;

    fn capabilities(&self) -> Capabilities {
        Capabilities::new().with_durability().with_tenants()
    }

    async fn fresh(&self) -> PostgresLedger {
        open(&self.0).await.tenant(&tenant("62063"))
    }

    async fn tenants(&self) -> [PostgresLedger; 2] {
        let database = open(&self.0).await;
        ["62063", "21004"].map(|name| database.tenant(&tenant(name)))
    }

    async fn reopen(&self, store: PostgresLedger) -> PostgresLedger {
        store.database().close().await;
        open(&self.0).await.tenant(&tenant("62063"))
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        server::block_on(task);
    }

    async fn parallel(&self, tasks: Vec<Task>) {
        let tasks: Vec<_> = tasks.into_iter().map(|task| runtime().spawn(task)).collect();
        for task in tasks {
            task.await.expect("a task ends well");
        }
    }
}

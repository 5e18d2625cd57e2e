//! TLS to a server of its own, whose certificate a test authority signs.

use communes_ledger::{Ledger, StoreError, StoreErrorKind};
use communes_postgres::{Database, Options, TLS_UNAVAILABLE};
use communes_suite::{
    Need, Postgres, Suite,
    durable::{key, stamp, write},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::json;

use crate::server::{block_on, tenant};

pub(crate) fn add(suite: &mut Suite) {
    suite.test(Need::Postgres, "tls::the_server_is_verified_and_the_connection_private", || {
        let authority = Authority::new();
        let (certificate, key) = authority.certificate("127.0.0.1");
        let server = Postgres::start_with_tls(&certificate, &key).unwrap();
        block_on(verified(&server.url("postgres"), &authority));
        Ok(())
    });
    suite.test(Need::Postgres, "tls::another_name_is_refused", || {
        let authority = Authority::new();
        let (certificate, key) = authority.certificate("db.example.org");
        let server = Postgres::start_with_tls(&certificate, &key).unwrap();
        refused(&open(&server.url("postgres"), "require", &authority.pem()).unwrap_err(), "NotValidForName");
        Ok(())
    });
    suite.test(Need::Postgres, "tls::a_server_without_is_refused_where_tls_is_required", || {
        let server = Postgres::start().unwrap();
        let (url, pem) = (server.url("postgres"), Authority::new().pem());
        refused(&open(&url, "require", &pem).unwrap_err(), "server does not support TLS");
        // Where it is only preferred, there is none, whether or not an authority is known.
        for pem in [pem.as_str(), "no certificate"] {
            assert!(!block_on(is_private(&open(&url, "prefer", pem).unwrap())));
        }
        let error = open(&url, "require", "no certificate").unwrap_err();
        assert_eq!(error.code(), TLS_UNAVAILABLE);
        Ok(())
    });
}

async fn verified(url: &str, authority: &Authority) {
    let database = Database::open(&format!("{url}?sslmode=require"), &trusting(&authority.pem())).await.unwrap();
    assert!(is_private(&database).await);
    let ledger = database.tenant(&tenant("62063"));
    let done = ledger.commit(stamp("over TLS"), vec![write(&key(1), 0, json!("kept"))]).await.unwrap();
    assert!(!done.replayed);
    let stranger = Database::open(&format!("{url}?sslmode=require"), &trusting(&Authority::new().pem())).await;
    // It has the authority's name, and not its key.
    refused(&stranger.unwrap_err(), "BadSignature");
}

fn open(url: &str, mode: &str, pem: &str) -> Result<Database, StoreError> {
    block_on(Database::open(&format!("{url}?sslmode={mode}"), &trusting(pem)))
}

fn trusting(pem: &str) -> Options {
    Options::default().root_certificates(pem.as_bytes().to_vec())
}

/// That there is no connection, for this reason.
fn refused(error: &StoreError, reason: &str) {
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error:?}");
    assert!(format!("{error:?}").contains(reason), "{error:?}");
}

/// Whether the server itself says that the connection is encrypted.
async fn is_private(database: &Database) -> bool {
    let connection = database.connection().await.unwrap();
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    connection.query_one(sql, &[]).await.unwrap().get(0)
}

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for a host, and its key.
    fn certificate(&self, host: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([host.to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

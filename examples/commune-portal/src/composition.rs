//! Which implementation serves which trait: the one page to read for whoever composes an application of these crates.

use std::sync::Arc;

use anyhow::Context as _;
use chrono::TimeDelta;
use communes_business_directory::{Directory, MemoryOverlays, RegisterStore, kbo::Extract, search::TantivyIndex};
use communes_doc_ordering::{
    desk::OrderDesk,
    issue::{BlobStore, DocumentIssuer, FolderBlobs, typst::TypstIssuer},
    payment::BankTransfer,
    store::OrderStore,
};
use communes_eid_verify::{ChallengeStore, PersonKeySecret, Revocation, SignIn, TokenVerifier, TrustAnchors};
use communes_ledger::{Ledger, Outbox, Timers};
use communes_postgres::PostgresRegister;
use communes_sqlite::SqliteRegister;
use communes_workflow::{Definitions, Engine, WorkflowStore};

use crate::{
    accounts::{Invitation, OneTimeCode, PortalStore, PostgresAccounts, Role, SqliteAccounts},
    clock::{Clock, random},
    commune::Commune,
    config::{Config, DatabaseConfig, Trust},
    demo::{self, TestCards},
    handling::Handling,
    language::Language,
    security::{Cookies, RateLimiter},
    web::Assets,
};

/// A portal, composed: what every page and job works with.
#[derive(Debug)]
pub struct Portal {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) language: Language,
    pub(crate) commune: Arc<Commune>,
    pub(crate) assets: Assets,
    pub(crate) cookies: Cookies,
    pub(crate) sign_in_limit: RateLimiter,
    pub(crate) code_limit: RateLimiter,
    pub(crate) upload_limit: RateLimiter,
    pub(crate) sign_in: SignIn,
    pub(crate) person_keys: PersonKeySecret,
    pub(crate) accounts: Arc<dyn PortalStore>,
    pub(crate) directory: Directory,
    pub(crate) handling: Handling,
    pub(crate) outbox: Arc<dyn Outbox>,
    pub(crate) timers: Arc<dyn Timers>,
    pub(crate) work: tokio::sync::Notify,
    pub(crate) test_cards: Option<TestCards>,
    first_code: Option<OneTimeCode>,
}

/// Everything that is kept, by the trait through which it is used.
struct Stores {
    ledger: Arc<dyn Ledger>,
    outbox: Arc<dyn Outbox>,
    timers: Arc<dyn Timers>,
    orders: Arc<dyn OrderStore>,
    workflows: Arc<dyn WorkflowStore>,
    challenges: Arc<dyn ChallengeStore>,
    register: Arc<dyn RegisterStore>,
    accounts: Arc<dyn PortalStore>,
}

impl Portal {
    /// Opens the stores, which are made or brought up to date, and composes the portal. The demonstration gets its data.
    ///
    /// # Errors
    /// A setting makes no sense, or a store can't be opened; the message says which.
    pub async fn open(config: Config, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let commune = Arc::new(Commune::read(&config.commune)?);
        std::fs::create_dir_all(&config.data).with_context(|| config.data.display().to_string())?;
        let stores = match &config.database {
            DatabaseConfig::Sqlite => sqlite(&config, &commune)?,
            DatabaseConfig::Postgres(url) => postgres(url, &config, &commune).await?,
        };

        let test_cards = if config.is_demo() { Some(TestCards::make()?) } else { None };
        let (anchors, person_keys) = trust(&config, test_cards.as_ref())?;
        // Revocation is not asked yet: the choice stands here, and in the log of each sign-in.
        let verifier = TokenVerifier::new(config.origin.clone(), anchors, Revocation::Off);

        let overlays = MemoryOverlays::new();
        for (key, overlay) in &commune.overlays {
            overlays.put(*key, overlay.clone());
        }
        let index = TantivyIndex::in_folder(config.data.join("search")).context("the search index")?;
        let directory = Directory::new(stores.register, Arc::new(overlays), Arc::new(index));

        let blobs: Arc<dyn BlobStore> = Arc::new(FolderBlobs::open(config.data.join("issued"))?);
        // The commune makes its documents itself, unsealed: only the public page proves them.
        let issuer: Arc<dyn DocumentIssuer> = Arc::new(TypstIssuer::new());
        let check_at = format!("{}/verify/", config.origin.as_str());
        let desk =
            OrderDesk::new(commune.office.clone(), Arc::clone(&stores.ledger), stores.orders, blobs, issuer, check_at);
        let engine = Engine::new(Definitions::new().with(commune.workflow.clone()), Arc::clone(&stores.ledger));
        let workflow = commune.workflow.id().to_owned();
        let handling = Handling::new(desk, engine, stores.ledger, stores.workflows, workflow);

        let limits = config.limits;
        let mut portal = Self {
            clock,
            language: Language::new(),
            assets: Assets::new(),
            cookies: Cookies::new(!config.is_demo()),
            sign_in_limit: RateLimiter::new(limits.sign_in),
            code_limit: RateLimiter::new(limits.code),
            upload_limit: RateLimiter::new(limits.upload),
            sign_in: SignIn::new(verifier, stores.challenges),
            person_keys,
            accounts: stores.accounts,
            directory,
            handling,
            outbox: stores.outbox,
            timers: stores.timers,
            work: tokio::sync::Notify::new(),
            test_cards,
            first_code: None,
            commune,
            config,
        };
        portal.prepare().await?;
        Ok(Arc::new(portal))
    }

    /// Whether this is the demonstration.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.config.is_demo()
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The one-time code that makes the first administrator, while there is nobody of the staff. It is printed at start, and
    /// only its hash is kept.
    #[must_use]
    pub fn first_code(&self) -> Option<String> {
        self.first_code.as_ref().map(OneTimeCode::to_string)
    }

    pub(crate) fn transfer(&self) -> &BankTransfer {
        &self.commune.transfer
    }

    async fn prepare(&mut self) -> anyhow::Result<()> {
        let now = self.clock.now();
        let day = self.commune.office.day(now);
        if self.is_demo() {
            let files = demo::register();
            let report = self.directory.import(&Extract::open(&files)?, Some(self.commune.scope.clone())).await?;
            tracing::info!(refused = report.refused.len(), "the register of the demonstration is loaded");
        }
        self.directory.reindex(day, false).await.context("the search index")?;
        if self.is_demo() {
            let made = demo::first_orders(&self.handling, now).await;
            made.map_err(|failure| anyhow::anyhow!("the demonstration's orders: {}", failure.code))?;
        }
        if self.accounts.all_staff().await?.is_empty() {
            let code = OneTimeCode::new();
            let invitation = Invitation {
                code: code.hash(),
                roles: Role::ALL.to_vec(),
                is_first: true,
                ends_at: now + TimeDelta::days(7),
            };
            self.accounts.invite(&invitation).await?;
            self.first_code = Some(code);
        }
        Ok(())
    }
}

/// One machine: everything in the data folder, the register and the portal's own tables in files of their own.
fn sqlite(config: &Config, commune: &Commune) -> anyhow::Result<Stores> {
    let options = communes_sqlite::Options::default().queue(config.limits.queue);
    let database = communes_sqlite::Database::open(config.data.join("commune.db"), &options)?;
    let store = Arc::new(database.tenant(&commune.tenant));
    Ok(Stores {
        register: Arc::new(SqliteRegister::open(config.data.join("register.db"), &options)?),
        accounts: Arc::new(SqliteAccounts::open(&config.data.join("portal.db"))?),
        ledger: store.clone(),
        outbox: store.clone(),
        timers: store.clone(),
        orders: store.clone(),
        workflows: store.clone(),
        challenges: store,
    })
}

/// Several machines: rows on PostgreSQL. Each machine has its own search index in its data folder; the folder of issued files
/// below it is one that they share.
async fn postgres(url: &str, config: &Config, commune: &Commune) -> anyhow::Result<Stores> {
    let options = communes_postgres::Options::default().queue(config.limits.queue);
    let database = communes_postgres::Database::open(url, &options).await?;
    let store = Arc::new(database.tenant(&commune.tenant));
    Ok(Stores {
        register: Arc::new(PostgresRegister::open(&database, &options).await?),
        accounts: Arc::new(PostgresAccounts::open(database, &commune.tenant).await?),
        ledger: store.clone(),
        outbox: store.clone(),
        timers: store.clone(),
        orders: store.clone(),
        workflows: store.clone(),
        challenges: store,
    })
}

/// Whose cards are trusted, and the secret that makes the keys of persons.
fn trust(config: &Config, test_cards: Option<&TestCards>) -> anyhow::Result<(TrustAnchors, PersonKeySecret)> {
    match (&config.trust, test_cards) {
        (Trust::Given { anchors, person_key_secret }, _) => {
            let mut all = anchors.iter().map(|file| TrustAnchors::read(file).context("trust_anchors"));
            let first = all.next().context("trust_anchors names no file")??;
            let anchors = all.try_fold(first, |anchors, more| anyhow::Ok(anchors.and(more?)))?;
            Ok((anchors, PersonKeySecret::new(person_key_secret).context("person_key_secret")?))
        }
        (Trust::Demo, Some(cards)) => {
            let path = config.data.join("person-key-secret");
            if !path.exists() {
                std::fs::write(&path, random::<32>()).with_context(|| path.display().to_string())?;
            }
            let secret = std::fs::read(&path).with_context(|| path.display().to_string())?;
            Ok((cards.anchors()?, PersonKeySecret::new(&secret).context("the demonstration's secret")?))
        }
        (Trust::Demo, None) => anyhow::bail!("the demonstration has no cards"),
    }
}

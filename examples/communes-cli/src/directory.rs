use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use communes_business_directory::{
    Directory, MemoryOverlays, PostcodeRelation, PrivacyPolicy, Query, RegisterStore, Scope, SoleTraders,
    kbo::{Extract, ExtractKind, ImportReport, KboFolder},
    number::{self, NumberKind},
    register::{EntityKey, Postcode},
    search::{Hit, TantivyIndex},
};
use communes_civil::{Lang, NisCode};
use communes_postgres::PostgresRegister;
use communes_sqlite::SqliteRegister;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::output::{self, Format, Unusable, Verdict};

/// Enterprises and establishments: import a register, search it, check numbers.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Imports an extract of KBO/BCE Open Data, full or update, and builds the search index.
    Import(Import),
    /// Imports an update; a full extract is refused.
    Update(Import),
    /// Searches by word, beginning of a word or number.
    Search(Search),
    /// Shows an entity.
    Show(Show),
    /// Checks numbers.
    Number(Numbers),
}

/// Where the register is.
#[derive(Debug, Args)]
pub(crate) struct Database {
    /// The register's own database: a path, `sqlite:` and a path, or `postgres://…`.
    #[arg(long, env = "COMMUNES_DB")]
    db: String,
    /// The folder of the search index; beside the file by default, for PostgreSQL in memory.
    #[arg(long, value_name = "FOLDER")]
    index: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The folder of the unpacked extract.
    path: PathBuf,
    #[command(flatten)]
    database: Database,
    /// Only these communes, by NIS code; needs --postal-codes.
    #[arg(long, num_args = 1.., value_name = "NIS")]
    commune: Vec<NisCode>,
    /// Only these postcodes.
    #[arg(long, num_args = 1..)]
    postcode: Vec<Postcode>,
    /// Which postcodes lie in which communes: JSON, `[{"postalCode": "1050", "municipality": "21009"}, …]`.
    #[arg(long, value_name = "FILE", env = "COMMUNES_POSTAL_CODES")]
    postal_codes: Option<PathBuf>,
    /// The names of the communes: JSON, `[{"id": "21009", "name": {"fr": "Ixelles", …}}, …]`.
    #[arg(long, value_name = "FILE", env = "COMMUNES_MUNICIPALITIES")]
    municipalities: Option<PathBuf>,
    /// A code table, for an extract without code.csv.
    #[arg(long, value_name = "FILE")]
    codes: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// The words, the beginning of one, or a number; after `--`, words that begin with a dash.
    #[arg(required = true, allow_negative_numbers = true)]
    query: Vec<String>,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    view: View,
    /// Only this postcode.
    #[arg(long)]
    postcode: Option<Postcode>,
    /// How many hits at most, 1 to 100.
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The number of an enterprise or establishment.
    key: EntityKey,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    view: View,
}

/// For whom.
#[derive(Debug, Args)]
pub(crate) struct View {
    /// The language of labels and of the name, where there are several.
    #[arg(long, default_value = "fr")]
    lang: Lang,
    /// What is shown of sole traders.
    #[arg(long, value_enum, default_value_t)]
    sole_traders: SoleTradersShown,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum SoleTradersShown {
    #[default]
    Withhold,
    TradeNameOnly,
    AsLegalPersons,
}

#[derive(Debug, Args)]
pub(crate) struct Numbers {
    /// The numbers.
    #[arg(required = true, allow_negative_numbers = true)]
    numbers: Vec<String>,
    /// What they are; guessed from their form without it.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Enterprise,
    Establishment,
    Branch,
    Vat,
    Siren,
    Siret,
    Peppol,
}

/// Runs a command.
pub(crate) fn run(command: &Command, format: Format) -> Result<Verdict, Unusable> {
    match command {
        Command::Import(arguments) => import(arguments, None, format),
        Command::Update(arguments) => import(arguments, Some(ExtractKind::Update), format),
        Command::Search(arguments) => search(arguments, format),
        Command::Show(arguments) => show(arguments, format),
        Command::Number(arguments) => numbers(arguments, format),
    }
}

fn import(arguments: &Import, only: Option<ExtractKind>, format: Format) -> Result<Verdict, Unusable> {
    if !arguments.path.is_dir() {
        let source = io::Error::new(io::ErrorKind::NotADirectory, "not a folder");
        return Err(Unusable::File { path: arguments.path.display().to_string(), source });
    }
    let files = KboFolder::new(&arguments.path);
    let mut extract = Extract::open(&files).map_err(|error| Unusable::input(&error))?;
    if let Some(path) = &arguments.codes {
        let file = File::open(path).map_err(|source| Unusable::File { path: path.display().to_string(), source })?;
        extract =
            extract.with_codes(&path.display().to_string(), Box::new(file)).map_err(|error| Unusable::input(&error))?;
    }
    if only.is_some_and(|only| only != extract.meta().kind) {
        return Err(Unusable::Input("the extract is full: import it with `directory import`".to_owned()));
    }
    let scope = scope(arguments)?;
    let directory = open(&arguments.database, true, SoleTradersShown::default())?;
    let report = block_on(directory.import(&extract, scope)).map_err(|error| Unusable::input(&error))?;
    block_on(directory.reindex(today(), true)).map_err(|error| Unusable::input(&error))?;
    match format {
        Format::Json => output::print_json(&report_json(&report))?,
        Format::Text => output::print(report_text(&report).as_bytes())?,
    }
    Ok(if report.refused_total == 0 { Verdict::Positive } else { Verdict::Negative })
}

fn search(arguments: &Search, format: Format) -> Result<Verdict, Unusable> {
    let directory = open(&arguments.database, false, arguments.view.sole_traders)?;
    block_on(directory.reindex(today(), true)).map_err(|error| Unusable::input(&error))?;
    let mut query = Query::new(arguments.query.join(" "), arguments.view.lang, today()).part(0, arguments.limit);
    if let Some(postcode) = arguments.postcode {
        query = query.in_postcode(postcode);
    }
    let found = block_on(directory.search(&query)).map_err(|error| Unusable::input(&error))?;
    match format {
        Format::Json => {
            let hits: Vec<Value> = found.hits.iter().map(hit_json).collect();
            output::print_json(&json!({"total": found.total, "hits": hits, "facets": {}}))?;
        }
        Format::Text => {
            let lines: String = found.hits.iter().map(hit_text).collect();
            output::print(lines.as_bytes())?;
        }
    }
    Ok(Verdict::Positive)
}

fn show(arguments: &Show, format: Format) -> Result<Verdict, Unusable> {
    let directory = open(&arguments.database, false, arguments.view.sole_traders)?;
    let shown = directory.show(arguments.key, arguments.view.lang, today());
    let shown = block_on(shown).map_err(|error| Unusable::input(&error))?;
    let withheld = match shown {
        Some(Ok(entry)) => {
            let text = serde_json::to_string_pretty(&entry).map_err(|error| Unusable::Input(error.to_string()))?;
            output::print(format!("{text}\n").as_bytes())?;
            return Ok(Verdict::Positive);
        }
        Some(Err(withheld)) => withheld.code(),
        None => "unknown",
    };
    match format {
        Format::Json => output::print_json(&json!({"key": arguments.key, "withheld": withheld}))?,
        Format::Text => eprintln!("communes: {}: {withheld}", arguments.key),
    }
    Ok(Verdict::Negative)
}

fn numbers(arguments: &Numbers, format: Format) -> Result<Verdict, Unusable> {
    let kind = arguments.kind.map(|kind| match kind {
        Kind::Enterprise => NumberKind::Enterprise,
        Kind::Establishment => NumberKind::Establishment,
        Kind::Branch => NumberKind::Branch,
        Kind::Vat => NumberKind::Vat,
        Kind::Siren => NumberKind::Siren,
        Kind::Siret => NumberKind::Siret,
        Kind::Peppol => NumberKind::Peppol,
    });
    let checked: Vec<_> = arguments.numbers.iter().map(|text| (text, number::check(text, kind))).collect();
    match format {
        Format::Json => {
            let all: Vec<Value> = checked
                .iter()
                .map(|(input, check)| {
                    json!({
                        "input": input,
                        "valid": check.valid,
                        "kind": check.kind,
                        "canonical": check.canonical,
                        "reason": check.reason,
                    })
                })
                .collect();
            output::print_json(&all)?;
        }
        Format::Text => {
            let line = |(input, check): &(&String, number::NumberCheck)| {
                let answer = check.canonical.as_deref().or(check.reason).unwrap_or_default();
                let valid = match check.valid {
                    Some(true) => "valid",
                    Some(false) => "invalid",
                    None => "unknown",
                };
                format!("{input}\t{valid}\t{answer}\n")
            };
            output::print(checked.iter().map(line).collect::<String>().as_bytes())?;
        }
    }
    Ok(if checked.iter().all(|(_, check)| check.valid == Some(true)) { Verdict::Positive } else { Verdict::Negative })
}

/// The register and its index: beside the file of SQLite, of PostgreSQL in memory unless a folder is named.
fn open(database: &Database, make: bool, sole_traders: SoleTradersShown) -> Result<Directory, Unusable> {
    let (store, beside) = if database.db.starts_with("postgres://") || database.db.starts_with("postgresql://") {
        (block_on(open_postgres(&database.db))?, None)
    } else {
        let path = database.db.strip_prefix("sqlite:").unwrap_or(&database.db);
        let path = Path::new(path.strip_prefix("//").unwrap_or(path));
        if !make && !path.exists() {
            let source = io::Error::from(io::ErrorKind::NotFound);
            return Err(Unusable::File { path: path.display().to_string(), source });
        }
        let store = SqliteRegister::open(path, &communes_sqlite::Options::default());
        let store: Arc<dyn RegisterStore> = Arc::new(store.map_err(|error| Unusable::input(&error))?);
        let mut folder = path.as_os_str().to_owned();
        folder.push(".index");
        (store, Some(PathBuf::from(folder)))
    };
    let (policy, name) = match sole_traders {
        SoleTradersShown::Withhold => (SoleTraders::Withhold, "withhold"),
        SoleTradersShown::TradeNameOnly => (SoleTraders::TradeNameOnly, "trade-name-only"),
        SoleTradersShown::AsLegalPersons => (SoleTraders::AsLegalPersons, "as-legal-persons"),
    };
    // What one policy shows, the index of another must not find.
    let index = match database.index.clone().or(beside) {
        Some(folder) => TantivyIndex::in_folder(folder.join(name)).map_err(|error| Unusable::input(&error))?,
        None => TantivyIndex::in_memory(),
    };
    let directory = Directory::new(store, Arc::new(MemoryOverlays::new()), Arc::new(index));
    Ok(directory.with_privacy(PrivacyPolicy::new(policy)))
}

async fn open_postgres(url: &str) -> Result<Arc<dyn RegisterStore>, Unusable> {
    let options = communes_postgres::Options::default();
    let database = communes_postgres::Database::open(url, &options).await.map_err(|error| Unusable::input(&error))?;
    let register = PostgresRegister::open(&database, &options).await.map_err(|error| Unusable::input(&error))?;
    Ok(Arc::new(register))
}

/// Runs a future to its end, on the one runtime of this process: a pool of connections lives on the runtime that made it.
fn block_on<T>(task: impl Future<Output = T>) -> T {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        Builder::new_current_thread().enable_all().build().expect("the system gives a runtime its descriptors")
    });
    RUNTIME.block_on(task)
}

fn scope(arguments: &Import) -> Result<Option<Scope>, Unusable> {
    if arguments.commune.is_empty() && arguments.postcode.is_empty() {
        return Ok(None);
    }
    let mut scope = if arguments.commune.is_empty() {
        Scope::everything()
    } else {
        let Some(path) = &arguments.postal_codes else {
            return Err(Unusable::Input(
                "--commune needs --postal-codes FILE: which postcodes lie in which communes; or name them with --postcode".to_owned(),
            ));
        };
        let mut relation =
            PostcodeRelation::from_json(&output::read(path)?).map_err(|error| Unusable::input(&error))?;
        if let Some(path) = &arguments.municipalities {
            relation = relation.with_names(&output::read(path)?).map_err(|error| Unusable::input(&error))?;
        }
        relation.scope(arguments.commune.iter().copied()).map_err(|error| Unusable::input(&error))?
    };
    for postcode in &arguments.postcode {
        scope.add(*postcode, std::iter::empty::<&str>());
    }
    Ok(Some(scope))
}

fn report_json(report: &ImportReport) -> Value {
    let by_file = |counts: &std::collections::BTreeMap<communes_business_directory::kbo::KboFile, u64>| -> Value {
        counts
            .iter()
            .map(|(file, count)| (file.word().to_owned(), json!(count)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    json!({
        "counts": by_file(&report.counts),
        "removed": by_file(&report.removed),
        "outside": by_file(&report.outside),
        "labels": report.labels,
        "refused": report.refused,
        "refused_total": report.refused_total,
        "warnings": report.warnings,
        "totals": report.totals.as_ref().map(|totals| json!({"entities": totals.entities, "gone": totals.gone})),
    })
}

fn report_text(report: &ImportReport) -> String {
    let mut text = String::new();
    for (file, count) in &report.counts {
        text.push_str(&format!("{}\t{count}\n", file.word()));
    }
    for refused in &report.refused {
        let column = refused.column.map(|column| format!(", {column}")).unwrap_or_default();
        text.push_str(&format!("refused\t{}:{}{column}: {}\n", refused.file, refused.line, refused.code));
    }
    for warning in &report.warnings {
        let code = serde_json::to_value(warning.code).unwrap_or_default();
        let first = warning.first.as_deref().map(|first| format!(", first in {first}")).unwrap_or_default();
        text.push_str(&format!(
            "warning\t{}: {} ({} times{first})\n",
            code.as_str().unwrap_or_default(),
            warning.subject,
            warning.count
        ));
    }
    text
}

fn hit_json(hit: &Hit) -> Value {
    let entry = &hit.entry;
    let address = entry.address.as_ref().map(|address| &address.value);
    json!({
        "key": entry.key,
        "name": entry.name.value,
        "why": hit.why.tier,
        "matched": hit.why.matched,
        "kind": entry.kind,
        "number": entry.number,
        "address": address,
        "place": entry.place,
    })
}

fn hit_text(hit: &Hit) -> String {
    let entry = &hit.entry;
    let locality = entry.address.as_ref().and_then(|address| address.value.locality.as_deref()).unwrap_or_default();
    format!(
        "{}\t{}\t{locality}\t{}\n",
        entry.number.as_deref().unwrap_or_default(),
        entry.name.value,
        hit.why.tier.code()
    )
}

#[allow(clippy::disallowed_methods, reason = "an application reads the clock")]
fn today() -> NaiveDate {
    chrono::Utc::now().date_naive()
}

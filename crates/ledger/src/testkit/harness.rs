use std::pin::Pin;

/// A piece of work for a thread.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What a store claims to do beyond the contract's core. Cases for what it does not claim are passed over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// What was committed is there after [`Harness::reopen`].
    pub durable: bool,
    /// One database holds several tenants.
    pub tenants: bool,
}

impl Capabilities {
    /// Nothing beyond the core.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also durable.
    #[must_use]
    pub fn with_durability(self) -> Self {
        Self { durable: true, ..self }
    }

    /// Also several tenants.
    #[must_use]
    pub fn with_tenants(self) -> Self {
        Self { tenants: true, ..self }
    }
}

/// How a kit gets at a store and at threads. The implementor brings the executor.
pub trait Harness: Send + Sync + 'static {
    /// The store; a clone is another handle on the same data.
    type Store: Clone + Send + Sync + 'static;

    /// What the store claims.
    fn capabilities(&self) -> Capabilities;

    /// An empty store.
    fn fresh(&self) -> impl Future<Output = Self::Store> + Send;

    /// Two tenants of one empty database. Asked for only where tenants are claimed.
    fn tenants(&self) -> impl Future<Output = [Self::Store; 2]> + Send;

    /// The same data through a store opened anew. Asked for only where durability is claimed.
    fn reopen(&self, store: Self::Store) -> impl Future<Output = Self::Store> + Send;

    /// Runs a case to its end.
    fn block_on(&self, task: impl Future<Output = ()>);

    /// Runs tasks at once, each on a thread of its own or on a runtime of several threads, and waits for all. A panic of a task
    /// is passed on. One after the other is not enough: a store with a race passes then.
    fn parallel(&self, tasks: Vec<Task>) -> impl Future<Output = ()> + Send;
}

/// Runs each task on a thread of its own: [`Harness::parallel`] for those without a runtime.
pub fn on_threads(tasks: Vec<Task>, block_on: impl Fn(Task) + Send + Sync) {
    let block_on = &block_on;
    std::thread::scope(|scope| {
        for task in tasks {
            scope.spawn(move || block_on(task));
        }
    });
}

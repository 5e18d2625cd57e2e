use std::{future::poll_fn, pin::Pin, task::Poll};

use tokio_postgres::{
    Client, Error, Row,
    types::{ToSql, Type},
};

/// A statement with its parameters, as data.
///
/// It is sent unnamed and with the types of its parameters: one round trip, and nothing that a connection pooler in transaction mode
/// would lose.
#[derive(Debug)]
pub(crate) struct Statement {
    sql: &'static str,
    params: Vec<(Box<dyn ToSql + Send + Sync>, Type)>,
}

impl Statement {
    pub(crate) fn new(sql: &'static str) -> Self {
        Self { sql, params: Vec::new() }
    }

    /// The next parameter, of this type.
    pub(crate) fn with(mut self, value: impl ToSql + Send + Sync + 'static, of: Type) -> Self {
        self.params.push((Box::new(value), of));
        self
    }

    /// The next parameter, a text.
    pub(crate) fn text(self, value: &str) -> Self {
        self.with(value.to_owned(), Type::TEXT)
    }

    /// Its rows.
    pub(crate) async fn query(&self, client: &Client) -> Result<Vec<Row>, Error> {
        client.query_typed(self.sql, &self.typed()).await
    }

    /// How many rows it changed.
    pub(crate) async fn execute(&self, client: &Client) -> Result<u64, Error> {
        client.execute_typed(self.sql, &self.typed()).await
    }

    fn typed(&self) -> Vec<(&(dyn ToSql + Sync), Type)> {
        self.params.iter().map(|(value, of)| (&**value as &(dyn ToSql + Sync), of.clone())).collect()
    }
}

/// Sends all statements before it waits for the first answer, and gives the rows of each.
///
/// In a transaction, the first that fails makes all after it fail, and a COMMIT among them roll back.
pub(crate) async fn pipeline(client: &Client, statements: &[Statement]) -> Result<Vec<Vec<Row>>, Error> {
    let answers = in_order(statements.iter().map(|statement| statement.query(client)).collect()).await;
    answers.into_iter().collect()
}

// A request is sent when it is first polled: the order of polling is the order on the wire.
async fn in_order<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut answers: Vec<Option<F::Output>> = waiting.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut open = false;
        for (future, answer) in waiting.iter_mut().zip(&mut answers).filter(|(_, answer)| answer.is_none()) {
            match future.as_mut().poll(context) {
                Poll::Ready(value) => *answer = Some(value),
                Poll::Pending => open = true,
            }
        }
        if open { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    answers.into_iter().flatten().collect()
}

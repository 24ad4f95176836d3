//! A load: the same call, over and over, on some connections at once.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::call::Call;
use crate::connection::Connection;
use crate::error::BenchError;

/// Requests that were answered, and the time that it took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done {
    pub(crate) requests: u64,
    pub(crate) elapsed: Duration,
}

impl Done {
    pub(crate) fn per_second(self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }
}

/// Connections on which one call was answered already.
pub(crate) struct Load {
    call: Arc<Call>,
    connections: Vec<Connection>,
}

impl Load {
    pub(crate) async fn open(
        address: SocketAddr,
        call: &Arc<Call>,
        connections: usize,
    ) -> Result<Self, BenchError> {
        let mut open = Vec::with_capacity(connections);
        for _ in 0..connections {
            let mut connection = Connection::open(address).await?;
            connection.call(call).await?;
            open.push(connection);
        }
        Ok(Self {
            call: Arc::clone(call),
            connections: open,
        })
    }

    /// Calls on every connection until the time is over.
    pub(crate) async fn run(self, time: Duration) -> Result<Done, BenchError> {
        let started = Instant::now();
        let mut tasks = JoinSet::new();
        for mut connection in self.connections {
            let call = Arc::clone(&self.call);
            tasks.spawn(async move {
                let mut requests = 0;
                while started.elapsed() < time {
                    connection.call(&call).await?;
                    requests += 1;
                }
                Ok::<u64, BenchError>(requests)
            });
        }
        let mut requests = 0;
        while let Some(done) = tasks.join_next().await {
            requests += done.map_err(std::io::Error::from)??;
        }
        Ok(Done {
            requests,
            elapsed: started.elapsed(),
        })
    }
}

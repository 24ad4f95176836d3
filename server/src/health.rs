//! Readiness: the provider's own check, bounded in time and asked at most once in a while.

use std::sync::Arc;
use std::time::Duration;

use slog::Logger;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::provider::Provider;

/// How long an answer of the provider counts.
const FRESH: Duration = Duration::from_secs(1);

/// Answers `/readyz`. Concurrent probes share one question to the provider.
pub(crate) struct Readiness<P> {
    provider: Arc<P>,
    limit: Duration,
    log: Logger,
    last: Mutex<Option<Answer>>,
}

#[derive(Clone, Copy)]
struct Answer {
    ready: bool,
    until: Instant,
}

impl<P: Provider> Readiness<P> {
    /// Asks `provider`, and takes silence beyond `limit` for a no.
    pub(crate) fn new(provider: Arc<P>, limit: Duration, log: Logger) -> Self {
        Self {
            provider,
            limit,
            log,
            last: Mutex::new(None),
        }
    }

    /// Whether the provider can serve requests.
    pub(crate) async fn check(&self) -> bool {
        let mut last = self.last.lock().await;
        if let Some(answer) = last.filter(|answer| Instant::now() < answer.until) {
            return answer.ready;
        }
        let outcome = self.ask().await;
        let ready = outcome.is_ok();
        if last.is_none_or(|before| before.ready != ready) {
            match outcome {
                Ok(()) => slog::info!(self.log, "ready"),
                Err(reason) => slog::warn!(self.log, "not ready"; "reason" => reason),
            }
        }
        *last = Some(Answer {
            ready,
            until: Instant::now() + FRESH,
        });
        ready
    }

    /// One question, in a task of its own: a panic there is an answer, too.
    async fn ask(&self) -> Result<(), String> {
        let provider = Arc::clone(&self.provider);
        let mut question = tokio::spawn(async move { provider.ready().await });
        match timeout(self.limit, &mut question).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(failure)) => Err(format!("the readiness check failed: {failure}")),
            Err(_) => {
                question.abort();
                Err(format!(
                    "the readiness check took longer than {:?}",
                    self.limit
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{Experiments, Pipelines, RunSchedules, Runs};
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Answers what the test tells it to, and counts.
    #[derive(Default)]
    struct Moody {
        asked: AtomicUsize,
        mood: AtomicUsize,
    }

    impl Pipelines for Moody {}
    impl Runs for Moody {}
    impl RunSchedules for Moody {}
    impl Experiments for Moody {}

    impl Provider for Moody {
        async fn ready(&self) -> Result<(), String> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            match self.mood.load(Ordering::SeqCst) {
                0 => Ok(()),
                1 => Err("closed today".to_owned()),
                2 => std::future::pending().await,
                _ => panic!("on purpose"),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn every_mood_is_answered_in_time_and_remembered_briefly() {
        let provider = Arc::new(Moody::default());
        let log = Logger::root(slog::Discard, slog::o!());
        let readiness = Readiness::new(Arc::clone(&provider), Duration::from_millis(800), log);
        for (mood, expected) in [(0, true), (1, false), (2, false), (3, false), (0, true)] {
            provider.mood.store(mood, Ordering::SeqCst);
            let before = provider.asked.load(Ordering::SeqCst);
            let start = Instant::now();
            assert_eq!(readiness.check().await, expected, "mood {mood}");
            assert!(start.elapsed() < Duration::from_secs(1), "mood {mood}");
            provider.mood.store(0, Ordering::SeqCst);
            assert_eq!(
                readiness.check().await,
                expected,
                "mood {mood} is remembered"
            );
            assert_eq!(
                provider.asked.load(Ordering::SeqCst),
                before + 1,
                "mood {mood} is asked once"
            );
            tokio::time::advance(FRESH).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_probes_ask_once() {
        let provider = Arc::new(Moody::default());
        let readiness = Readiness::new(
            Arc::clone(&provider),
            FRESH,
            Logger::root(slog::Discard, slog::o!()),
        );
        assert!(
            futures::future::join_all((0..50).map(|_| readiness.check()))
                .await
                .into_iter()
                .all(|ready| ready)
        );
        assert_eq!(provider.asked.load(Ordering::SeqCst), 1);
    }
}

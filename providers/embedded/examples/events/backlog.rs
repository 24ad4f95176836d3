//! A backlog against a webhook that fails for three in ten: everything arrives, and memory stays flat.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use kfp_run_completion::store::FileOutbox;
use kfp_run_completion::{DeliveryConfig, EventSink, MemoryOutbox, NewEvent, Outbox};
use slog::Logger;

use crate::webhook::{MARK, Webhook};
use crate::{CLIENTS, Failure, say};

/// Of a hundred attempts so many fail.
const FAILING: u8 = 30;
/// Rows of a table.
const ROWS: u64 = 10;

/// Where events wait.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// In a file, with an `fsync` per commit.
    File,
    /// In memory.
    Memory,
}

/// Stores so many events, and delivers them.
pub(crate) async fn run(place: Place, count: u64) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let outbox: Arc<dyn Outbox> = match place {
        Place::File => Arc::new(FileOutbox::open(&folder.path().join("events"))?),
        Place::Memory => Arc::new(MemoryOutbox::default()),
    };
    let webhook = Webhook::start(FAILING, count).await?;
    let empty = resident();
    let begin = Instant::now();
    stream::iter(0..count)
        .map(|number| outbox.add(event(number)))
        .buffer_unordered(CLIENTS)
        .try_for_each(|_| async { Ok(()) })
        .await?;
    let stored = rate(count, begin);
    say(&format!(
        "{count} events ({place:?}), stored at {stored:.0}/s; {empty:.1} MiB resident before\n"
    ))?;
    say("| delivered | attempts | seconds | delivered at | resident |")?;
    say("|---:|---:|---:|---:|---:|")?;
    deliver(outbox, &webhook, count).await
}

async fn deliver(outbox: Arc<dyn Outbox>, webhook: &Webhook, count: u64) -> Result<(), Failure> {
    let log = Logger::root(slog::Discard, slog::o!());
    // Who fails again and again would otherwise wait for minutes, and nothing else be measured.
    let config = DeliveryConfig {
        longest_pause: Duration::from_secs(2),
        ..DeliveryConfig::default()
    };
    let begin = Instant::now();
    let sink = EventSink::start(Some(&webhook.url()), outbox, config, &log)?;
    for row in 0..=ROWS {
        while webhook.distinct() < count * row / ROWS {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let (delivered, attempts) = (webhook.distinct(), webhook.attempts());
        say(&format!(
            "| {delivered} | {attempts} | {:.1} | {:.0}/s | {:.1} MiB |",
            begin.elapsed().as_secs_f64(),
            rate(delivered, begin),
            resident()
        ))?;
    }
    while sink.counts().waiting > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sink.close().await;
    match webhook.distinct() {
        all if all == count => Ok(()),
        some => Err(format!("only {some} of {count} events have arrived").into()),
    }
}

fn rate(count: u64, since: Instant) -> f64 {
    count as f64 / since.elapsed().as_secs_f64()
}

/// An event of the usual size.
fn event(number: u64) -> NewEvent {
    NewEvent {
        label: format!("team/{MARK}{number}"),
        body: format!(
            "{{\"status\":\"succeeded\",\"runId\":\"{MARK}{number}\",\"padding\":\"{}\"}}",
            "x".repeat(400)
        )
        .into(),
        added: Utc::now(),
        configuration: None,
    }
}

/// Resident memory in mebibytes, where the system tells.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kibibytes.unwrap_or_default() / 1024.0
}

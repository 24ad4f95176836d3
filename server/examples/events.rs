//! What event delivery costs: a backlog against a webhook that fails for three in ten, and requests while it is down.
//!
//! `cargo run --release -p kfp-provider-server --example events backlog COUNT…` and `… events requests PAIRS` print
//! tables.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::Utc;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use kfp_provider_server::embedded::{Data, Embedded, EmbeddedConfig, Reporting};
use kfp_provider_server::{
    DeliveryConfig, EventSink, FileOutbox, NewEvent, Outbox as _, Pipeline, Pipelines,
    Provider as _, Run, Runs, TriggerIndicator,
};
use slog::Logger;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

type Failure = Box<dyn Error + Send + Sync>;

/// What is under way at a time.
const CLIENTS: usize = 64;
/// Runs that are created in one measurement of requests.
const RUNS: usize = 500;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers = arguments.iter().skip(1).map(|number| number.parse());
    let numbers: Vec<u64> = numbers.collect::<Result<_, _>>()?;
    match arguments.first().map(String::as_str) {
        Some("backlog") => {
            say("| events | stored at | delivered at | attempts | resident before | at most |")?;
            say("|---:|---:|---:|---:|---:|---:|")?;
            for count in numbers {
                backlog(count).await?;
            }
            Ok(())
        }
        Some("requests") => requests(numbers.first().copied().unwrap_or(20)).await,
        _ => Err("backlog COUNT… or requests PAIRS".into()),
    }
}

/// Stores so many events, and then delivers them.
async fn backlog(count: u64) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let outbox = FileOutbox::open(&folder.path().join("events"))?;
    let begin = Instant::now();
    stream::iter(0..count)
        .map(|number| outbox.add(event(number)))
        .buffer_unordered(CLIENTS)
        .try_for_each(|_| async { Ok(()) })
        .await?;
    let stored = count as f64 / begin.elapsed().as_secs_f64();
    let before = resident();
    let (address, seen) = webhook(30).await?;
    let begin = Instant::now();
    let log = Logger::root(slog::Discard, slog::o!());
    // Who fails again and again would otherwise wait for minutes, and nothing else be measured.
    let config = DeliveryConfig {
        longest_pause: Duration::from_secs(2),
        ..DeliveryConfig::default()
    };
    let sink = EventSink::start(
        Some(&format!("http://{address}/events")),
        outbox.clone(),
        config,
        &log,
    )?;
    let mut most = before;
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        most = most.max(resident());
        let page = outbox.page(Utc::now(), Default::default(), 0).await?;
        if page.counts.waiting == 0 {
            break;
        }
    }
    let delivered = count as f64 / begin.elapsed().as_secs_f64();
    sink.close().await;
    let attempts = seen.load(Ordering::Relaxed);
    say(&format!(
        "| {count} | {stored:.0}/s | {delivered:.0}/s | {attempts} | {:.1} MiB | {:.1} MiB |",
        before as f64 / 1024.0,
        most as f64 / 1024.0
    ))
}

/// An event of the usual size.
fn event(number: u64) -> NewEvent {
    NewEvent {
        label: format!("team/run-{number}"),
        body: format!(
            "{{\"status\":\"succeeded\",\"runId\":\"run-{number}\",\"padding\":\"{}\"}}",
            "x".repeat(400)
        )
        .into(),
        added: Utc::now(),
    }
}

/// Creates runs, which all end at once, while the webhook is up and while it is down.
async fn requests(pairs: u64) -> Result<(), Failure> {
    let (address, _) = webhook(0).await?;
    let up = format!("http://{address}/events");
    let down = "http://127.0.0.1:1/events";
    let (mut ups, mut downs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for pair in 0..pairs {
        // Whoever is second finds everything warm: they take turns.
        let (with_up, with_down) = if pair % 2 == 0 {
            (creates(&up).await?, creates(down).await?)
        } else {
            let first = creates(down).await?;
            (creates(&up).await?, first)
        };
        ups.push(with_up);
        downs.push(with_down);
        ratios.push(with_down / with_up);
    }
    say(
        "| pairs | create, webhook up | create, webhook down | down / up, median | least | most |",
    )?;
    say("|---:|---:|---:|---:|---:|---:|")?;
    for list in [&mut ups, &mut downs, &mut ratios] {
        list.sort_by(f64::total_cmp);
    }
    let middle = ratios.len() / 2;
    let (first, last) = (
        ratios.first().ok_or("no pair")?,
        ratios.last().ok_or("no pair")?,
    );
    say(&format!(
        "| {pairs} | {:.1} µs | {:.1} µs | {:.3} | {first:.3} | {last:.3} |",
        ups[middle], downs[middle], ratios[middle]
    ))
}

/// Microseconds per run that is created.
async fn creates(webhook: &str) -> Result<f64, Failure> {
    let provider = Embedded::open(EmbeddedConfig {
        pending: Duration::ZERO,
        running: Duration::ZERO,
        reporting: Reporting {
            webhook: Some(webhook.to_owned()),
            ..Reporting::default()
        },
        ..EmbeddedConfig::new(Data::Memory)
    })
    .await?;
    let pipeline = Pipeline {
        name: "team/p".parse()?,
        version: "v1".to_owned(),
        image: String::new(),
        env: Vec::new(),
        framework: None,
        compiled: None,
        raw: Default::default(),
    };
    Pipelines::create(&provider, pipeline).await?;
    let begin = Instant::now();
    stream::iter(0..RUNS)
        .map(|number| Runs::create(&provider, run(number)))
        .buffer_unordered(CLIENTS)
        .try_for_each(|_| async { Ok(()) })
        .await?;
    let time = begin.elapsed().as_secs_f64() * 1e6 / RUNS as f64;
    provider.stop().await;
    Ok(time)
}

fn run(number: usize) -> Run {
    Run {
        name: format!("team/run-{number}").parse().unwrap_or_default(),
        version: "v".to_owned(),
        pipeline: "team/p".parse().unwrap_or_default(),
        pipeline_version: String::new(),
        run_configuration: None,
        experiment: None,
        parameters: BTreeMap::new(),
        artifacts: Vec::new(),
        trigger: TriggerIndicator::default(),
    }
}

/// A webhook that answers so many of a hundred requests by 500, and counts all.
async fn webhook(failing: u8) -> Result<(SocketAddr, Arc<AtomicU64>), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (address, seen) = (listener.local_addr()?, Arc::new(AtomicU64::new(0)));
    let count = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, failing, Arc::clone(&count)));
        }
    });
    Ok((address, seen))
}

/// One request after the other. Every body here ends with the only brace at the end of a read.
async fn serve(mut stream: TcpStream, failing: u8, seen: Arc<AtomicU64>) -> std::io::Result<()> {
    let mut bytes = Vec::with_capacity(4096);
    loop {
        bytes.clear();
        while !bytes.ends_with(b"}") {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        }
        seen.fetch_add(1, Ordering::Relaxed);
        let answer: &[u8] = if fastrand::u8(..100) < failing {
            b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
        } else {
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        };
        stream.write_all(answer).await?;
    }
}

/// Resident memory in kibibytes, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or_default()
}

fn say(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

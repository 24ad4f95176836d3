//! Requests while the webhook is up, and while it is down.

use std::net::SocketAddr;
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::child::Server;
use crate::webhook::{MARK, Webhook};
use crate::{Failure, say};

/// Nobody listens there.
const DOWN: &str = "http://127.0.0.1:1/events";
/// Runs that are created in one measurement of time, and in one of instructions.
const RUNS: u64 = 2000;
const COUNTED: u64 = 200;
const COUNTER: [&str; 3] = [
    "valgrind",
    "--tool=callgrind",
    "--callgrind-out-file=/dev/null",
];

const PIPELINE: &str = r#"{"pipelineDefinition":{"name":"team/p","version":"v1","image":"i","framework":{"name":"plain","parameters":{}}},"compiledPipeline":{}}"#;
const RUN: &str = r#"{"name":"team/NUMBER","version":"d6fa98","pipelineName":"team/p","pipelineVersion":"","runConfigurationName":"","experimentName":"","triggerIndicator":{"type":"","source":"","sourceNamespace":""}}"#;

/// Creates runs, which all end at once, while the webhook is up and while it is down.
pub(crate) async fn times(pairs: u64) -> Result<(), Failure> {
    let (mut ups, mut downs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for pair in 0..pairs {
        // Whoever is second finds everything warm: they take turns.
        let (up, down) = if pair % 2 == 0 {
            let up = time(true).await?;
            (up, time(false).await?)
        } else {
            let down = time(false).await?;
            (time(true).await?, down)
        };
        ups.push(up);
        downs.push(down);
        ratios.push(down / up);
    }
    for list in [&mut ups, &mut downs, &mut ratios] {
        list.sort_by(f64::total_cmp);
    }
    let (Some(least), Some(most)) = (ratios.first(), ratios.last()) else {
        return Err("no pair was measured".into());
    };
    let middle = ratios.len() / 2;
    say(
        "| pairs | request, webhook up | request, webhook down | down / up, median | least | most |",
    )?;
    say("|---:|---:|---:|---:|---:|---:|")?;
    say(&format!(
        "| {pairs} | {:.1} µs | {:.1} µs | {:.3} | {least:.3} | {most:.3} |",
        ups[middle], downs[middle], ratios[middle]
    ))
}

/// Microseconds per request.
async fn time(up: bool) -> Result<f64, Failure> {
    let webhook = Webhook::start(0, RUNS).await?;
    let url = if up { webhook.url() } else { DOWN.to_owned() };
    let server = Server::start(Some(&url), &[])?;
    let mut client = Client::connect(server.address).await?;
    let begin = Instant::now();
    client.create_runs(RUNS).await?;
    let time = begin.elapsed().as_secs_f64() * 1e6 / RUNS as f64;
    server.stop()?;
    Ok(time)
}

/// Instructions of the whole process per run that is created: the request, the end of the run, and its event.
pub(crate) async fn instructions() -> Result<(), Failure> {
    let none = per_run(None).await?;
    let up = per_run(Some(true)).await?;
    let down = per_run(Some(false)).await?;
    say("| webhook | instructions per run | relative to none |")?;
    say("|---|---:|---:|")?;
    for (name, count) in [("none", none), ("down", down), ("up", up)] {
        say(&format!(
            "| {name} | {count} | {:.3} |",
            count as f64 / none as f64
        ))?;
    }
    Ok(())
}

/// What many runs take more than few: neither start nor end counts.
async fn per_run(up: Option<bool>) -> Result<u64, Failure> {
    let few = counted(up, COUNTED).await?;
    let many = counted(up, 4 * COUNTED).await?;
    Ok(many.saturating_sub(few) / (3 * COUNTED))
}

async fn counted(up: Option<bool>, runs: u64) -> Result<u64, Failure> {
    let webhook = Webhook::start(0, runs).await?;
    let url = up.map(|up| if up { webhook.url() } else { DOWN.to_owned() });
    let server = Server::start(url.as_deref(), &COUNTER)?;
    let mut client = Client::connect(server.address).await?;
    client.create_runs(runs).await?;
    while up == Some(true) && webhook.distinct() < runs {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let said = server.stop()?;
    let number = said.split_once("Collected : ").map(|(_, rest)| rest);
    let number = number.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| format!("valgrind says nothing of instructions: {said}").into())
}

/// One connection to the provider.
struct Client(TcpStream);

impl Client {
    /// Connects, and makes the pipeline that the runs need.
    async fn connect(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut client = Self(stream);
        client.create("pipeline", PIPELINE).await?;
        Ok(client)
    }

    async fn create_runs(&mut self, count: u64) -> Result<(), Failure> {
        for number in 0..count {
            let body = RUN.replace("NUMBER", &format!("{MARK}{number}"));
            self.create("run", &body).await?;
        }
        Ok(())
    }

    async fn create(&mut self, kind: &str, body: &str) -> Result<(), Failure> {
        let length = body.len();
        let request = format!(
            "POST /resource/{kind} HTTP/1.1\r\nHost: provider\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        self.0.write_all(request.as_bytes()).await?;
        let mut answer = Vec::with_capacity(1024);
        // The body of an answer is one object without another in it.
        while !answer.ends_with(b"}") && !answer.ends_with(b"}\n") {
            if self.0.read_buf(&mut answer).await? == 0 {
                return Err("the provider has closed the connection".into());
            }
        }
        if answer.starts_with(b"HTTP/1.1 201") {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&answer).into())
        }
    }
}

//! Memory of the embedded provider while resources come and go.
//!
//! Every connection leads resources of its own through their lives, again and again, and leaves nothing behind.

use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use std::{fs, thread};

use tokio::task::JoinSet;

use crate::call::request;
use crate::connection::{Answer, Connection};
use crate::error::BenchError;
use crate::report::{Table, grouped};

const PROGRAM: &str = "kfp-provider-embedded";
/// Callers at once.
const CONNECTIONS: u64 = 16;
/// Rows of the table beside the first.
const ROWS: u64 = 10;
/// Requests of one life of everything.
const REQUESTS_PER_LIFE: u64 = 11;

pub(crate) async fn run(requests: u64) -> Result<(), BenchError> {
    let provider = Provider::start()?;
    let table = Table::new(
        "Memory of the embedded provider in KiB",
        &[
            "requests",
            "resident",
            "of it heap and stacks",
            "requests per second",
        ],
    )?;
    let mut sent = 0;
    let row = |sent: u64, rate: String| {
        let (resident, own) = (provider.status("VmRSS")?, provider.status("RssAnon")?);
        table.row(&[grouped(sent), grouped(resident), grouped(own), rate])?;
        Ok::<(), BenchError>(())
    };
    row(0, String::new())?;
    let lives = requests.div_ceil(ROWS * CONNECTIONS * REQUESTS_PER_LIFE);
    for _ in 0..ROWS {
        let started = Instant::now();
        batch(provider.address, lives).await?;
        let batch = lives * CONNECTIONS * REQUESTS_PER_LIFE;
        sent += batch;
        let rate = batch as f64 / started.elapsed().as_secs_f64();
        row(sent, grouped(rate as u64))?;
    }
    Ok(())
}

async fn batch(address: SocketAddr, lives: u64) -> Result<(), BenchError> {
    let mut tasks = JoinSet::new();
    for caller in 0..CONNECTIONS {
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await?;
            for _ in 0..lives {
                life(&mut connection, caller).await?;
            }
            Ok::<(), BenchError>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.map_err(io::Error::from)??;
    }
    Ok(())
}

/// A pipeline, a schedule and a run of it, an experiment: made, changed where that is possible, removed.
async fn life(connection: &mut Connection, caller: u64) -> Result<(), BenchError> {
    let pipeline = format!(
        r#"{{"pipelineDefinition":{{"name":"bench/pipeline-{caller}","version":"v1","image":"registry.example/x:1"}},"compiledPipeline":{{}}}}"#
    );
    let run = format!(
        r#""name":"bench/run-{caller}","version":"v1","pipelineName":"bench/pipeline-{caller}","pipelineVersion":"","runConfigurationName":"","experimentName":"","triggerIndicator":{{"type":"","source":"","sourceNamespace":""}}"#
    );
    let schedule = format!(r#"{{{run},"schedule":{{"cronExpression":"0 3 * * *"}}}}"#);
    let run = format!("{{{run}}}");
    let experiment =
        format!(r#"{{"name":"bench/experiment-{caller}","version":"v1","description":"load"}}"#);

    let pipeline_id = create(connection, "pipeline", &pipeline).await?;
    update(connection, "pipeline", &pipeline_id, &pipeline).await?;
    let schedule_id = create(connection, "runschedule", &schedule).await?;
    update(connection, "runschedule", &schedule_id, &schedule).await?;
    let run_id = create(connection, "run", &run).await?;
    let experiment_id = create(connection, "experiment", &experiment).await?;
    update(connection, "experiment", &experiment_id, &experiment).await?;
    delete(connection, "experiment", &experiment_id).await?;
    delete(connection, "run", &run_id).await?;
    delete(connection, "runschedule", &schedule_id).await?;
    delete(connection, "pipeline", &pipeline_id).await
}

async fn create(connection: &mut Connection, kind: &str, body: &str) -> Result<String, BenchError> {
    #[derive(serde::Deserialize)]
    struct Created {
        id: String,
    }
    let target = format!("/resource/{kind}");
    let answer = connection.exchange(&request("POST", &target, body)).await?;
    // The ids of this provider need no encoding.
    match serde_json::from_slice::<Created>(answer.body) {
        Ok(created) if answer.status == 201 => Ok(created.id),
        _ => Err(wrong(format!("POST {target}"), &answer)),
    }
}

async fn update(
    connection: &mut Connection,
    kind: &str,
    id: &str,
    body: &str,
) -> Result<(), BenchError> {
    expect_ok(connection, "PUT", kind, id, body).await
}

async fn delete(connection: &mut Connection, kind: &str, id: &str) -> Result<(), BenchError> {
    expect_ok(connection, "DELETE", kind, id, "").await
}

async fn expect_ok(
    connection: &mut Connection,
    method: &str,
    kind: &str,
    id: &str,
    body: &str,
) -> Result<(), BenchError> {
    let target = format!("/resource/{kind}/{id}");
    let answer = connection.exchange(&request(method, &target, body)).await?;
    if answer.status == 200 {
        return Ok(());
    }
    Err(wrong(format!("{method} {target}"), &answer))
}

fn wrong(call: String, answer: &Answer<'_>) -> BenchError {
    BenchError::WrongAnswer {
        call,
        status: answer.status,
        body: String::from_utf8_lossy(answer.body).into_owned(),
    }
}

/// The embedded provider in a process of its own.
struct Provider {
    child: Child,
    address: SocketAddr,
}

impl Provider {
    fn start() -> Result<Self, BenchError> {
        let program: PathBuf = std::env::current_exe()?.with_file_name(PROGRAM);
        let mut child = Command::new(&program)
            .arg("--in-memory")
            .env_clear()
            .envs([("SERVER_PORT", "0"), ("METRICS_PORT", "0")])
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| BenchError::Program {
                program,
                source,
                hint: "cargo build --release -p kfp-provider-embedded",
            })?;
        let mut line = String::new();
        if let Some(stderr) = child.stderr.take() {
            let mut log = BufReader::new(stderr);
            log.read_line(&mut line)?;
            // The log has a line for every request, and somebody must read it.
            thread::spawn(move || io::copy(&mut log, &mut io::sink()));
        }
        let address = serde_json::from_str::<serde_json::Value>(&line)
            .ok()
            .and_then(|line| line.get("address")?.as_str()?.parse().ok());
        match address {
            Some(address) => Ok(Self { child, address }),
            None => {
                // It is of no use, and may have ended already.
                let _ = child.kill();
                Err(BenchError::NotStarted {
                    server: PROGRAM.to_owned(),
                    said: line,
                })
            }
        }
    }

    /// A size in `/proc/PID/status`, in KiB.
    fn status(&self, name: &str) -> Result<u64, BenchError> {
        let path = PathBuf::from(format!("/proc/{}/status", self.child.id()));
        let text = fs::read_to_string(&path)?;
        text.lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .find_map(|rest| rest.split_whitespace().next()?.parse().ok())
            .ok_or_else(|| BenchError::Proc {
                path,
                what: format!("no {name}"),
            })
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Both fail only if it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

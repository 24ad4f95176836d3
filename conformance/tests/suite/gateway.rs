//! A gateway in front of the provider that limits the rate, or is not available for a while: waited for, told as what it
//! is, and never taken for the provider.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kfp_conformance::mock::{Behaviour, Mock};
use serde_json::Value;

use crate::program::{Done, folder, run};

/// What a gateway says to a request instead of passing it on.
type Policy = Box<dyn FnMut(&str) -> Option<&'static str> + Send>;

/// Starts a gateway in front of a provider. Each request has a connection of its own.
fn gateway(upstream: &str, policy: Policy) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let upstream = upstream.trim_start_matches("http://").to_owned();
    let policy = Arc::new(Mutex::new(policy));
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (upstream, policy) = (upstream.clone(), Arc::clone(&policy));
            // Whoever goes away in the middle is not served to the end.
            thread::spawn(move || drop(pass(client, &upstream, &policy)));
        }
    });
    url
}

fn pass(mut client: TcpStream, upstream: &str, policy: &Mutex<Policy>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let line = text.lines().next().unwrap_or_default();
    let refusal = policy.lock().expect("no panic")(line);
    if let Some(answer) = refusal {
        client.write_all(answer.as_bytes())?;
        client.shutdown(Shutdown::Write)?;
        // What is left unread would end the connection before the answer was read.
        client.read_to_end(&mut Vec::new())?;
        return Ok(());
    }
    let mut server = TcpStream::connect(upstream)?;
    let end = head.len() - 2;
    server.write_all(&head[..end])?;
    server.write_all(b"Connection: close\r\n\r\n")?;
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    let up = thread::spawn(move || {
        // The end of either side is the end of this one.
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    std::io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Both)?;
    up.join().expect("no panic");
    Ok(())
}

const LIMITED: &str = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: 8\r\n\r\nslow down";
const TOMORROW: &str = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 86400\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
const MAINTENANCE: &str = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// Refuses these requests, counted from 1, whatever they are.
fn refusing(numbers: &'static [u32]) -> Policy {
    let mut count = 0;
    Box::new(move |_| {
        count += 1;
        numbers.contains(&count).then_some(LIMITED)
    })
}

/// Judges the mock behind a gateway.
async fn judge(policy: Policy, dir: &Path, args: &[&str]) -> Done {
    let mock = Mock::start(Behaviour::default()).expect("starts");
    let url = gateway(&mock.url(), policy);
    let (dir, args) = (
        dir.to_owned(),
        args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>(),
    );
    tokio::task::spawn_blocking(move || {
        let mut all = vec!["--url", url.as_str(), "--out", "out"];
        all.extend(args.iter().map(String::as_str));
        run(&dir, &all)
    })
    .await
    .expect("the command ends")
}

fn report(dir: &Path) -> Value {
    let text = fs::read_to_string(dir.join("out/report.json")).expect("a report");
    let report = serde_json::from_str(&text).expect("JSON");
    let schema = serde_json::from_str(kfp_conformance::REPORT_SCHEMA).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let wrong: Vec<String> = validator
        .iter_errors(&report)
        .map(|e| e.to_string())
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    report
}

/// Requirements of these outcomes, with what was there.
fn of(report: &Value, outcomes: &[&str]) -> Vec<String> {
    let results = report["results"].as_array().expect("results");
    let of = results
        .iter()
        .filter(|one| outcomes.contains(&one["outcome"].as_str().expect("text")));
    of.map(|one| format!("{}: {}", one["requirement"], one["actual"]))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_to_the_rate_is_waited_for_and_told_once() {
    let dir = folder();
    let done = judge(
        refusing(&[1, 7, 8, 9, 20]),
        dir.path(),
        &["--profile", "smoke", "--seed", "1"],
    )
    .await;
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    assert_eq!(
        done.stdout.matches("the rate is limited").count(),
        1,
        "{}",
        done.stdout
    );
    assert!(done.stdout.contains("(hint: --rate "), "{}", done.stdout);
    let report = report(dir.path());
    assert_eq!(
        report["limited"]["answers"]["429"], 5,
        "{}",
        report["limited"]
    );
    assert_eq!(report["limited"]["inVain"], 0);
    assert_eq!(
        of(&report, &["fail", "flaky", "warn", "error"]),
        Vec::<String>::new()
    );
    assert_eq!(report["leaks"], Value::Array(Vec::new()));
    assert_eq!(report["doubtful"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_away_for_a_while_is_no_finding() {
    let dir = folder();
    let mut left = 9;
    let policy = move |line: &str| {
        let away = line.contains("/resource/") && left > 0;
        left -= i32::from(away);
        away.then_some(MAINTENANCE)
    };
    let done = judge(Box::new(policy), dir.path(), &["--profile", "smoke"]).await;
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    let report = report(dir.path());
    assert_eq!(
        report["limited"]["answers"]["503"], 9,
        "{}",
        report["limited"]
    );
    assert_eq!(
        of(&report, &["fail", "flaky", "warn", "error"]),
        Vec::<String>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_to_the_end_is_no_finding_either() {
    let dir = folder();
    // Of one type only, so that there is something to judge.
    let policy = |line: &str| line.contains("/resource/experiment").then_some(TOMORROW);
    let args = [
        "--profile",
        "smoke",
        "--type",
        "experiment",
        "--type",
        "pipeline",
    ];
    let done = judge(Box::new(policy), dir.path(), &args).await;
    assert_eq!(done.code, Some(4), "{}{}", done.stdout, done.stderr);
    let told = "429, Retry-After: 86400";
    assert!(done.stdout.contains(told), "{}", done.stdout);
    assert_eq!(
        done.stdout.matches("not told").count(),
        1,
        "{}",
        done.stdout
    );
    let report = report(dir.path());
    assert_eq!(
        of(&report, &["fail", "flaky", "warn"]),
        Vec::<String>::new()
    );
    let errors = of(&report, &["error"]);
    assert!(
        !errors.is_empty() && errors.iter().all(|error| error.contains(told)),
        "{errors:?}"
    );
    assert!(
        report["limited"]["inVain"].as_u64() > Some(0),
        "{}",
        report["limited"]
    );

    // Nothing at all goes through: nothing was judged, and that is no fault of the bodies.
    let dir = folder();
    let done = judge(
        Box::new(|_| Some(TOMORROW)),
        dir.path(),
        &["--profile", "smoke"],
    )
    .await;
    assert_eq!(done.code, Some(4), "{}{}", done.stdout, done.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_follow_one_another_no_faster_than_was_said() {
    const BETWEEN: Duration = Duration::from_millis(25);
    let dir = folder();
    let args = [
        "--type",
        "experiment",
        "--profile",
        "smoke",
        "--rate",
        "40/s",
    ];
    let done = judge(Box::new(|_| None), dir.path(), &args).await;
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    let journal = fs::read_to_string(dir.path().join("out/journal.ndjson")).expect("a journal");
    let records = journal
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let exchanges = records.filter(|record| record["record"] == "exchange");
    let mut times: Vec<f64> = exchanges.filter_map(|one| one["atMs"].as_f64()).collect();
    times.sort_by(f64::total_cmp);
    assert!(times.len() > 5, "{times:?}");
    // Each may be late, but none is early.
    for (at, time) in times.iter().enumerate() {
        let earliest = at as f64 * BETWEEN.as_secs_f64() * 1e3 - 1.0;
        assert!(*time >= earliest, "{at}: {times:?}");
    }
    let wrong = judge(Box::new(|_| None), dir.path(), &["--rate", "fast"]).await;
    assert_eq!(wrong.code, Some(2), "{}", wrong.stderr);
    assert!(wrong.stderr.contains("such as 5/s"), "{}", wrong.stderr);
}

/// What a killed run left behind is deleted however often it takes, and a later look at its report knows.
#[tokio::test(flavor = "multi_thread")]
async fn cleaning_up_waits_for_the_rate_as_well() {
    let dir = folder();
    let mock = Mock::start(Behaviour::default()).expect("starts");
    let mut refusing = false;
    let policy = move |line: &str| {
        refusing = !refusing && line.starts_with("DELETE");
        refusing.then_some(LIMITED)
    };
    let url = gateway(&mock.url(), Box::new(policy));
    let entry = |id: &str| format!(r#"{{"entry":"created","type":"run","id":"{id}"}}"#);
    let start = format!(r#"{{"entry":"start","run":"a","url":"{url}"}}"#);
    let text = [start, entry("a"), entry("b")]
        .map(|line| line + "\n")
        .concat();
    fs::write(dir.path().join("ledger.ndjson"), text).expect("writes");
    let folder = dir.path().to_owned();
    let done = tokio::task::spawn_blocking(move || {
        run(
            &folder,
            &["clean", "--ledger", "ledger.ndjson", "--rate", "100/s"],
        )
    });
    let done = done.await.expect("the command ends");
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    assert_eq!(done.stdout.lines().count(), 2, "{}", done.stdout);
}

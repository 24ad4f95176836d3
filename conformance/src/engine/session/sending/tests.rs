//! Sessions against small servers that answer as they are told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use kfp_operator_sim::ResourceKind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::*;
use crate::base::outcome::Lenses;
use crate::config::Config;
use crate::config::hooks::Hook;
use crate::engine::activity::Activity;
use crate::engine::case::Profile;
use crate::engine::plan::Plan;
use crate::engine::setup::Setup;
use crate::facilities::Facilities;
use crate::facilities::hooks::{Call, Hooks, Means, Trouble};
use crate::journal::ledger::Ledger;
use crate::journal::record::Record;
use crate::journal::writer::Journal;
use crate::oracle::Document;
use crate::oracle::ambient::Limits;
use crate::oracle::exchange::Intent;

const CREATED: &str = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"id\":\"a\"}";
const LIMITED: &str =
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n";
const HALF_MADE: &str =
    "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 10\r\n\r\n{\"id\":\"b\"}";
const LATER: &str = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n";
const DOWN: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
const FOR_LONG: &str =
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n";
const LAST: &str = "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
const KEPT: &str = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}";

/// A server that gives these answers, one per request, and keeps the last words that it was sent.
struct Server {
    url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answers: Arc<Mutex<VecDeque<_>>> = Arc::new(Mutex::new(answers.to_vec().into()));
        let tell = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answers), Arc::clone(&tell)));
            }
        });
        Self { url, seen }
    }

    /// The request lines so far.
    fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("no panic").clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
    seen: Arc<Mutex<Vec<String>>>,
) {
    while let Some(line) = request(&mut stream).await {
        seen.lock().expect("no panic").push(line);
        let answer = answers.lock().expect("no panic").pop_front();
        let answer = answer.unwrap_or(KEPT);
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Reads a request; its first line without the version.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(bytes).expect("ASCII");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "));
    let length = length.map_or(0, |length| length.parse().expect("a number"));
    stream.read_exact(&mut vec![0; length]).await.ok()?;
    let line = head.lines().next().unwrap_or_default();
    Some(line.trim_end_matches(" HTTP/1.1").to_owned())
}

fn session(url: &str, patience: Duration, hooks: Hooks) -> Session {
    let setup = Setup {
        target: Target::parse(url, None).expect("a URL"),
        config: Config::default(),
        document: Document::embedded(),
        journal: Arc::new(Journal::in_memory()),
        plan: Plan::default(),
        limits: Limits {
            patience,
            ..Limits::default()
        },
        facilities: Facilities::new(hooks, Vec::new(), None),
        run: "test".to_owned(),
        seed: 1,
        generated: 0,
        profile: Profile::Core,
        gate: "both".to_owned(),
        options: Vec::new(),
        partial: None,
        strict: false,
        stop: watch::channel(false).1,
        activity: Activity::default(),
        pace: None,
    };
    let ledger = Ledger::create(None, "test", url).expect("in memory");
    Session::new(setup, ledger)
}

fn create() -> Request {
    Request::new("POST", "/resource/run").json(b"{}\n".to_vec())
}

fn class() -> Class {
    Class::Create(Intent::Valid)
}

const PATIENCE: Duration = Duration::from_secs(5);

/// The refusals of the exchanges that were written down.
fn refused(session: Session) -> Vec<Vec<(u16, bool)>> {
    let end = crate::journal::record::End {
        complete: true,
        stopped: None,
        seconds: 0.0,
        exchanges: 0,
        rate: None,
        doubtful: Vec::new(),
        sha256: String::new(),
    };
    let journal = Arc::into_inner(session.setup.journal).expect("one owner");
    let records = journal.finish(end).expect("in memory");
    let exchanges = records.into_iter().filter_map(|record| match record {
        Record::Exchange(exchange) => Some(exchange.refused),
        _ => None,
    });
    let told = |one: RefusedRecord| (one.status, one.waited_ms.is_some());
    exchanges
        .map(|refused| refused.into_iter().map(told).collect())
        .collect()
}

#[tokio::test]
async fn what_is_refused_for_the_time_being_is_sent_again_and_told() {
    let server = Server::start(&[LIMITED, LATER, LIMITED, CREATED]).await;
    let session = session(&server.url, PATIENCE, Hooks::default());
    let answer = session.exchange("a", &create(), class()).await;
    assert_eq!(answer.status(), Some(201));
    assert_eq!(server.seen().len(), 4);
    assert_eq!(session.exchanges(), 1, "it is one request");
    assert_eq!(
        session.ledger.remaining(),
        [(ResourceKind::Run, "a".to_owned())]
    );
    assert!(session.ledger.doubts().is_empty());
    assert!(session.turns.learnt().is_some());
    assert!(session.setup.activity.held("a") > Duration::ZERO);
    let fine = session.unless_refused("a", &[1], Finding::fail("x"));
    assert_eq!(fine.outcome, Outcome::Fail, "it was answered in the end");
    assert_eq!(refused(session), [[(429, true), (503, true), (429, true)]]);
}

#[tokio::test]
async fn a_service_that_is_down_is_judged_by_what_it_says() {
    let delete = Request::new("DELETE", "/resource/run/a");
    let table: [(&str, &[&str], Request, usize); 5] = [
        ("without a time to come back", &[DOWN], create(), 1),
        ("a probe", &[LATER], Request::new("GET", "/readyz"), 1),
        (
            "about no resource",
            &[LATER],
            Request::new("POST", "/resource/nope"),
            1,
        ),
        (
            "a probe that meets a limit",
            &[LIMITED, DOWN],
            Request::new("GET", "/livez"),
            2,
        ),
        ("a resource", &[LATER, DOWN], delete, 2),
    ];
    for (name, answers, request, times) in table {
        let server = Server::start(answers).await;
        let session = session(&server.url, PATIENCE, Hooks::default());
        let answer = session.exchange("a", &request, Class::Other).await;
        assert_eq!(answer.status(), Some(503), "{name}");
        assert_eq!(server.seen().len(), times, "{name}");
    }
}

#[tokio::test]
async fn who_is_not_available_for_too_long_is_judged_as_ever() {
    let server = Server::start(&[LATER; 9]).await;
    let session = session(&server.url, Duration::from_millis(250), Hooks::default());
    let answer = session.exchange("a", &create(), class()).await;
    assert_eq!(answer.status(), Some(503));
    let judged = session.unless_refused("a", &[answer.seq], Finding::fail("503"));
    assert_eq!(judged.outcome, Outcome::Fail);
    assert_eq!(server.seen().len(), 2);
    // The next one is not waited for as long.
    session.exchange("a", &create(), class()).await;
    assert_eq!(server.seen().len(), 4);
    session.exchange("a", &create(), class()).await;
    assert_eq!(server.seen().len(), 5);
}

/// A hook that does nothing, and does it well.
struct Obedient;

impl Means for Obedient {
    fn carry_out<'a>(
        &'a self,
        _: &'a Call,
    ) -> futures::future::LocalBoxFuture<'a, Result<String, Trouble>> {
        Box::pin(async { Ok(String::new()) })
    }
}

#[tokio::test]
async fn a_backend_that_was_broken_on_purpose_is_not_waited_for() {
    let server = Server::start(&[LATER, LATER, CREATED]).await;
    let mut hooks = Hooks::new(&Default::default(), PATIENCE);
    hooks.offer(Hook::BreakBackend, Arc::new(Obedient));
    hooks.offer(Hook::HealBackend, Arc::new(Obedient));
    let session = session(&server.url, PATIENCE, hooks);
    session
        .hook("a", Hook::BreakBackend, None)
        .await
        .expect("it breaks");
    let during = session.exchange("a", &create(), class()).await;
    assert_eq!(during.status(), Some(503));
    session
        .hook("a", Hook::HealBackend, None)
        .await
        .expect("it heals");
    let after = session.exchange("a", &create(), class()).await;
    assert_eq!(after.status(), Some(201));
}

#[tokio::test]
async fn what_was_refused_to_the_end_shows_nothing() {
    let server = Server::start(&[FOR_LONG, CREATED]).await;
    let session = session(&server.url, PATIENCE, Hooks::default());
    let answer = session.exchange("a", &create(), class()).await;
    assert!(answer.is_refused() && answer.status().is_none());
    assert_eq!(answer.lens, Lenses::default());
    assert!(answer.after.is_none());
    assert!(session.ambient(Some(ResourceKind::Run), &answer).is_empty());
    assert!(session.ledger.doubts().is_empty(), "nothing was made");
    let error = |case, evidence: &[u64], finding| {
        let finding = session.unless_refused(case, evidence, finding);
        (finding.outcome == Outcome::Error).then_some(finding.actual)
    };
    let why = error("a", &[], Finding::fail("x")).expect("no failure of the provider's");
    for part in ["429, Retry-After: 3600", "60s", "hint: --rate"] {
        assert!(why.contains(part), "{why}");
    }
    // Nor is it met by a refusal, if it rests on that.
    assert!(error("a", &[answer.seq], Finding::pass("x")).is_some());
    assert!(error("a", &[77], Finding::pass("x")).is_none());
    assert!(error("b", &[], Finding::fail("x")).is_none());
    let next = session.exchange("b", &create(), class()).await;
    assert!(next.accepted());
    assert_eq!(refused(session), [vec![(429, false)], vec![]]);
}

#[tokio::test]
async fn a_request_that_left_something_behind_was_not_refused() {
    let server = Server::start(&[HALF_MADE, CREATED]).await;
    let session = session(&server.url, PATIENCE, Hooks::default());
    let answer = session.exchange("a", &create(), class()).await;
    assert_eq!(answer.status(), Some(429));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_on_a_connection_that_was_said_to_end() {
    let requests = || {
        [
            Request::new("DELETE", "/resource/run/a"),
            Request::new("GET", "/livez"),
        ]
    };
    let table: [(&str, &[&'static str], usize, usize); 4] = [
        ("it says so", &[LAST, KEPT], 1, 1),
        ("it goes on", &[KEPT, KEPT], 2, 2),
        ("the last one says so", &[KEPT, LAST], 2, 2),
        (
            "it limits the rate",
            &[LIMITED, KEPT, LIMITED, KEPT, KEPT],
            2,
            6,
        ),
    ];
    for (name, answers, given, sent) in table {
        let server = Server::start(answers).await;
        let session = session(&server.url, PATIENCE, Hooks::default());
        let found = session.keep_alive("a", &requests()).await;
        assert_eq!(found.len(), given, "{name}: {found:?}");
        assert!(found.iter().all(Result::is_ok), "{name}: {found:?}");
        assert_eq!(server.seen().len(), sent, "{name}: {:?}", server.seen());
    }
}

#[tokio::test]
async fn what_is_made_on_one_connection_is_deleted_in_the_end() {
    let server = Server::start(&[CREATED, KEPT]).await;
    let session = session(&server.url, PATIENCE, Hooks::default());
    session
        .keep_alive("a", &[create(), Request::new("GET", "/livez")])
        .await;
    assert_eq!(
        session.ledger.remaining(),
        [(ResourceKind::Run, "a".to_owned())]
    );
}

#[tokio::test]
async fn who_serves_one_connection_after_the_other_is_not_kept_waiting() {
    let many = Server::start(&[]).await;
    let session_of = |url: &str| session(url, PATIENCE, Hooks::default());
    assert!(session_of(&many.url).keeps_connections().await);

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            serve(stream, Arc::default(), Arc::default()).await;
        }
    });
    let session = session_of(&url);
    assert!(!session.keeps_connections().await);
    // Nothing stays open that would keep it from the next one.
    let next = session
        .exchange("a", &Request::new("GET", "/livez"), Class::Other)
        .await;
    assert_eq!(next.status(), Some(404));
}

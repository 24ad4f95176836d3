//! What was acknowledged survives the end of the process at any moment, and nothing is left half-written.
//!
//! Moments are random. `KFP_CRASH_MOMENTS` says how many there are; `KFP_CRASH_SEED` repeats those of an earlier run,
//! as far as the threads of the machine allow.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use fastrand::Rng;
use kfp_provider_embedded::check;
use kfp_testing::{Connection, body, exchange, request};
use serde_json::json;

use crate::program::Program;

const MOMENTS: u32 = 40;
const CLIENTS: u32 = 4;
/// What clients make; runs come twice as often.
const KINDS: [&str; 5] = ["pipeline", "run", "experiment", "runschedule", "run"];
/// Rounds until a new file is begun, so that each stays small.
const ROUNDS: u32 = 20;

/// What a client knows of a resource.
enum News {
    Created(&'static str, String),
    /// A delete was sent; it may or may not have happened.
    Doubtful(&'static str, String),
    Deleted(&'static str, String),
    /// A version of the client's own pipeline.
    Version(String, String),
}

/// One client of one round.
struct Client {
    connection: Connection,
    name: String,
    news: mpsc::Sender<News>,
}

impl Client {
    /// Makes, changes and deletes until the service is gone. Nobody listens to news after that.
    fn load(mut self) -> Option<()> {
        let pipeline = format!("{}/own", self.name);
        let versioned =
            |turn: usize| body("pipeline", &pipeline).replace("v1-a44efe", &format!("v{turn}"));
        let own = self.answered("POST", "/resource/pipeline", &versioned(0), 201)?;
        for turn in 1.. {
            let kind = KINDS[turn % KINDS.len()];
            let sent = body(kind, &format!("{}/{turn}", self.name));
            let id = self.answered("POST", &format!("/resource/{kind}"), &sent, 201)?;
            self.tell(News::Created(kind, id.clone()));
            if turn % 4 == 3 {
                self.tell(News::Doubtful(kind, id.clone()));
                self.answered("DELETE", &format!("/resource/{kind}/{id}"), "", 200)?;
                self.tell(News::Deleted(kind, id));
            }
            if turn % 3 == 2 {
                let target = format!("/resource/pipeline/{own}");
                self.answered("PUT", &target, &versioned(turn), 200)?;
                self.tell(News::Version(pipeline.clone(), format!("v{turn}")));
            }
        }
        None
    }

    /// The id in the answer, or an empty text; `None` if there is no whole answer.
    fn answered(&mut self, method: &str, target: &str, sent: &str, status: u16) -> Option<String> {
        self.connection
            .try_send(&request(method, target, sent))
            .ok()?;
        let answer = self.connection.try_answer()?;
        assert_eq!(
            answer.status,
            status,
            "{method} {target}: {}",
            answer.text()
        );
        Some(answer.json()["id"].as_str().unwrap_or_default().to_owned())
    }

    fn tell(&self, news: News) {
        let _ = self.news.send(news);
    }
}

/// A file, and what is certain about it.
struct Subject {
    file: PathBuf,
    /// A short history makes finished runs go away by themselves.
    forgetful: bool,
    /// Ids by type, and whether the resource must exist or must not.
    known: BTreeMap<(&'static str, String), bool>,
    versions: Vec<(String, String)>,
}

impl Subject {
    fn new(folder: &Path, name: &str, forgetful: bool) -> Self {
        let subject = Self {
            file: folder.join(name),
            forgetful,
            known: BTreeMap::new(),
            versions: Vec::new(),
        };
        // The runs of all rounds need their pipeline; the first start is one of those that are killed.
        let program = subject.start();
        let sent = body("pipeline", "a/p");
        let answer = exchange(program.address, "POST", "/resource/pipeline", &sent);
        assert_eq!(answer.status, 201, "{}", answer.text());
        program.kill();
        subject
    }

    fn arguments(&self) -> Vec<String> {
        let history = if self.forgetful { "3" } else { "1000000" };
        let file = self.file.display().to_string();
        let options = [
            "--pending-duration",
            "1ms",
            "--run-duration",
            "1ms",
            "--history",
            history,
        ];
        [&["--data", &file], &options[..]]
            .concat()
            .iter()
            .map(|text| (*text).to_owned())
            .collect()
    }

    fn start(&self) -> Program {
        let arguments = self.arguments();
        Program::start(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Kills a program that has only begun to start.
    fn killed_at_start(&self, random: &mut Rng) {
        let arguments = self.arguments();
        let wait = Duration::from_micros(random.u64(0..60_000));
        Program::killed_after(
            wait,
            &[],
            &arguments.iter().map(String::as_str).collect::<Vec<_>>(),
        );
    }

    /// Kills a program under load, and notes what is certain after it.
    fn killed_under_load(&mut self, random: &mut Rng, round: u32) {
        let program = self.start();
        let (address, (news, heard)) = (program.address, mpsc::channel());
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| start_client(address, format!("r{round}-c{client}"), news.clone()))
            .collect();
        drop(news);
        let answers = random.usize(0..80);
        let mut all: Vec<News> = heard.iter().take(answers).collect();
        // And from there to any point of the commits that are under way.
        std::thread::sleep(Duration::from_micros(random.u64(0..5_000)));
        program.kill();
        clients.into_iter().for_each(|client| {
            client.join().expect("a client");
        });
        all.extend(heard);
        all.into_iter().for_each(|news| self.note(news));
    }

    fn note(&mut self, news: News) {
        match news {
            News::Created("run", _) | News::Doubtful("run", _) if self.forgetful => {}
            News::Created(kind, id) => {
                let before = self.known.insert((kind, id), true);
                assert!(before.is_none(), "an id was issued twice");
            }
            News::Doubtful(kind, id) => assert_eq!(self.known.remove(&(kind, id)), Some(true)),
            News::Deleted(kind, id) => assert!(self.known.insert((kind, id), false).is_none()),
            News::Version(pipeline, version) => self.versions.push((pipeline, version)),
        }
    }

    /// No part of the file contradicts another.
    fn examine(&self) {
        let contents = check(&self.file).unwrap_or_else(|error| panic!("{error}"));
        let certain = |kind: &str| {
            let exist = self
                .known
                .iter()
                .filter(|((known, _), exists)| **exists && *known == kind);
            exist.count()
        };
        assert!(
            contents.experiments >= certain("experiment"),
            "{contents:?}"
        );
        assert!(
            contents.run_schedules >= certain("runschedule"),
            "{contents:?}"
        );
        assert!(contents.pipelines > certain("pipeline"), "{contents:?}");
        assert!(contents.runs >= certain("run"), "{contents:?}");
    }

    /// Everything that was acknowledged is there, and nothing that was acknowledged to be gone. Returns how many
    /// resources there were.
    fn confirm(self) -> usize {
        let program = self.start();
        let mut connection = Connection::open(program.address);
        let mut ask = |method: &str, target: &str, sent: &str| {
            connection.send(&request(method, target, sent));
            connection.answer()
        };
        for (number, (pipeline, version)) in self.versions.iter().enumerate() {
            let sent = body("run", &format!("versions/{number}"))
                .replace("a/p", pipeline)
                .replace(
                    "\"pipelineVersion\":\"\"",
                    &format!("\"pipelineVersion\":\"{version}\""),
                );
            let answer = ask("POST", "/resource/run", &sent);
            assert_eq!(
                answer.status,
                201,
                "{pipeline} {version}: {}",
                answer.text()
            );
        }
        let count = self.known.len();
        for ((kind, id), exists) in self.known {
            let target = format!("/resource/{kind}/{id}");
            let status = if exists { 200 } else { 404 };
            if kind != "run" {
                let answer = ask("PUT", &target, &body(kind, &format!("kept/{id}")));
                let said = (answer.status, answer.json()["id"].clone());
                assert_eq!(said, (status, json!(id)), "{target}");
            }
            let answer = ask("DELETE", &target, "");
            assert_eq!(
                (answer.status, answer.json()),
                (status, json!({})),
                "{target}"
            );
        }
        count
    }
}

/// Connects before it returns, so that no client comes too late.
fn start_client(
    address: SocketAddr,
    name: String,
    news: mpsc::Sender<News>,
) -> std::thread::JoinHandle<Option<()>> {
    let client = Client {
        connection: Connection::open(address),
        name,
        news,
    };
    std::thread::spawn(move || client.load())
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn kill_dash_nine() {
    let moments = number("KFP_CRASH_MOMENTS")
        .map_or(MOMENTS, |moments| u32::try_from(moments).expect("a count"));
    let seed = number("KFP_CRASH_SEED").unwrap_or_else(|| fastrand::u64(..));
    #[expect(
        clippy::print_stderr,
        reason = "without the seed a failure cannot be repeated"
    )]
    {
        eprintln!("KFP_CRASH_SEED={seed}");
    }
    let mut random = Rng::with_seed(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let mut resources = 0;
    for first in (0..moments).step_by(usize::try_from(ROUNDS).expect("small")) {
        let [mut long, mut short] = [false, true].map(|forgetful| {
            Subject::new(folder.path(), &format!("{first}-{forgetful}"), forgetful)
        });
        for round in first..moments.min(first + ROUNDS) {
            let subject = if round % 3 == 2 {
                &mut short
            } else {
                &mut long
            };
            if round % 5 == 4 {
                subject.killed_at_start(&mut random);
            } else {
                subject.killed_under_load(&mut random, round);
            }
            subject.examine();
        }
        resources += long.confirm() + short.confirm();
    }
    let few = usize::try_from(moments).expect("small") * 10;
    assert!(resources > few, "{resources} resources are a small load");
}

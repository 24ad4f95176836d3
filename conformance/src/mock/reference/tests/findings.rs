//! What the runner finds in the reference server. The list is a file, so that a change in either of the two is seen;
//! `EXPECTORATE=overwrite` accepts one.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::super::stub;
use super::{Reference, Telling};
use crate::base::outcome::Outcome;
use crate::cases;
use crate::config::Config;
use crate::config::timing::Timing;
use crate::engine::case::Profile;
use crate::engine::plan::{Plan, Wanted};
use crate::engine::run::{self, Progress};
use crate::engine::setup::Setup;
use crate::facilities::webhook::Sink;
use crate::facilities::{Events, Facilities};
use crate::journal::record::Record;
use crate::journal::writer::Journal;
use crate::judge::{Judged, judge};
use crate::oracle::Document;
use crate::oracle::ambient::Limits;
use crate::wire::target::Target;

/// One that is missing is waited for to the end, and one may be.
const TIMING: Timing = Timing {
    wait: Duration::from_secs(3),
    quiet: Duration::from_millis(300),
    closed: Duration::from_millis(500),
    slow: Duration::from_millis(900),
};

struct Quiet;

impl Progress for Quiet {
    fn case_done(&self, _: &str) {}
}

/// Everything that is asked once, with events and without other help.
async fn records() -> Vec<Record> {
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sink = Sink::start(anywhere, TIMING).unwrap();
    let telling = Telling {
        webhook: sink.url(),
        after: Duration::from_millis(20),
    };
    let reference = Reference::start_at(anywhere, Some(telling)).unwrap();
    let help = Facilities::default().with_events(Events::new(sink, Some(stub::NAME.to_owned())));
    let mut at_hand = help.needs();
    at_hand.insert("events");
    let wanted = Wanted {
        selected: Default::default(),
        types: Vec::new(),
        results: None,
        unsupported: &[],
        profile: Profile::Core,
        max_creates: u32::MAX,
        at_hand,
    };
    let (_running, stop) = watch::channel(false);
    let setup = Setup {
        target: Target::parse(&reference.url(), None).unwrap(),
        config: Config::default(),
        document: Document::embedded(),
        journal: Arc::new(Journal::in_memory()),
        plan: Plan::make(&cases::all(), &wanted),
        limits: Limits {
            // A busy machine is no finding.
            probe: Duration::from_secs(10),
            straggler: Duration::from_secs(3_600),
            ..Limits::default()
        },
        facilities: help,
        run: "golden".to_owned(),
        seed: 1,
        generated: 0,
        profile: Profile::Core,
        gate: "both".to_owned(),
        options: Vec::new(),
        partial: None,
        strict: false,
        stop,
        pace: None,
        activity: Default::default(),
    };
    run::run(setup, &Quiet).await.unwrap().records
}

/// Result by result: requirement, type, outcome, both lenses, and what was there.
fn told(judged: &Judged) -> String {
    let kind = judged.kind.map_or("-", |kind| kind.as_str());
    format!(
        "{} {kind} {} spec={} operator={}\n    {}\n",
        judged.requirement.id,
        judged.outcome.as_str(),
        judged.lens.spec.as_str(),
        judged.lens.operator.as_str(),
        repeatable(&judged.actual),
    )
}

/// Without what no two runs have in common: ids made of the time, the webhook's port, and how many deliveries there were.
fn repeatable(actual: &str) -> String {
    let words = actual.split(' ').map(|word| {
        if word.contains("stub-run-") {
            "\"stub-run-SECONDS\""
        } else if word.starts_with("http://127.0.0.1:") {
            "WEBHOOK"
        } else {
            word
        }
    });
    let text = words.collect::<Vec<_>>().join(" ");
    text.split_once("; ")
        .map_or(text.clone(), |(first, _)| first.to_owned())
}

#[tokio::test]
async fn the_reference_server_deviates_where_it_is_known_to() {
    let records = records().await;
    let judgement = judge(&records).unwrap();
    // Its ids are made of seconds: whether two runs share one is chance.
    let by_chance = "event.run-id-unique";
    let findings: String = judgement
        .results
        .iter()
        .filter(|judged| judged.requirement.id != by_chance)
        .filter(|judged| {
            !matches!(
                judged.outcome,
                Outcome::Pass | Outcome::Skip | Outcome::Unverified
            )
        })
        .map(told)
        .collect();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/reference.txt");
    expectorate::assert_contents(golden, &findings);
}

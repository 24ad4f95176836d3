//! The outbox in a database does what the one in memory does, and does it for good.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::store::FileOutbox;

#[derive(Clone, Debug)]
enum Step {
    /// With the number of a run configuration, if it is not 0.
    Add(u8),
    OutboxPage {
        ahead: u64,
        under_way: Vec<u64>,
        limit: usize,
    },
    Settle(Vec<(u64, u8)>),
    List {
        dead: bool,
        after: Option<u64>,
        limit: usize,
    },
    Find(u64),
    Resend(u64),
    Remove(u64),
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let id = || 0..12_u64;
    let step = prop_oneof![
        4 => (0..3_u8).prop_map(Step::Add),
        2 => (0..20_u64, proptest::collection::vec(id(), 0..3), 0..6_usize)
            .prop_map(|(ahead, under_way, limit)| Step::OutboxPage { ahead, under_way, limit }),
        3 => proptest::collection::vec((id(), any::<u8>()), 0..4).prop_map(Step::Settle),
        1 => (any::<bool>(), proptest::option::of(id()), 0..6_usize)
            .prop_map(|(dead, after, limit)| Step::List { dead, after, limit }),
        1 => id().prop_map(Step::Find),
        1 => id().prop_map(Step::Resend),
        1 => id().prop_map(Step::Remove),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..30)
}

fn outcome(of: u8, now: DateTime<Utc>) -> DeliveryOutcome {
    let problem = format!("problem {of}");
    match of % 4 {
        0 => DeliveryOutcome::Done,
        1 => DeliveryOutcome::DeadLetter { problem },
        refused => DeliveryOutcome::Retry {
            at: now + Duration::from_secs(of.into()),
            problem,
            refused: refused == 2,
        },
    }
}

/// What a step shows, as text.
async fn take(outbox: &dyn Outbox, step: &Step, now: DateTime<Utc>, number: usize) -> String {
    match step {
        Step::Add(of) => {
            let configuration = (*of > 0).then(|| format!("a/{of}"));
            let event = NewEvent {
                configuration,
                ..event(&format!("a/{number}"), now)
            };
            format!("{:?}", outbox.add(event).await)
        }
        Step::OutboxPage {
            ahead,
            under_way,
            limit,
        } => {
            let under_way: BTreeSet<EventId> = under_way.iter().copied().map(EventId).collect();
            let page = outbox
                .page(now + Duration::from_secs(*ahead), under_way, *limit)
                .await;
            let page = page.expect("a page");
            let mut bodies = Vec::new();
            for entry in &page.due {
                bodies.push(outbox.body(entry.id).await.expect("a body"));
            }
            format!("{page:?} {bodies:?}")
        }
        Step::Settle(attempts) => {
            let settled = attempts.iter().map(|(id, of)| DeliveryRecord {
                id: EventId(*id),
                outcome: outcome(*of, now),
            });
            format!("{:?}", outbox.settle(settled.collect()).await.is_ok())
        }
        Step::List { dead, after, limit } => {
            let queue = if *dead {
                OutboxQueue::Dead
            } else {
                OutboxQueue::Waiting
            };
            format!(
                "{:?}",
                outbox
                    .list(queue, after.map(EventId), *limit)
                    .await
                    .expect("a list")
            )
        }
        Step::Find(id) => format!("{:?}", outbox.find(EventId(*id)).await.expect("it")),
        Step::Resend(id) => format!("{:?}", outbox.resend(EventId(*id), now).await.expect("it")),
        Step::Remove(id) => format!("{:?}", outbox.remove(EventId(*id)).await.expect("it")),
        Step::Reopen => String::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_file_is_like_memory(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("events");
        let open = || FileOutbox::open(&path).expect("an outbox");
        let (mut file, memory) = (open(), MemoryOutbox::default());
        let mut now = clock().now();
        for (number, step) in steps.iter().enumerate() {
            now += Duration::from_secs(3);
            if let Step::Reopen = step {
                runtime.block_on(file.close()).expect("closed");
                file = open();
            }
            let shown = runtime.block_on(async { (take(&file, step, now, number).await, take(&memory, step, now, number).await) });
            prop_assert_eq!(&shown.0, &shown.1, "step {}: {:?}", number, step);
            let found = runtime.block_on(file.with(crate::store::events::contradictions)).expect("tables");
            prop_assert_eq!(found.2, Vec::<String>::new());
        }
        drop(file);
    }
}

#[tokio::test]
async fn files_that_are_no_outbox() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(
        path("text"),
        "something else, and long enough to be looked at",
    )
    .expect("a file");
    drop(redb::Database::create(path("database")).expect("a database"));
    let held = FileOutbox::open(&path("held")).expect("an outbox");
    let table = [
        ("text", "not an outbox"),
        ("database", "not an outbox"),
        ("held", "in use by another process"),
        ("no/such/folder", "hint: the folder must exist"),
    ];
    for (name, expected) in table {
        let error = FileOutbox::open(&path(name))
            .err()
            .map(|error| error.to_string());
        assert!(
            error.as_ref().is_some_and(|error| error.contains(expected)),
            "{name}: {error:?}"
        );
    }
    held.close().await.expect("closed");
    let error = held.find(EventId(1)).await.expect_err("closed").to_string();
    assert_eq!(error, "the outbox failed: the store is closed");
    drop(FileOutbox::open(&path("held")).expect("free again"));
}

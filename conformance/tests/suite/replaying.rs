//! What `replay` says of a provider that has changed, and in which order a report tells what to mend.

use kfp_conformance::mock::{Behaviour, Fault, Mock};

use crate::program::{Done, folder, run};

fn mock(faults: &[&str]) -> Mock {
    let faults: Vec<Fault> = faults
        .iter()
        .map(|name| name.parse().expect("a fault"))
        .collect();
    let behaviour = Behaviour {
        faults,
        ..Behaviour::default()
    };
    Mock::start(behaviour).expect("starts")
}

/// Judges a provider and replays what failed against another one.
async fn replayed(
    before: &'static [&'static str],
    after: &[&str],
    ids: &'static [&'static str],
) -> Done {
    let (before, after) = (mock(before), mock(after));
    let urls = (before.url(), after.url());
    let done = tokio::task::spawn_blocking(move || {
        let dir = folder();
        let judge = [ids, &["--url", &urls.0]].concat();
        let judged = run(dir.path(), &judge);
        assert_eq!(judged.code, Some(1), "{}{}", judged.stdout, judged.stderr);
        run(
            dir.path(),
            &["replay", "conformance-report", "--url", &urls.1],
        )
    });
    done.await.expect("the commands end")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_wrong_in_another_way_is_not_mended() {
    const CRON: &[&str] = &[
        "create.runschedule.bad-cron.4xx",
        "lifecycle.operator-simulation",
        "--type",
        "runschedule",
        "--strict",
    ];
    const IDS: &[&str] = &["create.id.shell-safe", "--type", "experiment"];
    // What was wrong, what is wrong now, what is asked, and what has become of it.
    type Words = &'static [&'static str];
    let table: &[(Words, &[&str], Words, &str)] = &[
        (&["bad-cron-accepted"], &[], CRON, "  FIXED"),
        (
            &["bad-cron-accepted"],
            &["bad-cron-accepted"],
            CRON,
            "  STILL",
        ),
        // Every schedule is refused.
        (
            &["bad-cron-accepted"],
            &["optionals-required"],
            CRON,
            "  CHANGED: a plain body is refused, too",
        ),
        (&["id-with-dollar"], &[], IDS, "  FIXED"),
        (
            &["id-with-dollar"],
            &["namespaced-name-refused"],
            IDS,
            "  CHANGED: was accepted, and is refused now",
        ),
    ];
    for (before, after, ids, fate) in table {
        let done = replayed(before, after, ids).await;
        assert!(
            done.stdout.contains(fate),
            "{before:?}, then {after:?}: {}",
            done.stdout
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_replayed_with_as_many_creates_as_it_takes() {
    const ALL: &[&str] = &["create", "update", "response"];
    let done = replayed(&["text-plain", "wrong-create-status"], &[], ALL).await;
    assert!(
        done.stdout.starts_with("creates at most "),
        "{}",
        done.stdout
    );
    assert!(
        !done.stdout.contains("more creates than allowed"),
        "{}",
        done.stdout
    );
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
}

/// As a simple server answers: no label, any body taken, 204 to a DELETE, and 404 with a text to the next one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_of_a_report_is_the_order_to_mend() {
    let faults = [
        "text-plain",
        "wrong-resource-accepted",
        "put-wrong-resource-accepted",
        "delete-204",
        "delete-404-with-provider-error",
        "repeated-delete-error",
    ];
    let mock = mock(&faults);
    let url = mock.url();
    let done = tokio::task::spawn_blocking(move || run(folder().path(), &["--url", &url]));
    let done = done.await.expect("the command ends");
    let lines: Vec<&str> = done.stdout.lines().collect();
    let place = |text: &str| {
        let found = lines.iter().position(|line| line.contains(text));
        found.unwrap_or_else(|| panic!("no {text}: {}", done.stdout))
    };
    let heads: Vec<&&str> = lines
        .iter()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    assert!(heads[0].contains("stay in Deleting forever"), "{heads:?}");
    let order = [
        "FAIL  delete.200.body-object",
        "FAIL  delete.unknown-id.operator-safe",
        "FAIL  response.content-type-json",
    ];
    let places = order.map(place);
    assert!(
        places.is_sorted(),
        "{order:?} at {places:?}: {}",
        done.stdout
    );
    // Neither stands under the other, whose fix would mend it as little.
    let cause = |at: usize| heads_before(&lines, at);
    let wrong = place("FAIL  create.wrong-resource.422");
    let label = place("FAIL  response.content-type-json");
    let unknown = place("FAIL  delete.unknown-id.operator-safe");
    assert_ne!(cause(wrong), cause(label));
    assert_ne!(cause(wrong), cause(unknown));
    assert_ne!(cause(label), cause(unknown));
}

/// How many causes begin before a line.
fn heads_before(lines: &[&str], at: usize) -> usize {
    let is_head = |line: &&&str| line.starts_with(|c: char| c.is_ascii_digit());
    lines[..at].iter().filter(is_head).count()
}

//! Run completion events of the program: after kills, and by the command that shows them.

use std::sync::mpsc;
use std::time::Duration;

use kfp_testing::{Connection, body, exchange, request};

use crate::program::Program;
use crate::webhook::Webhook;

/// Kills without `KFP_CRASH_MOMENTS`.
const MOMENTS: u64 = 12;
/// Only a defect takes so long.
const PATIENCE: Duration = Duration::from_secs(600);
const CLIENTS: u64 = 3;
const QUICK: [&str; 4] = ["--pending-duration", "1ms", "--run-duration", "1ms"];

fn environment(webhook: &str) -> [(&str, &str); 3] {
    [
        ("OPERATORWEBHOOK", webhook),
        ("PROVIDERNAME", "ml/forge"),
        ("SERVER_HOST", "127.0.0.1"),
    ]
}

fn arguments(file: &str) -> Vec<&str> {
    [&["--data", file], &QUICK[..]].concat()
}

fn start(webhook: &str, file: &str) -> Program {
    Program::with(&environment(webhook), &arguments(file))
}

fn create(program: &Program, kind: &str, name: &str) {
    let target = format!("/resource/{kind}");
    let answer = exchange(program.address, "POST", &target, &body(kind, name));
    assert_eq!(answer.status, 201, "{}", answer.text());
}

/// Makes runs until the service is gone, and tells the names of those that were acknowledged.
fn load(mut connection: Connection, name: &str, news: &mpsc::Sender<String>) -> Option<()> {
    for number in 0.. {
        let run = format!("{name}/{number}");
        let request = request("POST", "/resource/run", &body("run", &run));
        connection.try_send(&request).ok()?;
        let answer = connection.try_answer()?;
        assert_eq!(answer.status, 201, "{}", answer.text());
        news.send(run).ok()?;
    }
    None
}

/// Kills the service under load: while runs complete, or, once in a while, long after that, when what the webhook did not
/// take is sent again. The names of the runs that were acknowledged.
fn killed_under_load(webhook: &str, file: &str, moment: u64) -> Vec<String> {
    let program = start(webhook, file);
    let (news, heard) = mpsc::channel();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (connection, news) = (Connection::open(program.address), news.clone());
            let name = format!("m{moment}-c{client}");
            std::thread::spawn(move || load(connection, &name, &news))
        })
        .collect();
    drop(news);
    let mut runs: Vec<String> = heard.iter().take(fastrand::usize(..40)).collect();
    // And from there to any point of the commits that are under way, or of the pauses between attempts.
    let longest = if moment % 10 == 8 { 1_500_000 } else { 10_000 };
    std::thread::sleep(Duration::from_micros(fastrand::u64(..longest)));
    program.kill();
    for client in clients {
        client.join().expect("a client");
    }
    runs.extend(heard);
    runs
}

/// Whatever the moment at which the service dies, and whatever the webhook answers: every run that was acknowledged is
/// reported, and always in the same words.
#[test]
fn every_acknowledged_run_is_reported() {
    let moments = std::env::var("KFP_CRASH_MOMENTS")
        .ok()
        .and_then(|moments| moments.parse().ok())
        .unwrap_or(MOMENTS);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store").display().to_string();
    let webhook = Webhook::start(30, 10);
    let program = start(&webhook.url, &file);
    create(&program, "pipeline", "a/p");
    program.kill();
    let (mut runs, mut waiting) = (Vec::new(), 0);
    for moment in 0..moments {
        if moment % 5 == 4 {
            let wait = Duration::from_micros(fastrand::u64(..60_000));
            Program::killed_after(wait, &environment(&webhook.url), &arguments(&file));
        } else {
            runs.extend(killed_under_load(&webhook.url, &file, moment));
        }
        // Not every time: what mends the file after a kill must be the next start, too.
        if moment.is_multiple_of(3) {
            let contents = kfp_provider_embedded::check(file.as_ref());
            waiting += contents.expect("a sound store").events;
        }
    }
    assert!(waiting > 0, "no kill found an event that was not delivered");
    let few = usize::try_from(moments).expect("small");
    assert!(runs.len() > few, "{} runs are a small load", runs.len());
    let last = start(&webhook.url, &file);
    let heard = webhook.all_taken(&runs, Duration::from_secs(300));
    last.kill();
    kfp_provider_embedded::check(file.as_ref()).expect("a sound store");
    let attempts: usize = heard.values().map(|heard| heard.times).sum();
    assert!(
        attempts > heard.len(),
        "{attempts} attempts: nothing was sent twice"
    );
    // An event that was taken is sent again if the service dies before it has written that down.
    let twice = heard.values().filter(|heard| heard.taken > 1).count();
    assert!(twice > 0 || moments < 100, "no kill came right after a 200");
}

/// The same question to the file of a stopped service and to a service that runs.
#[cfg(unix)]
#[test]
fn events_are_looked_at_and_put_right() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store").display().to_string();
    let socket = format!("{file}.events");
    let events = |arguments: &[&str]| {
        let (action, rest) = arguments.split_first().expect("an action");
        Program::output(&[&["events", action, "--data", &file], rest].concat())
    };
    assert!(events(&["list"]).1.contains("there is no such file"));
    let program = start("http://127.0.0.1:1/events", &file);
    let mode = std::fs::metadata(&socket)
        .expect("the socket")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    for (kind, name) in [("pipeline", "a/p"), ("run", "a/1"), ("run", "a/2")] {
        create(&program, kind, name);
    }
    let listed = || {
        events(&["list"])
            .1
            .lines()
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    while listed()
        .iter()
        .filter(|line| line.contains("cannot connect"))
        .count()
        < 2
    {
        std::thread::sleep(Duration::from_millis(10));
    }
    let (done, shown) = events(&["show", "1"]);
    assert!(
        done && shown
            .lines()
            .nth(1)
            .is_some_and(|body| body.starts_with("{\"status\":\"succeeded\"")),
        "{shown}"
    );
    assert_eq!(events(&["drop", "1"]), (true, "dropped 1\n".to_owned()));
    let (done, said) = events(&["show", "1"]);
    assert!(
        !done && said.starts_with("event 1: there is none of this number"),
        "{said}"
    );
    assert_eq!(events(&["resend", "2"]), (true, "resent 2\n".to_owned()));
    assert_eq!(events(&["resend", "--dead"]), (true, String::new()));
    program.kill();

    let left = listed();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].starts_with("2\twaiting\t"), "{left:?}");
    assert_eq!(events(&["drop", "2"]), (true, "dropped 2\n".to_owned()));
    assert_eq!(listed(), [] as [String; 0]);
    drop(start("http://127.0.0.1:1/events", &file));

    // What has the socket's name and is none is left alone.
    std::fs::remove_file(&socket).expect("the socket of a killed service");
    std::fs::write(&socket, "mine").expect("a file");
    drop(start("http://127.0.0.1:1/events", &file));
    assert_eq!(std::fs::read(&socket).expect("the file"), b"mine");
}

/// Whoever connects to the socket may say what they like: the service goes on, and answers those who ask properly.
#[cfg(unix)]
#[test]
fn the_socket_takes_anything() {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::os::unix::net::UnixStream;

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store").display().to_string();
    let program = start("http://127.0.0.1:1/events", &file);
    let hostile: [&[u8]; 9] = [
        b"\n",
        b"{}\n",
        b"null\n",
        b"\xff\xfe\0\n",
        b"{\"show\":-1}\n",
        b"{\"drop\":18446744073709551616}\n",
        b"{\"list\":{\"shelf\":\"attic\",\"after\":null}}\n",
        b"{\"resend\":1,\"drop\":1}\n",
        &[b'['; 5000],
    ];
    for bytes in hostile {
        let mut stream = UnixStream::connect(format!("{file}.events")).expect("the socket");
        stream.write_all(bytes).expect("a question");
        let mut answer = String::new();
        let mut reader = BufReader::new(&stream);
        reader.read_line(&mut answer).expect("an answer");
        assert!(
            answer.starts_with("{\"failed\":\"the question is not understood: "),
            "{bytes:?}: {answer}"
        );
    }
    // Gone in the middle of a question.
    let mut stream = UnixStream::connect(format!("{file}.events")).expect("the socket");
    stream.write_all(b"{\"list").expect("half a question");
    drop(stream);
    let (done, listed) = Program::output(&["events", "list", "--data", &file]);
    assert!(done && listed.starts_with("ID\tSTATE"), "{listed}");
    // Nor does another service take the file away from the one that has it.
    let (done, said) = Program::output(&["--data", &file]);
    assert!(
        !done && said.contains("in use by another process"),
        "{said}"
    );
    create(&program, "experiment", "a/e");
}

/// A number from the metrics of a service.
fn metric(program: &Program, name: &str) -> Option<f64> {
    let answer = exchange(program.metrics_address, "GET", "/metrics", "");
    let text = answer.text();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|value| value.trim().parse().ok())
}

/// What waited before a kill is counted after it, with the age that it really has.
#[test]
fn metrics_know_what_was_there_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store").display().to_string();
    let nobody = "http://127.0.0.1:1/events";
    let waiting = |program: &Program, count: f64| {
        while metric(program, "kfp_provider_events_waiting ") != Some(count) {
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let age = |program: &Program| metric(program, "kfp_provider_events_oldest_age_seconds ");
    let program = start(nobody, &file);
    create(&program, "pipeline", "a/p");
    waiting(&program, 0.0);
    assert_eq!(age(&program), Some(0.0));
    for run in 0..3 {
        create(&program, "run", &format!("a/{run}"));
    }
    waiting(&program, 3.0);
    let before = age(&program).expect("an age");
    program.kill();

    let program = start(nobody, &file);
    waiting(&program, 3.0);
    assert!(age(&program) >= Some(before));
    assert_eq!(metric(&program, "kfp_provider_events_dead "), Some(0.0));
    let webhook = Webhook::start(0, 0);
    program.kill();
    let program = start(&webhook.url, &file);
    webhook.all_taken(&["a/0", "a/1", "a/2"].map(str::to_owned), PATIENCE);
    waiting(&program, 0.0);
    assert_eq!(age(&program), Some(0.0));
    let delivered = "kfp_provider_event_attempts_total{result=\"delivered\"} ";
    assert_eq!(metric(&program, delivered), Some(3.0));
}

/// Neither requests nor other events nor memory suffer from a webhook that means harm.
#[test]
fn a_hostile_webhook_harms_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store").display().to_string();
    let webhook = Webhook::start_hostile(60);
    let program = start(&webhook.url, &file);
    create(&program, "pipeline", "a/p");
    #[cfg(target_os = "linux")]
    let before = program.most_resident();
    let runs: Vec<String> = (0..100).map(|run| format!("a/{run}")).collect();
    for run in &runs {
        create(&program, "run", run);
    }
    webhook.all_taken(&runs, PATIENCE);
    #[cfg(target_os = "linux")]
    {
        let more = program.most_resident().saturating_sub(before);
        assert!(more < 32 << 10, "{more} KiB more memory");
    }
}

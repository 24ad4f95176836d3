//! The embedded provider behind the skeleton: the life of resources as the operator lives it.

use std::collections::HashSet;

use kfp_provider_embedded::{Embedded, RunState};
use kfp_provider_server::Settings;
use kfp_testing::{Connection, Service, TYPES, body, request};
use serde_json::json;

fn service() -> Service {
    Service::open(Settings::ephemeral(), async {
        Embedded::in_memory().await.expect("memory")
    })
}

fn create(service: &Service, kind: &str, name: &str) -> String {
    let answer = service.send("POST", &format!("/resource/{kind}"), &body(kind, name));
    assert_eq!(answer.status, 201, "{kind} {name}: {}", answer.text());
    answer.json()["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_life_of_each_type() {
    let service = service();
    create(&service, "pipeline", "a/p");
    for kind in TYPES {
        let id = create(&service, kind, "a/x");
        let target = format!("/resource/{kind}/{id}");
        let changed = service.send("PUT", &target, &body(kind, "a/x"));
        if kind == "run" {
            assert_eq!(
                (changed.status, &changed.json()["id"]),
                (422, &json!(id)),
                "runs do not change"
            );
        } else {
            assert_eq!(
                (changed.status, changed.json()),
                (200, json!({"id": id})),
                "{kind}"
            );
        }
        for other in TYPES.into_iter().filter(|other| *other != kind) {
            let answer = service.send("DELETE", &format!("/resource/{other}/{id}"), "");
            assert_eq!(
                (answer.status, answer.json()),
                (404, json!({})),
                "{kind} id as {other}"
            );
        }
        let answer = service.send("DELETE", &target, "");
        assert_eq!((answer.status, answer.json()), (200, json!({})), "{kind}");
        let answer = service.send("DELETE", &target, "");
        assert_eq!(
            (answer.status, answer.json()),
            (404, json!({})),
            "{kind} again"
        );
        if kind != "run" {
            let answer = service.send("PUT", &target, &body(kind, "a/x"));
            assert_eq!(
                (answer.status, &answer.json()["id"]),
                (404, &json!(id)),
                "{kind} is gone"
            );
        }
        assert_ne!(
            create(&service, kind, "a/x"),
            id,
            "{kind}: a new life has a new id"
        );
    }
}

#[test]
fn a_run_of_nothing_is_refused_by_name() {
    let answer = service().send("POST", "/resource/run", &body("run", "a/r"));
    assert_eq!(answer.status, 422);
    let text = answer.json()["providerError"]
        .as_str()
        .expect("a text")
        .to_owned();
    assert!(
        text.starts_with("pipelineName: there is no pipeline \"a/p\""),
        "{text}"
    );
}

#[test]
fn a_bad_cron_text_is_refused_by_name() {
    let sent = body("runschedule", "a/s").replace("15 4 * * 1-5", "at dawn");
    let answer = service().send("POST", "/resource/runschedule", &sent);
    assert_eq!(answer.status, 422);
    let text = answer.json()["providerError"]
        .as_str()
        .expect("a text")
        .to_owned();
    assert!(
        text.starts_with("schedule.cronExpression: \"at dawn\": "),
        "{text}"
    );
}

#[test]
fn a_compiled_part_of_any_kind_and_size() {
    let service = service();
    let deep = format!("{}1{}", "[".repeat(90), "]".repeat(90));
    let large = format!("\"{}\"", "x".repeat(5 << 20));
    for (row, compiled) in [
        "1e400",
        "null",
        "{\"a\":1,\"b\":[9007199254740993]}",
        &deep,
        &large,
    ]
    .iter()
    .enumerate()
    {
        let sent =
            body("pipeline", &format!("a/p{row}")).replace("{\"kind\": \"secret-part\"}", compiled);
        let answer = service.send("POST", "/resource/pipeline", &sent);
        assert_eq!(answer.status, 201, "row {row}: {}", answer.text());
    }
}

#[test]
fn many_clients_at_once() {
    let service = service();
    let address = service.address();
    let clients: Vec<_> = (0..8)
        .map(|client| {
            std::thread::spawn(move || {
                let mut connection = Connection::open(address);
                let mut ids = Vec::new();
                for turn in 0..25 {
                    connection.send(&request(
                        "POST",
                        "/resource/experiment",
                        &body("experiment", &format!("n{client}/{turn}")),
                    ));
                    ids.push(
                        connection.answer().json()["id"]
                            .as_str()
                            .expect("an id")
                            .to_owned(),
                    );
                }
                ids
            })
        })
        .collect();
    let ids: Vec<String> = clients
        .into_iter()
        .flat_map(|client| client.join().expect("a client"))
        .collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 200);
    let removed = ids.iter().filter(|id| {
        service
            .send("DELETE", &format!("/resource/experiment/{id}"), "")
            .status
            == 200
    });
    assert_eq!(removed.count(), 200);
}

#[test]
fn a_program_can_watch_its_runs() {
    let settings = Settings::ephemeral();
    let mut watched = None;
    let service = Service::open(settings, async {
        let provider = Embedded::in_memory().await.expect("memory");
        watched = Some(provider.clone());
        provider
    });
    create(&service, "pipeline", "a/p");
    let id = create(&service, "run", "a/r");
    let provider = watched.expect("a provider");
    let status = service
        .runtime()
        .block_on(provider.run_status(&id))
        .expect("store")
        .expect("a run");
    assert_eq!(
        (status.state, status.pipeline_version.as_str()),
        (RunState::Pending, "v1-a44efe")
    );
    let (_, log) = service.shutdown().join().expect("an end");
    assert!(log.iter().all(|line| line["level"] == "info"), "{log:?}");
}

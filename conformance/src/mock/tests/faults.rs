//! Faults that only time, size or parallel requests bring to light, and where faults end.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn faults_keep_to_the_type_they_are_given() {
    let only = Some("run".to_owned());
    let faulty = Behaviour {
        only,
        ..Behaviour::fault(Fault::DeleteNull)
    };
    let mock = Mock::start(faulty).unwrap();
    for (kind, body, deleted) in [
        ("pipeline", PIPELINE, "200 {}"),
        ("run", RUN, "200 null"),
        ("experiment", EXPERIMENT, "200 {}"),
    ] {
        // The run needs the pipeline's name only while it is created.
        let target = format!("/resource/{kind}");
        send(
            &mock,
            &request("POST", "/resource/pipeline", "", PIPELINE.as_bytes()),
        )
        .await;
        send(&mock, &request("POST", &target, "", body.as_bytes())).await;
        let answer = send(
            &mock,
            &request("DELETE", &format!("{target}/{kind}-000000000001"), "", b""),
        )
        .await;
        assert_eq!(gist(&answer), deleted, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn slow_behaviours_take_their_time() {
    let probe = request("GET", "/livez", "", b"");
    let delete = request(
        "DELETE",
        "/resource/experiment/experiment-000000000001",
        "",
        b"",
    );
    let table = [
        (
            Behaviour::fault(Fault::SlowProbe),
            &probe,
            Duration::from_secs(1),
        ),
        (
            Behaviour::fault(Fault::NeverAnswers),
            &delete,
            Duration::from_secs(60),
        ),
        (
            Behaviour::variant(Variant::Delayed),
            &probe,
            Duration::from_millis(10),
        ),
    ];
    for (behaviour, slow, at_least) in table {
        let mock = Mock::start(behaviour.clone()).unwrap();
        send(
            &mock,
            &request("POST", "/resource/experiment", "", EXPERIMENT.as_bytes()),
        )
        .await;
        send(&mock, &delete).await;
        let start = tokio::time::Instant::now();
        send(&mock, slow).await;
        assert!(
            start.elapsed() > at_least,
            "{behaviour:?} took {:?}",
            start.elapsed()
        );
    }
}

#[tokio::test]
async fn large_bodies_are_read_unless_the_fault_refuses_them() {
    let large = PIPELINE.replace("1e400", &"1".repeat(5 * 1024 * 1024));
    let request = request("POST", "/resource/pipeline", "", large.as_bytes());
    let table = [
        (Behaviour::default(), "201 {"),
        (Behaviour::fault(Fault::LargeRefused), "413 <html>"),
    ];
    for (behaviour, expected) in table {
        let mock = Mock::start(behaviour).unwrap();
        let answer = gist(&send(&mock, &request).await);
        assert!(answer.starts_with(expected), "{answer}");
    }
}

#[tokio::test]
async fn answers_that_drip_arrive_complete() {
    let mock = Mock::start(Behaviour::variant(Variant::SlowDrip)).unwrap();
    let answer = send(
        &mock,
        &request("POST", "/resource/experiment", "", EXPERIMENT.as_bytes()),
    )
    .await;
    assert_eq!(gist(&answer), r#"201 {"id":"experiment-000000000001"}"#);
}

#[tokio::test]
async fn concurrent_creates_of_one_family_are_mixed_up() {
    let mock = Mock::start(Behaviour::fault(Fault::MixesConcurrent)).unwrap();
    let create = |name: &str| {
        let body = EXPERIMENT.replace("t/e", name);
        request("POST", "/resource/experiment", "", body.as_bytes())
    };
    let (a, b, other) = (create("t/a-1"), create("t/a-2"), create("t/b-1"));
    let (a, b, other) = tokio::join!(send(&mock, &a), send(&mock, &b), send(&mock, &other));
    assert_eq!(gist(&a), gist(&b));
    assert_ne!(gist(&a), gist(&other));
    let later = send(&mock, &create("t/a-3")).await;
    assert_ne!(
        gist(&a),
        gist(&later),
        "one after another they are told apart"
    );
}

#[tokio::test]
async fn a_create_that_broke_off_gets_no_answer() {
    let mock = Mock::start(Behaviour::fault(Fault::CrashOnAbort)).unwrap();
    let create = request("POST", "/resource/experiment", "", EXPERIMENT.as_bytes());
    send(&mock, &create[..create.len() - 5]).await;
    assert_eq!(send(&mock, &create).await, "");
    let other = EXPERIMENT.replace("t/e", "t/other");
    let other = request("POST", "/resource/experiment", "", other.as_bytes());
    assert_eq!(
        gist(&send(&mock, &other).await),
        r#"201 {"id":"experiment-000000000001"}"#
    );
}

#[tokio::test]
async fn probes_can_be_blocked_by_an_upload() {
    let table = [
        (Behaviour::default(), false),
        (Behaviour::fault(Fault::ProbeBlockedByUpload), true),
    ];
    for (behaviour, blocked) in table {
        let mock = Mock::start(behaviour).unwrap();
        let create = request(
            "POST",
            "/resource/experiment",
            "Expect: 100-continue\r\n",
            EXPERIMENT.as_bytes(),
        );
        let mut upload = TcpStream::connect(mock.address()).await.unwrap();
        upload.write_all(&create[..create.len() - 5]).await.unwrap();
        // The interim answer tells that the body is awaited.
        upload.read_exact(&mut [0; 25]).await.unwrap();
        let probe = request("GET", "/livez", "", b"");
        let mut early = std::pin::pin!(send(&mock, &probe));
        let waited = tokio::time::timeout(Duration::from_millis(200), &mut early).await;
        // Without the fault the answer may take its time on a busy machine, so only this is sure.
        assert!(
            waited.is_err() || !blocked,
            "a probe was answered during an upload"
        );
        if waited.is_err() {
            upload.write_all(&create[create.len() - 5..]).await.unwrap();
            assert_eq!(gist(&early.await), "204");
        }
    }
}

#[tokio::test]
async fn dropping_the_mock_ends_its_connections() {
    let mock = Mock::start(Behaviour::default()).unwrap();
    let mut idle = TcpStream::connect(mock.address()).await.unwrap();
    idle.write_all(&request("GET", "/livez", "", b""))
        .await
        .unwrap();
    idle.read_exact(&mut [0; 10]).await.unwrap();
    drop(mock);
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.unwrap();
}

//! Probes.

use crate::catalogue::ids;
use std::time::Duration;

use kfp_operator_sim::ResourceKind;
use tokio::sync::watch;

use crate::base::contract::Operation;
use crate::base::outcome::Finding;
use crate::engine::case::{Case, Profile, case};
use crate::engine::context::{Context, Evidence, Step};
use crate::oracle::exchange::{Class, Exchange};
use crate::wire::{Body, Request, WireFailure};

pub(crate) const CASES: &[&Case] = &[
    &case!("health.probes", probes)
        .profile(Profile::Smoke)
        .read_only()
        .decides(&[&[
            ids::HEALTH_LIVEZ_STATUS_DOCUMENTED,
            ids::HEALTH_LIVEZ_204_WHEN_UP,
            ids::HEALTH_LIVEZ_204_NO_BODY,
            ids::HEALTH_READYZ_STATUS_DOCUMENTED,
            ids::HEALTH_READYZ_204_WHEN_READY,
        ]]),
    &case!("health.kubelet", kubelet)
        .read_only()
        .decides(&[&[ids::HEALTH_PROBE_ACCEPTED_BY_KUBELET]]),
    &case!("health.credentials", credentials)
        .read_only()
        .decides(&[&[ids::HEALTH_NO_CREDENTIALS]]),
    &case!("health.load", load).decides(&[&[ids::HEALTH_NOT_BLOCKED_BY_LOAD]]),
];

fn probe(c: &Context, endpoint: Operation) -> Request {
    let (_, path) = endpoint.place();
    Request::new("GET", &format!("{}{path}", c.session.setup.target.prefix))
}

async fn ask(c: &mut Context, endpoint: Operation) -> Step<Exchange> {
    let request = probe(c, endpoint);
    c.send(request, Class::Health(endpoint)).await
}

async fn probes(c: &mut Context) -> Step {
    // With a resource in place there is no doubt that the provider is up and ready.
    c.pipeline().await?;
    // How long a stray body may take to show up after an answer that must have none.
    let mut request = probe(c, Operation::Livez);
    request.linger = Duration::from_millis(200);
    let live = c.send(request, Class::Health(Operation::Livez)).await?;
    c.check(
        ids::HEALTH_LIVEZ_STATUS_DOCUMENTED,
        documented(&live),
        &live,
    );
    c.check(
        ids::HEALTH_LIVEZ_204_WHEN_UP,
        Finding::when(live.status() == Some(204), told(&live)),
        &live,
    );
    c.check(ids::HEALTH_LIVEZ_204_NO_BODY, no_body(&live), &live);
    let ready = ask(c, Operation::Readyz).await?;
    c.check(
        ids::HEALTH_READYZ_STATUS_DOCUMENTED,
        documented(&ready),
        &ready,
    );
    c.check(
        ids::HEALTH_READYZ_204_WHEN_READY,
        Finding::when(ready.status() == Some(204), told(&ready)),
        &ready,
    );
    Ok(())
}

fn documented(answer: &Exchange) -> Finding {
    Finding::when(matches!(answer.status(), Some(204 | 503)), told(answer))
}

fn told(answer: &Exchange) -> String {
    match answer.status() {
        Some(200) => format!(
            "{} (the operator's own server does the same)",
            answer.describe()
        ),
        _ => answer.describe(),
    }
}

fn no_body(answer: &Exchange) -> Finding {
    match answer.response() {
        Some(response) if response.status == 204 => {
            let length = response.header("content-length").unwrap_or("0");
            let clean =
                response.extra.is_empty() && response.framing == Body::None && length == "0";
            Finding::when(
                clean,
                format!(
                    "{} bytes after the head, Content-Length {length}",
                    response.extra.len()
                ),
            )
        }
        _ => Finding::prerequisite("the answer is not 204"),
    }
}

async fn kubelet(c: &mut Context) -> Step {
    const TIMES: usize = 10;
    let mut slowest = Duration::ZERO;
    for endpoint in [Operation::Livez, Operation::Readyz].repeat(TIMES) {
        let answer = ask(c, endpoint).await?;
        slowest = slowest.max(answer.total);
        let accepted = matches!(answer.status(), Some(200..=399));
        if !accepted || answer.total > c.session.setup.limits.probe {
            let actual = format!("{} after {:?}", answer.describe(), answer.total);
            c.check(
                ids::HEALTH_PROBE_ACCEPTED_BY_KUBELET,
                Finding::fail(actual),
                &answer,
            );
            return Ok(());
        }
    }
    let actual = format!("{} probes, the slowest took {slowest:.1?}", 2 * TIMES);
    c.check(
        ids::HEALTH_PROBE_ACCEPTED_BY_KUBELET,
        Finding::pass(actual),
        Evidence::none(),
    );
    Ok(())
}

async fn credentials(c: &mut Context) -> Step {
    let variants = |request: Request| {
        [
            request.clone(),
            request.clone().host("10.1.2.3:8080"),
            request.clone().without("Accept"),
            request.clone().header("Accept", "text/html"),
            request.header("User-Agent", "kube-probe/1.33"),
        ]
    };
    for endpoint in [Operation::Livez, Operation::Readyz] {
        for request in variants(probe(c, endpoint)) {
            let answer = c.send(request, Class::Health(endpoint)).await?;
            if !matches!(answer.status(), Some(200..=399)) {
                c.check(
                    ids::HEALTH_NO_CREDENTIALS,
                    Finding::fail(answer.describe()),
                    &answer,
                );
                return Ok(());
            }
        }
    }
    let actual = "answered whatever Host, Accept and User-Agent";
    c.check(
        ids::HEALTH_NO_CREDENTIALS,
        Finding::pass(actual),
        Evidence::none(),
    );
    Ok(())
}

/// Probes in the middle of an upload, which goes on only when they are answered. It is cut short,
/// so that nothing is created.
async fn load(c: &mut Context) -> Step {
    const REQUIREMENT: &str = ids::HEALTH_NOT_BLOCKED_BY_LOAD;
    const SIZE: usize = 512 * 1024;
    let limit = c.session.setup.limits.probe;
    let mut body = c
        .body_of(ResourceKind::Pipeline)
        .await?
        .padded(SIZE)
        .bytes();
    body.pop();
    let session = std::sync::Arc::clone(&c.session);
    let (go_on, pause) = watch::channel(false);
    let mut request = c.create_request(ResourceKind::Pipeline).json(body);
    request.pause = Some(pause);
    let label = c.label();
    let upload = session.exchange(&label, &request, Class::Other);
    let probes = async {
        let mut live = probe(c, Operation::Livez);
        live.limit = Some(limit);
        let answered = c.send(live, Class::Health(Operation::Livez)).await;
        go_on.send_replace(true);
        answered
    };
    let (upload, probe) = futures::join!(upload, probes);
    let probe = probe?;
    let finding = match &probe.result {
        Err(WireFailure::Timeout(_)) => Finding::fail(format!(
            "no answer within {limit:?} while a body is being read"
        )),
        result => Finding::when(result.is_ok(), probe.describe()),
    };
    c.check(REQUIREMENT, finding, &upload);
    Ok(())
}

//! HTTP as the operator's curl speaks it.

use crate::base::contract::resource_target;
use crate::catalogue::ids;
use std::time::Duration;

use futures::future::join_all;
use kfp_operator_sim::ResourceKind;

use super::effect;
use crate::base::contract::Operation;
use crate::base::outcome::{Finding, SkipReason};
use crate::config::hooks::Hook;
use crate::engine::case::{ALL, Case, case};
use crate::engine::context::{Context, Evidence, Step, Stop, unanswered};
use crate::oracle::exchange::{Class, Intent};
use crate::wire::{Request, Response, WireFailure};

pub(crate) const CASES: &[&Case] = &[
    &case!("transport.cleartext", cleartext)
        .read_only()
        .decides(&[&[ids::TRANSPORT_HTTP11_CLEARTEXT]]),
    &case!("transport.host", any_host).decides(&[&[ids::TRANSPORT_ANY_HOST_HEADER]]),
    &case!("transport.keepalive", keepalive).decides(&[&[ids::TRANSPORT_KEEPALIVE]]),
    &case!("transport.framing", framing)
        .subjects(ALL)
        .decides(&[&[ids::TRANSPORT_BODY_COMPLETE]]),
    &case!("transport.close", close).decides(&[&[ids::TRANSPORT_HTTP10_OR_CLOSE]]),
    &case!("transport.abort", abort)
        .subjects(ALL)
        .creates(2)
        .decides(&[&[
            ids::TRANSPORT_SURVIVES_ABORTED_BODY,
            ids::LIFECYCLE_NO_ORPHAN_AFTER_CLIENT_TIMEOUT,
        ]]),
    &case!("transport.concurrency", concurrency)
        .subjects(ALL)
        .creates(8)
        .decides(&[&[ids::TRANSPORT_CONCURRENCY]]),
];

fn livez(c: &Context) -> Request {
    Request::new("GET", &format!("{}/livez", c.session.setup.target.prefix))
}

async fn cleartext(c: &mut Context) -> Step {
    let requirement = ids::TRANSPORT_HTTP11_CLEARTEXT;
    if c.session.setup.target.is_https() {
        c.check(
            requirement,
            Finding::skip(SkipReason::Disabled, "the target is https"),
            Evidence::none(),
        );
        return Ok(());
    }
    let answer = c.send(livez(c), Class::Health(Operation::Livez)).await?;
    // 426 asks for another protocol, which curl does not do.
    let spoken = answer.status().is_some_and(|status| status != 426);
    c.check(
        requirement,
        Finding::when(spoken, answer.describe()),
        &answer,
    );
    Ok(())
}

/// A DELETE of something unknown is the cheapest request that every provider routes.
fn harmless(c: &mut Context) -> (Request, Class) {
    let id = c.fresh_name();
    let target = c.session.resource_target(ResourceKind::Pipeline, Some(&id));
    (Request::new("DELETE", &target), Class::Other)
}

async fn any_host(c: &mut Context) -> Step {
    let requirement = ids::TRANSPORT_ANY_HOST_HEADER;
    if c.session.setup.target.is_https() {
        c.check(
            requirement,
            Finding::skip(SkipReason::Disabled, "the target is https"),
            Evidence::none(),
        );
        return Ok(());
    }
    let (request, class) = harmless(c);
    let plain = c.send(request.clone(), class.clone()).await?;
    let request = request.host("provider-acme-x7k2p.ml-platform:8080");
    let answer = c.send(request, class).await?;
    let finding = Finding::when(
        answer.status() == plain.status() && answer.status().is_some(),
        answer.describe(),
    );
    c.check(
        requirement,
        finding.expected(format!("as without: {}", plain.describe())),
        &answer,
    );
    Ok(())
}

/// Requests that every provider answers without doing anything, each with one behind it on the same connection.
pub(crate) struct Question {
    pub(crate) name: &'static str,
    pub(crate) requests: [Request; 2],
}

/// What is asked on connections that have to go on; `unknown` is a name that no resource has.
pub(crate) fn questions(prefix: &str, unknown: &str) -> [Question; 4] {
    let resources = resource_target(prefix, ResourceKind::Pipeline, None);
    let resource = resource_target(prefix, ResourceKind::Pipeline, Some(unknown));
    let broken = |method, target: &str| Request::new(method, target).json(b"{".to_vec());
    let harmless = Request::new("DELETE", &resource);
    let elsewhere = format!("{prefix}/no-such-path");
    [
        ("a DELETE of nothing", harmless.clone()),
        ("a broken create", broken("POST", &resources)),
        ("a broken update", broken("PUT", &resource)),
        ("an unknown path", Request::new("GET", &elsewhere)),
    ]
    .map(|(name, first)| Question {
        name,
        requests: [first, harmless.clone()],
    })
}

/// Whether a connection went on after a question, or its end was announced.
pub(crate) fn kept_open(question: &str, answers: &[Result<Response, WireFailure>]) -> Finding {
    let after = |first: &Response| format!("after {} to {question}", first.status);
    match answers {
        [Ok(first), ..] if first.announces_close() => {
            Finding::tolerated(format!("closes {}, and says so", after(first)))
        }
        [Ok(first), Ok(_)] => Finding::pass(format!("goes on {}", after(first))),
        [Ok(first), Err(failure)] => Finding::fail(format!("{}: {failure}", after(first))),
        [Err(failure), ..] => Finding::fail(format!("{question}: {failure}")),
        _ => Finding::fail(format!("{question}: no second answer")),
    }
}

/// Whatever was asked and answered, the connection goes on, or its end was announced.
async fn keepalive(c: &mut Context) -> Step {
    let unknown = c.fresh_name();
    for question in questions(&c.session.setup.target.prefix, &unknown) {
        c.go_on()?;
        let answers = c.session.keep_alive(&c.label(), &question.requests).await;
        let finding = kept_open(question.name, &answers);
        c.check(ids::TRANSPORT_KEEPALIVE, finding, Evidence::none());
        // Who leaves one without an answer leaves the others: there is nothing to wait for.
        if matches!(answers.last(), Some(Err(WireFailure::Timeout(_)))) {
            break;
        }
    }
    Ok(())
}

/// Answers that are read until the connection ends, so that no byte can come too late to be seen.
async fn framing(c: &mut Context) -> Step {
    const PATIENCE: Duration = Duration::from_millis(500);
    let kind = c.kind();
    let id = c.fresh_name();
    let delete = Request::new("DELETE", &c.session.resource_target(kind, Some(&id)));
    let create = c.create_request(kind).json(b"{".to_vec());
    for (request, class) in [
        (create, Class::Create(Intent::Invalid)),
        (delete, Class::Delete(id, Intent::Open)),
    ] {
        let mut request = request.header("Connection", "close");
        request.linger = PATIENCE;
        c.send(request, class).await?;
    }
    Ok(())
}

async fn close(c: &mut Context) -> Step {
    const PATIENCE: Duration = Duration::from_secs(2);
    let (request, class) = harmless(c);
    let mut request = request.header("Connection", "close");
    request.linger = PATIENCE;
    let answer = c.send(request, class).await?;
    let finding = match answer.response() {
        Some(response) => Finding::when(
            response.closed,
            format!(
                "{}, connection {}",
                answer.describe(),
                if response.closed {
                    "closed"
                } else {
                    "left open"
                }
            ),
        ),
        None => Finding::fail(answer.describe()),
    };
    c.check(ids::TRANSPORT_HTTP10_OR_CLOSE, finding, &answer);
    Ok(())
}

/// Breaks off in the middle of a body, then sends the whole of it.
/// A client that goes away in the middle of the body, then one that goes away before the answer, as a
/// step of a workflow that is killed, and then the next step, which stays.
async fn abort(c: &mut Context) -> Step {
    let body = c.body().await?;
    let whole = body.bytes().len();
    for sent in [Some(whole / 2), c.has(Hook::Probe).then_some(whole)] {
        let mut request = c.create_request(body.kind).json(body.bytes());
        request.abort_after = sent;
        if sent.is_some() {
            c.send(request, Class::Other).await?;
        }
    }
    let answer = c.create(&body, Intent::Debatable).await?;
    let actual = format!("after an aborted body: {}", answer.describe());
    c.check(
        ids::TRANSPORT_SURVIVES_ABORTED_BODY,
        Finding::when(!unanswered(&answer), actual),
        &answer,
    );
    if c.has(Hook::Probe) {
        let finding = effect::alone(c, &body, &answer).await?;
        c.check(
            ids::LIFECYCLE_NO_ORPHAN_AFTER_CLIENT_TIMEOUT,
            finding,
            &answer,
        );
    }
    Ok(())
}

/// Parallel creates: every answer belongs to its request.
async fn concurrency(c: &mut Context) -> Step {
    const PARALLEL: usize = 8;
    let mut requests = Vec::new();
    for _ in 0..PARALLEL {
        let body = c.body().await?;
        requests.push(c.create_request(c.kind()).json(body.bytes()));
    }
    let session = std::sync::Arc::clone(&c.session);
    let label = c.label();
    let sent = requests
        .iter()
        .map(|r| session.exchange(&label, r, Class::Create(Intent::Debatable)));
    let answers = join_all(sent).await;
    let mut ids: Vec<String> = answers
        .iter()
        .filter(|a| a.accepted())
        .filter_map(|a| a.created_id())
        .collect();
    let Some(refused) = answers
        .iter()
        .find(|a| !a.accepted() || a.created_id().is_none())
    else {
        let last = &answers[PARALLEL - 1];
        ids.sort();
        ids.dedup();
        let distinct = ids.len() == PARALLEL;
        let actual = format!("{} ids for {PARALLEL} parallel creates", ids.len());
        let mut finding = Finding::when(distinct, actual);
        for id in &ids {
            let gone = c.delete(id, Intent::Open).await?;
            if gone.status() == Some(404) {
                finding = Finding::fail(format!("DELETE {id:?} afterwards: {}", gone.describe()));
            }
        }
        c.check(ids::TRANSPORT_CONCURRENCY, finding, last);
        return Ok(());
    };
    if refused.is_explained_refusal() {
        return Err(Stop::Prerequisite(format!(
            "not accepted: {}",
            refused.describe()
        )));
    }
    let actual = format!("one of {PARALLEL} parallel creates: {}", refused.describe());
    c.check(ids::TRANSPORT_CONCURRENCY, Finding::fail(actual), refused);
    Ok(())
}

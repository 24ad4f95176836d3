//! HTTP as the operator's curl speaks it.

use futures::FutureExt as _;
use futures::future::join_all;
use kfp_operator_sim::ResourceKind;

use crate::case::{ALL, Case, PIPELINE, Profile, Stage, Subjects};
use crate::context::{Context, Step, Stop, unanswered};
use crate::exchange::{Class, Intent};
use crate::oracle::Endpoint;
use crate::outcome::{Finding, SkipReason};
use crate::wire::Request;

macro_rules! transport {
    ($id:literal, $subjects:expr, $creates:literal, $requirement:literal, $run:ident) => {
        &Case {
            id: $id,
            subjects: $subjects,
            creates: $creates,
            extra: &[],
            profile: Profile::Core,
            stage: Stage::Any,
            decides: &[&[$requirement]],
            run: |c| $run(c).boxed_local(),
        }
    };
}

pub(crate) const CASES: &[&Case] = &[
    transport!(
        "transport.cleartext",
        Subjects::Once,
        0,
        "transport.http11-cleartext",
        cleartext
    ),
    transport!(
        "transport.host",
        Subjects::Once,
        0,
        "transport.any-host-header",
        any_host
    ),
    transport!(
        "transport.keepalive",
        Subjects::Once,
        0,
        "transport.keepalive",
        keepalive
    ),
    transport!(
        "transport.close",
        Subjects::Once,
        0,
        "transport.http10-or-close",
        close
    ),
    transport!(
        "transport.abort",
        Subjects::Once,
        0,
        "transport.survives-aborted-body",
        abort
    ),
    transport!(
        "transport.expect",
        PIPELINE,
        1,
        "transport.expect-continue",
        expect_continue
    ),
    transport!(
        "transport.concurrency",
        ALL,
        8,
        "transport.concurrency",
        concurrency
    ),
];

fn livez(c: &Context) -> Request {
    Request::new("GET", &format!("{}/livez", c.session.target.prefix))
}

async fn cleartext(c: &mut Context) -> Step {
    let requirement = "transport.http11-cleartext";
    if c.session.target.is_https() {
        c.check_alone(
            requirement,
            Finding::skip(SkipReason::Disabled, "the target is https"),
        );
        return Ok(());
    }
    let answer = c.send(livez(c), Class::Health(Endpoint::Livez)).await?;
    c.check(
        requirement,
        Finding::when(answer.response().is_some(), answer.describe()),
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
    let requirement = "transport.any-host-header";
    if c.session.target.is_https() {
        c.check_alone(
            requirement,
            Finding::skip(SkipReason::Disabled, "the target is https"),
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

async fn keepalive(c: &mut Context) -> Step {
    let (first, _) = harmless(c);
    let (second, _) = harmless(c);
    let connector = c.session.target.connector.clone();
    let limit = c.session.config.request_limit;
    let answers = connector.keep_alive(&[first, second], limit).await;
    let finding = match answers.as_slice() {
        [Ok(_), Ok(_)] => Finding::pass("two answers on one connection"),
        [Ok(first), ..]
            if first
                .header("connection")
                .is_some_and(|v| v.eq_ignore_ascii_case("close")) =>
        {
            Finding::tolerated("closes after each answer, and says so")
        }
        [Ok(_), Err(failure)] => Finding::fail(format!("second request: {failure}")),
        [Err(failure), ..] => Finding::fail(format!("first request: {failure}")),
        _ => Finding::fail("no second answer"),
    };
    c.check_alone("transport.keepalive", finding);
    Ok(())
}

async fn close(c: &mut Context) -> Step {
    let (request, class) = harmless(c);
    let answer = c.send(request.header("Connection", "close"), class).await?;
    c.check(
        "transport.http10-or-close",
        Finding::when(answer.response().is_some(), answer.describe()),
        &answer,
    );
    Ok(())
}

async fn abort(c: &mut Context) -> Step {
    let body = c.body_of(ResourceKind::Pipeline).await?.bytes();
    let mut request = c.create_request(ResourceKind::Pipeline).json(body.clone());
    request.abort_after = Some(body.len() / 2);
    c.send(request, Class::Other).await?;
    let (request, class) = harmless(c);
    let answer = c.send(request, class).await?;
    let actual = format!("after an aborted body: {}", answer.describe());
    c.check(
        "transport.survives-aborted-body",
        Finding::when(!unanswered(&answer), actual),
        &answer,
    );
    Ok(())
}

async fn expect_continue(c: &mut Context) -> Step {
    const SIZE: usize = 2 * 1024 * 1024;
    let body = c.body().await?.padded(SIZE);
    let answer = c.create(&body, Intent::Debatable).await?;
    let finding = match answer.response() {
        None => Finding::fail(answer.describe()),
        Some(response) if response.is_success() => match response.interim.contains(&100) {
            true => Finding::pass("100, then success"),
            false => Finding::tolerated("no 100; curl sends the body after a second of waiting"),
        },
        Some(response) if response.status == 417 || response.status == 413 => {
            Finding::tolerated(answer.describe())
        }
        Some(_) if answer.is_explained_refusal() => Finding::tolerated(answer.describe()),
        Some(_) => Finding::fail(answer.describe()),
    };
    c.check("transport.expect-continue", finding, &answer);
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
            if !gone.accepted() {
                finding = Finding::fail(format!("DELETE {id:?} afterwards: {}", gone.describe()));
            }
        }
        c.check("transport.concurrency", finding, last);
        return Ok(());
    };
    if refused.is_explained_refusal() {
        return Err(Stop::Prerequisite(format!(
            "not accepted: {}",
            refused.describe()
        )));
    }
    let actual = format!("one of {PARALLEL} parallel creates: {}", refused.describe());
    c.check("transport.concurrency", Finding::fail(actual), refused);
    Ok(())
}

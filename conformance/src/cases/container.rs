//! The provider as a process: what a cluster expects of its container.

use crate::catalogue::ids;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{Mutex, watch};

use crate::base::outcome::Finding;
use crate::engine::case::{Case, Stage, case};
use crate::engine::context::{Context, Evidence, Step, Stop};
use crate::facilities::Process;
use crate::facilities::process::{
    DefaultPort, ProcessError, Provider, Shown, Terminated, every_address,
};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::stimuli::fixture::Body;
use crate::wire::Request;
use crate::wire::target::Target;
use kfp_operator_sim::ResourceKind;

const PORT: &str = ids::CONTAINER_LISTENS_ON_SERVER_PORT;
const SIGTERM: &str = ids::CONTAINER_SIGTERM;
/// After which Kubernetes kills.
const GRACE: Duration = Duration::from_secs(30);

pub(crate) const CASES: &[&Case] = &[&case!("container.process", process)
    .extra(&[(ResourceKind::Experiment, 1)])
    .stage(Stage::Process)
    .decides(&[&[
        ids::CONTAINER_ENV_ONLY_CONFIG,
        ids::CONTAINER_NON_ROOT,
        PORT,
        SIGTERM,
    ]])];

async fn process(c: &mut Context) -> Step {
    let (provider, judged) = match c.session.setup.facilities.process.clone() {
        Some(Process::Judged(provider)) => (provider, true),
        Some(Process::Twin(spec)) => {
            let provider = Provider::start(*spec).await.map_err(help)?;
            (Arc::new(Mutex::new(provider)), false)
        }
        None => return Err(Stop::Facility("there is no process".to_owned())),
    };
    let mut provider = provider.lock().await;
    let findings = provider.start_findings().clone();
    c.check(
        ids::CONTAINER_ENV_ONLY_CONFIG,
        finding(findings.environment),
        Evidence::none(),
    );
    c.check(
        ids::CONTAINER_NON_ROOT,
        finding(findings.user),
        Evidence::none(),
    );
    c.check(PORT, finding(findings.port), Evidence::none());
    c.check(PORT, everywhere(provider.port()).await, Evidence::none());
    sigterm(c, &mut provider, judged).await?;
    c.check(PORT, unplaced(&mut provider).await, Evidence::none());
    provider.terminate(GRACE).await;
    if judged {
        provider.restart().await.map_err(help)?;
    }
    Ok(())
}

fn help(error: ProcessError) -> Stop {
    Stop::Facility(error.to_string())
}

fn finding(shown: Shown) -> Finding {
    match shown {
        Shown::Holds(actual) => Finding::pass(actual),
        Shown::Fails(actual) => Finding::fail(actual),
        Shown::Unknown(why) => Finding::unverified("container", why),
    }
}

/// Whether the port is open on other interfaces than the usual loopback address. That of IPv6 is told of and not asked
/// for: most clusters have none.
async fn everywhere(port: u16) -> Finding {
    if !cfg!(target_os = "linux") {
        // Elsewhere the loopback interface has one address only.
        return Finding::unverified(
            "container",
            "other interfaces were not tried on this system",
        );
    }
    let address = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), port));
    let told = format!("a connection to {address}, which a listener on 127.0.0.1 does not get");
    if !connects(address).await {
        return Finding::fail(told);
    }
    let sixth = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    Finding::pass(if !every_address().is_ipv6() {
        told
    } else if connects(sixth).await {
        format!("{told}, and one to {sixth}")
    } else {
        format!("{told}; none to {sixth}, so it would never be ready in a cluster of IPv6 alone")
    })
}

async fn connects(address: SocketAddr) -> bool {
    const LIMIT: Duration = Duration::from_secs(2);
    let connected = tokio::time::timeout(LIMIT, TcpStream::connect(address)).await;
    matches!(connected, Ok(Ok(_)))
}

/// Whether it is on 8080 without SERVER_PORT.
async fn unplaced(provider: &mut Provider) -> Finding {
    let Some(port) = DefaultPort::claim() else {
        let why = format!("port {} is in use here", DefaultPort::NUMBER);
        return Finding::unverified("container", why);
    };
    match provider.start_unplaced(&port).await {
        Ok(()) => Finding::pass(format!(
            "answers on {} without SERVER_PORT",
            DefaultPort::NUMBER
        )),
        Err(error) => Finding::fail(format!("without SERVER_PORT: {error}")),
    }
}

/// A create that has begun when the signal comes.
async fn sigterm(c: &mut Context, provider: &mut Provider, judged: bool) -> Step {
    /// After this many answers on later connections, the first one is being read.
    const LATER: usize = 3;
    let target = Target::parse(&provider.url(), None).map_err(|e| Stop::Facility(e.to_string()))?;
    let name = c.fresh_name();
    let fixture = c
        .session
        .setup
        .config
        .fixtures
        .get(&ResourceKind::Experiment);
    let body = Body::valid(ResourceKind::Experiment, &name, "", fixture);
    let port = provider.port();
    let (go_on, pause) = watch::channel(false);
    let mut request = Request::new("POST", "/resource/experiment").json(body.bytes());
    request.pause = Some(pause);
    let session = Arc::clone(&c.session);
    let label = c.label();
    let class = Class::Create(Intent::Open);
    let create = session.exchange_at(&target, &label, &request, class);
    let end = async {
        let live = Request::new("GET", "/livez");
        for _ in 0..LATER {
            session
                .exchange_at(&target, &label, &live, Class::Other)
                .await;
        }
        let ending = provider.terminate(GRACE);
        let rest = async {
            closed(port).await;
            go_on.send_replace(true);
        };
        futures::join!(ending, rest).0
    };
    let (answer, ended) = futures::join!(create, end);
    if let Some(id) = answer.created_id().filter(|_| !judged) {
        // It is gone with the process and its data.
        session.ledger.deleted(ResourceKind::Experiment, &id);
    }
    c.check(SIGTERM, orderly(&answer, ended), &answer);
    Ok(())
}

/// Waits until a provider that is ending takes no more connections; not all of them close their
/// port before they have finished, so not for long.
async fn closed(port: u16) {
    const PATIENCE: Duration = Duration::from_secs(1);
    const PAUSE: Duration = Duration::from_millis(10);
    let open = async {
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .is_ok()
        {
            tokio::time::sleep(PAUSE).await;
        }
    };
    // Whichever it was: the signal is no longer news.
    let _ = tokio::time::timeout(PATIENCE, open).await;
}

fn orderly(answer: &Exchange, ended: Terminated) -> Finding {
    let Terminated { after, killed } = ended;
    let request = match answer.response() {
        Some(response) => format!(
            "the request that had begun was answered {}",
            response.status
        ),
        None => format!(
            "the request that had begun was not answered: {}",
            answer.describe()
        ),
    };
    let end = if killed {
        format!("it did not end within {after:.0?}")
    } else {
        format!("it ended after {after:.1?}")
    };
    let answered = answer.response().is_some();
    Finding::when(answered && !killed, format!("{request}, {end}"))
}

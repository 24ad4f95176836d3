//! Sending, with the provider's promises about time kept in mind.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use kfp_operator_sim::ResourceKind;

use super::{Answered, Context, Step, Stop};
use crate::oracle::ambient::Findings;
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::stimuli::fixture::Body;
use crate::wire::Request;

impl Context {
    /// Sends a request and applies the checks that every answer of its class is subject to.
    pub(crate) async fn send(&mut self, request: Request, class: Class) -> Step<Exchange> {
        let kind = self.subject;
        self.send_as(kind, request, class).await
    }

    /// As [`Self::send`], for a request about another type than the case's.
    pub(crate) async fn send_as(
        &mut self,
        kind: Option<ResourceKind>,
        request: Request,
        class: Class,
    ) -> Step<Exchange> {
        self.go_on()?;
        if self.session.only_reads && request.method != "GET" {
            let why = format!("a run that only reads does not send {}", request.method);
            return Err(Stop::Prerequisite(why));
        }
        let exchange = self.session.exchange(&self.label(), &request, class).await;
        self.note_time(&request, &exchange);
        let findings = self.session.ambient(kind, &exchange);
        self.note_general(kind, findings, &exchange);
        Ok(exchange)
    }

    /// Notes how long an answer took, unless the request itself takes its time.
    fn note_time(&self, request: &Request, exchange: &Exchange) {
        /// A larger body may take a server as long as it likes.
        const SMALL: usize = 64 * 1024;
        let small = request.body.as_ref().is_none_or(|body| body.len() <= SMALL);
        let usual = request.pause.is_none() && request.abort_after.is_none();
        let known = crate::base::contract::operation(&request.method, &request.target);
        if let Some((operation, Some(kind))) = known
            && small
            && usual
            && request.linger.is_zero()
            && exchange.response().is_some()
        {
            let times = &self.session.times;
            times.note(kind, operation, exchange.total, exchange.seq);
        }
    }

    /// Sends one of many requests: on a connection that is kept, and with nothing noted. What every answer of its
    /// class is subject to is returned.
    pub(crate) async fn probe(
        &mut self,
        request: Request,
        class: Class,
    ) -> Step<(Exchange, Findings)> {
        self.go_on()?;
        let (label, session) = (self.label(), Arc::clone(&self.session));
        let exchange = if session.keeps_connections().await {
            let line = &mut self.line;
            session.exchange_on(line, &label, &request, class).await
        } else {
            session.exchange(&label, &request, class).await
        };
        self.note_time(&request, &exchange);
        let findings = self.session.ambient(self.subject, &exchange);
        Ok((exchange, findings))
    }

    /// Sends requests together, each about its type, and waits for all answers.
    pub(crate) async fn send_all(
        &mut self,
        requests: Vec<(ResourceKind, Request, Class)>,
    ) -> Step<Vec<Answered>> {
        self.go_on()?;
        let (session, label) = (Arc::clone(&self.session), self.label());
        let sent = requests.into_iter().map(|(kind, request, class)| {
            let (session, label) = (&session, &label);
            async move {
                let sent = Instant::now();
                let exchange = session.exchange(label, &request, class).await;
                let answered = Instant::now();
                (
                    kind,
                    Answered {
                        exchange,
                        sent,
                        answered,
                    },
                )
            }
        });
        let mut answers = Vec::new();
        for (kind, answer) in join_all(sent).await {
            let findings = session.ambient(Some(kind), &answer.exchange);
            self.note_general(Some(kind), findings, &answer.exchange);
            answers.push(answer);
        }
        Ok(answers)
    }

    /// POSTs a body as the operator does.
    pub(crate) async fn create(&mut self, body: &Body, intent: Intent) -> Step<Exchange> {
        let request = self.create_request(body.kind).json(body.bytes());
        self.send_as(Some(body.kind), request, Class::Create(intent))
            .await
    }

    /// The POST of a type, without a body.
    pub(crate) fn create_request(&self, kind: ResourceKind) -> Request {
        Request::new("POST", &self.session.resource_target(kind, None))
    }

    /// POSTs bytes that are not what the operator would send.
    pub(crate) async fn create_raw(&mut self, body: &[u8], intent: Intent) -> Step<Exchange> {
        let request = self.create_request(self.kind()).json(body.to_vec());
        self.send(request, Class::Create(intent)).await
    }

    /// Creates a valid resource and returns the id that the operator would go on with.
    pub(crate) async fn created(&mut self) -> Step<(Body, String, Exchange)> {
        let body = self.body().await?;
        let exchange = self.create(&body, Intent::Valid).await?;
        match exchange.operator_id() {
            Some(id) if exchange.provider_error().is_none() => Ok((body, id, exchange)),
            _ => Err(Stop::Prerequisite(format!(
                "no usable create: {}",
                exchange.describe()
            ))),
        }
    }

    /// PUTs bytes to an id.
    pub(crate) async fn update_raw(
        &mut self,
        id: &str,
        body: Vec<u8>,
        intent: Intent,
    ) -> Step<Exchange> {
        let target = self.session.resource_target(self.kind(), Some(id));
        let request = Request::new("PUT", &target).json(body);
        self.send(request, Class::Update(id.to_owned(), intent))
            .await
    }

    /// PUTs a body to an id as the operator does.
    pub(crate) async fn update(&mut self, id: &str, body: &Body, intent: Intent) -> Step<Exchange> {
        self.update_raw(id, body.bytes(), intent).await
    }

    /// DELETEs an id as the operator does.
    pub(crate) async fn delete(&mut self, id: &str, intent: Intent) -> Step<Exchange> {
        let kind = self.kind();
        self.delete_of(kind, id, intent).await
    }

    /// DELETEs an id of any type.
    pub(crate) async fn delete_of(
        &mut self,
        kind: ResourceKind,
        id: &str,
        intent: Intent,
    ) -> Step<Exchange> {
        let target = self.session.resource_target(kind, Some(id));
        let request = Request::new("DELETE", &target);
        self.send_as(Some(kind), request, Class::Delete(id.to_owned(), intent))
            .await
    }

    /// Repeats a step until it is good or `settle` is over. Returns the last answer and whether
    /// it was good only after a while.
    pub(crate) async fn settled<F>(
        &mut self,
        mut step: F,
        good: fn(&Exchange) -> bool,
    ) -> Step<(Exchange, bool)>
    where
        F: AsyncFnMut(&mut Self) -> Step<Exchange>,
    {
        const PAUSE: Duration = Duration::from_millis(100);
        let start = Instant::now();
        let mut late = false;
        loop {
            let exchange = step(self).await?;
            if good(&exchange) || start.elapsed() + PAUSE > self.session.setup.config.settle {
                return Ok((exchange, late));
            }
            late = true;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

//! One request from its headers to its answer.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use dropshot::{HttpError, HttpResponse, Path, RequestContext, SharedExtractor};
use futures::FutureExt as _;

use super::arriving::Arriving;
use super::guarded::Guarded;
use super::headers::{content_type, declared_length};
use super::lasting::Lasting;
use super::refusal::{EarlyRefusal, EarlyRefusalKind, Fault};
use super::replies::Answer;

/// One request on its way through the guard.
pub struct Exchange<'a, S: Send + Sync + 'static> {
    rqctx: &'a RequestContext<Arc<Guarded<S>>>,
    operation: &'static str,
    started: Instant,
}

impl<'a, S: Send + Sync + 'static> Exchange<'a, S> {
    /// A request whose headers have just arrived; its time runs from here.
    pub fn begin(rqctx: &'a RequestContext<Arc<Guarded<S>>>, operation: &'static str) -> Self {
        Self {
            rqctx,
            operation,
            started: Instant::now(),
        }
    }

    fn guarded(&self) -> &Guarded<S> {
        self.rqctx.context()
    }

    /// Reads the request, lets the service handle it, and answers for both if they fail.
    ///
    /// # Errors
    ///
    /// The service panicked over a refusal; dropshot's own words are what is left then.
    pub async fn answer<Q, R, F>(
        &self,
        read: impl Future<Output = Result<Q, Fault>>,
        handle: impl FnOnce(Arc<S>, Q) -> F,
        refuse: impl Fn(&S, &EarlyRefusal) -> R,
    ) -> Result<Answer<R>, HttpError>
    where
        R: HttpResponse + Send + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        let service = &self.guarded().service;
        let outcome = match read.await {
            Ok(request) => self.finish(handle(Arc::clone(service), request)).await,
            Err(fault) => Err(fault),
        };
        match outcome {
            Ok(response) => Ok(Answer::new(response, false)),
            Err(fault) => {
                let close = fault.unread;
                let response = self.refused(fault, refuse).await?;
                Ok(Answer::new(response, close))
            }
        }
    }

    /// The answer to what is wrong, in the words of the service. If it panics even over those,
    /// dropshot's own words are what is left.
    async fn refused<R>(
        &self,
        fault: Fault,
        refuse: impl Fn(&S, &EarlyRefusal) -> R,
    ) -> Result<R, HttpError> {
        let path = <Path<BTreeMap<String, String>> as SharedExtractor>::from_request(self.rqctx);
        let refusal = EarlyRefusal {
            kind: fault.kind,
            message: fault.message,
            operation: self.operation,
            path: path.await?.into_inner(),
        };
        let attempt = || refuse(&self.guarded().service, &refusal);
        catch_unwind(AssertUnwindSafe(attempt))
            .map_err(|_| HttpError::for_internal_error("a refusal panicked".to_owned()))
    }

    /// Runs the service: a panic stays there, and what outlives the deadline or the sender's
    /// patience goes on to its end, although its answer is lost.
    async fn finish<R: Send + 'static>(
        &self,
        work: impl Future<Output = R> + Send + 'static,
    ) -> Result<R, Fault> {
        let work = Lasting::new(AssertUnwindSafe(work).catch_unwind());
        match tokio::time::timeout(self.remaining(), work).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(_)) => Err(Fault::new(EarlyRefusalKind::Panic, "internal error")),
            Err(_) => {
                let message = format!("not finished within {:?}", self.guarded().limits.deadline);
                Err(Fault::new(EarlyRefusalKind::Deadline, message))
            }
        }
    }

    fn remaining(&self) -> Duration {
        self.guarded()
            .limits
            .deadline
            .saturating_sub(self.started.elapsed())
    }

    /// The body, if it is declared to be of the media type and stays within the limits.
    ///
    /// # Errors
    ///
    /// It is not, it is longer than the limit, or it does not arrive.
    pub async fn body(
        &self,
        request: hyper::Request<Arriving>,
        media: &'static str,
    ) -> Result<Bytes, Fault> {
        let limits = &self.guarded().limits;
        let too_large = || {
            let message = format!("the body is longer than {} bytes", limits.body_bytes);
            Fault::unread(EarlyRefusalKind::TooLarge, message)
        };
        if declared_length(request.headers())
            .is_some_and(|length| length > limits.body_bytes as u64)
        {
            return Err(too_large());
        }
        content_type(request.headers(), media).map_err(|message| {
            Fault::before(Some(request.body()), EarlyRefusalKind::ContentType, message)
        })?;
        let mut body = request.into_body();
        let mut bytes = BytesMut::new();
        loop {
            let patience = limits.body_silence.min(self.remaining());
            let Ok(frame) = tokio::time::timeout(patience, body.frame()).await else {
                body.give_up();
                return Err(Fault::unread(
                    EarlyRefusalKind::BodyTimeout,
                    "the body did not arrive in time",
                ));
            };
            let Some(frame) = frame else {
                return Ok(bytes.freeze());
            };
            let frame = frame.map_err(|error| {
                Fault::unread(
                    EarlyRefusalKind::Malformed,
                    format!("the body broke off: {error}"),
                )
            })?;
            if let Ok(data) = frame.into_data() {
                if bytes.len() + data.len() > limits.body_bytes {
                    return Err(too_large());
                }
                bytes.extend_from_slice(&data);
            }
        }
    }
}

//! Every finished request becomes one log line and a few numbers.
//!
//! The HTTP server reports each request to its logger, and only there: also those that its router refuses before any
//! code of ours runs. So this drain is where requests are counted. The rest of what the server says is either
//! uninteresting (one record per connection) or passed on.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use slog::{Drain, KV, Key, Level, Logger, Never, OwnedKVList, Record, Serializer};

use crate::metrics::Metrics;
use crate::route::Route;

/// What the server calls a finished request.
const COMPLETED: &str = "request completed";
/// What the server calls a request whose client went away first.
const ABANDONED: &str = "request handling cancelled (client disconnected)";
/// The status that logs and metrics show when the client went away first.
const NO_CLIENT: u16 = 499;

/// The drain for the HTTP server's own logger.
pub(crate) struct RequestLog {
    log: Logger,
    /// No panic leaves them half changed: they are single numbers behind locks that know no poisoning.
    metrics: AssertUnwindSafe<Metrics>,
}

impl RequestLog {
    /// A logger for the HTTP server: requests go to `metrics`, and as one line each to `log`.
    pub(crate) fn logger(log: &Logger, metrics: Metrics) -> Logger {
        Logger::root(
            Self {
                log: log.clone(),
                metrics: AssertUnwindSafe(metrics),
            },
            slog::o!(),
        )
    }

    fn finished(&self, request: &Request, status: u16) {
        let route = Route::of(&request.method, &request.target);
        self.metrics.request(route, status, request.latency);
        slog::info!(self.log, "request";
            "operation" => route.operation,
            "type" => route.resource,
            "status" => status,
            "latency_us" => u64::try_from(request.latency.as_micros()).unwrap_or(u64::MAX),
            "request_id" => &request.id,
            "method" => &request.method,
            "path" => &request.target,
            "client" => &request.client,
        );
    }
}

impl Drain for RequestLog {
    type Ok = ();
    type Err = Never;

    fn log(&self, record: &Record<'_>, context: &OwnedKVList) -> Result<(), Never> {
        let message = record.msg().to_string();
        match message.as_str() {
            COMPLETED => {
                let request = Request::read(record, context);
                self.finished(&request, request.status);
            }
            ABANDONED => self.finished(&Request::read(record, context), NO_CLIENT),
            _ if record.level().is_at_least(Level::Warning) => {
                let request = Request::read(record, context);
                slog::warn!(self.log, "http server: {message}"; "request_id" => request.id, "detail" => request.detail);
            }
            _ => {}
        }
        Ok(())
    }
}

/// The values that the server attaches to a record.
#[derive(Default)]
struct Request {
    method: String,
    target: String,
    id: String,
    client: String,
    status: u16,
    latency: Duration,
    detail: String,
}

impl Request {
    fn read(record: &Record<'_>, context: &OwnedKVList) -> Self {
        let mut request = Self::default();
        // Nothing in the serializer below fails.
        let _ = record.kv().serialize(record, &mut request);
        let _ = context.serialize(record, &mut request);
        request
    }
}

impl Serializer for Request {
    fn emit_arguments(&mut self, key: Key, value: &fmt::Arguments<'_>) -> slog::Result {
        let place = match key.as_ref() {
            "method" => &mut self.method,
            "uri" => &mut self.target,
            "req_id" => &mut self.id,
            "remote_addr" => &mut self.client,
            "error" => &mut self.detail,
            "response_code" => {
                self.status = value.to_string().parse().unwrap_or_default();
                return Ok(());
            }
            "latency_us" => {
                self.latency = Duration::from_micros(value.to_string().parse().unwrap_or_default());
                return Ok(());
            }
            _ => return Ok(()),
        };
        *place = value.to_string();
        Ok(())
    }
}

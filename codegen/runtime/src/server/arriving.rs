//! The body of a request on its way in.

use std::time::Duration;

use bytes::Bytes;
use dropshot::Body;
use http::header::EXPECT;
use http_body_util::BodyExt as _;
use hyper::body::Frame;

/// How much of a body that was refused is still taken from its sender, and for how long: a connection that ends while
/// somebody sends takes the answer with it.
const LINGER_BYTES: usize = 64 << 20;
const LINGER: Duration = Duration::from_secs(5);

/// A body on its way. What is left unread is read and discarded, so that its sender gets to read the answer.
pub struct Arriving {
    body: Option<Body>,
    /// Whether the sender waits to be told to send it, which it is by whoever reads.
    withheld: bool,
}

impl Arriving {
    pub(super) fn within(request: hyper::Request<Body>) -> hyper::Request<Self> {
        let withheld = request.headers().contains_key(EXPECT);
        request.map(|body| Self {
            body: Some(body),
            withheld,
        })
    }

    /// Whether nothing of it is still to come.
    pub fn is_complete(&self) -> bool {
        self.body
            .as_ref()
            .is_none_or(hyper::body::Body::is_end_stream)
    }

    /// The next part; nothing follows its end or a failure.
    pub(super) async fn frame(
        &mut self,
    ) -> Option<Result<Frame<Bytes>, <Body as hyper::body::Body>::Error>> {
        self.withheld = false;
        let frame = self.body.as_mut()?.frame().await;
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        frame
    }

    /// The rest will not come.
    pub(super) fn give_up(&mut self) {
        self.body = None;
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if self.withheld || self.is_complete() {
            return;
        }
        // Outside of a runtime the server itself is being dropped, and no answer is sent.
        let (Some(mut body), Ok(runtime)) =
            (self.body.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let rest = async move {
            let mut left = LINGER_BYTES;
            while let Some(Ok(frame)) = body.frame().await {
                let length = frame.data_ref().map_or(0, Bytes::len);
                match left.checked_sub(length) {
                    Some(rest) => left = rest,
                    None => return,
                }
            }
        };
        runtime.spawn(tokio::time::timeout(LINGER, rest));
    }
}

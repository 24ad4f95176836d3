//! A stream of which no more is read than an answer may be long, whatever whoever answers goes on to send.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream, and how much of it may still be read.
pub(super) struct Bounded<S> {
    stream: S,
    allowance: Allowance,
}

/// Bytes that may still be read. Clones are the same.
#[derive(Clone, Default)]
pub(super) struct Allowance(Arc<AtomicUsize>);

impl Allowance {
    /// From now on so many.
    pub(super) fn grant(&self, bytes: usize) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    fn left(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn spend(&self, bytes: usize) {
        self.grant(self.left().saturating_sub(bytes));
    }
}

impl<S> Bounded<S> {
    /// A stream, and what decides how much is read of it: nothing until that is granted.
    pub(super) fn new(stream: S) -> (Self, Allowance) {
        let allowance = Allowance::default();
        let bounded = Self {
            stream,
            allowance: allowance.clone(),
        };
        (bounded, allowance)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let read = buffer.filled().len() - before;
        if read > 0 && self.allowance.left() == 0 {
            return Poll::Ready(Err(io::Error::other("longer than an answer may be")));
        }
        self.allowance.spend(read);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn no_more_is_read_than_is_granted() {
        let (mut bounded, allowance) = Bounded::new(tokio::io::repeat(7));
        let mut bytes = [0; 64];
        assert!(bounded.read(&mut bytes).await.is_err());
        allowance.grant(100);
        let mut read = 0;
        while let Ok(more) = bounded.read(&mut bytes).await {
            read += more;
        }
        assert_eq!(read, 128, "the read that goes beyond is the last");
        allowance.grant(1);
        assert!(bounded.read(&mut bytes).await.is_ok());
    }

    #[tokio::test]
    async fn an_end_is_an_end() {
        let (mut bounded, _) = Bounded::new(tokio::io::empty());
        assert_eq!(bounded.read(&mut [0; 8]).await.ok(), Some(0));
    }
}

//! The socket beside the file of a service that runs: one question per line, one answer per line, in JSON.
//!
//! Only the user of the service may connect. The service has the file to itself, so whatever socket it finds in its
//! place was left behind.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};
use std::time::Duration;

use kfp_run_completion::{Clock, EventSink};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Request, Response, answer};

/// Connections that are served at a time; further ones wait.
const CONNECTIONS: usize = 8;
/// The longest question in bytes.
const QUESTION: u64 = 1024;
/// How long a connection may be silent.
const SILENCE: Duration = Duration::from_secs(10);

/// The socket that belongs to a file.
pub(in super::super) fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".events");
    PathBuf::from(name)
}

/// A socket that is removed when it is dropped.
pub(in super::super) struct Listener {
    listener: UnixListener,
    path: PathBuf,
    /// Tells it from one that a later process has put in its place.
    inode: u64,
}

impl Listener {
    /// Listens beside a file.
    ///
    /// # Errors
    /// The system refuses: the path is too long for a socket, say; or there is something else of this name.
    pub(in super::super) fn bind(file: &Path) -> io::Result<Self> {
        let path = beside(file);
        match fs::symlink_metadata(&path) {
            Ok(found) if !found.file_type().is_socket() => {
                return Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    "something else has its name",
                ));
            }
            _ => {}
        }
        // No other user can connect before the permissions are right: it is made in a folder that only the owner can enter.
        let mut folder = path.as_os_str().to_owned();
        folder.push(format!(".{:08x}", fastrand::u32(..)));
        let folder = PathBuf::from(folder);
        DirBuilder::new().mode(0o700).create(&folder)?;
        let unfinished = folder.join("s");
        let bound = UnixListener::bind(&unfinished).and_then(|listener| {
            fs::set_permissions(&unfinished, Permissions::from_mode(0o600))?;
            let inode = fs::symlink_metadata(&unfinished)?.ino();
            fs::rename(&unfinished, &path)?;
            Ok((listener, inode))
        });
        // It has its own name now, or is of no use.
        let _ = fs::remove_file(&unfinished);
        let _ = fs::remove_dir(&folder);
        let (listener, inode) = bound?;
        Ok(Self {
            listener,
            path,
            inode,
        })
    }

    /// Answers until it is dropped.
    pub(in super::super) async fn serve(self, sink: EventSink, clock: std::sync::Arc<dyn Clock>) {
        let mut connections = JoinSet::new();
        loop {
            if connections.len() >= CONNECTIONS {
                connections.join_next().await;
            }
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let (sink, clock) = (sink.clone(), std::sync::Arc::clone(&clock));
                    connections.spawn(async move {
                        // Whoever asked has gone; that is all there is to it.
                        let _ = converse(stream, &sink, clock.as_ref()).await;
                    });
                }
                // No descriptor is left, most likely.
                Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
            }
            while connections.try_join_next().is_some() {}
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let own = |found: fs::Metadata| found.ino() == self.inode;
        if fs::symlink_metadata(&self.path).is_ok_and(own) {
            // Somebody may have been faster.
            let _ = fs::remove_file(&self.path);
        }
    }
}

async fn converse(stream: UnixStream, sink: &EventSink, clock: &dyn Clock) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        let mut bounded = (&mut stream).take(QUESTION);
        let read = timeout(SILENCE, bounded.read_until(b'\n', &mut line)).await??;
        if read == 0 {
            return Ok(());
        }
        let response = match serde_json::from_slice(&line) {
            Ok(request) => answer(sink.outbox().as_ref(), request, clock.now()).await,
            Err(error) => Response::Failed(format!("the question is not understood: {error}")),
        };
        sink.wake();
        let mut text = serde_json::to_vec(&response)?;
        text.push(b'\n');
        timeout(SILENCE, stream.get_mut().write_all(&text)).await??;
    }
}

/// A connection to a service that runs.
pub(in super::super) struct Remote(BufReader<UnixStream>);

impl Remote {
    pub(in super::super) async fn connect(file: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(beside(file)).await?;
        Ok(Self(BufReader::new(stream)))
    }

    pub(in super::super) async fn ask(&mut self, request: &Request) -> io::Result<Response> {
        let mut text = serde_json::to_vec(request)?;
        text.push(b'\n');
        self.0.get_mut().write_all(&text).await?;
        let mut line = String::new();
        match self.0.read_line(&mut line).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(serde_json::from_str(&line)?),
        }
    }
}

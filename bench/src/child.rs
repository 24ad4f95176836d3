//! Servers in processes of their own.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::{fs, thread};

use crate::contender::Contender;
use crate::error::BenchError;

/// A server that runs until it is stopped or dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts this very program as one of the servers, behind another program and its arguments if any are given.
    pub(crate) fn start(contender: Contender, behind: &[&str]) -> Result<Self, BenchError> {
        let this = std::env::current_exe()?;
        let mut command = match behind {
            [] => Command::new(&this),
            [program, arguments @ ..] => {
                let mut command = Command::new(program);
                command.args(arguments).arg(&this).stderr(Stdio::piped());
                command
            }
        };
        let mut child = command
            .args(["serve", &contender.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|source| BenchError::Program {
                program: command.get_program().into(),
                source,
                hint: "is it installed?",
            })?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        match line.trim().parse() {
            Ok(address) => Ok(Self { child, address }),
            Err(_) => {
                // It is of no use, and may have ended already.
                let _ = child.kill();
                Err(BenchError::NotStarted {
                    server: contender.to_string(),
                    said: line,
                })
            }
        }
    }

    /// The processor time that all of its threads have used so far, in nanoseconds.
    pub(crate) fn processor_time(&self) -> Result<u64, BenchError> {
        let mut total = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let path = thread?.path().join("schedstat");
            let text = fs::read_to_string(&path)?;
            let time = text
                .split(' ')
                .next()
                .and_then(|word| word.parse::<u64>().ok());
            total += time.ok_or(BenchError::Proc { path, what: text })?;
        }
        Ok(total)
    }

    /// Asks it to end, waits for that, and returns what it said on standard error, if that was listened to.
    pub(crate) fn stop(mut self) -> Result<String, BenchError> {
        drop(self.child.stdin.take());
        let mut said = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut said)?;
        }
        self.child.wait()?;
        Ok(said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only if it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The other side: serves, says where, and ends when standard input does.
pub(crate) async fn serve(contender: Contender) -> Result<(), BenchError> {
    let (ended, end) = tokio::sync::oneshot::channel();
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = ended.send(());
    });
    let announce = |address: SocketAddr| {
        let mut out = io::stdout().lock();
        writeln!(out, "{address}").and_then(|()| out.flush())
    };
    tokio::select! {
        served = contender.serve(announce) => served,
        _ = end => Ok(()),
    }
}

//! The program: its log, its exit codes, its signals.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, ChildStderr, Command, Stdio};

use kfp_testing::{Connection, body, exchange, request};
use serde_json::Value;

/// The running program. It is killed when the test is done with it.
pub(crate) struct Program {
    child: Child,
    log: BufReader<ChildStderr>,
    pub(crate) address: SocketAddr,
    pub(crate) metrics_address: SocketAddr,
}

/// The program with an environment of its own.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kfp-provider-embedded"));
    command
        .args(arguments)
        .env_clear()
        .env("SERVER_PORT", "0")
        .env("METRICS_PORT", "0");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Program {
    /// Starts the program and waits until it says where it listens.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::spawn(command(arguments))
    }

    /// Starts it with these variables in its environment.
    pub(crate) fn with(environment: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut command = command(arguments);
        command.envs(environment.iter().copied());
        Self::spawn(command)
    }

    /// What it writes when it is not to serve, and whether it succeeds.
    pub(crate) fn output(arguments: &[&str]) -> (bool, String) {
        let output = command(arguments).output().expect("the program");
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8(said).expect("text"),
        )
    }

    /// Starts it with so many file descriptors at most.
    #[cfg(unix)]
    pub(crate) fn limited(descriptors: u32, arguments: &[&str]) -> Self {
        let inner = command(arguments);
        let mut limited = Command::new("/bin/sh");
        limited
            .args([
                "-c",
                "ulimit -n \"$0\" && exec \"$@\"",
                &descriptors.to_string(),
            ])
            .arg(inner.get_program())
            .args(arguments)
            .env_clear();
        for (name, value) in inner.get_envs() {
            value.map(|value| limited.env(name, value));
        }
        limited
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self::spawn(limited)
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the program");
        let mut log = BufReader::new(child.stderr.take().expect("its log"));
        let mut line = String::new();
        while log.read_line(&mut line).expect("its log") > 0 {
            let said: Value =
                serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
            if said["message"] == "listening" {
                let address = |key: &str| {
                    said[key]
                        .as_str()
                        .and_then(|text| text.parse().ok())
                        .expect("an address")
                };
                return Self {
                    address: address("address"),
                    metrics_address: address("metrics_address"),
                    child,
                    log,
                };
            }
            line.clear();
        }
        panic!("the program ended: {:?}", child.wait());
    }

    /// Starts the program, and kills it after this time, wherever it has got to.
    pub(crate) fn killed_after(
        wait: std::time::Duration,
        environment: &[(&str, &str)],
        arguments: &[&str],
    ) {
        let mut command = command(arguments);
        command.envs(environment.iter().copied());
        let mut child = command.spawn().expect("the program");
        std::thread::sleep(wait);
        child.kill().expect("a kill");
        child.wait().expect("its end");
    }

    /// The most memory that it has had so far, in kibibytes.
    #[cfg(target_os = "linux")]
    pub(crate) fn most_resident(&self) -> u64 {
        let file = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(file).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.expect("a number")
    }

    /// SIGKILL: no chance to do anything more.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a kill");
        self.child.wait().expect("its end");
    }

    #[cfg(unix)]
    fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(status.expect("kill").success());
    }

    /// Waits for the end: the exit code and the rest of the log.
    fn ended(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).expect("its log");
        (self.child.wait().expect("its end").code(), rest)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it() {
    for signal in ["-TERM", "-INT"] {
        let program = Program::start(&["--in-memory"]);
        let mut connection = Connection::open(program.address);
        connection.send(&request(
            "POST",
            "/resource/experiment",
            &body("experiment", "a/x"),
        ));
        assert_eq!(connection.answer().status, 201);
        assert_eq!(
            exchange(program.metrics_address, "GET", "/metrics", "").status,
            200
        );
        program.signal(signal);
        assert!(connection.ends());
        let (code, log) = program.ended();
        assert_eq!(code, Some(0), "{log}");
        assert!(
            log.lines()
                .all(|line| serde_json::from_str::<Value>(line).is_ok()),
            "{log}"
        );
        assert!(log.contains("\"how\":\"cleanly\""), "{log}");
    }
}

#[test]
fn exit_codes() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("its address").port().to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("text");
    std::fs::write(&file, "not a store at all, and some more text to be read").expect("a file");
    let foreign = file.display().to_string();
    type Row<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], i32, &'a str);
    let table: [Row<'_>; 7] = [
        (&[], &[], 2, "--data"),
        (&["--in-memory", "--nonsense"], &[], 2, "--nonsense"),
        (
            &["--in-memory"],
            &[("SERVER_PORT", "x")],
            2,
            "SERVER_PORT: \\\"x\\\" is not a port",
        ),
        (
            &["--in-memory"],
            &[("PROVIDERNAME", "a/b/c"), ("SERVER_HOST", "nowhere")],
            2,
            "SERVER_HOST",
        ),
        (
            &["--in-memory"],
            &[("SERVER_PORT", &port)],
            1,
            "API port: failed to bind",
        ),
        (
            &["--in-memory"],
            &[("METRICS_PORT", &port)],
            1,
            "metrics port: failed to bind",
        ),
        (
            &["--data", &foreign],
            &[],
            1,
            "not a store of this provider",
        ),
    ];
    for (arguments, environment, code, text) in table {
        let row = format!("{arguments:?} {environment:?}");
        let output = command(arguments)
            .envs(environment.iter().copied())
            .output()
            .expect("the program");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{row}: {said}");
        assert!(said.contains(text), "{row}: {said}");
        assert!(output.stdout.is_empty(), "{row}");
    }
}

#[test]
fn help_names_the_exit_codes() {
    let output = command(&["--help"]).output().expect("the program");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success());
    for text in ["Exit codes: 0", "--data <FILE>", "SERVER_PORT"] {
        assert!(said.contains(text), "{text} is not in\n{said}");
    }
}

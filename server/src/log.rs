//! Log records as lines of JSON, written by a thread of their own.
//!
//! A request never waits for whoever reads the log: lines are queued, and when the queue is full they are dropped and
//! counted; the next line that gets through is preceded by one that says how many are missing.
//!
//! slog-async and slog-json do not do here: the first waits without a bound for its reader when it ends, the second
//! writes a name twice where a record and its context have it, and values of any length.

mod line;

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use slog::{Drain, Logger, Never, OwnedKVList, Record};

/// Lines that may wait for the writer.
const QUEUE: usize = 8192;
/// How long the end of the program waits for the writer.
const FLUSH: Duration = Duration::from_secs(2);

/// A logger that writes one JSON object per line: `time`, `level`, `message`, then the values of the record.
///
/// Keep the guard until the program ends: dropping it writes what is still queued, within two seconds.
pub fn json_logger(sink: impl Write + Send + 'static) -> (Logger, LogGuard) {
    let queue = Arc::new(Queue::default());
    let writer = Arc::clone(&queue);
    // Without a writer every line is counted as dropped; the provider works all the same.
    let _ = std::thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || writer.drain_into(sink));
    (
        Logger::root(JsonLines(Arc::clone(&queue)), slog::o!()),
        LogGuard(queue),
    )
}

/// Sends panics to the log instead of standard error. The panics of a provider become answers; this is where one reads
/// what they said.
pub fn log_panics(log: &Logger) {
    let log = log.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string);
        let message = panic.payload_as_str().unwrap_or("no message");
        slog::crit!(log, "panic: {message}"; "place" => place);
    }));
}

/// Writes what is queued when it is dropped. Records logged later are lost.
#[must_use = "dropping the guard ends the log"]
pub struct LogGuard(Arc<Queue>);

impl Drop for LogGuard {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    lines: VecDeque<String>,
    dropped: u64,
    closed: bool,
    done: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, line: String) {
        let mut state = self.lock();
        if state.closed {
            return;
        }
        if state.lines.len() >= QUEUE {
            state.dropped += 1;
            return;
        }
        state.lines.push_back(line);
        drop(state);
        self.changed.notify_all();
    }

    /// The writer: until the queue is closed and empty.
    fn drain_into(&self, mut sink: impl Write) {
        loop {
            let mut state = self
                .changed
                .wait_while(self.lock(), |state| state.lines.is_empty() && !state.closed)
                .unwrap_or_else(PoisonError::into_inner);
            let lines = std::mem::take(&mut state.lines);
            let dropped = std::mem::take(&mut state.dropped);
            let closed = state.closed;
            drop(state);
            // There is nowhere to report that the log cannot be written.
            let _ = write_lines(&mut sink, lines, dropped);
            if closed {
                self.lock().done = true;
                return self.changed.notify_all();
            }
        }
    }

    fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        self.changed.notify_all();
        let end = Instant::now() + FLUSH;
        while !state.done {
            let Some(left) = end.checked_duration_since(Instant::now()) else {
                return;
            };
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

fn write_lines(
    sink: &mut impl Write,
    lines: VecDeque<String>,
    dropped: u64,
) -> std::io::Result<()> {
    for line in lines {
        sink.write_all(line.as_bytes())?;
    }
    if dropped > 0 {
        sink.write_all(line::of_dropped(dropped).as_bytes())?;
    }
    sink.flush()
}

struct JsonLines(Arc<Queue>);

impl Drain for JsonLines {
    type Ok = ();
    type Err = Never;

    fn log(&self, record: &Record<'_>, context: &OwnedKVList) -> Result<(), Never> {
        self.0.push(line::of(record, context));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::line::LONGEST;
    use super::*;
    use std::sync::mpsc;

    /// Hands every write to the test, and blocks while the test does not take it.
    struct Gate(mpsc::SyncSender<Vec<u8>>);

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.0.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn next(lines: &mpsc::Receiver<Vec<u8>>) -> Value {
        let line = lines.recv().expect("a line");
        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        serde_json::from_slice(&line).expect("one JSON object per line")
    }

    #[test]
    fn a_record_is_one_line_of_json() {
        let (sink, lines) = mpsc::sync_channel(0);
        let (log, guard) = json_logger(Gate(sink));
        let log = log.new(slog::o!("who" => "outer", "request" => "r\"1\n"));
        slog::warn!(log, "it {}", "happened"; "status" => 404_u16, "who" => "inner", "long" => "é".repeat(3000));
        let line = next(&lines);
        assert_eq!(line["level"], "warning");
        assert_eq!(line["message"], "it happened");
        assert_eq!(line["status"], 404);
        assert_eq!(line["who"], "inner", "the record's own value wins");
        assert_eq!(line["request"], "r\"1\n");
        let keys: Vec<&String> = line.as_object().expect("an object").keys().collect();
        assert_eq!(
            keys,
            [
                "time", "level", "message", "who", "request", "status", "long"
            ],
            "in the order in which they were given"
        );
        assert_eq!(
            line["long"].as_str().map(|text| text.chars().count()),
            Some(LONGEST + 1)
        );
        assert!(
            line["time"]
                .as_str()
                .is_some_and(|time| time.ends_with('Z'))
        );
        slog::info!(log, "last");
        let reader = std::thread::spawn(move || next(&lines));
        drop(guard);
        assert_eq!(
            reader.join().expect("reader")["message"],
            "last",
            "written before the guard is gone"
        );
        slog::info!(log, "too late, and harmless");
    }

    #[test]
    fn a_reader_that_stands_still_stops_nobody() {
        let (sink, lines) = mpsc::sync_channel(0);
        let (log, guard) = json_logger(Gate(sink));
        let sent = 3 * QUEUE;
        for _ in 0..sent {
            slog::info!(log, "line");
        }
        let reader = std::thread::spawn(move || {
            let mut seen = (0, 0);
            for line in lines {
                let line: Value = serde_json::from_slice(&line).expect("json");
                match line.get("dropped").and_then(Value::as_u64) {
                    Some(dropped) => seen.1 += dropped,
                    None => seen.0 += 1,
                }
            }
            seen
        });
        drop(guard);
        let (written, dropped) = reader.join().expect("reader");
        assert_eq!(
            written + dropped,
            sent as u64,
            "every line is written or counted"
        );
        assert!(dropped > 0, "the queue is bounded");
    }
}

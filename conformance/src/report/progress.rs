//! A progress bar, on terminals only.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::run::Progress;

/// Shows how many cases are done.
pub(crate) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar for so many cases; nothing is drawn if standard error is no terminal.
    pub(crate) fn new(cases: usize) -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(cases as u64), target);
        let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {elapsed} {msg}")
            .expect("a good template");
        bar.set_style(style);
        Self { bar }
    }

    /// Takes the bar off the screen.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn case_done(&self, label: &str) {
        self.bar.set_message(label.to_owned());
        self.bar.inc(1);
    }
}

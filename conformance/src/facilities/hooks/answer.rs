//! What the probe hook says.

use crate::base::outcome::Finding;
use crate::config::hooks::Hook;
use serde::Deserialize;

use super::Trouble;

/// Whether a resource exists behind the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Presence {
    Present,
    Absent,
    /// The hook cannot tell.
    Unknown,
}

/// What the probe saw.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Sight {
    #[serde(rename = "state")]
    pub(crate) presence: Presence,
    /// The version that the backend has, if the probe tells it.
    pub(crate) version: Option<String>,
    /// How many resources of the same type and name the backend has, if the probe tells it.
    pub(crate) count: Option<u64>,
}

impl Sight {
    /// Reads an answer: a word, then lines such as `version=v1`; or a JSON object with the members
    /// `state`, `version` and `count`.
    ///
    /// # Errors
    /// It is neither.
    pub(crate) fn parse(text: &str) -> Result<Self, Trouble> {
        let answer = text.trim();
        let unreadable = || Trouble::Answer(crate::base::text::excerpt(answer.as_bytes()));
        if answer.starts_with('{') {
            return serde_json::from_str(answer).map_err(|_| unreadable());
        }
        let mut lines = answer.lines().map(str::trim);
        let presence = match lines.next() {
            Some("present") => Presence::Present,
            Some("absent") => Presence::Absent,
            Some("unknown") => Presence::Unknown,
            _ => return Err(unreadable()),
        };
        let mut sight = Self {
            presence,
            version: None,
            count: None,
        };
        for (key, value) in lines.filter_map(|line| line.split_once('=')) {
            match key {
                "version" => sight.version = Some(value.to_owned()),
                "count" => sight.count = Some(value.parse().map_err(|_| unreadable())?),
                // What the hook tells beyond that is for its author's own eyes.
                _ => {}
            }
        }
        Ok(sight)
    }
}

impl Sight {
    /// What it shows of something that should be there, or gone.
    pub(crate) fn shows(&self, wanted: Presence, late: bool, id: &str) -> Finding {
        let seen = match self.presence {
            Presence::Present => "present",
            Presence::Absent => "absent",
            Presence::Unknown => {
                let why = format!("the probe cannot tell whether {id:?} is there");
                return Finding::unverified(Hook::Probe.need(), why);
            }
        };
        let actual = format!("the probe says that {id:?} is {seen}");
        match (self.presence == wanted, late) {
            (true, true) => Finding::warn(format!("{actual}, but not at once")),
            (holds, _) => Finding::when(holds, actual),
        }
    }
}

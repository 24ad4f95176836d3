//! The conditions under which a provider is started, from the cluster's to ever kinder ones, and what it shows if some
//! of them do not do.

use super::{ProcessError, Spec, VARIABLES};

/// What the start showed about the conditions under which the provider runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// It runs so.
    Holds(String),
    /// It runs only otherwise.
    Fails(String),
    /// Cannot be told here.
    Unknown(String),
}

/// What the start showed.
#[derive(Clone, Debug)]
pub(crate) struct StartFindings {
    /// It needs no variables but the operator's.
    pub(crate) environment: Shown,
    /// It runs as any user.
    pub(crate) user: Shown,
    /// It listens where `SERVER_PORT` says.
    pub(crate) port: Shown,
}

/// Conditions under which the provider is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    /// The user, if it is not the runner's own.
    pub(super) user: Option<u32>,
    /// Whether it sees the runner's own environment, too.
    pub(super) inherits: bool,
}

/// The conditions to try: as in a cluster first, then one concession after the other.
pub(super) fn ladder(stranger: Option<u32>) -> Vec<Terms> {
    let users = stranger.map(Some).into_iter().chain([None]);
    [false, true]
        .into_iter()
        .flat_map(|inherits| users.clone().map(move |user| Terms { user, inherits }))
        .collect()
}

/// What it means that the provider runs on these terms and not on those.
pub(super) fn findings(
    failures: &[(Terms, Failure)],
    terms: Terms,
    asked: u16,
    port: u16,
) -> StartFindings {
    let why = |wanted: fn(&Terms) -> bool| {
        let failure = failures.iter().rfind(|(terms, _)| wanted(terms));
        failure.map(|(_, failure)| failure)
    };
    let environment = match why(|terms| !terms.inherits) {
        Some(failure) if terms.inherits => Shown::Fails(format!(
            "answers only if it sees the environment of the runner; without it: {}",
            failure.what
        )),
        _ => Shown::Holds(format!(
            "answers with {} and PARAMETERS_*",
            VARIABLES.join(", ")
        )),
    };
    let user = match (terms.user, why(|terms| terms.user.is_some())) {
        (Some(user), _) => Shown::Holds(format!("answers as user {user}")),
        (None, None) => Shown::Holds(format!(
            "answers as user {}, who is not root",
            rustix::process::getuid().as_raw()
        )),
        (None, Some(failure)) if failure.forbidden => Shown::Unknown(failure.what.clone()),
        (None, Some(failure)) => Shown::Fails(format!(
            "answers only as root; as another user: {}",
            failure.what
        )),
    };
    let placed = if port == asked {
        Shown::Holds(format!("answers on port {asked}, as SERVER_PORT says"))
    } else {
        Shown::Fails(format!("answers on port {port}, SERVER_PORT says {asked}"))
    };
    StartFindings {
        environment,
        user,
        port: placed,
    }
}

pub(super) fn failed(spec: &Spec, failure: &Failure) -> ProcessError {
    let hint = if failure.busy {
        "it has to listen on the port that SERVER_PORT says, and the one that it takes is in use; "
    } else {
        ""
    };
    ProcessError::Start {
        program: spec.command.program(),
        what: failure.what.clone(),
        hint,
        log: spec.log.clone(),
    }
}

/// Why it starts on no terms: what went wrong on the kindest ones, which is its own affair, and on the strictest, if
/// that is something else.
pub(super) fn all_failed(spec: &Spec, failures: &[(Terms, Failure)]) -> ProcessError {
    let [(strictest, first), .., (kindest, last)] = failures else {
        let only = failures.first().map(|(_, failure)| failure);
        return failed(spec, only.expect("it was tried"));
    };
    if first.what == last.what {
        return failed(spec, last);
    }
    let what = format!(
        "{}: {}; {}: {}",
        kindest.shown(),
        last.what,
        strictest.shown(),
        first.what
    );
    let busy = first.busy || last.busy;
    failed(
        spec,
        &Failure {
            what,
            forbidden: false,
            busy,
        },
    )
}

impl Terms {
    fn shown(self) -> String {
        let user = match self.user {
            Some(user) => format!("as user {user}"),
            None => "as the runner's user".to_owned(),
        };
        let environment = if self.inherits {
            "with the runner's environment"
        } else {
            "with the operator's variables alone"
        };
        format!("{user} {environment}")
    }
}

pub(super) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A user id that no account has, as some clusters choose one for every namespace.
pub(super) fn stranger() -> u32 {
    1_000_000_000 + fastrand::u32(..60_000)
}

/// Why a start came to nothing.
pub(super) struct Failure {
    /// What happened, and the last line of the output.
    pub(super) what: String,
    /// The user may not even execute the program: says nothing about the provider.
    pub(super) forbidden: bool,
    /// Its output says that a port is in use.
    pub(super) busy: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cluster_s_conditions_come_first_and_concessions_one_by_one() {
        let terms = |user, inherits| Terms { user, inherits };
        assert_eq!(
            ladder(Some(7)),
            [
                terms(Some(7), false),
                terms(None, false),
                terms(Some(7), true),
                terms(None, true)
            ]
        );
        assert_eq!(ladder(None), [terms(None, false), terms(None, true)]);
    }

    #[test]
    fn the_failed_conditions_say_what_is_wrong() {
        let failure = |forbidden| Failure {
            what: "boom".to_owned(),
            forbidden,
            busy: false,
        };
        let at = |user: Option<u32>, inherits| Terms { user, inherits };
        let holds = |shown: &Shown| matches!(shown, Shown::Holds(_));
        let fails = |shown: &Shown| matches!(shown, Shown::Fails(_));
        let strict = findings(&[], at(Some(7), false), 1, 1);
        assert!(holds(&strict.environment) && holds(&strict.user) && holds(&strict.port));
        let root = findings(
            &[(at(Some(7), false), failure(false))],
            at(None, false),
            1,
            8080,
        );
        assert!(holds(&root.environment) && fails(&root.user) && fails(&root.port));
        let hidden = findings(
            &[(at(Some(7), false), failure(true))],
            at(None, false),
            1,
            1,
        );
        assert!(matches!(hidden.user, Shown::Unknown(_)));
        let spoilt = [
            (at(Some(7), false), failure(false)),
            (at(None, false), failure(false)),
        ];
        let spoilt = findings(&spoilt, at(Some(7), true), 1, 1);
        assert!(fails(&spoilt.environment) && holds(&spoilt.user));
    }

    #[test]
    fn what_is_wrong_on_the_kindest_terms_is_told_first() {
        let spec = Spec {
            command: crate::config::hooks::Command::parse("acme --token s3cret", "/".as_ref())
                .expect("a command"),
            name: "acme/batch".to_owned(),
            pipeline_root: String::new(),
            parameters: Default::default(),
            webhook: String::new(),
            log: "provider.log".into(),
            ready: std::time::Duration::ZERO,
            pause: std::time::Duration::ZERO,
        };
        let told = |whats: &[(&str, bool)]| {
            let failures = whats.iter().zip(ladder(Some(7)));
            let failures: Vec<(Terms, Failure)> = failures
                .map(|((what, busy), terms)| {
                    let what = (*what).to_owned();
                    let failure = Failure {
                        what,
                        forbidden: false,
                        busy: *busy,
                    };
                    (terms, failure)
                })
                .collect();
            all_failed(&spec, &failures).to_string()
        };
        assert_eq!(
            told(&[("boom", false), ("boom", false)]),
            "acme: boom (hint: its output is in provider.log)"
        );
        assert_eq!(
            told(&[
                ("denied", false),
                ("x", true),
                ("denied", false),
                ("Port 8080 is in use", true)
            ]),
            "acme: as the runner's user with the runner's environment: Port 8080 is in use; as user 7 with the operator's \
             variables alone: denied (hint: it has to listen on the port that SERVER_PORT says, and the one that it \
             takes is in use; its output is in provider.log)"
        );
        assert_eq!(
            told(&[("boom", false)]),
            "acme: boom (hint: its output is in provider.log)"
        );
    }
}

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

pub(super) fn failed(spec: &Spec, failure: Failure) -> ProcessError {
    ProcessError::Start {
        program: spec.command.program(),
        what: failure.what,
        log: spec.log.clone(),
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
}

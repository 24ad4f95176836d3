//! The workflow templates that stand between the operator and a provider: those of the operator's chart, or the kit's.

use clap::ValueEnum;
use kfp_operator_sim::{Operation, ProviderOutput, Reply, StepResult};

use crate::command::step::Outcome;
use crate::{ClientError, RawAnswer};

/// Which templates are installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Templates {
    /// Those of the operator's chart, with jq, a shell and curl.
    Chart,
    /// Those of this kit, from deploy/workflows.
    Kit,
}

impl Templates {
    /// Why the step sends nothing for this id, if it does not.
    pub(super) fn refused_id(self, operation: Operation, id: &str) -> Option<String> {
        if operation == Operation::Create || self == Self::Kit {
            return None;
        }
        let option = id.strip_prefix('-');
        let why = if option
            .is_some_and(|it| !it.is_empty() && it.chars().all(|c| "neE".contains(c)))
        {
            "takes it for an option of echo"
        } else if id.contains('"') {
            "takes the quote in it for the end of a text"
        } else if expands(id) {
            "puts something else in the place of what follows a dollar sign or a back quote in it"
        } else {
            return None;
        };
        Some(format!(
            "the step fails: its shell {why}, and the id {id:?} never gets to the provider (hint: issue ids of letters, \
             digits, - and _, or use the kit's templates)"
        ))
    }

    /// What the operator gets to see of an answer.
    pub(super) fn result(
        self,
        operation: Operation,
        id: &str,
        reply: &Reply,
        answer: Result<RawAnswer, ClientError>,
    ) -> StepResult {
        match self {
            Self::Chart => StepResult::from(reply),
            Self::Kit => {
                let missing_ok = operation == Operation::Delete; // as in deploy/workflows/common.yaml
                let answer = answer.map_err(|error| error.to_string());
                let outcome = Outcome::of(operation, id, missing_ok, answer);
                match ProviderOutput::decode(&outcome.output.unwrap_or_default()) {
                    Ok(output) => StepResult::Output(output),
                    Err(reason) => StepResult::Unreadable(reason),
                }
            }
        }
    }
}

/// Whether a shell finds something to expand between double quotes.
fn expands(id: &str) -> bool {
    let starts = |c: char| c.is_ascii_alphanumeric() || "_{(@*#?$!-".contains(c);
    id.contains('`') || id.split('$').skip(1).any(|rest| rest.starts_with(starts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_the_chart_cannot_handle() {
        let table = [
            ("plain", true),
            ("a/b c%", true),
            ("a$", true),
            ("a$/b", true),
            ("a\\b", true),
            ("-n-", true),
            ("$HOME", false),
            ("a$b", false),
            ("a${b}", false),
            ("a$(b)", false),
            ("a`b`", false),
            ("a\"b", false),
            ("-n", false),
            ("-en", false),
            ("-x", true),
            ("-", true),
        ];
        for (id, sent) in table {
            for operation in [Operation::Update, Operation::Delete] {
                let chart = Templates::Chart.refused_id(operation, id);
                assert_eq!(chart.is_none(), sent, "{id}");
                assert_eq!(Templates::Kit.refused_id(operation, id), None, "{id}");
            }
            assert_eq!(Templates::Chart.refused_id(Operation::Create, id), None);
        }
    }
}

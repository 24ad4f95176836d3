//! Run configurations: never sent to a provider themselves, they make runs and run schedules that are.

mod halted;
mod reconcile;
mod resource;

use crate::state::State;

pub use halted::Halted;
pub use reconcile::{Owned, OwnedSchedule, Pass};
pub use resource::{
    LatestRuns, OnChange, RunConfiguration, RunConfigurationSpec, RunConfigurationStatus,
    TriggerState, Triggers,
};

/// The state and message of a RunConfiguration, from those of its schedules.
pub fn condition<'a>(schedules: impl IntoIterator<Item = (State, &'a str)>) -> (State, String) {
    let mut condition = (State::Succeeded, String::new());
    for (state, message) in schedules {
        match state {
            State::Succeeded => {}
            State::Failed => condition = (State::Failed, message.to_owned()),
            _ => {
                let waiting =
                    "Waiting for all dependant runschedules to be in a state of Succeeded";
                return (State::Updating, waiting.to_owned());
            }
        }
    }
    condition
}

#[cfg(test)]
mod tests;

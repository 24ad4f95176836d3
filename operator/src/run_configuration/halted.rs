//! What stops the operator at a resource, without a request and sometimes without a state.

use crate::resource::RunSpec;
use crate::version::ParameterOrder;

/// Why the operator gets nowhere with a run configuration, or with a run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Halted {
    /// It is bound to another Provider: it goes to Failed.
    #[error("the provider has changed")]
    ProviderChanged,
    /// The operator panics when it hashes `spec.run`, and writes no status.
    #[error("parameter {parameter:?}: {}", if *.certain { PANICS } else { MAY_PANIC })]
    Panic {
        /// The parameter that is there twice.
        parameter: String,
        /// Whether it must happen.
        certain: bool,
    },
}

const PANICS: &str = "the operator panics when it compares two parameters of this name, of which one is plain and empty and one has valueFrom: the resource is never reconciled and the manager restarts (hint: keep one of them)";
const MAY_PANIC: &str = "the operator may panic when it compares two parameters of this name, of which one is plain and empty and one has valueFrom: the resource is never reconciled then and the manager restarts (hint: keep one of them)";

impl RunSpec {
    /// Whether the operator can hash the specification.
    ///
    /// # Errors
    /// It panics, or may.
    pub fn hashable(&self) -> Result<(), Halted> {
        let (parameter, certain) = match self.parameter_order() {
            ParameterOrder::Sound => return Ok(()),
            ParameterOrder::Panics(parameter) => (parameter, true),
            ParameterOrder::MayPanic(parameter) => (parameter, false),
        };
        let parameter = parameter.to_owned();
        Err(Halted::Panic { parameter, certain })
    }
}

//! Faults and variants in the form of an answer that is otherwise right.

pub(super) mod change;
pub(super) mod concerns;

use super::Fault;
use super::answer::Answer;
use super::behaviour::Switches;
use super::effect::Effect;
use concerns::probe;

/// Applies what is switched on.
pub(super) fn shape(switches: Switches<'_>, answer: &mut Answer) {
    let wrong = switches.wrongs().map(|(_, effect)| effect);
    for effect in switches.odds().chain(wrong) {
        if let Effect::Shape(concerns, change) = effect
            && concerns(answer)
        {
            change(answer);
        }
    }
    if switches.wrong(Fault::SlowProbe) && probe(answer) {
        answer.wire.delay = switches.delay();
    }
}

//! What is switched on.

use std::time::Duration;

use super::effect::Effect;
use super::{Fault, Variant};

/// What a mock does otherwise than the best provider. The default is to be that provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Behaviour {
    /// What it does wrong.
    pub faults: Vec<Fault>,
    /// What it does in another legal way.
    pub variants: Vec<Variant>,
    /// The one resource type on which the faults act; without it they act everywhere.
    pub only: Option<String>,
    /// How long slow probes take. Default: 1.3 s, more than the kubelet's patience.
    pub delay: Option<Duration>,
    /// The URL that is told of finished runs; without it nobody is.
    pub webhook: Option<String>,
}

impl Behaviour {
    /// One fault, nothing else.
    pub fn fault(fault: Fault) -> Self {
        Self {
            faults: vec![fault],
            ..Self::default()
        }
    }

    /// One variant, nothing else.
    pub fn variant(variant: Variant) -> Self {
        Self {
            variants: vec![variant],
            ..Self::default()
        }
    }

    /// What is switched on for requests about that type; `None` is what concerns no type.
    pub(super) fn towards(&self, kind: Option<&str>) -> Switches<'_> {
        let faulty = self.only.is_none() || self.only.as_deref() == kind;
        Switches {
            behaviour: self,
            faulty,
        }
    }
}

/// The switches as they stand for one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Switches<'a> {
    behaviour: &'a Behaviour,
    faulty: bool,
}

impl<'a> Switches<'a> {
    /// Whether the fault is on.
    pub(super) fn wrong(self, fault: Fault) -> bool {
        self.faulty && self.behaviour.faults.contains(&fault)
    }

    /// The effects of the faults that are on, each with the fault's name.
    pub(super) fn wrongs(self) -> impl Iterator<Item = (&'static str, &'static Effect)> + 'a {
        let faults = if self.faulty {
            self.behaviour.faults.as_slice()
        } else {
            &[]
        };
        let specs = faults.iter().map(|fault| fault.spec());
        specs.flat_map(|spec| spec.effects.iter().map(|effect| (spec.name, effect)))
    }

    /// The effects of the variants that are on.
    pub(super) fn odds(self) -> impl Iterator<Item = &'static Effect> + 'a {
        let variants = self.behaviour.variants.iter();
        variants.flat_map(|variant| variant.spec().effects)
    }

    /// Whether the variant is on.
    pub(super) fn odd(self, variant: Variant) -> bool {
        self.behaviour.variants.contains(&variant)
    }

    /// How long a slow probe takes.
    pub(super) fn delay(self) -> Duration {
        self.behaviour.delay.unwrap_or(Duration::from_millis(1_300))
    }
}

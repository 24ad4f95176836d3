//! Values that know where they were written.

use std::ops::{Deref, DerefMut};

use crate::error::Place;

/// A value and its place in the documents. A part that is left out costs no more than a pointer.
#[derive(Clone, Debug)]
pub(crate) struct Placed<T>(Box<(Place, T)>);

impl<T> Placed<T> {
    pub(crate) fn new(at: Place, value: T) -> Self {
        Self(Box::new((at, value)))
    }

    /// A value that is written nowhere: normalisation made it.
    pub(crate) fn made(value: T) -> Self {
        Self::new(Place::default(), value)
    }

    pub(crate) fn at(&self) -> &Place {
        &self.0.0
    }
}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.1
    }
}

impl<T> DerefMut for Placed<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0.1
    }
}

//! Arrays as Go decodes them into slices.

use std::ops::Deref;

/// A slice. When an array is decoded into one that was there before, because its member stands twice, the elements of
/// before are not made anew: what the new ones leave out is still there, even beyond the end that the slice has had since.
#[derive(Clone, Debug)]
pub struct Slice<T> {
    items: Vec<T>,
    length: usize,
}

impl<T: Default> Slice<T> {
    /// The element that is decoded into next.
    pub(super) fn place(&mut self, index: usize) -> &mut T {
        while self.items.len() <= index {
            self.items.push(T::default());
        }
        &mut self.items[index]
    }

    /// The array has ended. Without elements, everything is forgotten.
    pub(super) fn end(&mut self, length: usize) {
        self.length = length;
        if length == 0 {
            self.items.clear();
        }
    }
}

impl<T> Default for Slice<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            length: 0,
        }
    }
}

impl<T> Deref for Slice<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items[..self.length]
    }
}

impl<T: PartialEq> PartialEq for Slice<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

//! Members that may be `null`.

use serde::{Deserialize, Deserializer};

/// Reads `null` as the empty value.
pub(crate) fn or_empty<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    input: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(input)?.unwrap_or_default())
}

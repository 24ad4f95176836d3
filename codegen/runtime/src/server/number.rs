//! Numbers as JSON knows them, for the generated server.

/// A number out of a text. Rust also reads infinities and what is not a number, which a schema
/// does not mean.
struct Finite<T>(T);

impl<T: FromStr + Copy + Into<f64>> FromStr for Finite<T>
where
    T::Err: fmt::Display,
{
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let value: T = text.parse().map_err(|error: T::Err| error.to_string())?;
        if value.into().is_finite() {
            Ok(Self(value))
        } else {
            Err("not a number".to_owned())
        }
    }
}

//! Enums whose members have a name and a sentence.

/// A name that nothing is called by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: no {what} has this name (hint: `kfp-conformance mock --list` prints them)")]
pub struct UnknownName {
    /// What was looked for: fault or variant.
    pub(super) what: &'static str,
    /// The name given.
    pub(super) name: String,
}

/// Defines an enum and the list of its specifications, one row for each member.
macro_rules! named {
    (
        $(#[$enum_doc:meta])* $Enum:ident, $what:literal;
        $(#[$list_doc:meta])* $LIST:ident: $Spec:ident;
        $( $Member:ident $name:literal $sentence:literal $([$($red:expr),* $(,)?])? $(=> $effect:expr)*; )*
    ) => {
        $(#[$enum_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $Enum { $( #[doc = $sentence] $Member, )* }

        $(#[$list_doc])*
        pub const $LIST: &[$Spec] = &[
            $( $Spec { name: $name, what: $sentence, $(red: &[$($red),*],)? effects: &[$($effect),*] }, )*
        ];

        impl $Enum {
            /// Name, description and expectations.
            pub fn spec(self) -> &'static $Spec {
                // The list has one entry for each member, in the same order.
                &$LIST[self as usize]
            }

            /// The name by which it is switched on.
            pub fn as_str(self) -> &'static str {
                self.spec().name
            }
        }

        impl std::str::FromStr for $Enum {
            type Err = $crate::mock::UnknownName;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                match name {
                    $( $name => Ok(Self::$Member), )*
                    _ => Err($crate::mock::UnknownName {
                        what: $what,
                        name: name.to_owned(),
                    }),
                }
            }
        }
    };
}

pub(super) use named;

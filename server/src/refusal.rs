//! How a provider says no.

use kfp_provider_domain::ResourceId;

/// Why a provider did not do what it was asked to.
///
/// The text reaches the user: the operator puts it into the status of the resource. Say what is wrong and what would
/// help. Longer texts than the operator can store are cut, empty ones replaced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The kind of trouble, which decides the status of the answer.
    pub kind: RefusalKind,
    /// What the user reads.
    pub message: String,
    /// What exists nevertheless, when a create failed half-way: the operator keeps the id and deletes it later.
    pub created: Option<ResourceId>,
}

/// The kinds of [`Refusal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// The provider does not have such resources or cannot do this to them. Deleting what is unsupported succeeds,
    /// because there is nothing to delete and the operator would otherwise wait forever.
    Unsupported,
    /// The resource was read, but asks for something impossible.
    Invalid,
    /// The id, or something that the resource refers to, does not exist.
    NotFound,
    /// What the provider itself needs does not answer; later it may.
    Unavailable,
    /// Anything else: a defect, an unexpected answer.
    Internal,
}

impl RefusalKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported",
            Self::Invalid => "invalid",
            Self::NotFound => "not_found",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// What is said when the provider says nothing.
    pub(crate) fn usual_text(self) -> &'static str {
        match self {
            Self::Unsupported => "not supported by this provider",
            Self::Invalid => "the resource is not valid for this provider",
            Self::NotFound => "not found",
            Self::Unavailable => "the provider cannot be reached at the moment",
            Self::Internal => "internal error of the provider",
        }
    }
}

impl Refusal {
    /// The provider cannot do this at all.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Unsupported, message)
    }

    /// The resource asks for something impossible.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Invalid, message)
    }

    /// The id, or something that the resource refers to, does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(RefusalKind::NotFound, message)
    }

    /// What the provider itself needs does not answer.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Unavailable, message)
    }

    /// Anything else.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Internal, message)
    }

    /// Adds the id of what exists although the create failed.
    #[must_use]
    pub fn with_created(mut self, id: ResourceId) -> Self {
        self.created = Some(id);
        self
    }

    fn new(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            created: None,
        }
    }
}

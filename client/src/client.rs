//! The operations.

use kfp_provider_api::client::{Client, ClientInfo as _, Error as GeneratedError};
use kfp_provider_api::types::{
    DeleteResourceError, ProviderError, Resource, ResourceError, ResourceId, ResourceType,
};
use reqwest::StatusCode;

use crate::builder::Builder;
use crate::error::{ClientError, ErrorBody, sort};
use crate::plain::Plain;

/// A client of one provider service. Clones share connections.
#[derive(Clone, Debug)]
pub struct ProviderClient {
    generated: Client,
    /// Absent where TLS is spoken.
    plain: Option<Plain>,
}

/// What a deletion found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deleted {
    /// The resource was there and is gone.
    Removed,
    /// There was nothing to delete.
    NotThere,
}

impl ProviderClient {
    /// Starts with the provider's base URL: what comes before `/resource`. A missing scheme means `http`.
    pub fn builder(url: impl Into<String>) -> Builder {
        Builder::new(url)
    }

    pub(crate) fn new(generated: Client, plain: Option<Plain>) -> Self {
        Self { generated, plain }
    }

    pub(crate) fn plain(&self) -> Option<&Plain> {
        self.plain.as_ref()
    }

    pub(crate) fn generated(&self) -> &Client {
        &self.generated
    }

    /// The base URL, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.generated.baseurl()
    }

    /// Creates a resource and returns its id. The kind follows from the resource.
    ///
    /// # Errors
    /// See [`ClientError`]. After a [`Transport`](ClientError::Transport) error the resource may exist nevertheless; a
    /// [`Refused`](ClientError::Refused) one that holds an id says that it does.
    pub async fn create(&self, resource: impl Into<Resource>) -> Result<String, ClientError> {
        let resource = resource.into();
        let kind = kind_of(&resource);
        let request = format!("POST /resource/{kind}");
        match self.generated.create_resource(kind, &resource).await {
            Ok(answer) => issued_id(request, answer.into_inner()),
            Err(error) => Err(sort(request, error).await),
        }
    }

    /// Updates a resource and returns its id, which may be a new one: the old one is void then.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn update(
        &self,
        id: &str,
        resource: impl Into<Resource>,
    ) -> Result<String, ClientError> {
        let resource = resource.into();
        let kind = kind_of(&resource);
        let request = on_one("PUT", kind, id)?;
        match self.generated.update_resource(kind, id, &resource).await {
            Ok(answer) => issued_id(request, answer.into_inner()),
            Err(error) => Err(sort(request, error).await),
        }
    }

    /// Deletes a resource. That it is not there counts as a result, not as an error, unless the provider says otherwise
    /// in words.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn delete(&self, kind: ResourceType, id: &str) -> Result<Deleted, ClientError> {
        let request = on_one("DELETE", kind, id)?;
        match self.generated.delete_resource(kind, id).await {
            Ok(_) => Ok(Deleted::Removed),
            Err(error) => match sort(request, error).await {
                ClientError::Refused {
                    status: StatusCode::NOT_FOUND,
                    provider_error,
                    ..
                } if provider_error.is_empty() => Ok(Deleted::NotThere),
                error => Err(error),
            },
        }
    }

    /// Whether the provider's process is alive. Besides the contract's 204, a 200 counts as yes: Kubernetes does not
    /// care, and services are known that answer so.
    ///
    /// # Errors
    /// See [`ClientError`]; a 503 is no error but a no.
    pub async fn live(&self) -> Result<bool, ClientError> {
        healthy(
            "GET /livez",
            self.generated.liveness_probe().await.map(drop),
        )
        .await
    }

    /// Whether the provider is ready for requests; answers count as in [`Self::live`].
    ///
    /// # Errors
    /// See [`ClientError`]; a 503 is no error but a no.
    pub async fn ready(&self) -> Result<bool, ClientError> {
        healthy(
            "GET /readyz",
            self.generated.readiness_probe().await.map(drop),
        )
        .await
    }
}

async fn healthy(
    request: &str,
    answer: Result<(), GeneratedError<()>>,
) -> Result<bool, ClientError> {
    match answer {
        Ok(()) => Ok(true),
        Err(GeneratedError::ErrorResponse(_)) => Ok(false),
        Err(GeneratedError::UnexpectedResponse(answer)) if answer.status() == StatusCode::OK => {
            Ok(true)
        }
        Err(error) => Err(sort(request.to_owned(), error).await),
    }
}

fn kind_of(resource: &Resource) -> ResourceType {
    match resource {
        Resource::Pipeline(_) => ResourceType::Pipeline,
        Resource::Run(_) => ResourceType::Run,
        Resource::RunSchedule(_) => ResourceType::Runschedule,
        Resource::Experiment(_) => ResourceType::Experiment,
    }
}

/// The request on one resource, for messages; refuses ids that would make it a request on something else. Everything
/// but the texts that URLs give a meaning of their own is percent-encoded, and arrives.
fn on_one(method: &str, kind: ResourceType, id: &str) -> Result<String, ClientError> {
    let what = match id {
        "" => "it is empty (hint: the resource was never created)",
        "." | ".." => {
            "URLs take it for a step in the path (hint: the provider must issue other ids)"
        }
        _ => return Ok(format!("{method} /resource/{kind}/{}", id.escape_debug())),
    };
    Err(ClientError::UnusableId {
        request: format!("{method} /resource/{kind}"),
        id: id.to_owned(),
        what,
    })
}

/// The id of a success. An empty one is none: it could not be referred to.
fn issued_id(request: String, ResourceId { id }: ResourceId) -> Result<String, ClientError> {
    if id.is_empty() {
        return Err(ClientError::InvalidPayload {
            request,
            what: "the id is empty".to_owned(),
            body: r#"{"id":""}"#.to_owned(),
        });
    }
    Ok(id)
}

impl ErrorBody for ProviderError {
    fn into_parts(self) -> (Option<String>, String) {
        (self.id, self.provider_error)
    }
}

impl ErrorBody for ResourceError {
    fn into_parts(self) -> (Option<String>, String) {
        (Some(self.id), self.provider_error)
    }
}

impl ErrorBody for DeleteResourceError {
    fn into_parts(self) -> (Option<String>, String) {
        (self.id, self.provider_error.unwrap_or_default())
    }
}

impl ErrorBody for () {
    fn into_parts(self) -> (Option<String>, String) {
        (None, String::new())
    }
}

//! The server: what an implementer fills, and what stands in front of it.

mod endpoints;
mod names;
mod refusals;
mod responses;
mod service;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Model, Operation};

pub(super) fn server(model: &Model) -> TokenStream {
    let each = |write: &dyn Fn(&Operation) -> TokenStream| -> TokenStream {
        model.operations.iter().map(write).collect()
    };
    let service = service::service(model);
    let requests = each(&service::request);
    let choices: TokenStream = model.choices.iter().map(service::choice).collect();
    let responses = each(&|operation| responses::response(model, operation));
    let api = endpoints::api(model);
    let paths = each(&endpoints::path_struct);
    let endpoints = each(&endpoints::endpoint);
    quote! {
        use std::sync::Arc;

        pub use openapi_codegen_runtime::server::{
            ApiError, EarlyRefusal, EarlyRefusalKind, Guarded, Limits,
        };
        use openapi_codegen_runtime::server as runtime;

        use super::types;

        #service
        #requests
        #choices
        #responses
        #api
        #paths

        /// The endpoints of a service, for [`dropshot::ServerBuilder`].
        ///
        /// # Errors
        ///
        /// Dropshot refused an endpoint, which the generator should have prevented.
        pub fn api_description<S: Service>()
        -> Result<dropshot::ApiDescription<Arc<Guarded<S>>>, ApiError> {
            Ok(api_mod::api_description::<runtime::Endpoints<S>>()?)
        }

        impl<S: Service> Api for runtime::Endpoints<S> {
            type Context = Arc<Guarded<S>>;
            #endpoints
        }
    }
}

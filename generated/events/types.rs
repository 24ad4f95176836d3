// To accept a change: EXPECTORATE=overwrite cargo test --test golden
// @generated from run-completion.yaml by openapi-codegen. Do not edit.

///One thing that was written.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct Artifact {
    ///What filters of artifact paths ask about.
    pub metadata: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Where it is. One without a place is passed over.
    pub uri: ::std::string::String,
}

///One output of a step.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ComponentArtifact {
    ///What was written; the index of an artifact path counts in this list from 0.
    pub artifacts: ::std::vec::Vec<Artifact>,
    ///The output, as artifact paths call it.
    pub name: ::std::string::String,
}

///A name and its namespace, `namespace/name`; empty for none.
#[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(transparent)]
pub struct NamespacedName(::std::string::String);

impl ::std::ops::Deref for NamespacedName {
    type Target = ::std::string::String;
    fn deref(&self) -> &::std::string::String {
        &self.0
    }
}

impl ::std::convert::From<NamespacedName> for ::std::string::String {
    fn from(value: NamespacedName) -> Self {
        value.0
    }
}

impl ::std::str::FromStr for NamespacedName {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(||
        { ::regress::Regex::new("^(([^/]+/)?[^/]+)?$").unwrap() });
        if PATTERN.find(value).is_none() {
            return Err("doesn't match pattern \"^(([^/]+/)?[^/]+)?$\"".into());
        }
        Ok(Self(value.to_string()))
    }
}

impl ::std::convert::TryFrom<&str> for NamespacedName {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String> for NamespacedName {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl<'de> ::serde::Deserialize<'de> for NamespacedName {
    fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
    where
        D: ::serde::Deserializer<'de>,
    {
        ::std::string::String::deserialize(deserializer)?
            .parse()
            .map_err(|e: self::error::ConversionError| {
                <D::Error as ::serde::de::Error>::custom(e.to_string())
            })
    }
}

///One step of the pipeline.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PipelineComponent {
    ///Its outputs.
    #[serde(rename = "componentArtifacts")]
    pub component_artifacts: ::std::vec::Vec<ComponentArtifact>,
    ///The step, as artifact paths call it.
    pub name: ::std::string::String,
}

/**A run has ended. At least one of `runName` and `runConfigurationName` must name something,
with its namespace. Members that are not listed here are ignored.
*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct RunCompletionEvent {
    ///What the components of the pipeline have written; null if nothing is known.
    #[serde(
        rename = "pipelineComponents",
        deserialize_with = "::std::option::Option::deserialize"
    )]
    pub pipeline_components: ::std::option::Option<::std::vec::Vec<PipelineComponent>>,
    #[serde(rename = "pipelineName")]
    pub pipeline_name: NamespacedName,
    pub provider: NamespacedName,
    ///The run configuration that the run belongs to, as the request for the run or its schedule had it.
    #[serde(
        rename = "runConfigurationName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub run_configuration_name: ::std::option::Option<NamespacedName>,
    ///When the run ended, with its offset. An empty text is an error.
    #[serde(
        rename = "runEndTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    #[serde(default, deserialize_with = "::openapi_codegen_runtime::present")]
    pub run_end_time: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    /**Tells the run from every other. Whatever depends on the run configuration is triggered
when this text differs from that of the run before.
*/
    #[serde(rename = "runId")]
    pub run_id: ::std::string::String,
    ///The run, as the request for it had its name.
    #[serde(rename = "runName", skip_serializing_if = "::std::option::Option::is_none")]
    pub run_name: ::std::option::Option<NamespacedName>,
    ///When the run started, with its offset. An empty text is an error.
    #[serde(
        rename = "runStartTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    #[serde(default, deserialize_with = "::openapi_codegen_runtime::present")]
    pub run_start_time: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    pub status: RunCompletionStatus,
}

///How the run ended.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum RunCompletionStatus {
    #[serde(rename = "succeeded")]
    Succeeded,
    #[serde(rename = "failed")]
    Failed,
}

impl ::std::fmt::Display for RunCompletionStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Succeeded => f.write_str("succeeded"),
            Self::Failed => f.write_str("failed"),
        }
    }
}

impl ::std::str::FromStr for RunCompletionStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "succeeded" => Ok(Self::Succeeded),
            "failed" => Ok(Self::Failed),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str> for RunCompletionStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String> for RunCompletionStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

/// Error types.
pub mod error {
    /// Error from a `TryFrom` or `FromStr` implementation.
    pub struct ConversionError(::std::borrow::Cow<'static, str>);
    impl ::std::error::Error for ConversionError {}
    impl ::std::fmt::Display for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Display::fmt(&self.0, f)
        }
    }
    impl ::std::fmt::Debug for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Debug::fmt(&self.0, f)
        }
    }
    impl From<&'static str> for ConversionError {
        fn from(value: &'static str) -> Self {
            Self(value.into())
        }
    }
    impl From<String> for ConversionError {
        fn from(value: String) -> Self {
            Self(value.into())
        }
    }
}

impl ::schemars::JsonSchema for RunCompletionEvent {
    fn schema_name() -> ::std::string::String {
        "RunCompletionEvent".to_owned()
    }
    fn json_schema(
        generator: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        generator.subschema_for::<RunCompletionStatus>();
        generator.subschema_for::<NamespacedName>();
        generator.subschema_for::<PipelineComponent>();
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"A run has ended. At least one of `runName` and `runConfigurationName` must name something,\\nwith its namespace. Members that are not listed here are ignored.\\n\",\"required\":[\"status\",\"pipelineName\",\"runId\",\"pipelineComponents\",\"provider\"],\"properties\":{\"status\":{\"$ref\":\"#/components/schemas/RunCompletionStatus\"},\"pipelineName\":{\"$ref\":\"#/components/schemas/NamespacedName\"},\"runConfigurationName\":{\"description\":\"The run configuration that the run belongs to, as the request for the run or its schedule had it.\",\"nullable\":true,\"allOf\":[{\"$ref\":\"#/components/schemas/NamespacedName\"}]},\"runName\":{\"description\":\"The run, as the request for it had its name.\",\"nullable\":true,\"allOf\":[{\"$ref\":\"#/components/schemas/NamespacedName\"}]},\"runId\":{\"type\":\"string\",\"description\":\"Tells the run from every other. Whatever depends on the run configuration is triggered\\nwhen this text differs from that of the run before.\\n\"},\"runStartTime\":{\"type\":\"string\",\"format\":\"date-time\",\"description\":\"When the run started, with its offset. An empty text is an error.\"},\"runEndTime\":{\"type\":\"string\",\"format\":\"date-time\",\"description\":\"When the run ended, with its offset. An empty text is an error.\"},\"pipelineComponents\":{\"type\":\"array\",\"nullable\":true,\"description\":\"What the components of the pipeline have written; null if nothing is known.\",\"items\":{\"$ref\":\"#/components/schemas/PipelineComponent\"}},\"provider\":{\"$ref\":\"#/components/schemas/NamespacedName\"}}}",
        )
    }
}

impl ::schemars::JsonSchema for RunCompletionStatus {
    fn schema_name() -> ::std::string::String {
        "RunCompletionStatus".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"string\",\"description\":\"How the run ended.\",\"enum\":[\"succeeded\",\"failed\"]}",
        )
    }
}

impl ::schemars::JsonSchema for NamespacedName {
    fn schema_name() -> ::std::string::String {
        "NamespacedName".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"string\",\"description\":\"A name and its namespace, `namespace/name`; empty for none.\",\"pattern\":\"^(([^/]+/)?[^/]+)?$\"}",
        )
    }
}

impl ::schemars::JsonSchema for PipelineComponent {
    fn schema_name() -> ::std::string::String {
        "PipelineComponent".to_owned()
    }
    fn json_schema(
        generator: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        generator.subschema_for::<ComponentArtifact>();
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"One step of the pipeline.\",\"required\":[\"name\",\"componentArtifacts\"],\"properties\":{\"name\":{\"type\":\"string\",\"description\":\"The step, as artifact paths call it.\"},\"componentArtifacts\":{\"type\":\"array\",\"description\":\"Its outputs.\",\"items\":{\"$ref\":\"#/components/schemas/ComponentArtifact\"}}}}",
        )
    }
}

impl ::schemars::JsonSchema for ComponentArtifact {
    fn schema_name() -> ::std::string::String {
        "ComponentArtifact".to_owned()
    }
    fn json_schema(
        generator: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        generator.subschema_for::<Artifact>();
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"One output of a step.\",\"required\":[\"name\",\"artifacts\"],\"properties\":{\"name\":{\"type\":\"string\",\"description\":\"The output, as artifact paths call it.\"},\"artifacts\":{\"type\":\"array\",\"description\":\"What was written; the index of an artifact path counts in this list from 0.\",\"items\":{\"$ref\":\"#/components/schemas/Artifact\"}}}}",
        )
    }
}

impl ::schemars::JsonSchema for Artifact {
    fn schema_name() -> ::std::string::String {
        "Artifact".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"One thing that was written.\",\"required\":[\"uri\",\"metadata\"],\"properties\":{\"uri\":{\"type\":\"string\",\"description\":\"Where it is. One without a place is passed over.\"},\"metadata\":{\"type\":\"object\",\"description\":\"What filters of artifact paths ask about.\",\"additionalProperties\":true}}}",
        )
    }
}

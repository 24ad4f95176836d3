// To accept a change: EXPECTORATE=overwrite cargo test --test golden
// @generated from openapi.yaml by openapi-codegen. Do not edit.

/**Where in a run an output is found: component, artifact, index into the artifact's list
(zero if left out) and, in brackets, a filter on the metadata.
*/
#[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(transparent)]
pub struct ArtifactPath(::std::string::String);

impl ::std::ops::Deref for ArtifactPath {
    type Target = ::std::string::String;
    fn deref(&self) -> &::std::string::String {
        &self.0
    }
}

impl ::std::convert::From<ArtifactPath> for ::std::string::String {
    fn from(value: ArtifactPath) -> Self {
        value.0
    }
}

impl ::std::str::FromStr for ArtifactPath {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(||
        {
            ::regress::Regex::new(
                    "^[^\\[\\]:]+:[^\\[\\]:]+(:[0-9]{0,18})?(\\[[^\\[\\]:]+\\])?$",
                )
                .unwrap()
        });
        if PATTERN.find(value).is_none() {
            return Err(
                "doesn't match pattern \"^[^\\[\\]:]+:[^\\[\\]:]+(:[0-9]{0,18})?(\\[[^\\[\\]:]+\\])?$\""
                    .into(),
            );
        }
        Ok(Self(value.to_string()))
    }
}

impl ::std::convert::TryFrom<&str> for ArtifactPath {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String> for ArtifactPath {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl<'de> ::serde::Deserialize<'de> for ArtifactPath {
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

///Any of the errors of `deleteResource`, as the client sees them.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct DeleteResourceError {
    ///The id from the path, decoded. The operator forgets the id of a resource whose error lacks it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[serde(default, deserialize_with = "::openapi_codegen_runtime::present")]
    pub id: ::std::option::Option<::std::string::String>,
    /**A sentence for the person who looks at the resource in the cluster. An empty text
would count as no error; more than 32768 characters do not fit into a condition.
*/
    #[serde(
        rename = "providerError",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    #[serde(default, deserialize_with = "::openapi_codegen_runtime::present")]
    pub provider_error: ::std::option::Option<::std::string::String>,
}

///A group under which the orchestrator files runs.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct Experiment {
    ///What the experiment is about, in the words of its author.
    pub description: ::std::string::String,
    pub name: NamespacedName,
    ///A short text that changes whenever the definition does.
    pub version: ::std::string::String,
}

///A name and the value that goes with it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct NamedValue {
    ///The name.
    pub name: ::std::string::String,
    ///The value, which may be empty.
    pub value: ::std::string::String,
}

///The name of a resource in the cluster, written `namespace/name`, or `name` where there is no namespace.
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
        { ::regress::Regex::new("^[^/]+(/[^/]+)?$").unwrap() });
        if PATTERN.find(value).is_none() {
            return Err("doesn't match pattern \"^[^/]+(/[^/]+)?$\"".into());
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

///The name of a resource in the cluster, written `namespace/name`, or the empty text for none.
#[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(transparent)]
pub struct OptionalNamespacedName(::std::string::String);

impl ::std::ops::Deref for OptionalNamespacedName {
    type Target = ::std::string::String;
    fn deref(&self) -> &::std::string::String {
        &self.0
    }
}

impl ::std::convert::From<OptionalNamespacedName> for ::std::string::String {
    fn from(value: OptionalNamespacedName) -> Self {
        value.0
    }
}

impl ::std::str::FromStr for OptionalNamespacedName {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(||
        { ::regress::Regex::new("^([^/]+(/[^/]+)?)?$").unwrap() });
        if PATTERN.find(value).is_none() {
            return Err("doesn't match pattern \"^([^/]+(/[^/]+)?)?$\"".into());
        }
        Ok(Self(value.to_string()))
    }
}

impl ::std::convert::TryFrom<&str> for OptionalNamespacedName {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String> for OptionalNamespacedName {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl<'de> ::serde::Deserialize<'de> for OptionalNamespacedName {
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

///One output to report when a run has finished.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct OutputArtifact {
    ///The name to report it under.
    pub name: ::std::string::String,
    pub path: ArtifactPath,
}

///A pipeline to make known to the orchestrator, as defined and as compiled.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct Pipeline {
    #[serde(rename = "compiledPipeline")]
    pub compiled_pipeline: super::types::Opaque,
    #[serde(rename = "pipelineDefinition")]
    pub pipeline_definition: PipelineDefinition,
}

///The Pipeline resource as the cluster holds it, after the provider's patches.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PipelineDefinition {
    ///Environment of the pipeline's containers, in the order in which the author gave it.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub env: ::std::vec::Vec<NamedValue>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[serde(default, deserialize_with = "::openapi_codegen_runtime::present")]
    pub framework: ::std::option::Option<PipelineDefinitionFramework>,
    ///The container image that holds the pipeline's code and compiler input.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[serde(default, deserialize_with = "::openapi_codegen_runtime::present")]
    pub image: ::std::option::Option<::std::string::String>,
    pub name: NamespacedName,
    ///A short text that changes whenever the definition does.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[serde(default, deserialize_with = "::openapi_codegen_runtime::present")]
    pub version: ::std::option::Option<::std::string::String>,
}

///What the pipeline is written in, and what its compiler was told.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct PipelineDefinitionFramework {
    ///The name of the framework, as the author of the pipeline wrote it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[serde(default, deserialize_with = "::openapi_codegen_runtime::present")]
    pub name: ::std::option::Option<::std::string::String>,
    ///Settings of the framework, by name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parameters: ::std::option::Option<
        ::std::collections::BTreeMap<::std::string::String, super::types::Opaque>,
    >,
}

///Nothing was created, or not all of it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ProviderError {
    /**Only if something exists in spite of the error: its id, so that it can be updated or
deleted later. Without it, whatever exists is lost to the operator.
*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[serde(default, deserialize_with = "::openapi_codegen_runtime::present")]
    pub id: ::std::option::Option<::std::string::String>,
    /**A sentence for the person who looks at the resource in the cluster. An empty text
would count as no error; more than 32768 characters do not fit into a condition.
*/
    #[serde(rename = "providerError")]
    pub provider_error: ::std::string::String,
}

///The definition of one resource, of the kind that the path names.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum Resource {
    Pipeline(Pipeline),
    Run(Run),
    Experiment(Experiment),
    RunSchedule(RunSchedule),
}

impl ::std::convert::From<Pipeline> for Resource {
    fn from(value: Pipeline) -> Self {
        Self::Pipeline(value)
    }
}

impl ::std::convert::From<Run> for Resource {
    fn from(value: Run) -> Self {
        Self::Run(value)
    }
}

impl ::std::convert::From<Experiment> for Resource {
    fn from(value: Experiment) -> Self {
        Self::Experiment(value)
    }
}

impl ::std::convert::From<RunSchedule> for Resource {
    fn from(value: RunSchedule) -> Self {
        Self::RunSchedule(value)
    }
}

///The request about an existing resource failed.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ResourceError {
    ///The id from the path, decoded. The operator forgets the id of a resource whose error lacks it.
    pub id: ::std::string::String,
    /**A sentence for the person who looks at the resource in the cluster. An empty text
would count as no error; more than 32768 characters do not fit into a condition.
*/
    #[serde(rename = "providerError")]
    pub provider_error: ::std::string::String,
}

///The resource exists, and this is how to name it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ResourceId {
    /**The id that the provider chose. It must not be empty, and it passes through a shell on
its way back, so keep to letters, digits and `- _ . ~ / : + = , @`.
*/
    pub id: ::std::string::String,
}

///A kind of resource, in lower case.
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
pub enum ResourceType {
    #[serde(rename = "pipeline")]
    Pipeline,
    #[serde(rename = "run")]
    Run,
    #[serde(rename = "runschedule")]
    Runschedule,
    #[serde(rename = "experiment")]
    Experiment,
}

impl ::std::fmt::Display for ResourceType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Pipeline => f.write_str("pipeline"),
            Self::Run => f.write_str("run"),
            Self::Runschedule => f.write_str("runschedule"),
            Self::Experiment => f.write_str("experiment"),
        }
    }
}

impl ::std::str::FromStr for ResourceType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "pipeline" => Ok(Self::Pipeline),
            "run" => Ok(Self::Run),
            "runschedule" => Ok(Self::Runschedule),
            "experiment" => Ok(Self::Experiment),
            _ => Err("invalid value".into()),
        }
    }
}

impl ::std::convert::TryFrom<&str> for ResourceType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

impl ::std::convert::TryFrom<::std::string::String> for ResourceType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}

///One run of a pipeline, to be started now.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct Run {
    ///Outputs to report when the run has finished.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub artifacts: ::std::vec::Vec<OutputArtifact>,
    #[serde(rename = "experimentName")]
    pub experiment_name: OptionalNamespacedName,
    pub name: NamespacedName,
    ///Arguments of the pipeline, by name.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub parameters: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >,
    #[serde(rename = "pipelineName")]
    pub pipeline_name: NamespacedName,
    ///The version of the pipeline to run.
    #[serde(rename = "pipelineVersion")]
    pub pipeline_version: ::std::string::String,
    #[serde(rename = "runConfigurationName")]
    pub run_configuration_name: OptionalNamespacedName,
    #[serde(rename = "triggerIndicator")]
    pub trigger_indicator: TriggerIndicator,
    ///A short text that changes whenever the definition does.
    pub version: ::std::string::String,
}

///A rule by which the orchestrator starts runs of a pipeline, over and over.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct RunSchedule {
    ///Outputs to report when a run has finished.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub artifacts: ::std::vec::Vec<OutputArtifact>,
    #[serde(rename = "experimentName")]
    pub experiment_name: OptionalNamespacedName,
    pub name: NamespacedName,
    ///Arguments of the pipeline, by name.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub parameters: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >,
    #[serde(rename = "pipelineName")]
    pub pipeline_name: NamespacedName,
    ///The version of the pipeline to run.
    #[serde(rename = "pipelineVersion")]
    pub pipeline_version: ::std::string::String,
    #[serde(rename = "runConfigurationName")]
    pub run_configuration_name: OptionalNamespacedName,
    pub schedule: Schedule,
    #[serde(rename = "triggerIndicator")]
    pub trigger_indicator: TriggerIndicator,
    ///A short text that changes whenever the definition does.
    pub version: ::std::string::String,
}

///When runs are started. Without a cron expression, never.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    ///The times, as a cron expression. Left out when empty.
    #[serde(
        rename = "cronExpression",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    #[serde(default, deserialize_with = "::openapi_codegen_runtime::present")]
    pub cron_expression: ::std::option::Option<::std::string::String>,
    ///The moment after which nothing is started, in UTC. Left out, or null, for none.
    #[serde(rename = "endTime", skip_serializing_if = "::std::option::Option::is_none")]
    pub end_time: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    ///The moment before which nothing is started, in UTC. Left out, or null, for none.
    #[serde(
        rename = "startTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub start_time: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
}

///Why a run was asked for. Every part is always there and may be empty.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct TriggerIndicator {
    ///The name of the resource to which it happened.
    pub source: ::std::string::String,
    ///The namespace of that resource.
    #[serde(rename = "sourceNamespace")]
    pub source_namespace: ::std::string::String,
    ///What happened, such as `schedule` or `onChangePipeline`; empty for a run made by hand.
    #[serde(rename = "type")]
    pub type_: ::std::string::String,
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

/// An object with nothing in it, which tells the operator that the resource is gone.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct Nothing {}

::openapi_codegen_runtime::opaque!(Opaque);

impl ::schemars::JsonSchema for Pipeline {
    fn schema_name() -> ::std::string::String {
        "Pipeline".to_owned()
    }
    fn json_schema(
        generator: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        generator.subschema_for::<PipelineDefinition>();
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"A pipeline to make known to the orchestrator, as defined and as compiled.\",\"properties\":{\"pipelineDefinition\":{\"$ref\":\"#/components/schemas/PipelineDefinition\"},\"compiledPipeline\":{}},\"required\":[\"pipelineDefinition\",\"compiledPipeline\"]}",
        )
    }
}

impl ::schemars::JsonSchema for Experiment {
    fn schema_name() -> ::std::string::String {
        "Experiment".to_owned()
    }
    fn json_schema(
        generator: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        generator.subschema_for::<NamespacedName>();
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"A group under which the orchestrator files runs.\",\"properties\":{\"name\":{\"$ref\":\"#/components/schemas/NamespacedName\"},\"version\":{\"type\":\"string\",\"description\":\"A short text that changes whenever the definition does.\"},\"description\":{\"type\":\"string\",\"description\":\"What the experiment is about, in the words of its author.\"}},\"required\":[\"name\",\"version\",\"description\"]}",
        )
    }
}

impl ::schemars::JsonSchema for RunSchedule {
    fn schema_name() -> ::std::string::String {
        "RunSchedule".to_owned()
    }
    fn json_schema(
        generator: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        generator.subschema_for::<NamespacedName>();
        generator.subschema_for::<OptionalNamespacedName>();
        generator.subschema_for::<Schedule>();
        generator.subschema_for::<OutputArtifact>();
        generator.subschema_for::<TriggerIndicator>();
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"A rule by which the orchestrator starts runs of a pipeline, over and over.\",\"properties\":{\"name\":{\"$ref\":\"#/components/schemas/NamespacedName\"},\"version\":{\"type\":\"string\",\"description\":\"A short text that changes whenever the definition does.\"},\"pipelineName\":{\"$ref\":\"#/components/schemas/NamespacedName\"},\"pipelineVersion\":{\"type\":\"string\",\"description\":\"The version of the pipeline to run.\"},\"runConfigurationName\":{\"$ref\":\"#/components/schemas/OptionalNamespacedName\"},\"experimentName\":{\"$ref\":\"#/components/schemas/OptionalNamespacedName\"},\"schedule\":{\"$ref\":\"#/components/schemas/Schedule\"},\"parameters\":{\"type\":\"object\",\"description\":\"Arguments of the pipeline, by name.\",\"additionalProperties\":{\"type\":\"string\",\"description\":\"The value of one argument.\"}},\"artifacts\":{\"type\":\"array\",\"description\":\"Outputs to report when a run has finished.\",\"items\":{\"$ref\":\"#/components/schemas/OutputArtifact\"}},\"triggerIndicator\":{\"$ref\":\"#/components/schemas/TriggerIndicator\"}},\"required\":[\"name\",\"version\",\"pipelineName\",\"pipelineVersion\",\"runConfigurationName\",\"experimentName\",\"schedule\",\"triggerIndicator\"]}",
        )
    }
}

impl ::schemars::JsonSchema for Run {
    fn schema_name() -> ::std::string::String {
        "Run".to_owned()
    }
    fn json_schema(
        generator: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        generator.subschema_for::<NamespacedName>();
        generator.subschema_for::<OptionalNamespacedName>();
        generator.subschema_for::<OutputArtifact>();
        generator.subschema_for::<TriggerIndicator>();
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"One run of a pipeline, to be started now.\",\"properties\":{\"name\":{\"$ref\":\"#/components/schemas/NamespacedName\"},\"version\":{\"type\":\"string\",\"description\":\"A short text that changes whenever the definition does.\"},\"pipelineName\":{\"$ref\":\"#/components/schemas/NamespacedName\"},\"pipelineVersion\":{\"type\":\"string\",\"description\":\"The version of the pipeline to run.\"},\"runConfigurationName\":{\"$ref\":\"#/components/schemas/OptionalNamespacedName\"},\"experimentName\":{\"$ref\":\"#/components/schemas/OptionalNamespacedName\"},\"parameters\":{\"type\":\"object\",\"description\":\"Arguments of the pipeline, by name.\",\"additionalProperties\":{\"type\":\"string\",\"description\":\"The value of one argument.\"}},\"artifacts\":{\"type\":\"array\",\"description\":\"Outputs to report when the run has finished.\",\"items\":{\"$ref\":\"#/components/schemas/OutputArtifact\"}},\"triggerIndicator\":{\"$ref\":\"#/components/schemas/TriggerIndicator\"}},\"required\":[\"name\",\"version\",\"pipelineName\",\"pipelineVersion\",\"runConfigurationName\",\"experimentName\",\"triggerIndicator\"]}",
        )
    }
}

impl ::schemars::JsonSchema for ResourceId {
    fn schema_name() -> ::std::string::String {
        "ResourceId".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"The resource exists, and this is how to name it.\",\"required\":[\"id\"],\"properties\":{\"id\":{\"type\":\"string\",\"description\":\"The id that the provider chose. It must not be empty, and it passes through a shell on\\nits way back, so keep to letters, digits and `- _ . ~ / : + = , @`.\\n\"}}}",
        )
    }
}

impl ::schemars::JsonSchema for ProviderError {
    fn schema_name() -> ::std::string::String {
        "ProviderError".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"Nothing was created, or not all of it.\",\"required\":[\"providerError\"],\"properties\":{\"id\":{\"type\":\"string\",\"description\":\"Only if something exists in spite of the error: its id, so that it can be updated or\\ndeleted later. Without it, whatever exists is lost to the operator.\\n\"},\"providerError\":{\"type\":\"string\",\"description\":\"A sentence for the person who looks at the resource in the cluster. An empty text\\nwould count as no error; more than 32768 characters do not fit into a condition.\\n\"}}}",
        )
    }
}

impl ::schemars::JsonSchema for ResourceError {
    fn schema_name() -> ::std::string::String {
        "ResourceError".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"The request about an existing resource failed.\",\"required\":[\"id\",\"providerError\"],\"properties\":{\"id\":{\"type\":\"string\",\"description\":\"The id from the path, decoded. The operator forgets the id of a resource whose error lacks it.\"},\"providerError\":{\"type\":\"string\",\"description\":\"A sentence for the person who looks at the resource in the cluster. An empty text\\nwould count as no error; more than 32768 characters do not fit into a condition.\\n\"}}}",
        )
    }
}

impl ::schemars::JsonSchema for Nothing {
    fn schema_name() -> ::std::string::String {
        "Nothing".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"An object with nothing in it, which tells the operator that the resource is gone.\",\"maxProperties\":0}",
        )
    }
}

impl ::schemars::JsonSchema for Resource {
    fn schema_name() -> ::std::string::String {
        "Resource".to_owned()
    }
    fn json_schema(
        generator: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        generator.subschema_for::<Pipeline>();
        generator.subschema_for::<Run>();
        generator.subschema_for::<Experiment>();
        generator.subschema_for::<RunSchedule>();
        ::openapi_codegen_runtime::documented(
            "{\"description\":\"The definition of one resource, of the kind that the path names.\",\"anyOf\":[{\"$ref\":\"#/components/schemas/Pipeline\"},{\"$ref\":\"#/components/schemas/Run\"},{\"$ref\":\"#/components/schemas/Experiment\"},{\"$ref\":\"#/components/schemas/RunSchedule\"}]}",
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
            "{\"type\":\"string\",\"description\":\"The name of a resource in the cluster, written `namespace/name`, or `name` where there is no namespace.\",\"pattern\":\"^[^/]+(/[^/]+)?$\"}",
        )
    }
}

impl ::schemars::JsonSchema for OptionalNamespacedName {
    fn schema_name() -> ::std::string::String {
        "OptionalNamespacedName".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"string\",\"description\":\"The name of a resource in the cluster, written `namespace/name`, or the empty text for none.\",\"pattern\":\"^([^/]+(/[^/]+)?)?$\"}",
        )
    }
}

impl ::schemars::JsonSchema for ArtifactPath {
    fn schema_name() -> ::std::string::String {
        "ArtifactPath".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"string\",\"description\":\"Where in a run an output is found: component, artifact, index into the artifact's list\\n(zero if left out) and, in brackets, a filter on the metadata.\\n\",\"pattern\":\"^[^\\\\[\\\\]:]+:[^\\\\[\\\\]:]+(:[0-9]{0,18})?(\\\\[[^\\\\[\\\\]:]+\\\\])?$\"}",
        )
    }
}

impl ::schemars::JsonSchema for NamedValue {
    fn schema_name() -> ::std::string::String {
        "NamedValue".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"A name and the value that goes with it.\",\"required\":[\"name\",\"value\"],\"properties\":{\"name\":{\"type\":\"string\",\"description\":\"The name.\"},\"value\":{\"type\":\"string\",\"description\":\"The value, which may be empty.\"}}}",
        )
    }
}

impl ::schemars::JsonSchema for OutputArtifact {
    fn schema_name() -> ::std::string::String {
        "OutputArtifact".to_owned()
    }
    fn json_schema(
        generator: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        generator.subschema_for::<ArtifactPath>();
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"One output to report when a run has finished.\",\"required\":[\"name\",\"path\"],\"properties\":{\"name\":{\"type\":\"string\",\"description\":\"The name to report it under.\"},\"path\":{\"$ref\":\"#/components/schemas/ArtifactPath\"}}}",
        )
    }
}

impl ::schemars::JsonSchema for Schedule {
    fn schema_name() -> ::std::string::String {
        "Schedule".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"When runs are started. Without a cron expression, never.\",\"properties\":{\"cronExpression\":{\"type\":\"string\",\"description\":\"The times, as a cron expression. Left out when empty.\"},\"startTime\":{\"type\":\"string\",\"format\":\"date-time\",\"nullable\":true,\"description\":\"The moment before which nothing is started, in UTC. Left out, or null, for none.\"},\"endTime\":{\"type\":\"string\",\"format\":\"date-time\",\"nullable\":true,\"description\":\"The moment after which nothing is started, in UTC. Left out, or null, for none.\"}}}",
        )
    }
}

impl ::schemars::JsonSchema for TriggerIndicator {
    fn schema_name() -> ::std::string::String {
        "TriggerIndicator".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"Why a run was asked for. Every part is always there and may be empty.\",\"required\":[\"type\",\"source\",\"sourceNamespace\"],\"properties\":{\"type\":{\"type\":\"string\",\"description\":\"What happened, such as `schedule` or `onChangePipeline`; empty for a run made by hand.\"},\"source\":{\"type\":\"string\",\"description\":\"The name of the resource to which it happened.\"},\"sourceNamespace\":{\"type\":\"string\",\"description\":\"The namespace of that resource.\"}}}",
        )
    }
}

impl ::schemars::JsonSchema for PipelineDefinitionFramework {
    fn schema_name() -> ::std::string::String {
        "PipelineDefinitionFramework".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"What the pipeline is written in, and what its compiler was told.\",\"properties\":{\"name\":{\"type\":\"string\",\"description\":\"The name of the framework, as the author of the pipeline wrote it.\"},\"parameters\":{\"type\":\"object\",\"description\":\"Settings of the framework, by name.\",\"additionalProperties\":{},\"nullable\":true}}}",
        )
    }
}

impl ::schemars::JsonSchema for PipelineDefinition {
    fn schema_name() -> ::std::string::String {
        "PipelineDefinition".to_owned()
    }
    fn json_schema(
        generator: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        generator.subschema_for::<NamespacedName>();
        generator.subschema_for::<NamedValue>();
        generator.subschema_for::<PipelineDefinitionFramework>();
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"The Pipeline resource as the cluster holds it, after the provider's patches.\",\"properties\":{\"name\":{\"$ref\":\"#/components/schemas/NamespacedName\"},\"version\":{\"type\":\"string\",\"description\":\"A short text that changes whenever the definition does.\"},\"image\":{\"type\":\"string\",\"description\":\"The container image that holds the pipeline's code and compiler input.\"},\"env\":{\"type\":\"array\",\"description\":\"Environment of the pipeline's containers, in the order in which the author gave it.\",\"items\":{\"$ref\":\"#/components/schemas/NamedValue\"}},\"framework\":{\"$ref\":\"#/components/schemas/PipelineDefinitionFramework\"}},\"required\":[\"name\"]}",
        )
    }
}

impl ::schemars::JsonSchema for ResourceType {
    fn schema_name() -> ::std::string::String {
        "ResourceType".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"description\":\"A kind of resource, in lower case.\",\"enum\":[\"pipeline\",\"run\",\"runschedule\",\"experiment\"],\"type\":\"string\"}",
        )
    }
}

impl ::schemars::JsonSchema for DeleteResourceError {
    fn schema_name() -> ::std::string::String {
        "DeleteResourceError".to_owned()
    }
    fn json_schema(
        _: &mut ::schemars::r#gen::SchemaGenerator,
    ) -> ::schemars::schema::Schema {
        ::openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"description\":\"Any of the errors of `deleteResource`, as the client sees them.\",\"properties\":{\"id\":{\"type\":\"string\",\"description\":\"The id from the path, decoded. The operator forgets the id of a resource whose error lacks it.\"},\"providerError\":{\"type\":\"string\",\"description\":\"A sentence for the person who looks at the resource in the cluster. An empty text\\nwould count as no error; more than 32768 characters do not fit into a condition.\\n\"}}}",
        )
    }
}

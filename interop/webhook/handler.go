package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/go-bexpr"
	"k8s.io/apimachinery/pkg/api/validation/path"
)

// The event, with the types that decide how encoding/json reads it.

type name struct{ Namespace, Name string }

func (n *name) UnmarshalText(text []byte) error {
	parts := strings.Split(string(text), "/")
	switch {
	case len(parts) == 1:
		*n = name{Name: parts[0]}
		return nil
	case len(parts) > 2:
		*n = name{}
		return errors.New("more than one slash")
	case parts[0] == "" || parts[1] == "":
		*n = name{}
		return errors.New("one side is empty")
	}
	*n = name{Namespace: parts[0], Name: parts[1]}
	return nil
}

func (n name) text() string {
	if n.Namespace == "" {
		return n.Name
	}
	return n.Namespace + "/" + n.Name
}

type status string

type artifact struct {
	Uri      string         `json:"uri"`
	Metadata map[string]any `json:"metadata"`
}

type output struct {
	Name      string     `json:"name"`
	Artifacts []artifact `json:"artifacts"`
}

type component struct {
	Name               string   `json:"name"`
	ComponentArtifacts []output `json:"componentArtifacts"`
}

type event struct {
	Status               status      `json:"status"`
	PipelineName         name        `json:"pipelineName"`
	RunConfigurationName *name       `json:"runConfigurationName,omitempty"`
	RunName              *name       `json:"runName,omitempty"`
	RunId                string      `json:"runId"`
	RunStartTime         *time.Time  `json:"runStartTime,omitempty"`
	RunEndTime           *time.Time  `json:"runEndTime,omitempty"`
	PipelineComponents   []component `json:"pipelineComponents"`
	Provider             name        `json:"provider"`
}

// The cluster: one Run and one RunConfiguration, one of each that cannot be read, behind the client's own checks.

type failure struct {
	status int
	text   string
}

func lookUp(resource, known string, n *name) *failure {
	if bad := path.IsValidPathSegmentName(n.Namespace); len(bad) != 0 {
		return &failure{500, fmt.Sprintf("invalid namespace %q: %v", n.Namespace, bad)}
	}
	if bad := path.IsValidPathSegmentName(n.Name); len(bad) != 0 {
		return &failure{500, fmt.Sprintf("invalid resource name %q: %v", n.Name, bad)}
	}
	switch {
	case n.Namespace == "":
		return &failure{500, "an empty namespace may not be set when a resource name is provided"}
	case n.text() == known:
		return nil
	case n.text() == "team/broken":
		return &failure{500, "broken"}
	}
	return &failure{410, fmt.Sprintf("%s.pipelines.kubeflow.org %q not found", resource, n.Name)}
}

type declared struct {
	index  int
	filter string
}

// What both of them declare, of the output `out` of the step `step`.
var artifacts = []declared{{0, ""}, {1, ""}, {2, ""}, {0, "pushed == 1"}}

func filtered(components []component) []string {
	found := []string{}
	for _, wanted := range artifacts {
		var evaluator *bexpr.Evaluator
		path := fmt.Sprintf("step:out:%d", wanted.index)
		if wanted.filter != "" {
			evaluator, _ = bexpr.CreateEvaluator(wanted.filter)
			path += "[" + wanted.filter + "]"
		}
		for _, component := range components {
			for _, output := range component.ComponentArtifacts {
				if component.Name != "step" || output.Name != "out" || wanted.index >= len(output.Artifacts) {
					continue
				}
				one := output.Artifacts[wanted.index]
				if one.Uri == "" {
					continue
				}
				if evaluator != nil {
					if matched, err := evaluator.Evaluate(one.Metadata); err != nil || !matched {
						continue
					}
				}
				found = append(found, path+" "+one.Uri)
			}
		}
	}
	return found
}

type effect struct {
	Status                  string   `json:"status"`
	PipelineName            string   `json:"pipelineName"`
	RunConfigurationName    *string  `json:"runConfigurationName"`
	RunName                 *string  `json:"runName"`
	RunId                   string   `json:"runId"`
	RunStartTime            []int64  `json:"runStartTime"`
	RunEndTime              []int64  `json:"runEndTime"`
	Provider                string   `json:"provider"`
	CompletesRun            bool     `json:"completesRun"`
	UpdatesRunConfiguration bool     `json:"updatesRunConfiguration"`
	Half                    bool     `json:"half"`
	Artifacts               []string `json:"artifacts"`
}

func (e *event) effect() effect {
	optional := func(n *name) *string {
		if n == nil {
			return nil
		}
		text := n.text()
		return &text
	}
	moment := func(t *time.Time) []int64 {
		if t == nil {
			return nil
		}
		return []int64{t.Unix(), int64(t.Nanosecond())}
	}
	return effect{
		Status:               string(e.Status),
		PipelineName:         e.PipelineName.text(),
		RunConfigurationName: optional(e.RunConfigurationName),
		RunName:              optional(e.RunName),
		RunId:                e.RunId,
		RunStartTime:         moment(e.RunStartTime),
		RunEndTime:           moment(e.RunEndTime),
		Provider:             e.Provider.text(),
		Artifacts:            filtered(e.PipelineComponents),
	}
}

// handler answers as the operator's webhook does, and notes what it would write down.
type handler struct{ effects []effect }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, "invalid Content-Type, want `application/json`", http.StatusUnsupportedMediaType)
		return
	}
	body, err := readBody(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	told := &event{}
	if err := json.Unmarshal(body, &told); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	// `null` has made a nil pointer of it, and this panics.
	var configuration, run *failure
	configurationNamed := told.RunConfigurationName != nil && told.RunConfigurationName.Name != ""
	if configurationNamed {
		configuration = lookUp("runconfigurations", "team/config", told.RunConfigurationName)
	}
	runNamed := told.RunName != nil && told.RunName.Name != ""
	if runNamed {
		run = lookUp("runs", "team/run", told.RunName)
	}
	configurationFound := configurationNamed && configuration == nil
	runFound := runNamed && run == nil
	if !configurationFound && !runFound {
		failed := configuration
		if failed == nil {
			failed = run
		}
		if failed == nil {
			failed = &failure{400, "no RunConfiguration or RunName specified"}
		}
		http.Error(w, failed.text, failed.status)
		return
	}
	h.write(w, told, configurationFound, configuration, runFound, run)
}

// write is the status updater: the RunConfiguration first, then the Run, each looked up again.
func (h *handler) write(w http.ResponseWriter, told *event, configurationFound bool, configuration *failure, runFound bool, run *failure) {
	noted := told.effect()
	if told.RunConfigurationName != nil && told.Status == "succeeded" && told.RunConfigurationName.Namespace != "" {
		if configuration != nil && configuration.status == 500 {
			http.Error(w, configuration.text, 500)
			return
		}
		noted.UpdatesRunConfiguration = configurationFound
	}
	if told.RunName != nil && told.RunName.Namespace != "" {
		if run != nil && run.status == 500 {
			noted.Half = true
			h.effects = append(h.effects, noted)
			http.Error(w, run.text, 500)
			return
		}
		noted.CompletesRun = runFound && (told.Status == "succeeded" || told.Status == "failed")
	}
	h.effects = append(h.effects, noted)
}

func readBody(r *http.Request) ([]byte, error) {
	// The body of now is closed, not the one that takes its place below.
	defer func(body io.ReadCloser) { _ = body.Close() }(r.Body)
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewBuffer(body))
	if err != nil {
		return nil, fmt.Errorf("failed to read request body, %w", err)
	}
	if len(body) == 0 {
		return nil, errors.New("request body is empty")
	}
	return body, nil
}

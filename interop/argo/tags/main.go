// Says what Argo makes of resource definitions, with Argo's own code: whether it takes the workflow, and which text the
// step is given. One definition a line on standard input, as JSON text; one answer a line on standard output.
//
//	go run ./tags FILE... <DEFINITIONS
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	wfv1 "github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v3/util/template"
	"github.com/argoproj/argo-workflows/v3/workflow/common"
	"github.com/argoproj/argo-workflows/v3/workflow/templateresolution"
	"github.com/argoproj/argo-workflows/v3/workflow/validate"
)

// The name, identity and service of the workflow: random in a cluster.
const (
	name    = "run-once-abcde"
	service = "provider-forge-x7k2p.ml:8080"
)

type templates map[string]*wfv1.WorkflowTemplate

// Get looks a template up as the controller does.
func (t templates) Get(name string) (*wfv1.WorkflowTemplate, error) {
	if template, known := t[name]; known {
		return template, nil
	}
	return nil, apierrors.NewNotFound(schema.GroupResource{Resource: "workflowtemplates"}, name)
}

type answer struct {
	Definition string `json:"definition"`
	Arrives    string `json:"arrives,omitempty"`
	Refused    string `json:"refused,omitempty"`
}

func main() {
	known, err := read(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var definition string
		if err := json.Unmarshal(lines.Bytes(), &definition); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		found := answer{Definition: definition}
		found.Arrives, err = known.play(definition)
		if err != nil {
			found.Refused = err.Error()
		}
		if err := out.Encode(found); err != nil {
			os.Exit(1)
		}
	}
}

func read(files []string) (templates, error) {
	found := templates{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			template := &wfv1.WorkflowTemplate{}
			if err := yaml.Unmarshal(document, template); err != nil {
				return nil, err
			}
			found[template.Name] = template
		}
	}
	return found, nil
}

// play goes the controller's way: the workflow is validated; its arguments, the entry point, the step and the step's
// template are substituted in, each as the controller does.
func (t templates) play(definition string) (string, error) {
	workflow := start(definition)
	if err := validate.ValidateWorkflow(t, &templateresolution.NullClusterWorkflowTemplateGetter{}, workflow, nil, validate.ValidateOpts{}); err != nil {
		return "", fmt.Errorf("invalid: %w", err)
	}
	stored := t["create-simple"].DeepCopy()
	stored.Spec.Arguments = workflow.Spec.Arguments
	globals := globals(workflow)
	main := stored.Spec.Templates[0]
	arguments := stored.Spec
	arguments.Templates = nil
	if err := substitute(&arguments, func(text string) (string, error) { return template.Replace(text, globals, true) }); err != nil {
		return "", fmt.Errorf("arguments: %w", err)
	}
	entry, err := common.ProcessArgs(&main, &arguments.Arguments, globals, common.Parameters{}, false, workflow.Namespace, nil)
	if err != nil {
		return "", fmt.Errorf("entry point: %w", err)
	}
	step := entry.Steps[0].Steps[0]
	if err := substitute(&step, func(text string) (string, error) {
		return template.ReplaceStrict(text, globals, []string{"steps", "tasks"})
	}); err != nil {
		return "", fmt.Errorf("step: %w", err)
	}
	var leaf *wfv1.Template
	for i, one := range t["common-steps"].Spec.Templates {
		if one.Name == step.TemplateRef.Template {
			leaf = &t["common-steps"].Spec.Templates[i]
		}
	}
	local := common.Parameters{"pod.name": "pod", "node.name": "node", "steps.name": "provider"}
	done, err := common.ProcessArgs(leaf, &step.Arguments, globals, local, false, workflow.Namespace, nil)
	if err != nil {
		return "", fmt.Errorf("template: %w", err)
	}
	return strings.TrimSuffix(done.Inputs.Artifacts[0].Raw.Data, "\n"), nil
}

func substitute(into any, change func(string) (string, error)) error {
	text, err := json.Marshal(into)
	if err != nil {
		return err
	}
	changed, err := change(string(text))
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(changed), into)
}

func globals(workflow *wfv1.Workflow) common.Parameters {
	found := common.Parameters{
		"workflow.name":                      workflow.Name,
		"workflow.namespace":                 workflow.Namespace,
		"workflow.mainEntrypoint":            "main",
		"workflow.serviceAccountName":        "kfp-operator-argo",
		"workflow.uid":                       "00000000-0000-0000-0000-000000000000",
		"workflow.creationTimestamp":         "2027-03-01T06:00:00Z",
		"workflow.creationTimestamp.s":       "1804053600",
		"workflow.creationTimestamp.Y":       "2027",
		"workflow.creationTimestamp.RFC3339": "2027-03-01T06:00:00Z",
		"workflow.status":                    "Running",
		"workflow.duration":                  "0.000000",
		"workflow.annotations":               "null",
		"workflow.annotations.json":          "null",
	}
	for _, parameter := range workflow.Spec.Arguments.Parameters {
		found["workflow.parameters."+parameter.Name] = parameter.Value.String()
	}
	if text, err := json.Marshal(workflow.Spec.Arguments.Parameters); err == nil {
		found["workflow.parameters"], found["workflow.parameters.json"] = string(text), string(text)
	}
	if text, err := json.Marshal(workflow.Labels); err == nil {
		found["workflow.labels"], found["workflow.labels.json"] = string(text), string(text)
	}
	for key, value := range workflow.Labels {
		found["workflow.labels."+key] = value
	}
	return found
}

// start is the Workflow that the operator makes.
func start(definition string) *wfv1.Workflow {
	workflow := &wfv1.Workflow{}
	workflow.ObjectMeta = metav1.ObjectMeta{
		Name: name, GenerateName: "run-once-", Namespace: "ml",
		Labels: map[string]string{
			"pipelines.kubeflow.org/owner.kind":      "run",
			"pipelines.kubeflow.org/owner.name":      "once",
			"pipelines.kubeflow.org/owner.namespace": "birch",
		},
	}
	workflow.Spec.WorkflowTemplateRef = &wfv1.WorkflowTemplateRef{Name: "create-simple"}
	values := [][2]string{
		{"resource-kind", "run"}, {"resource-definition", definition},
		{"provider-name", "ml/forge"}, {"provider-service-url", service},
	}
	for _, value := range values {
		parameter := wfv1.Parameter{Name: value[0], Value: wfv1.AnyStringPtr(value[1])}
		workflow.Spec.Arguments.Parameters = append(workflow.Spec.Arguments.Parameters, parameter)
	}
	return workflow
}

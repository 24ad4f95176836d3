// Validates workflow resources with Argo's own validator, all of them together and with unknown fields refused. The
// templates that the operator starts are validated once more as it starts them: from a Workflow with its parameters.
//
//	go run . FILE...
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	wfv1 "github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v3/workflow/templateresolution"
	"github.com/argoproj/argo-workflows/v3/workflow/validate"
)

// The parameters that the operator gives to each template.
var started = map[string][]string{
	"create-simple":   {"resource-kind", "resource-definition", "provider-name", "provider-service-url"},
	"update-simple":   {"resource-kind", "resource-definition", "resource-id", "provider-name", "provider-service-url"},
	"create-compiled": {"resource-kind", "resource-definition", "pipeline-framework-image", "provider-name", "provider-service-url"},
	"update-compiled": {"resource-kind", "resource-definition", "resource-id", "pipeline-framework-image", "provider-name", "provider-service-url"},
	"delete":          {"resource-kind", "resource-id", "provider-name", "provider-service-url"},
}

// The values that matter to a validator: the others are texts.
var values = map[string]string{
	"resource-kind":            "pipeline",
	"resource-definition":      `{"name":"team-a/p","version":"v1","image":"registry.example/p:1","framework":{"name":"plain","parameters":{}}}`,
	"resource-id":              "an/id:with,all+that=is@safe",
	"pipeline-framework-image": "registry.example/compiler:1",
	"provider-name":            "ml-platform/embedded",
	"provider-service-url":     "provider-embedded-x7k2p.ml-platform:8080",
}

type templates map[string]*wfv1.WorkflowTemplate

// Get looks a template up as the controller does.
func (t templates) Get(name string) (*wfv1.WorkflowTemplate, error) {
	if template, known := t[name]; known {
		return template, nil
	}
	return nil, apierrors.NewNotFound(schema.GroupResource{Resource: "workflowtemplates"}, name)
}

type resources struct {
	templates templates
	workflows []*wfv1.Workflow
	crons     []*wfv1.CronWorkflow
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: argo FILE...")
		os.Exit(2)
	}
	found, err := read(os.Args[1:])
	if err == nil {
		err = found.validate()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d workflow templates, %d workflows, %d cron workflows and %d starts by the operator are valid\n",
		len(found.templates), len(found.workflows), len(found.crons), len(started))
}

func read(files []string) (*resources, error) {
	found := &resources{templates: templates{}}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			if err := found.add(document); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return found, nil
}

func (r *resources) add(document []byte) error {
	var meta metav1.TypeMeta
	if err := yaml.Unmarshal(document, &meta); err != nil {
		return err
	}
	switch meta.Kind {
	case "WorkflowTemplate":
		template := &wfv1.WorkflowTemplate{}
		if err := yaml.UnmarshalStrict(document, template); err != nil {
			return err
		}
		r.templates[template.Name] = template
	case "Workflow":
		workflow := &wfv1.Workflow{}
		if err := yaml.UnmarshalStrict(document, workflow); err != nil {
			return err
		}
		r.workflows = append(r.workflows, workflow)
	case "CronWorkflow":
		cron := &wfv1.CronWorkflow{}
		if err := yaml.UnmarshalStrict(document, cron); err != nil {
			return err
		}
		r.crons = append(r.crons, cron)
	default:
		return fmt.Errorf("kind %q is not Argo's", meta.Kind)
	}
	return nil
}

func (r *resources) validate() error {
	cluster := &templateresolution.NullClusterWorkflowTemplateGetter{}
	var problems []error
	check := func(what string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", what, err))
		}
	}
	for name, template := range r.templates {
		check(name, validate.ValidateWorkflowTemplate(r.templates, cluster, template, nil, validate.ValidateOpts{}))
	}
	for _, workflow := range r.workflows {
		check(workflow.GenerateName, validate.ValidateWorkflow(r.templates, cluster, workflow, nil, validate.ValidateOpts{Submit: true}))
	}
	for _, cron := range r.crons {
		check(cron.Name, validate.ValidateCronWorkflow(context.Background(), r.templates, cluster, cron, nil))
	}
	for template, parameters := range started {
		workflow := start(template, parameters)
		check("start of "+template, validate.ValidateWorkflow(r.templates, cluster, workflow, nil, validate.ValidateOpts{Submit: true}))
	}
	return errors.Join(problems...)
}

// start is the Workflow that the operator makes.
func start(template string, parameters []string) *wfv1.Workflow {
	workflow := &wfv1.Workflow{}
	workflow.GenerateName = "pipeline-p-"
	workflow.Spec.WorkflowTemplateRef = &wfv1.WorkflowTemplateRef{Name: template}
	for _, name := range parameters {
		value := wfv1.AnyStringPtr(values[name])
		workflow.Spec.Arguments.Parameters = append(workflow.Spec.Arguments.Parameters, wfv1.Parameter{Name: name, Value: value})
	}
	return workflow
}

// Compares how kubectl reads a file with how the rehearsal reads it, on random texts: both get the same documents out of
// it, or both refuse it.
//
//	yaml READER COUNT SEED [FILE...]
//
// READER reads texts from standard input, each behind its length in four bytes, and answers each with lines of JSON, or
// with one that starts with an exclamation mark, and an empty line.
// The FILEs are compared first.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"strconv"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// kubectl reads a file as `kubectl apply -f` does: k8s.io/cli-runtime, FileVisitor and StreamVisitor.
func kubectl(text []byte) (documents []any, err error) {
	defer func() {
		// A file that makes kubectl panic is not read either.
		if failure := recover(); failure != nil {
			err = fmt.Errorf("panic: %v", failure)
		}
	}()
	reader := transform.NewReader(bytes.NewReader(text), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	decoder := yaml.NewYAMLOrJSONDecoder(reader, 4096)
	documents = []any{}
	for {
		raw := runtime.RawExtension{}
		if err := decoder.Decode(&raw); err == io.EOF {
			return documents, nil
		} else if err != nil {
			return nil, err
		}
		document := bytes.TrimSpace(raw.Raw)
		if len(document) == 0 || bytes.Equal(document, []byte("null")) {
			continue
		}
		value, err := generic(document)
		if err != nil {
			return nil, err
		}
		documents = append(documents, value)
	}
}

func generic(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}

// reader is the program that is compared.
type reader struct {
	input  io.WriteCloser
	output *bufio.Reader
}

func start(program string) (*reader, error) {
	command := exec.Command(program)
	command.Stderr = os.Stderr
	input, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &reader{input, bufio.NewReaderSize(output, 1<<20)}, command.Start()
}

func (r *reader) read(text []byte) (documents []any, refusal string, err error) {
	if err := binary.Write(r.input, binary.BigEndian, uint32(len(text))); err != nil {
		return nil, "", err
	}
	if _, err := r.input.Write(text); err != nil {
		return nil, "", err
	}
	documents = []any{}
	for {
		line, err := r.output.ReadBytes('\n')
		switch {
		case err != nil:
			return nil, "", fmt.Errorf("the reader has ended: %w", err)
		case len(line) == 1:
			if refusal != "" {
				documents = nil
			}
			return documents, refusal, nil
		case line[0] == '!':
			refusal = string(bytes.TrimSpace(line))
			continue
		}
		document, err := generic(line)
		if err != nil {
			return nil, "", err
		}
		documents = append(documents, document)
	}
}

func text(value any) string {
	written, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(written)
}

// difference says how the two differ; nothing if they agree.
func (r *reader) difference(input []byte) (difference string, refused bool, err error) {
	ours, refusal, err := r.read(input)
	if err != nil {
		return "", false, fmt.Errorf("%w: after %q", err, input)
	}
	theirs, failure := kubectl(input)
	// Keys that differ in type alone fall together, and chance decides which of them kubectl keeps.
	for range 50 {
		if (failure != nil) == (refusal != "") && text(ours) == text(theirs) {
			return "", failure != nil, nil
		}
		theirs, failure = kubectl(input)
	}
	switch {
	case failure != nil:
		return fmt.Sprintf("kubectl refuses it (%v), we read %s", failure, text(ours)), true, nil
	case refusal != "":
		return fmt.Sprintf("kubectl reads %s, we refuse it (%s)", text(theirs), refusal), false, nil
	default:
		return fmt.Sprintf("kubectl reads %s, we read %s", text(theirs), text(ours)), false, nil
	}
}

// enough differences show what is wrong.
const enough = 20

func run(arguments []string) error {
	if len(arguments) < 3 {
		return fmt.Errorf("usage: yaml READER COUNT SEED [FILE...]")
	}
	count, err := strconv.Atoi(arguments[1])
	if err != nil {
		return err
	}
	seed, err := strconv.ParseInt(arguments[2], 10, 64)
	if err != nil {
		return err
	}
	reader, err := start(arguments[0])
	if err != nil {
		return err
	}
	different, refused := 0, 0
	compare := func(input []byte) error {
		difference, refusal, err := reader.difference(input)
		if refusal {
			refused++
		}
		if difference != "" {
			fmt.Fprintf(os.Stderr, "%q\n  %s\n", input, difference)
			if different++; different == enough {
				return fmt.Errorf("%d differences, and no more are looked for", different)
			}
		}
		return err
	}
	for _, path := range arguments[3:] {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := compare(content); err != nil {
			return err
		}
	}
	for _, input := range edges() {
		if err := compare([]byte(input)); err != nil {
			return err
		}
	}
	refused = 0
	random := writer{Rand: rand.New(rand.NewSource(seed))}
	for range count {
		if err := compare(random.file()); err != nil {
			return err
		}
	}
	chosen := len(edges()) + len(arguments[3:])
	fmt.Printf("%d chosen texts, %d random ones (seed %d), of which kubectl refuses %d: %d read otherwise\n", chosen, count, seed, refused, different)
	if different > 0 {
		return fmt.Errorf("%d differences", different)
	}
	if refused*10 < count || refused*10 > count*6 {
		return fmt.Errorf("%d of %d texts refused: the random texts are too easy or too hard", refused, count)
	}
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

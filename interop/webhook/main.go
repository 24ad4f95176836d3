// What the operator's webhook makes of the bytes of a connection: its handler under the real net/http and encoding/json.
//
//	webhook table          the cases that are worth a name, as JSON lines
//	webhook random N SEED  those that are too long for a table, and N connections made of all by chance
package main

import (
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

type outcome struct {
	Name    string   `json:"name"`
	Send    string   `json:"send"`
	Receive string   `json:"receive"`
	Effects []effect `json:"effects"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: webhook table | webhook random N SEED")
	}
	all := table()
	var cases, long []connection
	for _, c := range all {
		if len(c.bytes) > 20_000 {
			long = append(long, c)
		} else {
			cases = append(cases, c)
		}
	}
	switch {
	case os.Args[1] == "random" && len(os.Args) == 4:
		count, err := strconv.Atoi(os.Args[2])
		seed, err2 := strconv.ParseUint(os.Args[3], 10, 64)
		if err != nil || err2 != nil {
			log.Fatal("random: N and SEED are numbers")
		}
		cases = append(long, mutated(cases, count, seed)...)
	case os.Args[1] != "table":
		log.Fatalf("%s: table or random N SEED", os.Args[1])
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for _, c := range cases {
		if err := out.Encode(play(c)); err != nil {
			log.Fatal(err)
		}
	}
}

// play sends the bytes over a connection of their own to a server of their own, and reads until it ends.
func play(c connection) outcome {
	h := &handler{effects: []effect{}}
	mux := http.NewServeMux()
	mux.Handle("/events", h)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: mux, ErrorLog: log.New(io.Discard, "", 0)}
	ended := make(chan struct{})
	server.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			close(ended)
		}
	}
	go func() { _ = server.Serve(listener) }()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		// A server that answers early need not read to the end.
		_, _ = client.Write([]byte(c.bytes))
		_ = client.(*net.TCPConn).CloseWrite()
	}()
	_ = client.SetReadDeadline(time.Now().Add(30 * time.Second))
	answer, err := io.ReadAll(client)
	if nerr, ok := err.(net.Error); ok && nerr.Timeout() {
		log.Fatalf("%s: the connection does not end", c.name)
	}
	_ = client.Close()
	<-ended
	_ = server.Close()
	return outcome{c.name, latin(c.bytes), normal(latin(string(answer))), h.effects}
}

// latin makes a text of one character per byte.
func latin(bytes string) string {
	var text strings.Builder
	for i := 0; i < len(bytes); i++ {
		text.WriteRune(rune(bytes[i]))
	}
	return text.String()
}

var (
	date   = regexp.MustCompile(`Date: [^\r]*\r\n`)
	failed = regexp.MustCompile(`(HTTP/1\.[01] 500 [^\x00]*?)Content-Length: [0-9]+([^\x00]*?)\r\n\r\n([^\n]*)\n`)
	fields = regexp.MustCompile(`Content-Length: [0-9]+((?:\r\n[^\r]+)*\r\n\r\nfailed to read request body, malformed MIME header)[^\n]*`)
	known  = regexp.MustCompile(`^(an empty namespace |invalid namespace |invalid resource name |broken)`)
)

// normal leaves out dates, and what Go says in words of its own about a body and about fields that follow chunks.
func normal(answer string) string {
	answer = date.ReplaceAllString(answer, "")
	answer = fields.ReplaceAllString(answer, "Content-Length: -$1")
	return failed.ReplaceAllStringFunc(answer, func(text string) string {
		parts := failed.FindStringSubmatch(text)
		if known.MatchString(parts[3]) {
			return text
		}
		return parts[1] + "Content-Length: -" + parts[2] + "\r\n\r\n(own words)\n"
	})
}

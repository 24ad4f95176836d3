package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

type connection struct{ name, bytes string }

const (
	fine = `{"status":"succeeded","pipelineName":"team/p","runName":"team/run","runId":"r-1","provider":"ml/forge",` +
		`"pipelineComponents":[{"name":"step","componentArtifacts":[{"name":"out","artifacts":[` +
		`{"uri":"zero","metadata":{"pushed":1}},{"uri":"one","metadata":{}}]}]}]}`
	small = `{"runName":"team/run","status":"failed"}`
)

// request is a POST with a body of known length, whose fields may be more or others.
func request(line string, fields []string, body string) string {
	head := []string{line, "Host: webhook", "Content-Type: application/json", fmt.Sprintf("Content-Length: %d", len(body))}
	for _, field := range fields {
		name, _, _ := strings.Cut(field, ":")
		kept := head[:1:1]
		for _, other := range head[1:] {
			if known, _, _ := strings.Cut(other, ":"); !strings.EqualFold(known, strings.TrimPrefix(name, "-")) {
				kept = append(kept, other)
			}
		}
		head = kept
		if !strings.HasPrefix(field, "-") {
			head = append(head, strings.TrimPrefix(field, "+"))
		}
	}
	return strings.Join(head, "\r\n") + "\r\n\r\n" + body
}

func post(body string) string { return request("POST /events HTTP/1.1", nil, body) }

func with(fields ...string) string { return request("POST /events HTTP/1.1", fields, small) }

func chunked(rest string) string {
	head := request("POST /events HTTP/1.1", []string{"-Content-Length", "Transfer-Encoding: chunked"}, "")
	return head + rest
}

// table has the cases that are worth a name.
func table() []connection {
	var all []connection
	add := func(name, bytes string) { all = append(all, connection{name, bytes}) }

	for _, body := range bodies() {
		add("body "+excerpt(body), post(body))
	}
	for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "post", "Post", "TRACE", "P@ST", "PO ST", "", "CONNECT"} {
		add("method "+method, request(method+" /events HTTP/1.1", nil, small))
	}
	for _, target := range targets() {
		add("target "+target, request("POST "+target+" HTTP/1.1", nil, small))
		add("target of GET "+target, request("GET "+target+" HTTP/1.1", []string{"-Content-Length", "-Content-Type"}, ""))
	}
	add("target of HEAD //events", request("HEAD //events HTTP/1.1", []string{"-Content-Length"}, ""))
	add("target of CONNECT", request("CONNECT webhook:80 HTTP/1.1", []string{"-Content-Length"}, ""))
	add("target of CONNECT //events", request("CONNECT //events HTTP/1.1", nil, small))
	add("target of OPTIONS *", request("OPTIONS * HTTP/1.1", nil, small))
	for _, version := range []string{"HTTP/1.0", "HTTP/1.2", "HTTP/0.9", "HTTP/2.0", "HTTP/3.0", "http/1.1", "HTTP/1.10", "HTTP/11", "HTTP/1,1", "", " HTTP/1.1"} {
		add("version "+version, request("POST /events "+version, nil, small))
	}
	add("version 1.0 without Host", request("POST /events HTTP/1.0", []string{"-Host"}, small))
	add("version 1.0 that goes on", strings.Repeat(request("POST /events HTTP/1.0", []string{"Connection: Keep-Alive"}, small), 2))
	add("version 1.0 of chunks", request("POST /events HTTP/1.0", []string{"-Content-Length", "Transfer-Encoding: chunked"}, "0\r\n\r\n"))
	add("version 1.0 of HEAD", request("HEAD /x HTTP/1.0", []string{"Connection: keep-alive", "-Content-Length"}, ""))
	add("the beginning of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	for _, media := range []string{"application/json; charset=utf-8", "application/json;charset=utf-8", "Application/json", "application/json ", " application/json\t", "text/plain", "", "application/json, application/json", "application/json;", "application/\xffjson"} {
		add("content type "+media, with("Content-Type: "+media))
	}
	add("content type missing", with("-Content-Type"))
	add("content type twice", with("+Content-Type: text/plain"))
	add("content type twice, the right one last", request("POST /events HTTP/1.1", []string{"-Content-Type", "Content-Type: text/plain"}, small))
	add("content type in another case", with("-Content-Type", "CONTENT-type: application/json"))
	add("content type on two lines", with("Content-Type:\r\n application/json"))
	add("content type of an unwanted body", with("Content-Type: text/plain", "Connection: close"))
	for _, host := range []string{"", "a:b:c", "we bhook", "web/hook", "[::1]:80", "h\xc3\xb6st", "a\\b", "user@host"} {
		add("host "+host, with("Host: "+host))
	}
	add("host missing", with("-Host"))
	add("host twice", strings.Replace(with(), "Host: webhook\r\n", "Host: webhook\r\nHost: webhook\r\n", 1))
	for _, field := range []string{"X : y", "X y: z", ": y", "X", "X\x01: y", "X: \x00", "X: a\x7fb", "X: \xff", "X:", " X: y", "\tX: y", "X: y\r\n z", "X: y\r\n\t", "X\xc3: y", "X:y\rz"} {
		add("field "+field, with("+"+field))
		add("field in front "+field, strings.Replace(with(), "Host:", field+"\r\nHost:", 1))
	}
	for _, length := range []string{"-1", "+40", "0x28", "4 0", "", "99999999999999999999", "9223372036854775808", "040", "40, 40", "0", "39", "41", "40\t"} {
		add("length "+length, with("Content-Length: "+length))
	}
	add("length missing", with("-Content-Length"))
	add("length twice", strings.Replace(with(), "Content-Length: 40\r\n", "Content-Length: 40\r\nContent-Length: 40\r\n", 1))
	add("length twice, and they differ", strings.Replace(with(), "Content-Length: 40\r\n", "Content-Length: 40\r\nContent-Length: 41\r\n", 1))
	for _, coding := range []string{"gzip, chunked", "chunked, chunked", "CHUNKED", "identity", "", "x", "chunked;q=1"} {
		add("coding "+coding, request("POST /events HTTP/1.1", []string{"-Content-Length", "Transfer-Encoding: " + coding}, "28\r\n"+small+"\r\n0\r\n\r\n"))
	}
	add("coding twice", strings.Replace(chunked("0\r\n\r\n"), "Transfer-Encoding", "Transfer-Encoding: chunked\r\nTransfer-Encoding", 1))
	add("coding and length", request("POST /events HTTP/1.1", []string{"Transfer-Encoding: chunked"}, "28\r\n"+small+"\r\n0\r\n\r\n"))
	add("coding and a bad length", request("POST /events HTTP/1.1", []string{"Transfer-Encoding: chunked", "Content-Length: x"}, "28\r\n"+small+"\r\n0\r\n\r\n"))
	for _, rest := range chunks() {
		add("chunks "+excerpt(rest), chunked(rest))
	}
	add("chunks of a body that nobody wants", strings.Replace(chunked("zz\r\n"), "application/json", "text/plain", 1))
	for _, trailer := range []string{"Content-Length", "X-A", "X-A, transfer-encoding", ","} {
		add("trailer "+trailer, strings.Replace(chunked("28\r\n"+small+"\r\n0\r\n\r\n"), "Host", "Trailer: "+trailer+"\r\nHost", 1))
	}
	for _, expect := range []string{"100-continue", "100-Continue", "100-continue, x", "x", "", "200-ok"} {
		add("expect "+expect, with("Expect: "+expect))
		add("expect of GET "+expect, request("GET /events HTTP/1.1", []string{"Expect: " + expect}, small))
	}
	add("expect without a body", with("Expect: 100-continue", "-Content-Length"))
	add("expect of version 1.0", request("POST /events HTTP/1.0", []string{"Expect: 100-continue"}, small))
	for _, connection := range []string{"close", "Close", "keep-alive", "x, close", "x close", "closed", "upgrade"} {
		add("connection "+connection, with("Connection: "+connection)+post(small))
	}
	add("two requests", post(fine)+post(small))
	add("two requests with line ends between", post(small)+"\r\n\r\n"+post(small))
	add("two requests with line ends between, not after POST", request("GET /events HTTP/1.1", nil, "")+"\r\n"+post(small))
	add("three signs behind a request", post(small)+"abc")
	add("line ends behind a request", post(small)+"\r\n\r\n")
	add("a request that is none behind one", post(small)+"abcdef\r\n")
	add("bare line ends", strings.ReplaceAll(post(small), "\r\n", "\n"))
	add("line ends in front", "\r\n"+post(small))
	add("nothing", "")
	add("a beginning", "POST /ev")
	add("a head without end", "POST /events HTTP/1.1\r\nHost: x\r\n")
	add("a line without colon", "POST /events HTTP/1.1\r\nHost\r\n\r\n")
	add("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
	add("an unwanted body of 256 KiB", request("POST /nowhere HTTP/1.1", nil, strings.Repeat("x", 256<<10)))
	add("an unwanted body of a byte less", request("POST /nowhere HTTP/1.1", nil, strings.Repeat("x", 256<<10-1)))
	add("a large event", post(strings.Repeat(" ", 300_000)+small))
	add("a head of more than a mebibyte", with("X: "+strings.Repeat("x", 1<<20+8192)))
	return all
}

func targets() []string {
	return []string{
		"/events", "/events?x", "/events?", "/events??", "/events?a=%zz", "/events#x", "/events/", "//events", "//events?x=1&y",
		"/./events", "/a/../events", "/../events", "/events/.", "/events/..", "/events//", "/Events", "/event", "/events;x",
		"/%65vents", "/%65%76ents?x", "/%2Fevents", "/events%2F", "/%2e/events", "//%65vents", "/events%20", "/events%",
		"/events%zz", "/%", "/\xc3\xa9vents", "//\xc3\xa9vents?\xc3\xa9", "//events?\xff", "/eve\x7fnts", "/", "", "*", "events", "?", "#",
		"http://webhook/events", "HTTP://other:1/events?x", "http://webhook", "http://webhook/", "http:///events", "http:/events",
		"http:events", "http://web hook/events", "http://user:p%40@webhook/events", "http://us er@webhook/events", "http://a@b@webhook/events",
		"http://[::1]/events", "http://[::1/events", "http://[1.2.3.4]/events", "http://[fe80::1%25en0]:80/events", "http://[fe80::1%25]/events",
		"http://webhook:x/events", "http://webhook:/events", "http://a:1:2/events", "ftp://a:1:2/events", "http://%41/events", "http://%C3%A9/events",
		"http://we\"b<h>/events", "http://we^b/events", "x:y", "1x:y", ":x", "a+b-c.1://h/events", "http://h//events", "webhook:80", "/a:b", "//a:b",
		"/<script>/../x", "//<a href='x'>&", "/events'", "/events[]", "/events|",
	}
}

func chunks() []string {
	long := strings.Repeat("x", 4090)
	many := strings.Repeat("1;"+strings.Repeat("y", 1000)+"\r\n \r\n", 30)
	return []string{
		"28\r\n" + small + "\r\n0\r\n\r\n",
		"28;a=b\r\n" + small + "\r\n0;c\r\n\r\n",
		"28 \t\r\n" + small + "\r\n0\r\n\r\n",
		"28 ;a\r\n" + small + "\r\n0\r\n\r\n",
		" 28\r\n" + small + "\r\n0\r\n\r\n",
		"028\r\n" + small + "\r\n00\r\n\r\n",
		"10\r\n" + small[:16] + "\r\n18\r\n" + small[16:] + "\r\n0\r\n\r\n",
		"28\n" + small + "\n0\n\n",
		"2\r8\r\n" + small + "\r\n0\r\n\r\n",
		"28\r\n" + small + "0\r\n\r\n",
		"27\r\n" + small + "\r\n0\r\n\r\n",
		"29\r\n" + small + "\r\n0\r\n\r\n",
		"28\r\n" + small + "\r\n",
		"28\r\n" + small,
		"28\r\n" + small + "\r\n0\r\n",
		"28\r\n" + small + "\r\n0\r\n\r",
		"28\r\n" + small + "\r\n0\r\nX: y\r\n\r\n",
		"28\r\n" + small + "\r\n0\r\nX: y\r\n",
		"28\r\n" + small + "\r\n0\r\nX y\r\n\r\n",
		"28\r\n" + small + "\r\n0\r\n X: y\r\n\r\n",
		"28\r\n" + small + "\r\n0\r\nX: y\n\n" + "\r\n\r\n",
		"28\r\n" + small + "\r\n0\r\nX: " + long + long + "\r\n\r\n",
		"\r\n\r\n", "0\r\n\r\n", "x\r\n", "-1\r\n", "0x28\r\n" + small + "\r\n0\r\n\r\n", "G\r\n", "",
		"ffffffffffffffff\r\n", "10000000000000000\r\n", "c000000000000000\r\nx", "8000000000000000\r\nx", "00000000000000028\r\n",
		"28;" + long + "\r\n" + small + "\r\n0\r\n\r\n",
		"28;" + long + "xxxxx\r\n" + small + "\r\n0\r\n\r\n",
		many + "28\r\n" + small + "\r\n0\r\n\r\n",
		strings.Repeat("1\r\n \r\n", 9000) + "28\r\n" + small + "\r\n0\r\n\r\n",
		"28\r\n" + small + "\r\n0\r\n\r\n" + post(small),
	}
}

func bodies() []string {
	event := func(members string) string { return `{"runName":"team/run","status":"succeeded",` + members + `}` }
	list := func(artifacts string) string {
		return event(`"pipelineComponents":[{"name":"step","componentArtifacts":[{"name":"out","artifacts":` + artifacts + `}]}]`)
	}
	all := []string{
		"", " ", "null", " null\n", "nul", "{}", "[]", `""`, "7", "true", "{} {}", "{}x", "\xef\xbb\xbf{}", "{", "{\"a\":1,}", "{'a':1}", fine, small, small + "\n",
		`{"runName":""}`, `{"runName":null,"runConfigurationName":""}`, `{"runName":7}`, `{"runName":"run"}`, `{"runName":"a/b/c"}`, `{"runName":"a/"}`,
		`{"runName":"/b"}`, `{"runName":"/"}`, `{"runName":"team/other"}`, `{"runName":"team/broken"}`, `{"RUNNAME":"team/run"}`, `{"run\u004eame":"team/run"}`,
		`{"runName":"team/other","runName":"team/run"}`, `{"runName":"team/run","runName":null}`, `{"runName":"team/run","RunName":"a/b/c"}`,
		`{"runName":["team/run"]}`, `{"runName":{}}`, `{"runName":true}`, `{"runName":"team/run","pipelineName":null}`, `{"runName":"team/run","pipelineName":1}`,
		`{"runName":"team/run","provider":"a//b"}`, `{"runName":"team/run","provider":"a b/\u0000"}`, `{"runName":"team/run","pipelineName":"x","pipelineName":null}`,
		`{"runName":"team/other","runConfigurationName":"team/config"}`, `{"runName":"team/run","runConfigurationName":"team/other"}`,
		`{"runName":"team/run","runConfigurationName":"team/broken"}`, `{"runName":"team/broken","runConfigurationName":"team/other"}`,
		`{"runName":"team/other","runConfigurationName":"team/broken"}`, `{"runName":"team/broken","runConfigurationName":"team/config"}`,
		`{"runName":"run","runConfigurationName":"team/config"}`, `{"runName":"team/run","runConfigurationName":"config"}`,
		event(`"runConfigurationName":"team/broken"`), event(`"runConfigurationName":"team/config"`), event(`"runConfigurationName":"team/other"`), event(`"runConfigurationName":"config"`),
		`{"status":"succeeded","runName":"team/broken","runConfigurationName":"team/config"}`, `{"status":"failed","runName":"team/broken","runConfigurationName":"team/config"}`,
		`{"status":"succeeded","runName":"team/a%","runConfigurationName":"team/config"}`, event(`"runConfigurationName":"team/a%"`), event(`"runConfigurationName":"./x"`),
		`{"runConfigurationName":"team/.."}`, `{"runConfigurationName":"team/other","runName":"team/.."}`,
		`{"status":"Succeeded","runName":"team/run"}`, `{"status":null,"runName":"team/run"}`, `{"status":1,"runName":"team/run"}`, `{"status":"failed","status":null,"runName":"team/run"}`,
		`{"runName":"team/run","runId":null}`, `{"runName":"team/run","runId":{}}`, `{"runName":"team/run","unknown":{"a":[1e999,{"runName":7}]}}`,
		"{\"runName\":\"team/run\",\"\u017ftatu\u017f\":\"failed\"}", "{\"runName\":\"team/run\",\"\u017ftatus\":7}", `{"runName":"team/run","\u017ftatus":7}`, "{\"runName\":\"team/run\",\"\u212a\":7}",
		"{\"runName\":\"team/run\",\"p\u0131pelineName\":7}", "{\"runName\":\"team/run\",\"P\u0130PELINENAME\":7}", "{\"runName\":\"team/run\",\"pipelineComponent\u017f\":7}",
		"{\"runName\":\"team/run\",\"runId\":\"a\xffb\"}", "{\"runName\":\"team/run\",\"run\xffId\":1}", `{"runName":"team/run","runId":"\ud800"}`, `{"runName":"team/run","runId":"\ud83d\ude00"}`,
		`{"runName":"team/run","runId":"\udc00\ud800"}`, `{"runName":"team/run","runId":"\ud800\u0041"}`, "{\"runName\":\"team/run\",\"runId\":\"\x01\"}", `{"runName":"team/run","runId":"\x"}`, "{\"runName\":\"team/run\",\"runId\":\"\xed\xa0\x80\"}",
		"{\"runName\":\"team/\xff\"}", `{"runName":"team/\n"}`, `{"runName":"te%am/run"}`, `{"runName":"team/RUN"}`,
		`{"runName":"team/run","pipelineComponents":{}}`, `{"runName":"team/run","pipelineComponents":[null]}`, `{"runName":"team/run","pipelineComponents":[[]]}`, `{"runName":"team/run","pipelineComponents":[7]}`,
		`{"runName":"team/run","pipelineComponents":"x"}`, list(`null`), list(`[null]`), list(`[7]`), list(`[{"uri":7}]`), list(`[{"uri":null}]`), list(`[{"uri":"a","metadata":[]}]`), list(`[{"uri":"a","metadata":null}]`),
		list(`[{"uri":"a","metadata":{"pushed":1e999}}]`), list(`[{"uri":"a","metadata":{"x":[{"y":-1e999}]}}]`), list(`[{"uri":"a","metadata":{"x":1e-999}}]`), list(`[{"uri":"a","x":1e999}]`),
		list(`[{"uri":"a","metadata":{"pushed":1},"metadata":{"x":2}}]`), list(`[{"uri":"a","metadata":{"pushed":1},"metadata":null}]`), list(`[{"uri":"a","metadata":{"pushed":1,"pushed":2}}]`),
		list(`[{"uri":"a","metadata":{"pushed":1},"metadata":{"pushed":2}}]`), list(`[{"uri":"a","metadata":{"Pushed":1}}]`), list(`[{"uri":"a"},{"uri":"b"}],"artifacts":[{}]`), list(`[{"uri":"a"},{"uri":"b"}],"artifacts":[{}],"artifacts":[{},{}]`),
		list(`[{"uri":"a"},{"uri":"b"}],"artifacts":[],"artifacts":[{},{}]`), list(`[{"uri":"a"}],"artifacts":null`), list(`[{"uri":"a","metadata":{"pushed":1}}],"artifacts":[{"metadata":{"x":1}}]`),
		list(`[{"uri":"a"},{"uri":"b"},{"uri":"c"}],"artifacts":[{"uri":"d"}],"artifacts":[null,{"uri":""},null]`),
		event(`"pipelineComponents":[{"name":"step","componentArtifacts":[{"name":"out","artifacts":[{"uri":"a"}]}]}],"pipelineComponents":[{}]`),
		event(`"pipelineComponents":[{"name":"step","componentArtifacts":[{"name":"out","artifacts":[{"uri":"a"}]}]}],"pipelineComponents":[null,{"name":"step"}]`),
		event(`"pipelineComponents":[{"name":"step","componentArtifacts":[{"name":"out","artifacts":[{"uri":"a"}]}]}],"pipelineComponents":null,"pipelineComponents":[{}]`),
	}
	for _, time := range times() {
		all = append(all, `{"runName":"team/run","runEndTime":`+time+`}`)
	}
	for _, depth := range []int{9_999, 10_000, 10_001} {
		all = append(all, `{"runName":"team/run","x":`+strings.Repeat("[", depth-1)+strings.Repeat("]", depth-1)+`}`)
	}
	deep := 9_994
	all = append(all, list(`[{"uri":"a","metadata":{"x":`+strings.Repeat("[", deep-2)+strings.Repeat("]", deep-2)+`}}]`))
	return all
}

func times() []string {
	texts := []string{
		"2027-03-01T06:00:00Z", "2027-03-01T06:00:00.5Z", "2027-03-01T06:00:00,5Z", "2027-03-01T06:00:00.1234567899Z", "2027-03-01T06:00:00.Z", "2027-03-01T06:00:00,Z",
		"2027-03-01T06:00:60Z", "2027-03-01T06:00:59Z", "2027-03-01T06:60:00Z", "2027-03-01T24:00:00Z", "2027-03-01T6:00:00Z", "2027-03-01T6:0:00Z", "2027-03-01T06:00:0Z", "2027-03-01T006:00:00Z",
		"2027-03-01T06:00:00+24:00", "2027-03-01T06:00:00-24:60", "2027-03-01T06:00:00+25:00", "2027-03-01T06:00:00+01:61", "2027-03-01T06:00:00+0100", "2027-03-01T06:00:00+1:00", "2027-03-01T06:00:00 01:00",
		"2027-03-01T06:00:00", "2027-03-01T06:00Z", "2027-03-01T06:00:00z", "2027-03-01t06:00:00Z", "2027-03-01 06:00:00Z", "2027-03-01T06:00:00Z ", " 2027-03-01T06:00:00Z", "2027-03-01T06:00:00-00:00",
		"2027-02-29T00:00:00Z", "2028-02-29T00:00:00Z", "2027-13-01T00:00:00Z", "2027-00-01T00:00:00Z", "2027-01-00T00:00:00Z", "2027-1-01T00:00:00Z", "2027-04-31T00:00:00Z",
		"0000-01-01T00:00:00Z", "0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999999-24:60", "10000-01-01T00:00:00Z", "-001-01-01T00:00:00Z", "202a-01-01T00:00:00Z", "", `2027-03-01T06:00:00\u005a`, `2027-03-01T06:00:00\/`,
		"2027-03-01T06:00:00Zulu", "2027-03-01T06:00:00.5", "2027-03-01T06:00:00..5Z", "2027-03-01T06:00:00.5+05:30", "2027-03-01T06:00:00+05:30:10", "\xff",
	}
	for i, text := range texts {
		texts[i] = `"` + text + `"`
	}
	return append(texts, "null", "7", "{}", "[]", "true", `"2027-03-01T06:00:00Z","runEndTime":null`)
}

func excerpt(text string) string {
	if len(text) > 120 {
		return fmt.Sprintf("%q… (%d bytes)", text[:120], len(text))
	}
	return fmt.Sprintf("%q", text)
}

// mutated makes connections of those in the table: bytes are changed, put in, taken away, doubled, and parts of two put
// together.
func mutated(from []connection, count int, seed uint64) []connection {
	random := rand.New(rand.NewPCG(seed, 0))
	signs := []string{"\r\n", "\n", "\r", " ", "\t", ":", ";", ",", "0", "1", "f", "%", "/", "//", ".", "..", "?", "\"", "{", "}", "[", "]", "\\", "\\u017f", "\x00", "\x7f", "\xff", "é", "null", "1e999", "close", "100-continue", "chunked"}
	var all []connection
	for len(all) < count {
		c := from[random.IntN(len(from))]
		if len(c.bytes) > 4096 || c.bytes == "" {
			continue
		}
		bytes := []byte(c.bytes)
		for range 1 + random.IntN(3) {
			at := random.IntN(len(bytes) + 1)
			switch random.IntN(5) {
			case 0:
				sign := signs[random.IntN(len(signs))]
				bytes = append(bytes[:at:at], append([]byte(sign), bytes[at:]...)...)
			case 1:
				end := min(len(bytes), at+1+random.IntN(4))
				bytes = append(bytes[:at:at], bytes[end:]...)
			case 2:
				if at < len(bytes) {
					bytes[at] = byte(random.IntN(256))
				}
			case 3:
				end := min(len(bytes), at+random.IntN(30))
				bytes = append(bytes[:end:end], bytes[at:]...)
			case 4:
				other := from[random.IntN(len(from))].bytes
				if len(other) <= 4096 {
					bytes = append(bytes[:at:at], other[min(len(other), at):]...)
				}
			}
		}
		all = append(all, connection{fmt.Sprintf("random %d of %s", len(all), c.name), string(bytes)})
	}
	return all
}

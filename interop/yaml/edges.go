package main

import "strings"

// edges are texts that chance would hardly write: one for each word of a scalar as a value and as a key, and bombs.
func edges() []string {
	var texts []string
	for _, word := range plain {
		texts = append(texts, "k: "+word+"\n", word+": 1\n", "["+word+"]\n", "{"+word+"}\n", "{"+word+": 1}\n", "{k: "+word+"}\n", "- "+word, "k: \""+word+"\"\n")
		for _, tag := range tags {
			texts = append(texts, "k: "+tag+" "+word+"\n", "k: "+tag+" '"+word+"'\n")
		}
	}
	for _, escape := range escapes {
		texts = append(texts, "k: \"a"+escape+"b\"\n", "\""+escape+"\": 1\n", "k: 'a"+escape+"b'\n")
	}
	deep := func(open, close string, depth int) string {
		return "k: " + strings.Repeat(open, depth) + "1" + strings.Repeat(close, depth)
	}
	for _, depth := range []int{200, 2000, 9000, 9998, 9999, 10000, 10001} {
		texts = append(texts, deep("[", "]", depth), deep("{a: ", "}", depth))
		texts = append(texts, "{\"k\":"+strings.Repeat("[", depth)+strings.Repeat("]", depth)+"}")
	}
	laughs := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 'b'; i < 'j'; i++ {
		alias := strings.Repeat("*"+string(i-1)+", ", 10)
		laughs += string(i) + ": &" + string(i) + " [" + alias + "]\n"
		texts = append(texts, laughs)
	}
	comments := strings.Repeat("# switched off\n", 5000)
	texts = append(texts,
		"a:\n"+comments+"b: 1\n", "a:\n- 1\n"+comments+"- 2\n", comments, "a: [\n"+comments+"1]\n", "a: |\n"+comments,
		strings.Repeat("---\na: 1\n", 3000), strings.Repeat("{\"a\":1}\n", 3000),
		"x: &x {a: 1}\n"+strings.Repeat("- *x\n", 10), "x: &x {a: 1}\ny:\n"+strings.Repeat("- *x\n", 20000),
		"x: &x {a: 1}\ny:\n"+strings.Repeat("- &y {<<: *x, b: 2}\n", 5000),
		"a: &a {x: 1, y: 2}\nb: &b {x: 3, z: 4}\nc: {<<: [*a, *b], x: 5}\nd: {x: 5, <<: [*b, *a]}\ne: {<<: *a, <<: *b}\n",
		"a: &a [{x: 1}]\nb: {<<: *a}\n", "a: {<<: [[{x: 1}]]}\n", "a: {<<: 1}\n", "a: {<<: }\n", "a: {\"<<\": {x: 1}}\n", "a: {! <<: {x: 1}}\n", "a: {!!merge x: {x: 1}}\n",
		"a: &a {b: *a}\n", "a: *a\n", "a: &a 1\nb: &a 2\nc: *a\n", "a: &a [&a 1, *a]\nb: *a\n",
		"a: 1\na: 2\n", "1: a\n\"1\": a\n", "[]: a\n", "{}: a\n", "? [a]\n: b\n", "? a\n? b\n", "[? a: b, ? c]\n", "[? : a]\n", "[: a]\n", "[a: b: c]\n", "{a: b: c}\n", "a: b: c\n",
		"{a:}\n", "[a:]\n", "[a:,b]\n", "{a:,b: 1}\n", "{\"a\":b}\n", "{'a':'b'}\n", "[a?b]\n", "{a?b: c}\n", "[-a, - b]\n", "[-]\n", "[!x, a]\n", "[!!str, a]\n", "[&a, *a]\n", "{&a : b}\n",
		"\ta: b\n", "a:\tb\n", "a:\n\tb: c\n", "- a\n\t- b\n", "a: b\n c\n\td\n", "a: \"b\n\tc\"\n", "a: |\n\tb\n", "a: |\n  b\n\tc\n",
		"a: |2\n   b\n", "a: |1\n b\n", "a: >\n  b\n   c\n\n  d\n\n\n  e\n", "a: >-\n  b\u2028  c\n", "a: |+\n\n\nb: c\n", "a: |\n\n\n   b\n  c\n", "- |\n a\n- >\n b\n",
		"%YAML 1.1\n---\na: b\n", "%YAML 1.2\n---\na: b\n", "%FOO\n", "a: b\n%c: d\n", "---\n%YAML 1.1\n", "a: b\n...\nc: d\n", "...\n", "a: b\n--- c\n", "---\n\n---\n# c\n---\nnull\n---\na: b\n",
		"\ufeffa: b\n", "k: \ufeffa\nl: a\ufeff\n\ufeffm: 1\n", "[\ufeffa, {a\ufeff: \ufeff}]\n", "---\n\ufeffa: b\n", "a: b\n---\n\ufeffc: d\n", "\xff\xfea\x00:\x00 \x00b\x00", "\xfe\xff\x00a\x00:\x00 \x00b", "\xfe\xff\x00a\x00", "a: \xff\xc3\n", "a: \xe2\x82\n", "a: \xed\xa0\x80\n",
		"{\"a\":1}{\"b\":2}", "{\"a\":1}\n{\"b\":2}\n---\nc: 3\n", "{\"a\":1}\n---\nc: 3\n", "{\"a\":1} c: 3", "{a: 1}\n", "\n  {a: 1}\n---\n{b: 2}\n", "{\"a\":1,\"a\":2}", "[{\"a\":1}]", "{\"a\":\"\\/\"}", "# c\n{\"a\":\"\\/\"}",
		"{\"a\":1e400}", "{\"a\":01}", "{\"a\":1,}", "a: \"\\ud83d\\ude00\"\n", "{\"a\":\"\\ud83d\\ude00\\ud800\"}", strings.Repeat("a", 1025)+": b\n", strings.Repeat("a", 1024)+": b\n", "\""+strings.Repeat("a", 1030)+"\": b\n",
		"? "+strings.Repeat("a", 1030)+"\n: b\n", "a: b\r\nc: |\r\n  d\r\n  e\r\n", "a: b\rc: d\r", "a: 'b\n\n  c'\n", "a: 'b''c'\n", "a: b'c\n", "a: @b\n", "a: `b`\n", "a: %b\n", "a: - b\n", "- - a\n  - b\n- c\n", "[a", "{a: b", "[[a, {b", "a: [b", "[", "{", "[?", "[? ", "{?", "[:", "a", "a:", "- ", "-", "?", "? a", ": ", "&a", "!x", "*", "|", "'a", "\"a", "a:\n- b\nc:\n  - d\n -e\n",
	)
	return texts
}

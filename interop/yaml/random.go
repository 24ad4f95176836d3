package main

import (
	"fmt"
	"math/rand"
	"strings"
)

// writer writes random files: with all that YAML 1.1 and kubectl's reader know, and then spoilt a little; two of three are
// tame, so that most of them can be read.
type writer struct {
	*rand.Rand
	tame    bool
	anchors []string
}

func (w *writer) of(words ...string) string { return words[w.Intn(len(words))] }

func (w *writer) chance(percent int) bool { return w.Intn(100) < percent }

// plain has no U+FEFF: kubectl loses characters after it where it happens to start a block of its buffer. Short texts with it
// are among the edges.
var plain = []string{
	"a", "b", "key", "name", "x y", "y", "Y", "n", "N", "yes", "Yes", "YES", "yEs", "no", "No", "NO", "nO", "on", "On", "ON", "oN",
	"off", "Off", "OFF", "true", "True", "TRUE", "tRUE", "false", "False", "FALSE", "null", "Null", "NULL", "nULL", "~", "",
	"0", "-0", "+0", "00", "7", "+12", "-12", "010", "-010", "+010", "08", "09.5", "0o17", "0O17", "0o8", "-0o17", "0x1F", "0X1f", "-0x1f",
	"0x", "0xg", "0b101", "0B101", "-0b101", "0b2", "0b-1", "0b+1", "-0b-1", "1_000", "1__0", "_1", "1_", "0x_1F", "0_8", "1e_3", "1_0.5_0",
	"1e3", "1E3", "1e+3", "1e-3", "-1e3", "1.0", "1.", ".5", "-.5", "+.5", ".", "..", "...a", "1.5e300", "1e400", "-1e400", "1e-400", "1e21",
	"1e20", "999999999999999999999", "1e-7", "0.000001", "-0.0", "0.1", "3.4028236e38", "1e6", "1e5", "123456.7", "1.25e-5", "0.0001", "1e", "e3", "1e3.5",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
	"+18446744073709551615", "0xFFFFFFFFFFFFFFFF", "0b1111111111111111111111111111111111111111111111111111111111111111", "01777777777777777777777",
	"0.3333333333333333333333", "9007199254740993", "1:30", "190:20:30", "1:2.5", ".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.Inf", ".iNf", ".nan", ".NaN", ".NAN", ".Nan", "inf", "nan",
	"2001-01-01", "2001-1-1", "2001-13-01", "2001-01-01T00:00:00Z", "2001-01-01t1:2:3.5+01:00", "2001-01-01 10:00:00", "01-01-2001",
	"<<", "=", "a:b", "a#b", "a #b", "a: b", "http://x/y?z=1", "-a", "-", "--", "---a", "?a", ":a", "a:", "a?", "a,b", "a]b", "a}b", "a[b", "a{b", "%a", "@a", "`a", "!a", "&a", "*a",
	"é", "€", "𝄞", "a\u0085b", "a\u2028b", "a\u2029b", "a\u00a0b", "a\tb", "a\u0007b", "a\u007fb", "<&>", "a'b", "a\"b", "a\\b", "{{x}}",
}

var tags = []string{
	"!!str", "!!int", "!!float", "!!bool", "!!null", "!!binary", "!!timestamp", "!!map", "!!seq", "!!set", "!!merge", "!", "!x", "!x!y", "!!x",
	"!<tag:yaml.org,2002:str>", "!<tag:yaml.org,2002:int>", "!<x>", "!x%41", "!%E2%82%AC", "!%zz", "!e!x",
}

var escapes = []string{
	`\0`, `\a`, `\b`, `\t`, "\\\t", `\n`, `\v`, `\f`, `\r`, `\e`, `\ `, `\"`, `\/`, `\\`, `\'`, `\N`, `\_`, `\L`, `\P`, `\x41`, `\xff`, `\x4`, `\u20ac`, `\ud800`, `\ud83d\ude00`,
	`\U0001D11E`, `\UFFFFFFFF`, `\U00110000`, `\q`, "\\\n", "\\\n  ", "\\\r\n",
}

// untame are words that look tame, and are no keys or no values.
var untame = map[string]bool{
	"...": true, "null": true, ".nan": true, ".inf": true, "0b1111111111111111111111111111111111111111111111111111111111111111": true,
	"9223372036854775808": true, "18446744073709551615": true, "0xffffffffffffffff": true, "01777777777777777777777": true, "a:": true,
}

// tamePlain may stand everywhere, as a key too.
var tamePlain = func() (words []string) {
	for _, word := range plain {
		if word != "" && word != "~" && !strings.ContainsAny(word[:1], "-?:,[]{}#&*!|>'\"%@`=<") && !strings.ContainsAny(word, ",[]{}?#\t\u0007\u007f\u2028\u2029\u0085\\") && !strings.Contains(word, ":") && !untame[strings.ToLower(word)] {
			words = append(words, word)
		}
	}
	return words
}()

func (w *writer) scalar() string {
	if w.tame {
		switch word := w.of(tamePlain...); w.Intn(8) {
		case 0:
			return "'" + word + "'"
		case 1:
			return `"` + word + w.of(`\n`, `\u20ac`, "", " ") + `"`
		case 2:
			return w.of("!!str ", "!x ", "! ") + word
		case 3:
			name := w.of("a", "b", "c", "a-1")
			w.anchors = append(w.anchors, name)
			return "&" + name + " " + word
		default:
			return word
		}
	}
	switch w.Intn(10) {
	case 0:
		return "'" + strings.ReplaceAll(w.words(), "'", "''") + "'"
	case 1:
		return `"` + w.quoted() + `"`
	case 2:
		return w.of(tags...) + " " + w.of(w.of(plain...), `"`+w.of(plain...)+`"`, "aGVsbG8=", "/w==", "aGVs\n bG8=", "%%")
	default:
		return w.of(plain...)
	}
}

func (w *writer) words() string {
	parts := make([]string, 1+w.Intn(3))
	for i := range parts {
		parts[i] = w.of(plain...)
	}
	return strings.Join(parts, w.of(" ", "  ", "\n ", "\n\n  ", "\n", "\t", "\u2028", "\r\n "))
}

func (w *writer) quoted() string {
	text := ""
	for range w.Intn(4) {
		text += w.of(w.of(escapes...), w.of("a", "x y", " ", "\n ", "\n\n ", "é", "yes", "\t", "\u2028 "))
	}
	return text
}

// properties are anchors and tags in front of a value.
func (w *writer) properties() string {
	text := ""
	if w.tame {
		return text
	}
	if w.chance(8) {
		text += "&" + w.of("a", "b", "c", "a-1") + " "
	}
	if w.chance(4) {
		text += w.of(tags...) + " "
	}
	return text
}

// alias repeats something: in a tame file, something that is there.
func (w *writer) alias() string {
	if !w.tame {
		return "*" + w.of("a", "b", "c", "a-1")
	}
	if len(w.anchors) == 0 {
		return w.scalar()
	}
	return "*" + w.of(w.anchors...)
}

// merges is something that can be merged, mostly.
func (w *writer) merges() string {
	alias := w.alias()
	if w.tame {
		alias = "{y: 5}"
	}
	return w.of("{a: 1, b: 2}", "{b: 3, y: 4}", "[{a: 1}, {a: 2, c: 3}]", "{<<: {a: 1}, a: 5}", "[]", "{}", alias, "["+alias+"]")
}

func (w *writer) flow(depth int) string {
	if w.chance(6) {
		return w.alias() + w.of("", " ")
	}
	if depth <= 0 || w.chance(45) {
		return w.properties() + w.scalar()
	}
	space := func() string { return w.of("", "", " ", "\n ", " # c\n ") }
	var parts []string
	object := w.chance(50)
	for range w.Intn(4) {
		part := w.flow(depth - 1)
		if object || w.chance(5) {
			key := w.key()
			if key == "<<" && (w.tame || w.chance(90)) {
				part = w.merges()
			}
			if w.tame {
				part = key + w.of(": ", " : ") + part
			} else {
				part = w.of("", "", "", "? ") + key + w.of(": ", ": ", ": ", ":", " : ", ":\n ") + part
			}
		}
		parts = append(parts, space()+part+space())
	}
	text := strings.Join(parts, ",")
	if !w.tame || len(parts) > 0 {
		text += w.of("", "", "", ",")
	}
	if object {
		return w.properties() + "{" + text + "}"
	}
	return w.properties() + "[" + text + "]"
}

func (w *writer) key() string {
	switch {
	case w.chance(12):
		return "<<"
	case w.chance(3) && !w.tame:
		return w.alias() + " "
	case w.chance(3):
		return "&k " + w.of("a", "b", "c")
	default:
		return w.scalar()
	}
}

func (w *writer) block(indent string, depth int) string {
	switch {
	case depth <= 0 || w.chance(25):
		return " " + w.flow(2) + w.of("", "", "", " # c", " ", "\t") + w.end()
	case w.chance(12):
		return " " + w.properties() + w.literal(indent)
	case w.chance(5):
		return " " + w.alias() + w.end()
	case w.chance(35):
		return w.list(indent, depth)
	case w.tame && w.chance(50):
		return " " + w.flow(3) + w.end()
	default:
		return w.object(indent, depth)
	}
}

func (w *writer) end() string {
	if w.tame {
		return w.of("\n", "\n", "\r\n", " # c\n", "\n\n", "\n# c\n")
	}
	return w.of("\n", "\n", "\n", "\n", "\n", "\r\n", "\n\n", "\n# c\n", "\n  # c\n")
}

func (w *writer) literal(indent string) string {
	if w.tame {
		text := w.of("|", ">") + w.of("", "-", "+") + "\n"
		for range w.Intn(5) {
			text += indent + "  " + w.of("a", "a b", "  more", "yes", "a: b", "# no comment", "- x", "é") + w.of("\n", "\n", "\n\n", "\r\n")
		}
		return text
	}
	text := w.of("|", ">") + w.of("", "", "-", "+", "2", "2-", "+1", "0", " # c", "a") + w.end()
	for range w.Intn(5) {
		text += indent + w.of("  ", "  ", "  ", "   ", " ", "", "\t") + w.of(w.words(), "", "a", "a b", " more", "# no comment") + w.of("\n", "\n", "\n\n", "\u2028", "\r\n")
	}
	return text
}

func (w *writer) list(indent string, depth int) string {
	text := ""
	if w.chance(90) {
		text = " " + w.properties() + w.end()
	}
	inner := indent + w.of("  ", " ")
	if !w.tame {
		inner = indent + w.of("", "  ", " ")
	}
	for range 1 + w.Intn(3) {
		text += inner + "-" + w.block(inner+"  ", depth-1)
	}
	return text
}

func (w *writer) object(indent string, depth int) string {
	text := " " + w.properties() + w.end()
	inner := indent + w.of("  ", " ")
	if !w.tame {
		inner = indent + w.of("  ", "  ", "  ", " ", "")
	}
	for range 1 + w.Intn(4) {
		if key := w.key(); w.tame && key == "<<" {
			text += inner + "<<: " + w.merges() + "\n"
			continue
		} else if w.tame {
			text += inner + key + w.of(":", " :") + w.block(inner, depth-1)
			continue
		}
		text += inner + w.of("", "", "", "", "? ") + w.key() + w.of(":", ":", ":", ":", " :", "\n"+inner+":") + w.block(inner, depth-1)
	}
	return text
}

func (w *writer) document() string {
	if w.chance(10) && !w.tame {
		return w.json(3) + w.of("", "\n", "\n\n", " ")
	}
	if w.chance(15) {
		return w.flow(4) + w.end()
	}
	text := ""
	if !w.tame {
		text = w.of("", "", "", "# c\n", "%YAML 1.1\n---\n", "%TAG !e! tag:yaml.org,2002:\n---\n", "\n")
	}
	for range 1 + w.Intn(3) {
		if key := w.key(); key == "<<" {
			text += "<<: " + w.merges() + w.end()
		} else {
			text += key + ":" + w.block("", w.Intn(4))
		}
	}
	return text + w.of("", "", "", "", "...\n", "...\nx: [\n")
}

func (w *writer) json(depth int) string {
	if depth <= 0 {
		return w.of("1", "-0", "1.50", "1e3", "null", "true", `"a"`, `"\u00e9\/"`, `"\ud800"`, "18446744073709551615", "[]", "{}", "01", "yes")
	}
	var parts []string
	for range w.Intn(4) {
		parts = append(parts, fmt.Sprintf("%s:%s%s", w.of(`"a"`, `"b"`, `"y"`, "a"), w.of("", " "), w.json(depth-1-w.Intn(2))))
	}
	return w.of("{", "{\n") + strings.Join(parts, ",") + "}"
}

func (w *writer) file() []byte {
	w.tame = w.chance(66)
	text := ""
	for range 1 + w.Intn(3) {
		if w.tame && text != "" {
			text += w.of("---\n", "--- \n", "--- # c\n", "---\r\n")
		} else if !w.tame && (text != "" || w.chance(20)) {
			text += w.of("---\n", "---\n", "--- \n", "--- # c\n", "---\r\n", "--- a\n", "---a\n", "", "---\n---\n")
		}
		w.anchors = nil
		text += w.document()
	}
	bytes := []byte(text)
	if w.chance(15) {
		bytes = w.spoil(bytes)
	}
	if w.chance(3) {
		bytes = append([]byte("\xef\xbb\xbf"), bytes...)
	} else if w.chance(3) {
		bytes = utf16(string(bytes), w.chance(50))
	}
	return bytes
}

// spoil changes some bytes.
func (w *writer) spoil(text []byte) []byte {
	for range 1 + w.Intn(3) {
		if len(text) == 0 {
			return text
		}
		at := w.Intn(len(text))
		switch w.Intn(3) {
		case 0:
			text = append(text[:at:at], text[at+1:]...)
		case 1:
			text = append(text[:at:at], append([]byte(w.of(" ", "\n", ":", "-", "[", "{", "}", "]", ",", "'", `"`, "#", "&", "*", "!", "?", "|", "\t", "\xff")), text[at:]...)...)
		default:
			text[at] = byte(w.Intn(256))
		}
	}
	return text
}

func utf16(text string, big bool) []byte {
	var bytes []byte
	unit := func(unit uint16) {
		if big {
			bytes = append(bytes, byte(unit>>8), byte(unit))
		} else {
			bytes = append(bytes, byte(unit), byte(unit>>8))
		}
	}
	unit(0xfeff)
	for _, r := range text {
		if r > 0xffff {
			r -= 0x10000
			unit(uint16(0xd800 + r>>10))
			unit(uint16(0xdc00 + r&0x3ff))
		} else {
			unit(uint16(r))
		}
	}
	return bytes
}

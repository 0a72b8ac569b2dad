package wiretext

import (
	"strings"
	"testing"
)

func TestAssemble(t *testing.T) {
	text := `Trace Go1.26
# a comment

EventBatch gen=1 m=18446744073709551615 time=300 size=2
Strings
String id=1
	data="a\x00ü"
String id=2
Stack id=1 nframes=1
	pc=1 func=2 file=3 line=4
ExperimentalBatch exp=1 gen=1 m=2 time=3
	data="xy"
SpanFree  dt=1	id=2
EndOfGeneration
`
	padded := func(value string) string { return value + strings.Repeat("\x80", 8) + "\x00" }
	want := "go 1.26 trace\x00\x00\x00" +
		"\x01\x01" + strings.Repeat("\xff", 9) + "\x01" + "\xac\x02" + padded("\x82") +
		"\x04" +
		"\x05\x01\x04a\x00\xc3\xbc" +
		"\x05\x02\x00" +
		"\x03\x01\x01\x01\x02\x03\x04" +
		"\x31\x01\x01\x02\x03" + padded("\x82") + "xy" +
		"\x82\x01\x02" +
		"\x34"
	got, err := Assemble(text)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestAssembleRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "line 0: not a header",
		"Trace Go1.26\nNonsense":             `line 2: unknown event "Nonsense"`,
		"Trace Go1.26\nGoStart dt=1 g=2":     "2 arguments, not 3",
		"Trace Go1.26\nGoDestroy g=1":        `argument "g=1" is not "dt"`,
		"Trace Go1.26\nGoDestroy dt=x":       "invalid syntax",
		"Trace Go1.26\nStack id=1 nframes=1": "frame: 0 arguments",
	} {
		if _, err := Assemble(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

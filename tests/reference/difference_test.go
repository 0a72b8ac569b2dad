package reference

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"unicode/utf8"
)

// decode reads a line of NDJSON.
func decode(line []byte) (object, error) {
	if !utf8.Valid(line) {
		return nil, fmt.Errorf("not UTF-8: %q", line)
	}
	var o object
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	if err := decoder.Decode(&o); err != nil {
		return nil, fmt.Errorf("%w in %q", err, line)
	}
	return o, nil
}

// differences lists the places where two decoded values differ.
func differences(place string, got, want any) []string {
	if reflect.DeepEqual(got, want) {
		return nil
	}
	var list []string
	switch want := want.(type) {
	case map[string]any:
		if got, ok := got.(map[string]any); ok {
			return objectDifferences(place, got, want)
		}
	case []any:
		if got, ok := got.([]any); ok && len(got) == len(want) {
			for i := range want {
				list = append(list, differences(fmt.Sprint(place, "[", i, "]"), got[i], want[i])...)
			}
			return list
		}
	}
	return []string{fmt.Sprintf("%s: got %s, want %s", place, toJSON(got), toJSON(want))}
}

func objectDifferences(place string, got, want object) []string {
	keys := maps.Clone(want)
	maps.Copy(keys, got)
	var list []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		inner := place + "." + key
		gotValue, isThere := got[key]
		wantValue, isWanted := want[key]
		switch {
		case !isThere:
			list = append(list, inner+" is missing")
		case !isWanted:
			list = append(list, fmt.Sprintf("%s: got %s, want no such key", inner, toJSON(gotValue)))
		default:
			list = append(list, differences(inner, gotValue, wantValue)...)
		}
	}
	return list
}

// toJSON shows a decoded value as it was.
func toJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func TestDifferences(t *testing.T) {
	const line = `{"time":1,"stack":[{"pc":"2"}],"reason":"x","parent":null}`
	for other, want := range map[string][]string{
		line: nil,
		`{"time":1.0,"stack":[{"pc":"2"}],"reason":"x","parent":null}`: {`.time: got 1.0, want 1`},
		`{"time":"1","stack":[{"pc":"2"}],"reason":"x","parent":null}`: {`.time: got "1", want 1`},
		`{"time":1,"stack":[{"pc":"3"}],"reason":"x","parent":null}`:   {`.stack[0].pc: got "3", want "2"`},
		`{"time":1,"stack":[],"reason":"y","parent":null}`: {
			`.reason: got "y", want "x"`,
			`.stack: got [], want [{"pc":"2"}]`,
		},
		`{"time":1,"stack":[{"pc":"2"}],"reason":"x","g":2}`: {
			`.g: got 2, want no such key`, ".parent is missing",
		},
	} {
		want1, err := decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		got1, err := decode([]byte(other))
		if err != nil {
			t.Fatal(err)
		}
		if got := objectDifferences("", got1, want1); !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", other, got, want)
		}
	}
	for _, line := range []string{"", "{", "[]", "{\"x\":\"\xff\"}"} {
		if _, err := decode([]byte(line)); err == nil {
			t.Errorf("%q decodes", line)
		}
	}
}

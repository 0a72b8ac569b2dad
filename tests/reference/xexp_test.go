package reference

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tracecheck/tests/reference/wiretext"
)

// TestGolden compares on the reference's own test traces. They are archives of
// two files: what is expected, and the trace as text.
func TestGolden(t *testing.T) {
	for _, path := range moduleFiles(t, "tests/*.test") {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".test"), func(t *testing.T) {
			t.Parallel()
			archive := string(load(t, path).data)
			head, text, ok := strings.Cut(archive, "-- trace --\n")
			if !ok {
				t.Fatal("no trace in it")
			}
			data, err := wiretext.Assemble(text)
			if err != nil {
				t.Fatal(err)
			}
			fails := strings.Contains(head, "\nFAILURE ")
			if want := read(data); (want.err != nil) != fails {
				t.Errorf("error: %v, but expected is %q", want.err, head)
			}
			if tracecheck != "" {
				checkAssemble(t, []byte(text), data)
			}
			check(t, store(t, data))
		})
	}
}

// TestFuzzCases compares on the reference's fuzz cases, which hold the bytes of
// (bad) traces.
func TestFuzzCases(t *testing.T) {
	for _, path := range moduleFiles(t, "fuzz/*/*") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			data, err := fuzzInput(string(load(t, path).data))
			if err != nil {
				t.Fatal(err)
			}
			check(t, store(t, data))
		})
	}
}

// fuzzInput returns the input in a file of a fuzz corpus with one argument.
func fuzzInput(text string) ([]byte, error) {
	value, ok := strings.CutPrefix(text, "go test fuzz v1\n[]byte(")
	if !ok {
		return nil, fmt.Errorf("not a fuzz case: %.40q", text)
	}
	input, err := strconv.Unquote(strings.TrimSuffix(strings.TrimSpace(value), ")"))
	return []byte(input), err
}

// moduleFiles returns the files in the reference's testdata that match.
func moduleFiles(t *testing.T, pattern string) []string {
	t.Helper()
	command := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/exp")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "trace", "testdata", pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in the module's testdata (%v)", pattern, err)
	}
	return files
}

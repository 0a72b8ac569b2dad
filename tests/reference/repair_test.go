package reference

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestRepair holds what "repair" makes of the damaged fixtures against the
// reference: it reads all of it, and the same as we do.
func TestRepair(t *testing.T) {
	for _, name := range fixtures(t) {
		if strings.HasPrefix(name, "truncated/") || strings.HasPrefix(name, "corrupt/") {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				checkRepair(t, filepath.Join(testdata, name))
				checkRepair(t, filepath.Join(testdata, name), "--strict")
			})
		}
	}
}

func checkRepair(t *testing.T, path string, options ...string) {
	t.Helper()
	if tracecheck == "" {
		skipOutsideCI(t, "TRACECHECK is not set")
	}
	out := filepath.Join(t.TempDir(), "trace")
	result := run(t, tracecheck, append([]string{"repair", path, "-o", out}, options...)...)
	if result.exit == 1 {
		return // Nothing could be kept.
	}
	if result.exit != 0 {
		t.Fatalf("repair %q: exit %d\n%s", options, result.exit, result.stderr)
	}
	s := load(t, out)
	want := read(s.data)
	if want.err != nil {
		t.Errorf("repair %q: the reference says: %v", options, want.err)
	}
	s.real = true
	check(t, s)
}

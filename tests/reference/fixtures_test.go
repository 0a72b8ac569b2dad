package reference

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

const testdata = "../../testdata"

// TestFixtures compares on the shipped traces.
func TestFixtures(t *testing.T) {
	for _, name := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := load(t, filepath.Join(testdata, name))
			s.real = strings.HasPrefix(name, "ok/") || strings.HasPrefix(name, "truncated/")
			check(t, s)
		})
	}
}

// fixtures returns the paths of the shipped traces, below testdata: all files
// in its folders but the programs.
func fixtures(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(testdata, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Name() == "programs" {
			return filepath.SkipDir
		}
		name := strings.TrimPrefix(filepath.ToSlash(path), testdata+"/")
		if entry.Type().IsRegular() && strings.Contains(name, "/") && filepath.Ext(name) != ".md" {
			names = append(names, name)
		}
		return nil
	})
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	return names
}

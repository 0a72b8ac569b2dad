package mutant

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestTakenApart puts traces together again, records and all.
func TestTakenApart(t *testing.T) {
	paths, err := filepath.Glob("../../../testdata/ok/*.trace")
	if err != nil || len(paths) < 50 {
		t.Fatalf("%d fixtures: %v", len(paths), err)
	}
	for _, path := range paths {
		data := fixture(t, filepath.Join("ok", filepath.Base(path)))
		file := parse(data)
		for i := range file.batches {
			if b := &file.batches[i]; b.kind == eventBatch {
				b.setRecords(b.records())
			}
		}
		if got := file.bytes(); !bytes.Equal(got, data) {
			t.Errorf("%s: not the same", path)
		}
	}
}

// TestEdits makes each edit: it can be made, it changes the trace, it leaves the
// original alone, and is the same each time.
func TestEdits(t *testing.T) {
	data, other := fixture(t, "ok/go1.26-stop-late.trace"), fixture(t, "ok/go1.25-work.trace")
	original := slices.Clone(data)
	for _, name := range names {
		made := 0
		for seed := range uint64(200) {
			first, ok := apply(name, data, other, rand.New(rand.NewPCG(seed, 0)))
			second, _ := apply(name, data, other, rand.New(rand.NewPCG(seed, 0)))
			if !bytes.Equal(first, second) {
				t.Errorf("%s: differs from time to time", name)
			}
			if !bytes.Equal(data, original) {
				t.Fatalf("%s: changed what it was made of", name)
			}
			if ok && !bytes.Equal(first, data) {
				made++
			}
		}
		if made < 5 {
			t.Errorf("%s: made %d times of 200", name, made)
		}
	}
}

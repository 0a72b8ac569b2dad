// Package mutant makes mutants of traces: files that are nearly traces, each
// wrong in a way that real damage, or a wrong program, could bring about.
package mutant

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// Make returns a mutant of data and what was done to it, which depends on the
// arguments alone; data itself if it is no more than a header. Other is a trace to take parts from.
func Make(data, other []byte, random *rand.Rand) (mutated []byte, edits []string) {
	count := 1
	for count < 4 && random.IntN(3) == 0 {
		count++
	}
	for len(edits) < count && len(data) > headerSize {
		name := names[random.IntN(len(names))]
		if changed, ok := apply(name, data, other, random); ok {
			data, edits = changed, append(edits, name)
		}
	}
	return data, edits
}

// names are those of all edits, in order.
var names = slices.Sorted(maps.Keys(allNames()))

func allNames() map[string]bool {
	all := make(map[string]bool)
	for name := range byteEdits {
		all[name] = true
	}
	for name := range batchEdits {
		all[name] = true
	}
	for name := range recordEdits {
		all[name] = true
	}
	return all
}

// apply makes one edit, or tells that there is nothing in data to make it to.
func apply(name string, data, other []byte, random *rand.Rand) ([]byte, bool) {
	if edit, ok := byteEdits[name]; ok {
		if len(data) <= headerSize {
			return nil, false
		}
		return edit(data, random), true
	}
	file := parse(data)
	if len(file.batches) == 0 {
		return nil, false
	}
	if edit, ok := batchEdits[name]; ok {
		if !edit(&file, other, random) {
			return nil, false
		}
		return file.bytes(), true
	}
	b := &file.batches[random.IntN(len(file.batches))]
	list := b.records()
	if len(list) == 0 || list[0].raw != nil {
		return nil, false
	}
	list, ok := recordEdits[name](list, random)
	if !ok {
		return nil, false
	}
	b.setRecords(list)
	return file.bytes(), true
}

// edges are the values at which something may break.
var edges = []uint64{
	0, 1, 2, 3, 127, 128, 1024, 1025, 65535, 65536, 65537, 1<<31 - 1, 1 << 31, 1 << 32, 1 << 53,
	1<<63 - 1, 1 << 63, 1<<63 + 1, 1<<64 - 2, 1<<64 - 1,
}

// otherValue returns a value that is not far from another one, or an edge.
func otherValue(value uint64, random *rand.Rand) uint64 {
	switch random.IntN(4) {
	case 0:
		return value + 1
	case 1:
		return value - 1
	case 2:
		return value ^ 1<<random.IntN(64)
	default:
		return edges[random.IntN(len(edges))]
	}
}

// smallShift returns -3 to 3, but not 0, to add.
func smallShift(random *rand.Rand) uint64 {
	shift := uint64(1 + random.IntN(3))
	if random.IntN(2) == 0 {
		return -shift
	}
	return shift
}

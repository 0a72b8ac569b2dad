package mutant

import (
	"math/rand/v2"
	"slices"
)

// batchEdits change whole batches and generations. They return whether there was
// something to change.
var batchEdits = map[string]func(file *traceFile, other []byte, random *rand.Rand) bool{
	"batch dropped": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		i := random.IntN(len(f.batches))
		f.batches = slices.Delete(f.batches, i, i+1)
		return true
	},
	"batch doubled": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		i := random.IntN(len(f.batches))
		f.batches = slices.Insert(f.batches, i, f.batches[i])
		return true
	},
	"batches swapped": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		i, j := random.IntN(len(f.batches)), random.IntN(len(f.batches))
		f.batches[i], f.batches[j] = f.batches[j], f.batches[i]
		return i != j
	},
	"neighbours swapped": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		i := random.IntN(len(f.batches))
		if i == 0 {
			return false
		}
		f.batches[i-1], f.batches[i] = f.batches[i], f.batches[i-1]
		return true
	},
	"batch cut": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		b := &f.batches[random.IntN(len(f.batches))]
		if len(b.data) == 0 {
			return false
		}
		b.data = b.data[:random.IntN(len(b.data))]
		return true
	},
	"batch split": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		i := random.IntN(len(f.batches))
		list := f.batches[i].records()
		if len(list) < 2 {
			return false
		}
		at, second := 1+random.IntN(len(list)-1), f.batches[i]
		f.batches[i].setRecords(list[:at])
		second.setRecords(list[at:])
		f.batches = slices.Insert(f.batches, i+1, second)
		return true
	},
	"batches joined": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		i := random.IntN(len(f.batches))
		for j := i + 1; j < len(f.batches); j++ {
			if f.batches[j].m == f.batches[i].m && len(f.batches[j].data) > 0 {
				f.batches[i].data = slices.Concat(f.batches[i].data, f.batches[j].data)
				f.batches = slices.Delete(f.batches, j, j+1)
				return true
			}
		}
		return false
	},
	"experimental batch put in": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		i := random.IntN(len(f.batches))
		b := f.batches[i]
		b.kind, b.experiment = experimentalBatch, byte(random.IntN(3))
		f.batches = slices.Insert(f.batches, i, b)
		return true
	},
	"end of generation put in": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		f.batches = slices.Insert(f.batches, random.IntN(len(f.batches)), batch{kind: endOfGeneration})
		return true
	},
	"table emptied": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		b := &f.batches[random.IntN(len(f.batches))]
		if !b.isTable() {
			return false
		}
		b.data = b.data[:1]
		return true
	},
	"batch given to another thread": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		b := &f.batches[random.IntN(len(f.batches))]
		if random.IntN(2) == 0 {
			b.m = otherValue(b.m, random)
		} else {
			b.m = f.batches[random.IntN(len(f.batches))].m
		}
		return true
	},
	"batch renumbered": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		b := &f.batches[random.IntN(len(f.batches))]
		b.gen = otherValue(b.gen, random)
		return true
	},
	"generations renumbered": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		shift := smallShift(random)
		for i := random.IntN(len(f.batches)); i < len(f.batches); i++ {
			f.batches[i].gen += shift
		}
		return true
	},
	"generation dropped": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		parts := f.generations()
		i := random.IntN(len(parts))
		f.batches = slices.Concat(slices.Delete(parts, i, i+1)...)
		return true
	},
	"generation doubled": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		parts := f.generations()
		i := random.IntN(len(parts))
		f.batches = slices.Concat(slices.Insert(parts, i, parts[i])...)
		return true
	},
	"generations swapped": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		parts := f.generations()
		i, j := random.IntN(len(parts)), random.IntN(len(parts))
		parts[i], parts[j] = parts[j], parts[i]
		f.batches = slices.Concat(parts...)
		return i != j
	},
	"generations swapped and renumbered": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		parts := f.generations()
		random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		for i := range parts {
			for j := range parts[i] {
				parts[i][j].gen = uint64(i + 1)
			}
		}
		f.batches = slices.Concat(parts...)
		return len(parts) > 1
	},
	"generation from another trace": func(f *traceFile, other []byte, random *rand.Rand) bool {
		from := parse(other)
		parts, others := f.generations(), from.generations()
		if len(others) == 0 {
			return false
		}
		i, part := random.IntN(len(parts)), others[random.IntN(len(others))]
		for j := range part {
			part[j].gen = parts[i][0].gen
		}
		parts[i] = part
		f.batches = slices.Concat(parts...)
		return true
	},
	"batch from another trace": func(f *traceFile, other []byte, random *rand.Rand) bool {
		from := parse(other).batches
		if len(from) == 0 {
			return false
		}
		i, b := random.IntN(len(f.batches)), from[random.IntN(len(from))]
		b.gen = f.batches[i].gen
		f.batches = slices.Insert(f.batches, i, b)
		return true
	},
	"time of a batch set": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		f.batches[random.IntN(len(f.batches))].time = extremeTime(random)
		return true
	},
	"time of a batch shifted": func(f *traceFile, _ []byte, random *rand.Rand) bool {
		b := &f.batches[random.IntN(len(f.batches))]
		b.time = otherValue(b.time, random)
		return true
	},
}

// generations are the batches of each generation, in slices of their own.
func (f *traceFile) generations() [][]batch {
	var parts [][]batch
	for i, b := range f.batches {
		begins := b.kind != endOfGeneration && (i == 0 || f.batches[i-1].kind == endOfGeneration ||
			f.batches[i-1].gen != b.gen)
		if begins || i == 0 {
			parts = append(parts, nil)
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], b)
	}
	return parts
}

func extremeTime(random *rand.Rand) uint64 {
	return []uint64{0, 1, 1<<63 - 1, 1 << 63, 1<<64 - 1}[random.IntN(5)]
}

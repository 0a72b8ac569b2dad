package main

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// What the edits have to know of the format; docs/FORMAT.md has the rest.
const (
	headerSize = 16

	eventBatch        = 1
	experimentalBatch = 49
	endOfGeneration   = 52

	stacks    = 2
	strings   = 4
	frequency = 8
	sync      = 50

	goStart = 16
)

// argCounts has the number of arguments after dt of each timed event up to 48.
var argCounts = [...]int{
	9: 2, 10: 2, 11: 0, 12: 3, 13: 2, 14: 3, 15: 1, 16: 2, 17: 0, 18: 0, 19: 2,
	20: 2, 21: 3, 22: 2, 23: 0, 24: 0, 25: 3, 26: 2, 27: 0, 28: 1, 29: 2,
	30: 1, 31: 1, 32: 1, 33: 2, 34: 1, 35: 1, 36: 0, 37: 1, 38: 1, 39: 1,
	40: 4, 41: 2, 42: 3, 43: 3, 44: 4, 45: 2, 46: 2, 47: 3, 48: 4,
}

// A batch is bytes [begin, end) of the trace, its own data [data, end). kind
// is the first byte of the data, or endOfGeneration.
type batch struct {
	begin, data, end int
	kind             byte
}

// A generation is the batches of one number, with the marker that ends it.
type generation []batch

func (g generation) begin() int { return g[0].begin }
func (g generation) end() int   { return g[len(g)-1].end }

// first is the first batch of a kind, last the last one.
func (g generation) first(kind byte) batch {
	for _, b := range g {
		if b.kind == kind {
			return b
		}
	}
	panic(fmt.Sprint("no batch of kind ", kind))
}

func (g generation) last(kind byte) batch {
	for i := len(g) - 1; i >= 0; i-- {
		if g[i].kind == kind {
			return g[i]
		}
	}
	panic(fmt.Sprint("no batch of kind ", kind))
}

// firstTimed is the first batch of timed events.
func (g generation) firstTimed() batch {
	for _, b := range g {
		if int(b.kind) < len(argCounts) && b.kind > frequency {
			return b
		}
	}
	panic("no batch of timed events")
}

// generations finds the batches of a whole trace.
func generations(trace []byte) ([]generation, error) {
	var all []generation
	var last uint64
	for at := headerSize; at < len(trace); {
		b := batch{begin: at, data: at + 1, kind: endOfGeneration}
		gen := last
		switch trace[at] {
		case eventBatch, experimentalBatch:
			if trace[at] == experimentalBatch {
				b.data++
			}
			var fields [4]uint64 // gen, m, time, size
			for i := range fields {
				var n int
				if fields[i], n = binary.Uvarint(trace[b.data:]); n <= 0 {
					return nil, fmt.Errorf("bad number at byte %d", b.data)
				}
				b.data += n
			}
			gen = fields[0]
			b.end = b.data + int(fields[3])
			if b.end > len(trace) {
				return nil, fmt.Errorf("batch at byte %d is cut", at)
			}
			b.kind = experimentalBatch
			if trace[at] == eventBatch && b.end > b.data {
				b.kind = trace[b.data]
			}
		case endOfGeneration:
			b.end = b.data
		default:
			return nil, fmt.Errorf("no batch at byte %d", at)
		}
		if gen != last || all == nil {
			all = append(all, nil)
		}
		last = gen
		all[len(all)-1] = append(all[len(all)-1], b)
		at = b.end
	}
	if all == nil {
		return nil, errors.New("no batches")
	}
	return all, nil
}

// findEvent gives the offset of the last argument of the first event of a type
// in the batch, or 0.
func findEvent(trace []byte, b batch, kind byte) int {
	for at := b.data; at < b.end; {
		found := trace[at]
		if int(found) >= len(argCounts) {
			return 0
		}
		at++
		for i := 0; i <= argCounts[found]; i++ {
			if found == kind && i == argCounts[found] {
				return at
			}
			_, n := binary.Uvarint(trace[at:])
			at += n
		}
	}
	return 0
}

package main

import (
	"bytes"
	"slices"
	"unicode/utf16"
)

const page = 4096

// damages give the damaged trace. Most are in the first generation: damage in
// the last one might be taken for a cut.
var damages = map[string]func(trace []byte, all []generation) []byte{
	// The sequence number of a GoStart: nothing can come before it now.
	"flip-seq": func(trace []byte, all []generation) []byte {
		for _, b := range all[0] {
			if at := findEvent(trace, b, goStart); at != 0 {
				trace[at] ^= 2
				return trace
			}
		}
		panic("no GoStart")
	},

	// The generation of a batch.
	"flip-gen": func(trace []byte, all []generation) []byte {
		trace[all[0].firstTimed().begin+1] ^= 2
		return trace
	},

	// A block of zeros over the end of one batch and the header of the next.
	"hole": func(trace []byte, all []generation) []byte {
		at := all[0].first(stacks).begin
		clear(trace[at-40 : at+216])
		return trace
	},

	// As if the disk had been full for one write, which nobody noticed.
	"lost-strings": func(trace []byte, all []generation) []byte {
		b := all[0].last(strings)
		return slices.Delete(trace, b.begin, b.end)
	},

	"swapped-generations": func(trace []byte, all []generation) []byte {
		first, second := all[0], all[1]
		return bytes.Join([][]byte{
			trace[:headerSize],
			trace[second.begin():second.end()],
			trace[first.begin():first.end()],
			trace[second.end():],
		}, nil)
	},

	"twice":      func(trace []byte, _ []generation) []byte { return bytes.Repeat(trace, 2) },
	"text-after": func(trace []byte, _ []generation) []byte { return append(trace, "PASS\n"...) },

	// As a shell does that takes output for lines of text.
	"crlf": func(trace []byte, _ []generation) []byte {
		return bytes.ReplaceAll(trace, []byte("\n"), []byte("\r\n"))
	},
	"utf-16": func(trace []byte, _ []generation) []byte {
		out := []byte{0xff, 0xfe}
		for _, unit := range utf16.Encode([]rune(string(trace))) {
			out = append(out, byte(unit), byte(unit>>8))
		}
		return out
	},

	// As after a power failure: the file has its length, but not its end.
	"nul-tail":       func(trace []byte, all []generation) []byte { return zeros(trace[:cuts["batch"](all)]) },
	"nul-tail-whole": func(trace []byte, _ []generation) []byte { return zeros(trace) },

	"future": func(trace []byte, _ []generation) []byte {
		copy(trace[5:], "99")
		return trace
	},
}

// zeros fills the last page up, and adds another.
func zeros(trace []byte) []byte {
	return append(trace, make([]byte, 2*page-len(trace)%page)...)
}

package mutant

import (
	"encoding/binary"
	"strings"

	"tracecheck/tests/reference/wiretext"
)

// A record is an event or a table's entry: its type, arguments, and a string's
// bytes. With raw set it is these bytes instead.
type record struct {
	kind byte
	args []uint64
	text []byte
	raw  []byte
}

// records takes a batch's data apart. What cannot be is a last, raw record.
func (b *batch) records() []record {
	if b.kind != eventBatch {
		return []record{{raw: b.data}}
	}
	var list []record
	for rest := b.data; len(rest) > 0; {
		r, size := parseRecord(rest)
		if size == 0 {
			return append(list, record{raw: rest})
		}
		list = append(list, r)
		rest = rest[size:]
	}
	return list
}

// parseRecord returns the first record of data and its size, 0 if there is none.
func parseRecord(data []byte) (r record, size int) {
	r.kind, size = data[0], 1
	names, ok := wiretext.Arguments(r.kind)
	if !ok {
		return r, 0
	}
	take := func(count uint64) bool {
		for range count {
			value, n := binary.Uvarint(data[size:])
			if n <= 0 {
				return false
			}
			r.args, size = append(r.args, value), size+n
		}
		return true
	}
	if !take(uint64(len(names))) {
		return r, 0
	}
	switch r.kind {
	case stack:
		if r.args[1] > 128 || !take(4*r.args[1]) {
			return r, 0
		}
	case str:
		length, n := binary.Uvarint(data[size:])
		if n <= 0 || uint64(len(data)-size-n) < length {
			return r, 0
		}
		r.text = data[size+n : size+n+int(length)]
		size += n + int(length)
	}
	return r, size
}

// setRecords puts the batch's data together.
func (b *batch) setRecords(list []record) {
	b.data = nil
	for _, r := range list {
		b.data = r.append(b.data)
	}
}

func (r *record) append(out []byte) []byte {
	if r.raw != nil {
		return append(out, r.raw...)
	}
	out = append(out, r.kind)
	for _, value := range r.args {
		out = binary.AppendUvarint(out, value)
	}
	if r.kind == str {
		out = append(binary.AppendUvarint(out, uint64(len(r.text))), r.text...)
	}
	return out
}

// A role is what an argument stands for.
type role string

var roles = []role{"g", "p", "m", "task", "string", "stack", "seq", "gen"}

// roleOf returns the role of an argument, "" for a plain value.
func (r *record) roleOf(i int) role {
	if r.kind == stack && i >= 2 {
		return []role{"", "string", "string", ""}[(i-2)%4]
	}
	names, _ := wiretext.Arguments(r.kind)
	if i >= len(names) { // Its type was changed.
		return ""
	}
	switch name := names[i]; {
	case name == "dt", name == "time":
		return "time"
	case name == "id" && r.kind == str:
		return "string"
	case name == "id" && r.kind == stack:
		return "stack"
	case name == "g", name == "p", name == "m", name == "task", name == "stack":
		return role(name)
	default:
		_, suffix, _ := strings.Cut(name, "_")
		return role(suffix)
	}
}

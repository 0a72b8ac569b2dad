package mutant

import (
	"encoding/binary"
	"slices"
)

const headerSize = 16

// Types that frame a trace or hold its tables.
const (
	eventBatch        = 1
	stackTable        = 2
	stack             = 3
	stringTable       = 4
	str               = 5
	cpuSamples        = 6
	frequency         = 8
	experimentalBatch = 49
	syncBatch         = 50
	endOfGeneration   = 52
)

// A traceFile is a trace taken apart. Its bytes are shared and never written to.
type traceFile struct {
	header  []byte
	batches []batch
	tail    []byte // What is no batch, and all after it.
}

// A batch is one batch, or the marker at a generation's end.
type batch struct {
	kind         byte
	experiment   byte // Of an experimental batch.
	gen, m, time uint64
	data         []byte
}

// parse takes a trace apart. A batch that is cut goes to the tail.
func parse(data []byte) traceFile {
	if len(data) < headerSize {
		return traceFile{tail: data}
	}
	file := traceFile{header: data[:headerSize], tail: data[headerSize:]}
	for {
		b, size := parseBatch(file.tail)
		if size == 0 {
			return file
		}
		file.batches = append(file.batches, b)
		file.tail = file.tail[size:]
	}
}

// parseBatch returns the first batch of data and its size, 0 if there is none.
func parseBatch(data []byte) (b batch, size int) {
	if len(data) == 0 {
		return b, 0
	}
	b.kind, size = data[0], 1
	switch b.kind {
	case endOfGeneration:
		return b, size
	case experimentalBatch:
		if len(data) < 2 {
			return b, 0
		}
		b.experiment, size = data[1], 2
	case eventBatch:
	default:
		return b, 0
	}
	var length uint64
	for _, to := range []*uint64{&b.gen, &b.m, &b.time, &length} {
		value, n := binary.Uvarint(data[size:])
		if n <= 0 {
			return b, 0
		}
		*to, size = value, size+n
	}
	if uint64(len(data)-size) < length {
		return b, 0
	}
	b.data = data[size : size+int(length)]
	return b, size + int(length)
}

// bytes puts the trace together.
func (f *traceFile) bytes() []byte {
	out := slices.Clone(f.header)
	for _, b := range f.batches {
		out = append(out, b.kind)
		if b.kind == endOfGeneration {
			continue
		}
		if b.kind == experimentalBatch {
			out = append(out, b.experiment)
		}
		for _, value := range []uint64{b.gen, b.m, b.time} {
			out = binary.AppendUvarint(out, value)
		}
		out = append(appendPadded(out, uint64(len(b.data)), binary.MaxVarintLen64), b.data...)
	}
	return append(out, f.tail...)
}

// appendPadded appends a varint of at least that many bytes.
func appendPadded(out []byte, value uint64, width int) []byte {
	start := len(out)
	out = binary.AppendUvarint(out, value)
	for len(out)-start < width {
		out[len(out)-1] |= 0x80
		out = append(out, 0)
	}
	return out
}

// holds tells whether the batch's data begins with that type.
func (b *batch) holds(kind byte) bool {
	return b.kind == eventBatch && len(b.data) > 0 && b.data[0] == kind
}

func (b *batch) isTable() bool {
	return b.holds(stackTable) || b.holds(stringTable) || b.holds(cpuSamples) || b.holds(frequency) || b.holds(syncBatch)
}

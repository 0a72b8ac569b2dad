// Package wiretext turns the text form of a trace into its bytes. It is written
// from docs alone, as a second opinion on the reference's text form and on
// "tracecheck assemble".
package wiretext

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// Assemble returns the bytes of the trace in text. Sizes of batches take ten
// bytes, as the runtime writes them; a missing data line means no data.
func Assemble(text string) ([]byte, error) {
	lines := &lines{rest: text}
	header := lines.next()
	version, ok := strings.CutPrefix(header, "Trace Go")
	if !ok {
		return nil, fmt.Errorf("line %d: not a header: %q", lines.number, header)
	}
	out := fmt.Appendf(nil, "go %s trace\x00\x00\x00", version)
	for {
		line := lines.next()
		if line == "" {
			return out, nil
		}
		var err error
		if out, err = appendEvent(out, line, lines); err != nil {
			return nil, fmt.Errorf("line %d: %w", lines.number, err)
		}
	}
}

func appendEvent(out []byte, line string, lines *lines) ([]byte, error) {
	fields := strings.Fields(line)
	name := fields[0]
	event, ok := events[name]
	if !ok {
		return nil, fmt.Errorf("unknown event %q", name)
	}
	args, err := parseArgs(fields[1:], event.args)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	out = append(out, event.number)
	if name == "EventBatch" {
		last := len(args) - 1
		return appendPadded(appendArgs(out, args[:last]), args[last]), nil
	}
	out = appendArgs(out, args)
	switch name {
	case "Stack":
		return appendFrames(out, args[1], lines)
	case "String":
		data, err := lines.data()
		return append(binary.AppendUvarint(out, uint64(len(data))), data...), err
	case "ExperimentalBatch":
		data, err := lines.data()
		return append(appendPadded(out, uint64(len(data))), data...), err
	}
	return out, nil
}

func appendFrames(out []byte, count uint64, lines *lines) ([]byte, error) {
	for range count {
		frame, err := parseArgs(strings.Fields(lines.next()), []string{"pc", "func", "file", "line"})
		if err != nil {
			return nil, fmt.Errorf("frame: %w", err)
		}
		out = appendArgs(out, frame)
	}
	return out, nil
}

// parseArgs returns the values of "name=value" fields, which must have these
// names.
func parseArgs(fields, names []string) ([]uint64, error) {
	if len(fields) != len(names) {
		return nil, fmt.Errorf("%d arguments, not %d", len(fields), len(names))
	}
	values := make([]uint64, len(names))
	for i, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		if name != names[i] {
			return nil, fmt.Errorf("argument %q is not %q", field, names[i])
		}
		var err error
		if values[i], err = strconv.ParseUint(value, 10, 64); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func appendArgs(out []byte, args []uint64) []byte {
	for _, arg := range args {
		out = binary.AppendUvarint(out, arg)
	}
	return out
}

// appendPadded appends a varint of ten bytes.
func appendPadded(out []byte, value uint64) []byte {
	for range binary.MaxVarintLen64 - 1 {
		out = append(out, byte(value)|0x80)
		value >>= 7
	}
	return append(out, byte(value))
}

// lines yields the lines of a text that are neither blank nor comments, without
// the space around them.
type lines struct {
	rest   string
	number int // Of the last line that next returned, from 1.
}

// next returns "" at the end.
func (l *lines) next() string {
	for l.rest != "" {
		var line string
		line, l.rest, _ = strings.Cut(l.rest, "\n")
		l.number++
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			return line
		}
	}
	return ""
}

// data takes the data line, if there is one.
func (l *lines) data() (string, error) {
	ahead := *l
	quoted, ok := strings.CutPrefix(ahead.next(), "data=")
	if !ok {
		return "", nil
	}
	*l = ahead
	return strconv.Unquote(quoted)
}

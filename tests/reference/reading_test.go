package reference

import (
	"bytes"
	"fmt"
	"io"
	"regexp"

	"golang.org/x/exp/trace"
)

// A reading is what the reference reader makes of a trace.
type reading struct {
	text     []byte // What "go tool trace -d=parsed" prints.
	events   int
	err      error // Nil at a clean end.
	panicked bool  // Then err tells why.
}

func read(data []byte) reading {
	var result reading
	stream := newStream(data)
	for {
		event, err := stream.next()
		if err == io.EOF {
			return result
		}
		text, panicked := "", false
		if err == nil {
			err = guard(&panicked, func() error {
				text = event.String()
				return nil
			})
		}
		if err != nil {
			result.err, result.panicked = err, stream.panicked || panicked
			return result
		}
		result.text = append(append(result.text, text...), '\n')
		result.events++
	}
}

// A stream yields the reference reader's events. A panic of its becomes an
// error.
type stream struct {
	reader   *trace.Reader
	err      error
	panicked bool
}

func newStream(data []byte) *stream {
	s := &stream{}
	s.err = guard(&s.panicked, func() (err error) {
		s.reader, err = trace.NewReader(bytes.NewReader(data))
		return err
	})
	return s
}

// next returns io.EOF at a clean end.
func (s *stream) next() (event trace.Event, err error) {
	if s.err == nil {
		s.err = guard(&s.panicked, func() (err error) {
			event, err = s.reader.ReadEvent()
			return err
		})
	}
	return event, s.err
}

// guard calls f and turns a panic into an error.
func guard(panicked *bool, f func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			*panicked = true
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	return f()
}

var v2Header = regexp.MustCompile(`^go (1\.2[2356]) trace\x00\x00\x00`)

// headerVersion returns the Go version in the header of a v2 trace, "" if that
// is not what data is.
func headerVersion(data []byte) string {
	match := v2Header.FindSubmatch(data)
	if match == nil {
		return ""
	}
	return string(match[1])
}

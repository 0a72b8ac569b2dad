// Refread reads a trace with the reference reader and prints how many events
// it got and the error that ended the reading, if any.
//
//	refread [-logs | -json] FILE
//
// With -logs it prints the log events, one a line: TIME CATEGORY MESSAGE; with
// -json all events, as objects like those of "tracecheck export --format
// ndjson". It exits with 1 if there was an error.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"golang.org/x/exp/trace"
)

func main() {
	log.SetFlags(0)
	logs := flag.Bool("logs", false, "print the log events")
	objects := flag.Bool("json", false, "print the events as JSON objects")
	flag.Parse()
	if flag.NArg() != 1 || (*logs && *objects) {
		log.Fatal("usage: refread [-logs | -json] FILE")
	}
	file, err := os.Open(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()

	out := bufio.NewWriterSize(os.Stdout, 64<<10)
	err = read(file, out, *logs, *objects)
	if flushErr := out.Flush(); flushErr != nil {
		log.Fatal(flushErr)
	}
	if err != nil {
		log.Fatal("error: ", err)
	}
}

func read(file io.Reader, out io.Writer, logs, objects bool) error {
	switch {
	case objects:
		writer := newJSONWriter(out)
		return forEach(file, writer.write)
	case logs:
		return forEach(file, func(event trace.Event) error {
			if event.Kind() != trace.EventLog {
				return nil
			}
			entry := event.Log()
			_, err := fmt.Fprintln(out, event.Time(), entry.Category, entry.Message)
			return err
		})
	}
	count := 0
	err := forEach(file, func(trace.Event) error {
		count++
		return nil
	})
	fmt.Fprintln(out, count, "events")
	return err
}

// forEach calls f for each event of a trace, until it fails.
func forEach(source io.Reader, f func(trace.Event) error) error {
	reader, err := trace.NewReader(source)
	if err != nil {
		return err
	}
	for {
		event, err := reader.ReadEvent()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f(event); err != nil {
			return err
		}
	}
}

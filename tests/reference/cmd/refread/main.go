// Refread reads a trace with the reference reader and prints how many events
// it got and the error that ended the reading, if any.
//
//	refread [-logs] FILE
//
// With -logs it prints the log events, one a line: TIME CATEGORY MESSAGE. It
// exits with 1 if there was an error.
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
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: refread [-logs] FILE")
	}
	file, err := os.Open(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()

	out := bufio.NewWriter(os.Stdout)
	count, err := read(file, func(event trace.Event) {
		if *logs && event.Kind() == trace.EventLog {
			entry := event.Log()
			fmt.Fprintln(out, event.Time(), entry.Category, entry.Message)
		}
	})
	if !*logs {
		fmt.Fprintln(out, count, "events")
	}
	if flushErr := out.Flush(); flushErr != nil {
		log.Fatal(flushErr)
	}
	if err != nil {
		log.Fatal("error: ", err)
	}
}

// read calls f for each event of a trace and returns their number.
func read(source io.Reader, f func(trace.Event)) (count int, err error) {
	reader, err := trace.NewReader(source)
	if err != nil {
		return 0, err
	}
	for {
		event, err := reader.ReadEvent()
		if err == io.EOF {
			return count, nil
		}
		if err != nil {
			return count, err
		}
		count++
		f(event)
	}
}

// Crasher is the seed scene: a program that traces to stdout, logs once and
// panics. From Go 1.23 on, the panic still leaves a whole generation.
//
//	crasher [DELAY]
//
// waits for DELAY before it logs, so that the trace's writer gets going.
package main

import (
	"context"
	"log"
	"os"
	"runtime/trace"
	"time"
)

func main() {
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	if len(os.Args) > 1 {
		delay, err := time.ParseDuration(os.Args[1])
		if err != nil {
			log.Fatal(err)
		}
		time.Sleep(delay)
	}
	trace.Log(context.Background(), "xyzzy-cat", "xyzzy-msg")
	panic("yzzyx")
}

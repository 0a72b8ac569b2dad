// Ticker traces to stdout and logs a number every 10 ms until its stdin is
// closed. It makes no fixture: tests read from it while it runs.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/trace"
	"time"
)

func main() {
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	closed := make(chan struct{})
	go func() {
		io.Copy(io.Discard, os.Stdin)
		close(closed)
	}()
	ticker := time.NewTicker(10 * time.Millisecond)
	for i := 0; ; i++ {
		trace.Log(context.Background(), "tick", fmt.Sprint("number ", i))
		select {
		case <-closed:
			trace.Stop()
			return
		case <-ticker.C:
		}
	}
}

// Clocks traces to stdout, and logs for a while what the wall clock says, on
// several goroutines. It makes no fixture: tests hold the trace's clock
// against what it said.
package main

import (
	"context"
	"log"
	"os"
	"runtime/trace"
	"strconv"
	"sync"
	"time"
)

func main() {
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	end := time.Now().Add(1500 * time.Millisecond)
	var done sync.WaitGroup
	for worker := 0; worker < 4; worker++ {
		done.Add(1)
		go func() {
			defer done.Done()
			for time.Now().Before(end) {
				trace.Log(context.Background(), "now", strconv.FormatInt(time.Now().UnixNano(), 10))
				time.Sleep(time.Millisecond)
			}
		}()
	}
	done.Wait()
	trace.Stop()
}

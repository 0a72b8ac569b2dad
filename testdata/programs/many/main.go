// Many runs more threads than a small sort handles by insertion (12), all of
// them busy at once, so that events of different threads share a timestamp.
// The order in which a reader yields those then rests on its sort.
package main

import (
	"context"
	"log"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

const (
	threads = 24
	rounds  = 4
)

func main() {
	runtime.GOMAXPROCS(32)
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	for round := 0; round < rounds; round++ {
		burst()
		time.Sleep(time.Millisecond)
	}
	trace.Stop()
}

// burst starts all threads, then lets them go together.
func burst() {
	ctx := context.Background()
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i := 0; i < threads; i++ {
		ready.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			ready.Done()
			<-start
			for j := 0; j < 4; j++ {
				trace.Log(ctx, "many", "tick")
				runtime.Gosched()
			}
		}()
	}
	ready.Wait()
	close(start)
	done.Wait()
}

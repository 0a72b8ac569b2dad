// Busy traces to stdout while eight goroutines make 48,000 tasks, each with a
// log of its own and a region, and then dies by concurrent map writes: most
// of what it did is in the file, and none of it in a whole generation.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"runtime/trace"
	"sync"
	"time"
)

const (
	workers = 8
	jobs    = 6000
)

func main() {
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	var done sync.WaitGroup
	for worker := 0; worker < workers; worker++ {
		done.Add(1)
		go func(worker int) {
			defer done.Done()
			work(worker)
		}(worker)
	}
	done.Wait()
	shared := map[int]int{}
	for i := 0; i < 4; i++ {
		go func() {
			for {
				shared[1]++
			}
		}()
	}
	time.Sleep(time.Minute)
}

func work(worker int) {
	queue := make(chan int)
	defer close(queue)
	go func() {
		for range queue {
		}
	}()
	for job := 0; job < jobs; job++ {
		ctx, task := trace.NewTask(context.Background(), "job")
		trace.Log(ctx, fmt.Sprint("worker ", worker), fmt.Sprint("job ", job))
		trace.WithRegion(ctx, "send", func() { queue <- job })
		task.End()
	}
}

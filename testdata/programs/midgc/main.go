// Midgc keeps the garbage collector at work almost all of the time, so that
// both the trace's start and a switch of generations fall into a collection,
// with goroutines that are just then made to assist or to sweep.
package main

import (
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/trace"
	"time"
)

// A node is what marking is slow for.
type node struct {
	next    *node
	padding [6]uintptr
}

func main() {
	// One P: see cpu.go of the program `work`. Collecting at once again.
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(5)
	var heap *node
	for i := 0; i < 1<<20; i++ {
		heap = &node{next: heap}
	}
	for i := 0; i < 3; i++ {
		go drop()
	}
	time.Sleep(100 * time.Millisecond)

	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	time.Sleep(1200 * time.Millisecond)
	trace.Stop()
	runtime.KeepAlive(heap)
}

var garbage []*node

// drop allocates and forgets.
func drop() {
	for {
		garbage = make([]*node, 1<<20)
	}
}

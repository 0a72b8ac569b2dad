// Allocfree is for GODEBUG=traceallocfree=1 (Go 1.23 and later), under which
// each generation lists all of the heap: so it has a small one.
package main

import (
	"context"
	"log"
	"os"
	"runtime"
	"runtime/trace"
)

var keep []*[128]byte

func main() {
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	for i := 0; i < 50; i++ {
		keep = append(keep, new([128]byte))
	}
	trace.Log(context.Background(), "heap", "filled")
	keep = keep[:10]
	done := make(chan struct{})
	go close(done)
	<-done
	runtime.GC()
	trace.Stop()
}

// Work does a little of everything that a trace can show, over several
// generations (a new one begins every second), and stops the trace properly.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"runtime/pprof"
	"runtime/trace"
	"time"
)

// pause keeps the event rate, and so the size of the trace, low.
const (
	rounds = 3
	pause  = 700 * time.Millisecond
)

func main() {
	// A task that is older than the trace: only its end is recorded.
	_, older := trace.NewTask(context.Background(), "older than the trace")
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	if err := pprof.StartCPUProfile(io.Discard); err != nil {
		log.Fatal(err)
	}

	// Both stay open across the generations.
	ctx, task := trace.NewTask(context.Background(), "all of it")
	region := trace.StartRegion(ctx, "whole run")
	slow := blockInSyscall(rounds * pause / 2)
	go func() { select {} }()

	older.End()
	for round := 0; round < rounds; round++ {
		for _, step := range []func(context.Context){
			annotate, texts, spin, blockOnEverything, switchCoroutines,
			talk, callSystem, loseThread, changeProcs, collectGarbage,
		} {
			step(ctx)
		}
		time.Sleep(pause)
	}
	<-slow

	region.End()
	task.End()
	pprof.StopCPUProfile()
	trace.Stop()
}

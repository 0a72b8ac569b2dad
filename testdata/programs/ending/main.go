// Ending traces to stdout and ends in the way it is told:
//
//	ending KIND bare|early|between|late
//
// bare and early are within the first generation, between and late after two
// whole generations. For bare and between it ends before any thread's buffer of
// the unfinished generation has been written. KIND is a key of kinds.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/trace"
	"strings"
	"time"
)

// A generation ends a second after the last one did, so late is well after
// the second switch and well before the third.
const (
	bare  = 20 * time.Millisecond
	early = 200 * time.Millisecond
	late  = 2400 * time.Millisecond
	tick  = 50 * time.Millisecond
)

func main() {
	if len(os.Args) != 3 || kinds[os.Args[1]] == nil {
		log.Fatal("usage: ending KIND bare|early|between|late")
	}
	end := kinds[os.Args[1]]

	// The main goroutine stays on the main thread, so that lastWords gets a
	// thread that can exit.
	runtime.LockOSThread()
	start := time.Now()
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	ctx, task := trace.NewTask(context.Background(), "ending "+os.Args[1])
	defer task.End()

	when := os.Args[2]
	switch when {
	case "bare":
		time.Sleep(bare)
	case "early":
		time.Sleep(early)
	case "between", "late":
		for i := 0; time.Since(start) < late; i++ {
			trace.Log(ctx, "tick", fmt.Sprint("number ", i))
			time.Sleep(tick)
		}
	default:
		log.Fatal("when? bare, early, between or late")
	}
	if when == "early" || when == "late" {
		lastWords(ctx)
	}
	if os.Args[1] == "chatty" {
		chatter(ctx)
	}
	trace.Log(ctx, "last", "from the main thread")
	end()
}

// lastWords logs on a thread that exits, which hands its buffer to the trace's
// writer long before the generation ends: an unfinished generation then holds
// these logs, without the texts.
func lastWords(ctx context.Context) {
	go func() {
		runtime.LockOSThread()
		ctx, task := trace.NewTask(ctx, "last words")
		trace.WithRegion(ctx, "farewell", func() {
			trace.Log(ctx, "last", "from a thread that exits")
			trace.Log(context.Background(), "last", "without a task")
		})
		task.End()
	}()
	time.Sleep(tick)

	// The runtime buries an exited thread as it makes the next one, so use up
	// those that are idle.
	for i := 0; i < 8; i++ {
		go func() {
			runtime.LockOSThread()
			select {}
		}()
	}
	time.Sleep(tick)
}

// chatter logs more than a buffer of strings (64 KiB), so that a first batch of
// them is written long before the generation ends.
func chatter(ctx context.Context) {
	padding := strings.Repeat(".", 900)
	for i := 0; i < 76; i++ {
		trace.Log(ctx, "chatter", fmt.Sprint(i, padding))
	}
	time.Sleep(tick)
}

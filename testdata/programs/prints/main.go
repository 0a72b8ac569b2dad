// Prints writes text to the stdout that its trace goes to.
//
//	prints before   after trace.Start: the header, written by another
//	                goroutine, comes later
//	prints between  while the trace is running: text lands between batches
//	prints around   what a test binary prints before and after its trace
//	prints inside   to a slow reader: the pipe is full, so that a batch is
//	                written in parts, with text between them
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"runtime/trace"
	"strings"
	"syscall"
	"time"
)

func main() {
	modes := map[string]func(context.Context){
		"before": before, "between": between, "around": around, "inside": inside,
	}
	if len(os.Args) != 2 || modes[os.Args[1]] == nil {
		log.Fatal("usage: prints before|between|around|inside")
	}
	modes[os.Args[1]](context.Background())
}

func start() {
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func before(ctx context.Context) {
	start()
	fmt.Println("server is ready")
	trace.Log(ctx, "xyzzy-cat", "xyzzy-msg")
	time.Sleep(20 * time.Millisecond)
	trace.Stop()
}

// between prints words whose first bytes are no batch, an end of generation
// ('4') and an experimental batch ('1').
func between(ctx context.Context) {
	start()
	for _, text := range []string{"hello", "42", "10 requests"} {
		trace.Log(ctx, "printing", text)
		time.Sleep(1200 * time.Millisecond)
		fmt.Println(text)
	}
	trace.Stop()
}

func around(ctx context.Context) {
	fmt.Println("=== RUN   TestXyzzy")
	start()
	trace.Log(ctx, "xyzzy-cat", "xyzzy-msg")
	time.Sleep(20 * time.Millisecond)
	trace.Stop()
	fmt.Println("--- PASS: TestXyzzy (0.02s)\nPASS")
}

// inside writes to the descriptor, as a child process would: os.Stdout has a lock
// that is held for all of a write.
func inside(ctx context.Context) {
	start()
	padding := strings.Repeat(".", 900)
	for i := 0; i < 60; i++ {
		trace.Log(ctx, "filling", fmt.Sprint(i, padding))
	}
	go trace.Stop()
	for i := 0; i < 10; i++ {
		time.Sleep(2 * time.Millisecond)
		syscall.Write(1, []byte("hello\n"))
	}
	trace.Stop() // Both return once all is written.
}

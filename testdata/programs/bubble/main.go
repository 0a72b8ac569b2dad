//go:build go1.25

// Bubble runs goroutines in a bubble of testing/synctest, where time is made up: they wait for durably blocked ones.
// It makes no fixture: the comparison of Go versions runs it.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"runtime/trace"
	"testing"
	"testing/synctest"
	"time"
)

func main() {
	testing.Init()
	flag.Parse()
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	ok := testing.RunTests(func(string, string) (bool, error) { return true, nil },
		[]testing.InternalTest{{Name: "bubble", F: bubble}})
	trace.Stop()
	if !ok {
		os.Exit(1)
	}
}

func bubble(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		ticks := make(chan int)
		for i := range 4 {
			go func() {
				time.Sleep(time.Duration(i) * time.Hour)
				trace.Log(context.Background(), "bubble", time.Now().String())
				ticks <- i
			}()
		}
		synctest.Wait()
		for range 4 {
			<-ticks
		}
	})
}

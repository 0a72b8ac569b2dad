//go:build go1.25

// Flight writes what a flight recorder remembers of the last second or so.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"runtime/trace"
	"time"
)

func main() {
	recorder := trace.NewFlightRecorder(trace.FlightRecorderConfig{MinAge: time.Second})
	if err := recorder.Start(); err != nil {
		log.Fatal(err)
	}
	for i := 0; i < 30; i++ {
		trace.Log(context.Background(), "flight", fmt.Sprint("number ", i))
		time.Sleep(100 * time.Millisecond)
	}
	if _, err := recorder.WriteTo(os.Stdout); err != nil {
		log.Fatal(err)
	}
	recorder.Stop()
}

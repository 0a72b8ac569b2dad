package main

import (
	"context"
	"runtime"
	"sync"
	"time"
)

var (
	sink    uint64
	garbage [16][]*byte
)

// spin keeps more goroutines busy than there are Ps, long enough for CPU
// samples and preemption.
func spin(context.Context) {
	var group sync.WaitGroup
	for i := 0; i < 2*runtime.GOMAXPROCS(0); i++ {
		group.Add(1)
		go func(seed uint64) {
			defer group.Done()
			for end := time.Now().Add(25 * time.Millisecond); time.Now().Before(end); {
				for j := 0; j < 1000; j++ {
					seed = seed*6364136223846793005 + 1442695040888963407
				}
			}
		}(uint64(i))
	}
	group.Wait()
}

// collectGarbage has collections that begin by themselves, as it allocates, and
// that it has to assist, then one that it asks for. All on one P: while another
// P still sweeps, the runtime waits in a loop of yields, thousands of events.
func collectGarbage(context.Context) {
	procs := runtime.GOMAXPROCS(1)
	const pointers = 64 << 10
	for i := 0; i < 2*len(garbage); i++ {
		garbage[i%len(garbage)] = make([]*byte, pointers)
	}
	runtime.GC()
	runtime.GOMAXPROCS(procs)

	var stats runtime.MemStats
	runtime.ReadMemStats(&stats) // Stops the world.
	sink = stats.Alloc
}

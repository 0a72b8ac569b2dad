package main

import (
	"log"
	"os"
	"runtime/debug"
	"runtime/trace"
	"sync"
	"syscall"
	"time"
)

// kinds are the ways to end. All but stop leave the trace as it is; what the
// runtime still does about it differs.
var kinds = map[string]func(){
	"stop":   trace.Stop,
	"return": func() {},
	"exit":   func() { os.Exit(0) },
	"chatty": func() { os.Exit(1) }, // Main logs a lot before.

	// Panics: from Go 1.23 on, the runtime ends the generation first.
	"panic": func() { panic("the end") },
	"nil":   func() { println(*new(*int) == nil, **new(*int)) },

	// Fatal errors, which nothing can recover.
	"unlock":    func() { new(sync.Mutex).Unlock() },
	"mapwrites": writeMapTogether,
	"overflow":  func() { debug.SetMaxStack(1 << 20); println(deeper(0)) },

	"sigkill": func() { signal(syscall.SIGKILL) },
	"sigterm": func() { signal(syscall.SIGTERM) },
	"sigquit": func() { signal(syscall.SIGQUIT) },
	"sigabrt": func() { signal(syscall.SIGABRT) },

	// Does not end: whoever waits for that word takes a core of it.
	"hang": func() { println("hanging"); time.Sleep(time.Hour) },
}

func signal(s syscall.Signal) {
	if err := syscall.Kill(os.Getpid(), s); err != nil {
		log.Fatal(err)
	}
	time.Sleep(time.Second) // It comes, but not always at once.
	log.Fatal("survived ", s)
}

// writeMapTogether goes on until the runtime notices.
func writeMapTogether() {
	shared := map[int]int{}
	for i := 0; i < 4; i++ {
		go func() {
			for {
				shared[0]++
			}
		}()
	}
	time.Sleep(time.Second)
	log.Fatal("concurrent map writes went unnoticed")
}

func deeper(n int) int { return deeper(n+1) + 1 }

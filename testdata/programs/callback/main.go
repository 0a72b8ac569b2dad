//go:build cgo

// Callback has threads made in C call into Go, the only way to goroutines that
// come to be, and end, in a system call.
package main

/*
#include <pthread.h>

extern void hello(void);

static void *call(void *unused) {
	hello();
	hello();
	return unused;
}

static int onThread(void) {
	pthread_t thread;
	if (pthread_create(&thread, 0, call, 0) != 0) {
		return 1;
	}
	return pthread_join(thread, 0);
}
*/
import "C"

import (
	"context"
	"log"
	"os"
	"runtime/trace"
)

//export hello
func hello() {
	trace.Log(context.Background(), "callback", "hello from C")
}

func main() {
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	for i := 0; i < 4; i++ {
		if C.onThread() != 0 {
			log.Fatal("no thread")
		}
	}
	trace.Stop()
}

package main

import (
	"context"
	"log"
	"runtime"
	"runtime/trace"
	"syscall"
	"time"
)

// blockInSyscall holds a thread in read(2) for a while: long enough that the
// runtime takes its P away, and that a generation begins meanwhile.
func blockInSyscall(d time.Duration) <-chan struct{} {
	var pipe [2]int
	if err := syscall.Pipe(pipe[:]); err != nil {
		log.Fatal(err)
	}
	time.AfterFunc(d, func() { syscall.Write(pipe[1], []byte{0}) })
	done := make(chan struct{})
	go func() {
		defer close(done)
		syscall.Read(pipe[0], make([]byte, 1))
		syscall.Close(pipe[0])
		syscall.Close(pipe[1])
	}()
	return done
}

// callSystem makes system calls that are over at once, and one that is not.
func callSystem(context.Context) {
	var info syscall.Stat_t
	for i := 0; i < 5; i++ {
		syscall.Stat("/", &info)
	}
	<-blockInSyscall(30 * time.Millisecond)
}

// loseThread ends a goroutine that is locked to its thread, which ends it too.
func loseThread(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		trace.Log(ctx, "thread", "about to exit")
	}()
	<-done
}

// changeProcs stops the world twice to change GOMAXPROCS.
func changeProcs(context.Context) {
	before := runtime.GOMAXPROCS(3)
	runtime.Gosched()
	runtime.GOMAXPROCS(before)
}

// Command generate writes large execution traces for the benchmarks: a fixed amount of work, so that the
// same arguments give traces of about the same size on any machine.
//
//	generate channels|mixed|crowd MEGABYTES FILE
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"runtime/trace"
	"strconv"
	"sync"
	"sync/atomic"
)

// A counter of what the trace has written, by which the work knows when to stop.
type counter struct {
	w io.Writer
	n atomic.Int64
}

func (c *counter) Write(p []byte) (int, error) {
	c.n.Add(int64(len(p)))
	return c.w.Write(p)
}

// channels is the plainest scheduling there is: eight pairs of goroutines.
func channels(full func() bool) { pingPong(8, full) }

// crowd is the same work by 10,000 goroutines on 100 threads.
func crowd(full func() bool) {
	runtime.GOMAXPROCS(100)
	pingPong(5000, full)
}

func pingPong(count int, full func() bool) {
	var pairs sync.WaitGroup
	for range count {
		ping, pong := make(chan int), make(chan int)
		pairs.Add(2)
		go func() {
			defer pairs.Done()
			for v := range ping {
				pong <- v
			}
			close(pong)
		}()
		go func() {
			defer pairs.Done()
			for i := 0; i%10 != 0 || !full(); i++ {
				ping <- i
				<-pong
			}
			close(ping)
		}()
	}
	pairs.Wait()
}

// mixed does what servers do: tasks with regions, a different text in each log, network, garbage.
func mixed(full func() bool) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go serve(listener)
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Add(1)
		go func() {
			defer workers.Done()
			work(worker, listener.Addr().String(), full)
		}()
	}
	workers.Wait()
	listener.Close()
}

func serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			io.Copy(conn, conn)
		}()
	}
}

var sink atomic.Pointer[[]byte]

func work(worker int, address string, full func() bool) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for i := 0; !full(); i++ {
		ctx, task := trace.NewTask(context.Background(), "request")
		trace.Log(ctx, "id", "request "+strconv.Itoa(worker)+"."+strconv.Itoa(i))
		trace.WithRegion(ctx, "echo", func() {
			fmt.Fprintf(conn, "%d\n", i)
			if _, err := answers.ReadString('\n'); err != nil {
				log.Fatal(err)
			}
		})
		trace.WithRegion(ctx, "compute", func() {
			garbage := make([]byte, 4096+i%4096)
			sink.Store(&garbage)
		})
		task.End()
	}
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: generate channels|mixed|crowd MEGABYTES FILE")
	}
	kinds := map[string]func(func() bool){"channels": channels, "mixed": mixed, "crowd": crowd}
	kind, known := kinds[os.Args[1]]
	megabytes, err := strconv.Atoi(os.Args[2])
	if !known || err != nil {
		log.Fatal("usage: generate channels|mixed|crowd MEGABYTES FILE")
	}
	file, err := os.Create(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	out := &counter{w: file}
	if err := trace.Start(out); err != nil {
		log.Fatal(err)
	}
	kind(func() bool { return out.n.Load() > int64(megabytes)*1_000_000 })
	trace.Stop()
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}

package main

import (
	"context"
	"io"
	"log"
	"net"
	"sync"
	"time"
)

// blockOnEverything waits in each way that the runtime names.
func blockOnEverything(context.Context) {
	var group sync.WaitGroup
	run := func(f func()) {
		group.Add(1)
		go func() {
			defer group.Done()
			f()
		}()
	}

	channel := make(chan int)
	run(func() { channel <- 1 })
	time.Sleep(time.Millisecond)
	<-channel
	run(func() { <-channel })
	time.Sleep(time.Millisecond)
	channel <- 2

	run(func() {
		select {
		case <-channel:
		case <-time.After(2 * time.Millisecond):
		}
	})

	var mutex sync.Mutex
	mutex.Lock()
	run(func() { mutex.Lock(); mutex.Unlock() })
	time.Sleep(time.Millisecond)
	mutex.Unlock()

	var done bool
	cond := sync.NewCond(&mutex)
	run(func() {
		mutex.Lock()
		for !done {
			cond.Wait()
		}
		mutex.Unlock()
	})
	time.Sleep(time.Millisecond)
	mutex.Lock()
	done = true
	mutex.Unlock()
	cond.Broadcast()

	group.Wait()
}

// talk exchanges a few messages over loopback.
func talk(context.Context) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer listener.Close()
	go func() {
		peer, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		defer peer.Close()
		io.Copy(peer, peer)
	}()

	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	reply := make([]byte, 5)
	for i := 0; i < 3; i++ {
		time.Sleep(time.Millisecond)
		if _, err := conn.Write([]byte("hello")); err != nil {
			log.Fatal(err)
		}
		if _, err := io.ReadFull(conn, reply); err != nil {
			log.Fatal(err)
		}
	}
}

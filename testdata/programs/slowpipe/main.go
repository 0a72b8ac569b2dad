// Slowpipe runs a command and copies its stdout, through a pipe that holds a
// page, a few bytes at a time.
//
//	slowpipe COMMAND ARGS... > FILE
package main

import (
	"io"
	"log"
	"os"
	"os/exec"
	"syscall"
	"time"
)

func main() {
	reader, writer, err := os.Pipe()
	if err != nil {
		log.Fatal(err)
	}
	const setPipeSize = 1031 // F_SETPIPE_SZ, which package syscall lacks.
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, writer.Fd(), setPipeSize, 4096); errno != 0 {
		log.Fatal(errno)
	}
	command := exec.Command(os.Args[1], os.Args[2:]...)
	command.Stdout = writer
	if err := command.Start(); err != nil {
		log.Fatal(err)
	}
	writer.Close()
	for err == nil {
		time.Sleep(time.Millisecond)
		_, err = io.CopyN(os.Stdout, reader, 2000)
	}
	if err != io.EOF {
		log.Fatal(err)
	}
	command.Wait()
}

// Edit cuts and damages whole traces, the same way each time:
//
//	edit NAME IN > OUT
//
// NAME is a key of cuts or damages.
package main

import (
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: edit NAME IN > OUT")
	}
	trace, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	all, err := generations(trace)
	if err != nil {
		log.Fatal(os.Args[2], ": ", err)
	}

	if cut := cuts[os.Args[1]]; cut != nil {
		trace = trace[:cut(all)]
	} else if damage := damages[os.Args[1]]; damage != nil {
		trace = damage(trace, all)
	} else {
		log.Fatal("no such edit: ", os.Args[1])
	}
	if _, err := os.Stdout.Write(trace); err != nil {
		log.Fatal(err)
	}
}

//go:build go1.23

package main

import (
	"context"
	"iter"
)

// switchCoroutines passes control directly from goroutine to goroutine.
func switchCoroutines(context.Context) {
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; i < 3 && yield(i); i++ {
		}
	})
	defer stop()
	for {
		if _, ok := next(); !ok {
			return
		}
	}
}

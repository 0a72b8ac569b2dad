//go:build !go1.23

package main

import "context"

// switchCoroutines does nothing: before Go 1.23 there are no coroutines.
func switchCoroutines(context.Context) {}

package reference

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// tracecheck is the path of our program, "" if there is none.
var tracecheck = os.Getenv("TRACECHECK")

// skipOutsideCI skips the test, but fails it in CI.
func skipOutsideCI(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// A result is how a program ended.
type result struct {
	stdout, stderr []byte
	exit           int // -1 if a signal ended it.
}

// run runs a program for five minutes at most, as the machine may be busy.
func run(t *testing.T, name string, args ...string) result {
	t.Helper()
	result, err := execute(name, args...)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// execute is run without a test.
func execute(name string, args ...string) (result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, name, args...)
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		return result{}, fmt.Errorf("%s %q: %v, %v", name, args, err, ctx.Err())
	}
	return result{stdout.Bytes(), stderr.Bytes(), command.ProcessState.ExitCode()}, nil
}

// ours runs tracecheck on a trace. Its exit tells the verdict.
func ours(t *testing.T, args ...string) result {
	t.Helper()
	result := run(t, tracecheck, args...)
	switch {
	case result.exit == 0, result.exit == 1, result.exit == 3:
	case result.exit == 4 && args[0] == "wire": // legal in a trace, but there is no text for it
	default:
		t.Fatalf("tracecheck %q: exit %d\n%s", args, result.exit, result.stderr)
	}
	return result
}

// goTrace runs "go tool trace -d=MODE" of Go 1.26. It exits with 1 on an error,
// and with 2 if the reader panics.
func goTrace(t *testing.T, mode, path string) result {
	t.Helper()
	tool, err := goTraceTool()
	if err != nil {
		t.Fatal(err)
	}
	return run(t, tool, "-d="+mode, path)
}

// goTraceTool returns the path of the program behind "go tool trace".
var goTraceTool = sync.OnceValues(func() (string, error) {
	toolchain := runtime.Version()
	if !strings.HasPrefix(toolchain, "go1.26") {
		toolchain = "go1.26.0"
	}
	command := exec.Command("go", "tool", "-n", "trace")
	command.Env = append(os.Environ(), "GOTOOLCHAIN="+toolchain)
	out, err := command.Output()
	return strings.TrimSpace(string(out)), err
})

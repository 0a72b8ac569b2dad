package reference

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// toolchains are the versions of Go that make traces, by the name to count
// them under.
var toolchains = map[string]string{
	"1.22": "go1.22.12",
	"1.23": "go1.23.12",
	"1.24": "go1.24.13",
	"1.25": "go1.25.8",
	"1.26": "", // The one that runs this.
}

// A scene is a run of one of testdata's programs.
type scene struct {
	command string
	since   string // The first Go version that has it.
	env     string
	foreign bool // It writes more than the trace to its stdout.
}

func scenes() []scene {
	list := []scene{
		{command: "work"},
		{command: "many"},
		{command: "callback"},
		{command: "flight", since: "1.25"},
		{command: "allocfree", since: "1.23", env: "GODEBUG=traceallocfree=1"},
		{command: "crasher"},
		{command: "crasher 1100ms"},
		{command: "prints between", foreign: true},
		{command: "slowpipe PROGRAMS/prints inside", foreign: true},
		{command: "ending stop bare"},
		{command: "ending sigkill bare"},
		{command: "ending panic bare"},
		{command: "ending exit between"},
		{command: "ending sigkill between"},
	}
	for _, kind := range []string{
		"stop", "return", "exit", "chatty", "panic", "nil", "unlock", "mapwrites",
		"overflow", "sigkill", "sigterm", "sigquit",
	} {
		list = append(list, scene{command: "ending " + kind + " early"}, scene{command: "ending " + kind + " late"})
	}
	return list
}

// TestToolchains compares on traces made on the spot with each version of Go.
func TestToolchains(t *testing.T) {
	for version, toolchain := range toolchains {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			programs := build(t, toolchain)
			for _, scene := range scenes() {
				if scene.since > version {
					continue
				}
				t.Run(scene.command, func(t *testing.T) {
					t.Parallel()
					s := store(t, perform(t, programs, scene))
					s.real, s.version = !scene.foreign, version
					check(t, s)
				})
			}
		})
	}
}

// build builds testdata's programs into a folder, with a version of Go.
func build(t *testing.T, toolchain string) string {
	t.Helper()
	env := os.Environ()
	if toolchain != "" {
		env = append(env, "GOTOOLCHAIN="+toolchain)
	}
	version := exec.Command("go", "version")
	version.Env = env
	if out, err := version.CombinedOutput(); err != nil {
		skipOutsideCI(t, "no %s: %v\n%s", toolchain, err, out)
	}
	programs := t.TempDir() + string(filepath.Separator)
	command := exec.Command("go", "build", "-o", programs, "./...")
	command.Dir, command.Env = filepath.Join(testdata, "programs"), env
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return programs
}

// perform returns what a scene writes to its stdout, whatever its exit.
func perform(t *testing.T, programs string, scene scene) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	args := strings.Fields(strings.ReplaceAll(scene.command, "PROGRAMS/", programs))
	command := exec.CommandContext(ctx, filepath.Join(programs, args[0]), args[1:]...)
	command.Dir = t.TempDir() // For core dumps.
	command.Env = append(os.Environ(), scene.env)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if command.ProcessState == nil || ctx.Err() != nil || strings.Contains(stderr.String(), "usage: ") {
		t.Fatalf("%s: %v, %v\n%s", scene.command, err, ctx.Err(), stderr.Bytes())
	}
	if headerVersion(stdout.Bytes()) == "" {
		note(t, "%d bytes without a header", stdout.Len())
	}
	return stdout.Bytes()
}

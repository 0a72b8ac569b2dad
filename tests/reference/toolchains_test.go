package reference

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// versions chooses the toolchains that make traces, as in "go1.22.0,go1.26.11".
var versions = flag.String("versions", "", "toolchains for TestToolchains (default: the last of each, Go 1.22 to 1.26)")

// defaults stands for the toolchains where none is chosen; local is the one
// that runs this.
const (
	defaults = "go1.22.12,go1.23.12,go1.24.13,go1.25.8,local"
	local    = "local"
)

// A scene is a run of one of testdata's programs.
type scene struct {
	command string
	since   string // The first Go version that has it.
	build   string // Settings of the build.
	env     string // Settings of the run.
	foreign bool   // It writes more than the trace to its stdout.
}

// name is the command and the settings, for the test's name.
func (s scene) name() string {
	return strings.Join(strings.Fields(s.build+" "+s.env+" "+s.command), " ")
}

func scenes() []scene {
	list := []scene{
		{command: "work"},
		{command: "many"},
		{command: "callback"},
		{command: "flight", since: "1.25"},
		{command: "allocfree", since: "1.23", env: "GODEBUG=traceallocfree=1"},
		{command: "bubble", since: "1.25"},
		{command: "many", env: "GOMAXPROCS=1"},
		{command: "many", env: "GOMAXPROCS=64"},
		{command: "many", env: "GODEBUG=tracebackancestors=5"},
		{command: "ending panic late", env: "GODEBUG=traceadvanceperiod=100000000"},
		{command: "work", env: "GODEBUG=tracefpunwindoff=1,asyncpreemptoff=1"},
		{command: "midgc", build: "GOEXPERIMENT=greenteagc", since: "1.25"},
		{command: "work", build: "GOARCH=386 CGO_ENABLED=0"},
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
	chosen := *versions
	if chosen == "" {
		chosen = defaults
	}
	for toolchain := range strings.SplitSeq(chosen, ",") {
		t.Run(toolchain, func(t *testing.T) {
			t.Parallel()
			version := goVersion(t, toolchain)
			folder := t.TempDir()
			build(t, toolchain, "", filepath.Join(folder, "plain"), "./...")
			for _, scene := range scenes() {
				// Other builds cost a standard library each.
				if scene.since > version || scene.build != "" && *versions == "" {
					continue
				}
				t.Run(scene.name(), func(t *testing.T) {
					t.Parallel()
					programs := filepath.Join(folder, "plain")
					if scene.build != "" {
						programs = filepath.Join(t.TempDir(), "programs")
						build(t, toolchain, scene.build, programs, "./"+strings.Fields(scene.command)[0])
					}
					s := store(t, perform(t, programs+string(filepath.Separator), scene))
					s.real, s.version = !scene.foreign, strings.TrimPrefix(toolchain, "go")
					check(t, s)
					if *versions != "" {
						checkCommands(t, s)
					}
				})
			}
		})
	}
}

// environment is what chooses a toolchain.
func environment(toolchain string) []string {
	if toolchain == local {
		return os.Environ()
	}
	return append(os.Environ(), "GOTOOLCHAIN="+toolchain)
}

// goVersion returns the version of a toolchain as in "1.22".
func goVersion(t *testing.T, toolchain string) string {
	t.Helper()
	command := exec.Command("go", "env", "GOVERSION")
	command.Env = environment(toolchain)
	out, err := command.CombinedOutput()
	if err != nil {
		skipOutsideCI(t, "no %s: %v\n%s", toolchain, err, out)
	}
	parts := strings.Split(strings.TrimPrefix(strings.TrimSpace(string(out)), "go"), ".")
	if len(parts) < 2 {
		t.Fatalf("%s: version %q", toolchain, out)
	}
	return parts[0] + "." + parts[1]
}

// build builds some of testdata's programs into a folder.
func build(t *testing.T, toolchain, settings, folder, programs string) {
	t.Helper()
	command := exec.Command("go", "build", "-o", folder+string(filepath.Separator), programs)
	command.Dir = filepath.Join(testdata, "programs")
	command.Env = append(environment(toolchain), strings.Fields(settings)...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// perform returns what a scene writes to its stdout, whatever its exit.
func perform(t *testing.T, programs string, scene scene) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args := strings.Fields(strings.ReplaceAll(scene.command, "PROGRAMS/", programs))
	command := exec.CommandContext(ctx, filepath.Join(programs, args[0]), args[1:]...)
	command.Dir = t.TempDir() // For core dumps.
	command.Env = append(os.Environ(), strings.Fields(scene.env)...)
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

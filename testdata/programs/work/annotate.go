package main

import (
	"context"
	"runtime/pprof"
	"runtime/trace"
	"strings"
)

// annotate nests tasks and regions.
func annotate(ctx context.Context) {
	outer, outerTask := trace.NewTask(ctx, "request")
	defer outerTask.End()
	trace.WithRegion(outer, "parse", func() {
		inner, innerTask := trace.NewTask(outer, "query")
		trace.Logf(inner, "rows", "%d", 42)
		trace.WithRegion(inner, "scan", func() {
			trace.WithRegion(inner, "decode", func() {})
		})
		innerTask.End()
		innerTask.End() // Twice: the second end has no open task.
	})
	trace.WithRegion(context.Background(), "no task", func() {})
	_, unnamed := trace.NewTask(outer, "")
	unnamed.End()

	// A task that another goroutine ends, under profiler labels.
	_, handed := trace.NewTask(outer, "handed over")
	done := make(chan struct{})
	go pprof.Do(outer, pprof.Labels("role", "helper"), func(context.Context) {
		handed.End()
		close(done)
	})
	<-done
}

// texts logs what is hard to print, with a task and without.
func texts(ctx context.Context) {
	none := context.Background()
	for _, log := range []struct {
		ctx               context.Context
		category, message string
	}{
		{ctx, "plain", "with a task"},
		{none, "plain", "without a task"},
		{none, "", ""},
		{ctx, "", "no category"},
		{ctx, "no message", ""},
		{ctx, "ünïcödé", "日本語 😀 e\u0301"},
		{none, "controls", "nul \x00 bell \a tab \t line \n return \r escape \x1b[31m delete \x7f"},
		{none, "invisible", "bom \ufeff rtl \u202e line separator \u2028 soft hyphen \u00ad next line \u0085"},
		{ctx, "not utf-8 \xff", "\xc3( \xed\xa0\x80 \xf5 cut \xe2\x82"},
		{none, "quotes", "\"double\" 'single' `back` \\ slash"},
		{none, "colons: here", "and: there"},
		{ctx, "long", strings.Repeat("0123456789abcdef", 64)},
		{ctx, "too long", strings.Repeat("x", 1025)},
	} {
		trace.Log(log.ctx, log.category, log.message)
	}
}

package main

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"time"

	"golang.org/x/exp/trace"
)

// The objects of docs/json.md. What the reference does not know is left out:
// the line Verdict, and the bytes beside a text that is not UTF-8. A struct a
// kind, which encoding/json writes faster than a map.
type (
	frame struct {
		PC   uint64 `json:"pc,string"`
		Func string `json:"func"`
		File string `json:"file"`
		Line uint64 `json:"line"`
	}
	resource struct {
		Kind string `json:"kind"`
		ID   *int64 `json:"id"`
	}
	namedValue struct {
		Name  string `json:"name"`
		Value uint64 `json:"value,string"`
	}
	context struct {
		Kind      string  `json:"kind"`
		Time      int64   `json:"time"`
		Thread    *int64  `json:"thread"`
		Proc      *int64  `json:"proc"`
		Goroutine *int64  `json:"goroutine"`
		Stack     []frame `json:"stack"`
	}
	head struct {
		Kind   string  `json:"kind"`
		Schema string  `json:"schema"`
		Start  int64   `json:"start,string"`
		Wall   *string `json:"wall"`
	}
	clockSnapshot struct {
		Trace int64  `json:"trace,string"`
		Wall  string `json:"wall"`
		Mono  uint64 `json:"mono,string"`
	}
	experimentalBatch struct {
		Experiment string `json:"experiment"`
		Thread     *int64 `json:"thread"`
		Data       string `json:"data_base64"`
	}
	syncEvent struct {
		context
		N                   int                 `json:"n"`
		ClockSnapshot       *clockSnapshot      `json:"clock_snapshot"`
		ExperimentalBatches []experimentalBatch `json:"experimental_batches"`
	}
	metricEvent struct {
		context
		namedValue
	}
	labelEvent struct {
		context
		Label    string   `json:"label"`
		Resource resource `json:"resource"`
	}
	rangeEvent struct {
		context
		Name     string   `json:"name"`
		Resource resource `json:"resource"`
	}
	rangeEndEvent struct {
		rangeEvent
		Attributes []namedValue `json:"attributes"`
	}
	taskEvent struct {
		context
		ID     *int64 `json:"id"`
		Parent *int64 `json:"parent"`
		Type   string `json:"type"`
	}
	regionEvent struct {
		context
		Task *int64 `json:"task"`
		Type string `json:"type"`
	}
	logEvent struct {
		context
		Task     *int64 `json:"task"`
		Category string `json:"category"`
		Message  string `json:"message"`
	}
	transitionEvent struct {
		context
		Resource      resource `json:"resource"`
		From          string   `json:"from"`
		To            string   `json:"to"`
		Reason        string   `json:"reason"`
		ResourceStack []frame  `json:"resource_stack"`
	}
	experimentalEvent struct {
		context
		Experiment string       `json:"experiment"`
		Name       string       `json:"name"`
		Arguments  []namedValue `json:"arguments"`
	}
)

// A jsonWriter writes the events of one trace, an object a line.
type jsonWriter struct {
	encoder *json.Encoder
	start   trace.Time
	begun   bool
}

func newJSONWriter(out io.Writer) *jsonWriter {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return &jsonWriter{encoder: encoder}
}

func (w *jsonWriter) write(event trace.Event) error {
	if !w.begun {
		w.begun = true
		w.start = event.Time()
		if err := w.encoder.Encode(headOf(event)); err != nil {
			return err
		}
	}
	return w.encoder.Encode(w.object(event))
}

func headOf(first trace.Event) head {
	h := head{Kind: "Trace", Schema: "tracecheck.events/1", Start: int64(first.Time())}
	if clock := first.Sync().ClockSnapshot; clock != nil {
		wall := wallTime(clock.Wall.Add(first.Time().Sub(clock.Trace)))
		h.Wall = &wall
	}
	return h
}

func (w *jsonWriter) object(event trace.Event) any {
	c := context{
		Kind:      event.Kind().String(),
		Time:      int64(event.Time() - w.start),
		Thread:    id(event.Thread()),
		Proc:      id(event.Proc()),
		Goroutine: id(event.Goroutine()),
		Stack:     frames(event.Stack()),
	}
	switch event.Kind() {
	case trace.EventSync:
		return describeSync(c, event.Sync())
	case trace.EventMetric:
		metric := event.Metric()
		return metricEvent{c, namedValue{metric.Name, metric.Value.Uint64()}}
	case trace.EventLabel:
		label := event.Label()
		return labelEvent{c, label.Label, describeResource(label.Resource)}
	case trace.EventRangeBegin, trace.EventRangeActive:
		return describeRange(c, event.Range())
	case trace.EventRangeEnd:
		return rangeEndEvent{describeRange(c, event.Range()), attributes(event.RangeAttributes())}
	case trace.EventTaskBegin, trace.EventTaskEnd:
		task := event.Task()
		return taskEvent{c, id(task.ID), id(task.Parent), task.Type}
	case trace.EventRegionBegin, trace.EventRegionEnd:
		region := event.Region()
		return regionEvent{c, id(region.Task), region.Type}
	case trace.EventLog:
		log := event.Log()
		return logEvent{c, id(log.Task), log.Category, log.Message}
	case trace.EventStateTransition:
		return describeTransition(c, event.StateTransition())
	case trace.EventExperimental:
		return describeExperimental(c, event.Experimental())
	}
	return c
}

func describeSync(c context, sync trace.Sync) syncEvent {
	e := syncEvent{context: c, N: sync.N, ExperimentalBatches: []experimentalBatch{}}
	if clock := sync.ClockSnapshot; clock != nil {
		e.ClockSnapshot = &clockSnapshot{int64(clock.Trace), wallTime(clock.Wall), clock.Mono}
	}
	for experiment, batches := range sync.ExperimentalBatches {
		for _, batch := range batches {
			data := base64.StdEncoding.EncodeToString(batch.Data)
			e.ExperimentalBatches = append(e.ExperimentalBatches,
				experimentalBatch{experiment, id(batch.Thread), data})
		}
	}
	return e
}

func describeRange(c context, r trace.Range) rangeEvent {
	return rangeEvent{c, r.Name, describeResource(r.Scope)}
}

func describeTransition(c context, transition trace.StateTransition) transitionEvent {
	e := transitionEvent{
		context:       c,
		Resource:      describeResource(transition.Resource),
		Reason:        transition.Reason,
		ResourceStack: frames(transition.Stack),
	}
	if transition.Resource.Kind == trace.ResourceGoroutine {
		from, to := transition.Goroutine()
		e.From, e.To = from.String(), to.String()
	} else {
		from, to := transition.Proc()
		e.From, e.To = from.String(), to.String()
	}
	return e
}

func describeExperimental(c context, event trace.ExperimentalEvent) experimentalEvent {
	e := experimentalEvent{c, event.Experiment, event.Name, []namedValue{}}
	for i, name := range event.Args {
		e.Arguments = append(e.Arguments, namedValue{name, event.ArgValue(i).Uint64()})
	}
	return e
}

func describeResource(r trace.ResourceID) resource {
	switch r.Kind {
	case trace.ResourceGoroutine:
		return resource{r.Kind.String(), id(r.Goroutine())}
	case trace.ResourceProc:
		return resource{r.Kind.String(), id(r.Proc())}
	}
	return resource{Kind: r.Kind.String()}
}

func attributes(list []trace.RangeAttribute) []namedValue {
	values := []namedValue{}
	for _, attribute := range list {
		values = append(values, namedValue{attribute.Name, attribute.Value.Uint64()})
	}
	return values
}

// frames returns nil, which is null, for a stack without frames.
func frames(stack trace.Stack) []frame {
	var list []frame
	for f := range stack.Frames() {
		list = append(list, frame{f.PC, f.Func, f.File, f.Line})
	}
	return list
}

// id returns nil, which is null, for -1, which stands for none.
func id[T ~int64 | ~uint64](value T) *int64 {
	number := int64(value)
	if number == -1 {
		return nil
	}
	return &number
}

func wallTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }

package reference

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	"golang.org/x/exp/trace"
)

// An object is a JSON object as encoding/json decodes it with UseNumber.
type object map[string]any

// describe returns the object that "export --format ndjson" prints for an event
// of a trace that starts at start. It panics where the reference reader does.
func describe(event trace.Event, start trace.Time) object {
	o := object{
		"kind":      event.Kind().String(),
		"time":      number(int64(event.Time() - start)),
		"thread":    id(int64(event.Thread())),
		"proc":      id(int64(event.Proc())),
		"goroutine": id(int64(event.Goroutine())),
		"stack":     describeStack(event.Stack()),
	}
	switch event.Kind() {
	case trace.EventSync:
		o.addSync(event.Sync())
	case trace.EventMetric:
		metric := event.Metric()
		o.addText("name", metric.Name)
		o["value"] = decimal(metric.Value.Uint64())
	case trace.EventLabel:
		label := event.Label()
		o.addText("label", label.Label)
		o["resource"] = describeResource(label.Resource)
	case trace.EventRangeBegin, trace.EventRangeActive:
		o.addRange(event.Range())
	case trace.EventRangeEnd:
		o.addRange(event.Range())
		o["attributes"] = describeAttributes(event.RangeAttributes())
	case trace.EventTaskBegin, trace.EventTaskEnd:
		task := event.Task()
		o["id"] = taskID(task.ID)
		o["parent"] = taskID(task.Parent)
		o.addText("type", task.Type)
	case trace.EventRegionBegin, trace.EventRegionEnd:
		region := event.Region()
		o["task"] = taskID(region.Task)
		o.addText("type", region.Type)
	case trace.EventLog:
		log := event.Log()
		o["task"] = taskID(log.Task)
		o.addText("category", log.Category)
		o.addText("message", log.Message)
	case trace.EventStateTransition:
		o.addTransition(event.StateTransition())
	case trace.EventExperimental:
		o.addExperimental(event.Experimental())
	}
	return o
}

func (o object) addSync(sync trace.Sync) {
	o["n"] = number(int64(sync.N))
	o["clock_snapshot"] = nil
	if clock := sync.ClockSnapshot; clock != nil {
		o["clock_snapshot"] = map[string]any{
			"trace": strconv.FormatInt(int64(clock.Trace), 10),
			"wall":  wallTime(clock.Wall),
			"mono":  decimal(clock.Mono),
		}
	}
	batches := []any{}
	for experiment, list := range sync.ExperimentalBatches {
		for _, batch := range list {
			batches = append(batches, map[string]any{
				"experiment":  experiment,
				"thread":      id(int64(batch.Thread)),
				"data_base64": base64.StdEncoding.EncodeToString(batch.Data),
			})
		}
	}
	o["experimental_batches"] = batches
}

func (o object) addRange(r trace.Range) {
	o.addText("name", r.Name)
	o["resource"] = describeResource(r.Scope)
}

func (o object) addTransition(transition trace.StateTransition) {
	o["resource"] = describeResource(transition.Resource)
	if transition.Resource.Kind == trace.ResourceGoroutine {
		from, to := transition.Goroutine()
		o["from"], o["to"] = from.String(), to.String()
	} else {
		from, to := transition.Proc()
		o["from"], o["to"] = from.String(), to.String()
	}
	o.addText("reason", transition.Reason)
	o["resource_stack"] = describeStack(transition.Stack)
}

func (o object) addExperimental(event trace.ExperimentalEvent) {
	o.addText("experiment", event.Experiment)
	o.addText("name", event.Name)
	arguments := []any{}
	for i, name := range event.Args {
		arguments = append(arguments, namedValue(name, event.ArgValue(i).Uint64()))
	}
	o["arguments"] = arguments
}

// addText adds text from a trace, with its bytes beside it if it is not UTF-8.
func (o object) addText(key, text string) {
	o[key] = string([]rune(text)) // One U+FFFD for each bad byte.
	if !utf8.ValidString(text) {
		o[key+"_base64"] = base64.StdEncoding.EncodeToString([]byte(text))
	}
}

func describeResource(resource trace.ResourceID) any {
	o := map[string]any{"kind": resource.Kind.String(), "id": nil}
	switch resource.Kind {
	case trace.ResourceGoroutine:
		o["id"] = id(int64(resource.Goroutine()))
	case trace.ResourceProc:
		o["id"] = id(int64(resource.Proc()))
	}
	return o
}

// describeStack returns nil for no stack. The stack of a CPU sample without one
// is not NoStack, but has its id.
func describeStack(stack trace.Stack) any {
	if stack == trace.NoStack || reflect.ValueOf(stack).FieldByName("id").Uint() == 0 {
		return nil
	}
	frames := []any{}
	for frame := range stack.Frames() {
		o := object{"pc": decimal(frame.PC), "line": unsigned(frame.Line)}
		o.addText("func", frame.Func)
		o.addText("file", frame.File)
		frames = append(frames, map[string]any(o))
	}
	return frames
}

func describeAttributes(attributes []trace.RangeAttribute) any {
	list := []any{}
	for _, attribute := range attributes {
		list = append(list, namedValue(attribute.Name, attribute.Value.Uint64()))
	}
	return list
}

func namedValue(name string, value uint64) any {
	o := object{"value": decimal(value)}
	o.addText("name", name)
	return map[string]any(o)
}

// number returns a JSON number if it is exact as a double, else a string.
func number(value int64) any {
	if value < 0 && value >= -1<<53 {
		return json.Number(strconv.FormatInt(value, 10))
	}
	if value < 0 {
		return strconv.FormatInt(value, 10)
	}
	return unsigned(uint64(value))
}

func unsigned(value uint64) any {
	if value <= 1<<53 {
		return json.Number(decimal(value))
	}
	return decimal(value)
}

// id returns nil for -1, which stands for none.
func id(value int64) any {
	if value == -1 {
		return nil
	}
	return unsigned(uint64(value))
}

func taskID(task trace.TaskID) any { return id(int64(task)) }

func decimal(value uint64) string { return strconv.FormatUint(value, 10) }

func wallTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }

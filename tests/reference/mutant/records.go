package mutant

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"

	"tracecheck/tests/reference/wiretext"
)

// recordEdits change the events or entries of one batch, of which there is at
// least one. They return whether there was something to change.
var recordEdits = map[string]func(list []record, random *rand.Rand) ([]record, bool){
	"record dropped": func(list []record, random *rand.Rand) ([]record, bool) {
		i := random.IntN(len(list))
		return slices.Delete(list, i, i+1), true
	},
	"records dropped to the end": func(list []record, random *rand.Rand) ([]record, bool) {
		return list[:random.IntN(len(list))], true
	},
	"record doubled": func(list []record, random *rand.Rand) ([]record, bool) {
		i := random.IntN(len(list))
		return slices.Insert(list, i, list[i]), true
	},
	"records swapped": func(list []record, random *rand.Rand) ([]record, bool) {
		i := random.IntN(len(list))
		if i == 0 {
			return nil, false
		}
		list[i-1], list[i] = list[i], list[i-1]
		return list, true
	},
	"type changed": func(list []record, random *rand.Rand) ([]record, bool) {
		list[random.IntN(len(list))].kind = byte(random.IntN(140))
		return list, true
	},
	"event put in": func(list []record, random *rand.Rand) ([]record, bool) {
		return slices.Insert(list, random.IntN(len(list)+1), anyEvent(list, random)), true
	},
	"argument set": func(list []record, random *rand.Rand) ([]record, bool) {
		args := list[random.IntN(len(list))].args
		if len(args) == 0 {
			return nil, false
		}
		i := random.IntN(len(args))
		args[i] = otherValue(args[i], random)
		return list, true
	},
	"argument taken from another": func(list []record, random *rand.Rand) ([]record, bool) {
		to, from := &list[random.IntN(len(list))], &list[random.IntN(len(list))]
		for i := range to.args {
			for j := range from.args {
				if to.roleOf(i) == from.roleOf(j) && to.args[i] != from.args[j] {
					to.args[i] = from.args[j]
					return list, true
				}
			}
		}
		return nil, false
	},
	"varint padded": func(list []record, random *rand.Rand) ([]record, bool) {
		return withVarint(list, random, func(value uint64) []byte {
			return appendPadded(nil, value, 2+random.IntN(9))
		})
	},
	"varint too long": func(list []record, random *rand.Rand) ([]record, bool) {
		return withVarint(list, random, func(value uint64) []byte {
			if random.IntN(2) == 0 {
				return appendPadded(nil, value, 11)
			}
			return append([]byte(strings.Repeat("\xff", 9)), 2)
		})
	},
	"ids shifted": func(list []record, random *rand.Rand) ([]record, bool) {
		wanted, shift := roles[random.IntN(len(roles))], smallShift(random)
		changed := false
		for i := range list {
			for j := range list[i].args {
				if list[i].roleOf(j) == wanted {
					list[i].args[j] += shift
					changed = true
				}
			}
		}
		return list, changed
	},
	"times set": func(list []record, random *rand.Rand) ([]record, bool) {
		r := &list[random.IntN(len(list))]
		for i := range r.args {
			if r.roleOf(i) == "time" {
				r.args[i] = extremeTime(random)
				return list, true
			}
		}
		return nil, false
	},
	"all times set": func(list []record, random *rand.Rand) ([]record, bool) {
		value := extremeTime(random)
		changed := false
		for i := range list {
			for j := range list[i].args {
				if list[i].roleOf(j) == "time" {
					list[i].args[j] = value
					changed = true
				}
			}
		}
		return list, changed
	},
	"text changed": func(list []record, random *rand.Rand) ([]record, bool) {
		r := &list[random.IntN(len(list))]
		if r.kind != str {
			return nil, false
		}
		r.text = []byte([]string{
			"", "\x00", "\xff\xfe", "a\nb\x1b[31m", strings.Repeat("x", 1024), strings.Repeat("x", 1025),
		}[random.IntN(6)])
		return list, true
	},
	"frames changed": func(list []record, random *rand.Rand) ([]record, bool) {
		r := &list[random.IntN(len(list))]
		if r.kind != stack || len(r.args) < 2 {
			return nil, false
		}
		count := []uint64{0, 1, 2, 127, 128, 129}[random.IntN(6)]
		frame := []uint64{uint64(random.IntN(8)), 0, 0, 0}
		if len(r.args) >= 6 && random.IntN(2) == 0 {
			frame = r.args[2:6]
		}
		r.args = []uint64{r.args[0], count}
		for range count {
			r.args = append(r.args, frame...)
		}
		return list, true
	},
}

// anyEvent returns an event of some type, its arguments taken from the others'
// where one has the role.
func anyEvent(list []record, random *rand.Rand) record {
	r := record{kind: byte(9 + random.IntN(40))}
	if random.IntN(20) == 0 {
		r.kind = byte(random.IntN(140))
	}
	names, _ := wiretext.Arguments(r.kind)
	r.args = make([]uint64, len(names))
	for i := range r.args {
		r.args[i] = uint64(random.IntN(6))
		from := &list[random.IntN(len(list))]
		for j := range from.args {
			if from.roleOf(j) == r.roleOf(i) {
				r.args[i] = from.args[j]
			}
		}
	}
	return r
}

// withVarint writes one argument of a record another way.
func withVarint(list []record, random *rand.Rand, write func(uint64) []byte) ([]record, bool) {
	r := &list[random.IntN(len(list))]
	if len(r.args) == 0 {
		return nil, false
	}
	at := random.IntN(len(r.args))
	raw := []byte{r.kind}
	for i, value := range r.args {
		if i == at {
			raw = append(raw, write(value)...)
		} else {
			raw = binary.AppendUvarint(raw, value)
		}
	}
	if r.kind == str {
		raw = append(binary.AppendUvarint(raw, uint64(len(r.text))), r.text...)
	}
	*r = record{raw: raw}
	return list, true
}

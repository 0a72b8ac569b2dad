package mutant

import (
	"math/rand/v2"
	"slices"
)

// byteEdits change the bytes behind the header, whatever they mean. They return
// new bytes.
var byteEdits = map[string]func(data []byte, random *rand.Rand) []byte{
	"bit flipped": func(data []byte, random *rand.Rand) []byte {
		data = slices.Clone(data)
		data[somewhere(data, random)] ^= 1 << random.IntN(8)
		return data
	},
	"byte set": func(data []byte, random *rand.Rand) []byte {
		data = slices.Clone(data)
		data[somewhere(data, random)] = byte(random.IntN(256))
		return data
	},
	"byte put in": func(data []byte, random *rand.Rand) []byte {
		return slices.Insert(slices.Clone(data), somewhere(data, random), byte(random.IntN(256)))
	},
	"bytes lost": func(data []byte, random *rand.Rand) []byte {
		i := somewhere(data, random)
		return slices.Concat(data[:i], data[min(len(data), i+1+random.IntN(20)):])
	},
	"bytes doubled": func(data []byte, random *rand.Rand) []byte {
		i := somewhere(data, random)
		return slices.Concat(data[:min(len(data), i+1+random.IntN(20))], data[i:])
	},
	"bytes zeroed": func(data []byte, random *rand.Rand) []byte {
		data = slices.Clone(data)
		i := somewhere(data, random)
		clear(data[i:min(len(data), i+1+random.IntN(20))])
		return data
	},
	"cut": func(data []byte, random *rand.Rand) []byte {
		return data[:somewhere(data, random)]
	},
	"text put in": func(data []byte, random *rand.Rand) []byte {
		return slices.Insert(slices.Clone(data), somewhere(data, random), []byte("10 requests\n")...)
	},
	"text at the end": func(data []byte, _ *rand.Rand) []byte {
		return append(slices.Clone(data), "panic: no\n"...)
	},
	"zeros at the end": func(data []byte, random *rand.Rand) []byte {
		return append(slices.Clone(data), make([]byte, 1+random.IntN(100))...)
	},
	"another version": func(data []byte, random *rand.Rand) []byte {
		data = slices.Clone(data)
		data[6] = "2356"[random.IntN(4)]
		return data
	},
	"byte of the header set": func(data []byte, random *rand.Rand) []byte {
		data = slices.Clone(data)
		data[random.IntN(headerSize)] = byte(random.IntN(256))
		return data
	},
}

func somewhere(data []byte, random *rand.Rand) int {
	return headerSize + random.IntN(len(data)-headerSize)
}

package reference

import (
	"encoding/binary"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var damages = flag.Int("damages", 1000, "about how many damaged traces to compare on")

const headerSize = 16

// sorts are the ways to damage a trace. They return new bytes.
var sorts = map[string]func(data []byte, random *rand.Rand) []byte{
	"cut": func(data []byte, random *rand.Rand) []byte {
		return data[:random.IntN(len(data))]
	},
	"cut between batches": func(data []byte, random *rand.Rand) []byte {
		ends := batchEnds(data)
		return data[:ends[random.IntN(len(ends))]]
	},
	"flip a bit": func(data []byte, random *rand.Rand) []byte {
		data = slices.Clone(data)
		data[headerSize+random.IntN(len(data)-headerSize)] ^= 1 << random.IntN(8)
		return data
	},
	"set a byte": func(data []byte, random *rand.Rand) []byte {
		data = slices.Clone(data)
		data[headerSize+random.IntN(len(data)-headerSize)] = byte(random.IntN(256))
		return data
	},
	"lose a batch": func(data []byte, random *rand.Rand) []byte {
		ends := batchEnds(data)
		i := random.IntN(len(ends) - 1)
		return slices.Concat(data[:ends[i]], data[ends[i+1]:])
	},
	"repeat a batch": func(data []byte, random *rand.Rand) []byte {
		ends := batchEnds(data)
		i := random.IntN(len(ends) - 1)
		return slices.Concat(data[:ends[i+1]], data[ends[i]:])
	},
	"swap batches": func(data []byte, random *rand.Rand) []byte {
		ends := batchEnds(data)
		i := random.IntN(len(ends) - 2)
		a, b, c := ends[i], ends[i+1], ends[i+2]
		return slices.Concat(data[:a], data[b:c], data[a:b], data[c:])
	},
	"put in text": func(data []byte, random *rand.Rand) []byte {
		i := headerSize + random.IntN(len(data)-headerSize)
		return slices.Concat(data[:i], []byte("10 requests\n"), data[i:])
	},
}

// TestDamage compares on whole fixtures with something done to them. What is
// done is the same in every run.
func TestDamage(t *testing.T) {
	whole := slices.DeleteFunc(fixtures(t), func(name string) bool {
		return !strings.HasPrefix(name, "ok/")
	})
	each := 1 + *damages/len(whole)/len(sorts)
	for _, name := range whole {
		data := load(t, filepath.Join(testdata, name)).data
		if headerVersion(data) == "" {
			continue
		}
		for sort, damage := range sorts {
			t.Run(name+"/"+sort, func(t *testing.T) {
				t.Parallel()
				hash := fnv.New64()
				fmt.Fprint(hash, t.Name())
				random := rand.New(rand.NewPCG(hash.Sum64(), 0))
				for i := range each {
					damaged := damage(data, random)
					t.Run(fmt.Sprint(i), func(t *testing.T) { check(t, store(t, damaged)) })
				}
			})
		}
	}
}

// batchEnds returns where the header and each batch of a whole trace end.
func batchEnds(data []byte) []int {
	ends := []int{headerSize}
	for end := headerSize; end < len(data); ends = append(ends, end) {
		kind := data[end]
		end++
		switch kind {
		case 0x01:
			end = skipBatch(data, end)
		case 0x31:
			end = skipBatch(data, end+1)
		}
	}
	return ends
}

// skipBatch returns the end of the batch whose four numbers are at offset.
func skipBatch(data []byte, offset int) int {
	var value uint64
	for range 4 {
		var length int
		value, length = binary.Uvarint(data[offset:])
		offset += length
	}
	return offset + int(value)
}

package main

// cuts give the number of bytes to keep. Most are in the last generation.
var cuts = map[string]func(all []generation) int{
	"header":      func([]generation) int { return 9 },
	"bare-header": func([]generation) int { return headerSize },

	// After the type of the second batch, and its gen.
	"batch-header": func(all []generation) int { return ending(all)[1].begin + 2 },

	// In the padded varint that is the size.
	"varint": func(all []generation) int { return ending(all)[1].data - 4 },

	"batch": func(all []generation) int {
		b := ending(all).last(stacks)
		return (b.data + b.end) / 2
	},

	// In the text of the last string.
	"record": func(all []generation) int { return ending(all).last(strings).end - 2 },

	"between-batches": func(all []generation) int {
		last := ending(all)
		return last[len(last)/2].begin
	},
	"between-generations": func(all []generation) int { return ending(all).begin() },

	// Just before what the name says.
	"frequency": func(all []generation) int { return ending(all).first(frequency).begin },
	"stacks":    func(all []generation) int { return ending(all).first(stacks).begin },
	"strings":   func(all []generation) int { return ending(all).last(strings).begin },
	"marker":    func(all []generation) int { return ending(all).first(endOfGeneration).begin },
}

func ending(all []generation) generation { return all[len(all)-1] }

// Prints go_sort.inc: how the standard library's slices.SortFunc leaves equal elements, as hashes of the
// permutations of many sizes and patterns. reader/go_sort_test.cc makes the same keys and compares.
//
//	go run . >go_sort.inc
package main

import (
	"fmt"
	"slices"
)

var sizes = []int{0, 1, 2, 5, 11, 12, 13, 14, 16, 20, 24, 25, 31, 33, 40, 49, 50, 51, 60, 64, 65, 90, 100, 128, 200, 333, 512, 1000, 3000}

var patterns = []struct {
	name string
	keys func(n int) []int
}{
	{"equal", func(n int) []int { return fill(n, func(i int) int { return 0 }) }},
	{"two keys", func(n int) []int { return random(n, 2) }},
	{"three keys", func(n int) []int { return random(n, 3) }},
	{"seven keys", func(n int) []int { return random(n, 7) }},
	{"many keys", func(n int) []int { return random(n, n/2+1) }},
	{"rising", func(n int) []int { return fill(n, func(i int) int { return i / 4 }) }},
	{"falling", func(n int) []int { return fill(n, func(i int) int { return (n - i) / 4 }) }},
	{"saw", func(n int) []int { return fill(n, func(i int) int { return i % 9 }) }},
	{"pipe", func(n int) []int { return fill(n, func(i int) int { return min(i, n-i) / 2 }) }},
	{"nearly rising", nearlyRising},
	{"adversary", adversary},
}

func main() {
	fmt.Println("// Made by main.go in this folder. Sizes, then for each pattern the hashes of the permutations.")
	fmt.Print("constexpr int kSizes[] = {")
	for _, n := range sizes {
		fmt.Printf("%d, ", n)
	}
	fmt.Printf("};\nconstexpr Vector kVectors[] = {\n")
	for _, p := range patterns {
		fmt.Printf("    {\"%s\",\n     {", p.name)
		for i, n := range sizes {
			if i > 0 && i%7 == 0 {
				fmt.Print("\n      ")
			}
			fmt.Printf("0x%08x, ", hash(sorted(p.keys(n))))
		}
		fmt.Println("}},")
	}
	fmt.Println("};")
}

func fill(n int, key func(int) int) []int {
	keys := make([]int, n)
	for i := range keys {
		keys[i] = key(i)
	}
	return keys
}

func random(n, count int) []int {
	state := uint64(n)
	return fill(n, func(int) int {
		state = state*6364136223846793005 + 1442695040888963407
		return int(state>>33) % count
	})
}

func nearlyRising(n int) []int {
	keys := fill(n, func(i int) int { return i / 3 })
	if n > 8 {
		keys[n/2], keys[n/2+4] = keys[n/2+4], keys[n/2]
		keys[n-1], keys[n-5] = keys[n-5], keys[n-1]
	}
	return keys
}

// adversary makes keys that are bad for this very algorithm, so that it takes its last resort: it lets the
// algorithm sort elements whose keys are only decided when two of them are compared.
func adversary(n int) []int {
	undecided := n
	keys := fill(n, func(int) int { return undecided })
	decided, candidate := 0, 0
	elements := fill(n, func(i int) int { return i })
	slices.SortFunc(elements, func(x, y int) int {
		if keys[x] == undecided && keys[y] == undecided {
			if x == candidate {
				keys[x] = decided
			} else {
				keys[y] = decided
			}
			decided++
		}
		if keys[x] == undecided {
			candidate = x
		} else if keys[y] == undecided {
			candidate = y
		}
		return keys[x] - keys[y]
	})
	for i := range keys {
		keys[i] /= 2
	}
	return keys
}

func sorted(keys []int) []int {
	order := fill(len(keys), func(i int) int { return i })
	slices.SortFunc(order, func(a, b int) int { return keys[a] - keys[b] })
	return order
}

// hash is FNV-1a over the indices.
func hash(order []int) uint32 {
	h := uint32(2166136261)
	for _, i := range order {
		h = (h ^ uint32(i)) * 16777619
	}
	return h
}

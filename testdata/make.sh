#!/bin/sh
# Makes all fixtures again: builds programs/ with a Go toolchain of each version,
# runs each program until its trace is what it is meant to be, then cuts and
# damages some. Takes two to three minutes, and fetches the toolchains if need be.
# Needs go (1.21 or later), gcc (for programs/callback), gzip and zstd.
#
#   ./make.sh [VERSION...]     only these, e.g. 1.26 (default: all)
set -eu
cd "$(dirname "$0")"

all='1.22.12 1.23.12 1.24.13 1.25.8 1.26.8'
v1=1.21.13     # The last version that writes the old format.
judge=1.26.8   # Whose go tool trace says whether a trace is whole.
tries=30       # How a program's death falls is partly a matter of luck.

export CGO_ENABLED=0 GOFLAGS=-trimpath   # No machine's paths in the stacks.
ulimit -c 0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# accepted FILE: the reference reader finds nothing wrong.
accepted() {
	GOTOOLCHAIN=go$judge go tool trace -d=parsed "$1" >"$tmp/parsed.$$.${1##*/}" 2>&1
	status=$?
	rm -f "$tmp/parsed.$$.${1##*/}"
	return $status
}

# has FILE EVENT: the event is in the trace; none asked for always is.
has() {
	[ -z "$2" ] || GOTOOLCHAIN=go$judge go tool trace -d=wire "$1" | grep -q "^$2 "
}

# record FILE accepted|refused MIN MAX COMMAND...: the command's stdout, once it
# has between MIN and MAX bytes, $needs is in it and the reference reader takes
# or refuses it.
needs=
record() {
	file=$1 expected=$2 min=$3 max=$4
	shift 4
	for _ in $(seq $tries); do
		"$@" >"$tmp/${file##*/}" || true
		size=$(wc -c <"$tmp/${file##*/}")
		if accepted "$tmp/${file##*/}"; then found=accepted; else found=refused; fi
		if [ $found = "$expected" ] && [ "$size" -ge "$min" ] && [ "$size" -le "$max" ] &&
			has "$tmp/${file##*/}" "$needs"; then
			mv "$tmp/${file##*/}" "$file"
			return
		fi
	done
	echo "$file: wanted $expected, $min to $max bytes; last was $found, $size" >>"$tmp/failed"
}

# later ...: record, without waiting. What dies says so on stderr, which nobody
# needs.
later() { record "$@" 2>/dev/null & }

# edited FILE accepted|refused EDIT IN
edited() { record "$1" "$2" 1 100000 "$tmp/edit" "$3" "$4"; }

# build VERSION PROGRAM...: into $bin.
build() {
	toolchain=go$1
	shift
	mkdir -p "$bin"
	for program; do
		(cd programs && GOTOOLCHAIN=$toolchain go build -o "$bin/" "./$program")
	done
}

# since 1.NN: the version that is being made is that or later.
since() { [ "${minor#1.}" -ge "${1#1.}" ]; }

make_ok() {
	later "ok/$go-work.trace" accepted 1 70000 "$bin/work"
	later "ok/$go-many.trace" accepted 1 50000 "$bin/many"
	later "ok/$go-callback.trace" accepted 1 50000 "$bin/callback"
	later "ok/$go-stop-early.trace" accepted 1 50000 "$bin/ending" stop early
	later "ok/$go-stop-late.trace" accepted 1 50000 "$bin/ending" stop late
	later "ok/$go-exit-between.trace" accepted 1 50000 "$bin/ending" exit between
	wait
	needs=GCActive
	later "ok/$go-midgc.trace" accepted 1 35000 "$bin/midgc"
	wait
	needs=
	if since 1.23; then
		later "ok/$go-crasher.trace" accepted 1 50000 "$bin/crasher"
		later "ok/$go-allocfree.trace" accepted 1 20000 \
			env GODEBUG=traceallocfree=1 "$bin/allocfree"
		for kind in panic nil; do
			later "ok/$go-$kind-early.trace" accepted 1 50000 "$bin/ending" $kind early
			later "ok/$go-$kind-late.trace" accepted 1 50000 "$bin/ending" $kind late
		done
	fi
	if since 1.25; then
		later "ok/$go-flight.trace" accepted 1 50000 "$bin/flight"
	fi
	wait
}

# An early death that leaves more than header and Sync has left some events.
make_truncated() {
	deaths='return exit unlock mapwrites overflow sigkill sigterm sigquit'
	since 1.23 || deaths="$deaths panic nil"
	for kind in $deaths; do
		later "truncated/$go-$kind-early.trace" refused 75 50000 "$bin/ending" $kind early
		later "truncated/$go-$kind-late.trace" refused 1 50000 "$bin/ending" $kind late
	done
	wait

	# The reference reader takes what has no events for a clean end.
	bare=refused
	since 1.25 && bare=accepted
	later "truncated/$go-exit-bare.trace" $bare 16 74 "$bin/ending" exit bare
	case $minor in
	1.22)
		later "truncated/$go-crasher.trace" refused 16 16 "$bin/crasher" 20ms
		;;
	1.23)
		later "truncated/$go-chatty-late.trace" refused 70000 80000 "$bin/ending" chatty late
		;;
	1.25 | 1.26)
		later "truncated/$go-chatty-late.trace" refused 70000 80000 "$bin/ending" chatty late
		later "truncated/$go-chatty-between.trace" accepted 70000 80000 "$bin/ending" chatty between
		;;
	esac
	wait
}

make_corrupt() {
	for mode in before between around; do
		later "corrupt/$go-prints-$mode.trace" refused 1 50000 "$bin/prints" $mode
	done
	case $minor in
	1.23 | 1.26)
		later "corrupt/$go-prints-inside.trace" refused 1 60000 \
			"$bin/slowpipe" "$bin/prints" inside
		;;
	esac
	wait
}

make_edited() {
	base=ok/$go-stop-late.trace
	edited "ok/$go-cut-between-generations.trace" accepted between-generations "$base"

	cuts='batch-header varint batch record between-batches stacks strings'
	since 1.25 || cuts="$cuts frequency"
	since 1.26 && cuts="$cuts marker"
	for cut in $cuts; do
		edited "truncated/$go-cut-$cut.trace" refused "$cut" "$base"
	done
	edited "truncated/$go-nul-tail.trace" refused nul-tail "$base"
	edited "truncated/$go-nul-tail-whole.trace" refused nul-tail-whole "$base"

	[ $minor = 1.23 ] && return
	for damage in flip-seq flip-gen hole lost-strings swapped-generations crlf; do
		edited "corrupt/$go-$damage.trace" refused $damage "$base"
	done
	for damage in twice text-after; do
		edited "corrupt/$go-$damage.trace" refused $damage "ok/$go-stop-early.trace"
	done
}

# What does not depend on the version, or is no trace to judge.
make_others() {
	base=go1.26-crasher.trace
	gzip -9nc "ok/$base" >"ok/$base.gz"
	zstd -qc "ok/$base" >"ok/$base.zst"
	head -c 800 "ok/$base.gz" >truncated/go1.26-cut-gzip.trace.gz
	head -c 800 "ok/$base.zst" >truncated/go1.26-cut-zstd.trace.zst
	{ head -c -8 "ok/$base.gz" && printf 'XXXX' && tail -c 4 "ok/$base.gz"; } >other/checksum.trace.gz
	{ head -c -4 "ok/$base.zst" && printf 'XXXX'; } >other/checksum.trace.zst

	edited truncated/cut-header.trace refused header "ok/$base"
	edited truncated/cut-bare-header.trace accepted bare-header "ok/$base"
	: >truncated/empty.trace

	later other/go1.21-v1.trace accepted 1 20000 "$tmp/bin/$v1/ending" stop early
	wait
	edited other/future.trace refused future "ok/$base"
	edited other/utf-16.trace refused utf-16 "ok/$base"
	cat >other/error-page.trace <<-'END'
		<!DOCTYPE html>
		<html><head><title>404 Not Found</title></head>
		<body><h1>404 Not Found</h1><p>/debug/pprof/trace is not served here.</p></body></html>
	END
	printf 'trace: listening on port 8080\npanic: yzzyx\n\ngoroutine 1 [running]:\n' >other/text.trace
	# The header of a 64-bit little-endian ELF executable for x86-64.
	printf '\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\002\000\076\000\001\000\000\000%048d' 0 |
		tr 0 '\000' >other/elf.trace
	# A pprof profile that has a sample type, samples/count, and no samples.
	printf '\012\004\010\001\020\0022\0002\007samples2\005count' | gzip -9n >other/pprof.trace
}

for go in ${*:-$all}; do
	case " $all " in
	*" $go "* | *" $go."*) ;;
	*) echo "$0: no such version: $go" >&2 && exit 2 ;;
	esac
done

bin=$tmp
build $judge edit
for full in $all; do
	minor=${full%.*} go=go${full%.*} bin=$tmp/bin/$full
	case " ${*:-$all} " in *" $minor "* | *" $full "*) ;; *) continue ;; esac
	echo "go $full"
	build "$full" work many midgc crasher ending prints slowpipe
	CGO_ENABLED=1 build "$full" callback
	since 1.23 && build "$full" allocfree
	since 1.25 && build "$full" flight
	mkdir -p ok truncated corrupt other
	rm -f ok/"$go"-* truncated/"$go"-* corrupt/"$go"-*
	make_ok
	make_truncated
	make_corrupt
	make_edited
done
echo others
bin=$tmp/bin/$v1
build $v1 ending
make_others

# No trace may tell where it was made.
for secret in "$HOME" "$PWD" "$tmp" "$(hostname)"; do
	grep -raFl -- "$secret" ok truncated corrupt other | sed "s|\$|: contains $secret|" >>"$tmp/failed" || true
done
if [ -s "$tmp/failed" ]; then
	cat "$tmp/failed" >&2
	exit 1
fi
du -shc ok truncated corrupt other

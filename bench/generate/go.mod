module tracecheck/bench/generate

go 1.24

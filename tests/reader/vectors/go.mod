module tracecheck/tests/reader/vectors

go 1.24

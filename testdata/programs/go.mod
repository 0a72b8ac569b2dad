module tracecheck/testdata/programs

go 1.21

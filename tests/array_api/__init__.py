"""The public test suite data-apis/array-api-tests, run over `bridge.ops` for each framework."""

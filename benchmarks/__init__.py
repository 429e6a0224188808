"""How fast fastlint is, and how it grows: `python -m benchmarks --help`."""

# A thin face over CMake: every target does its own set-up, so a bare Debian 12 machine is enough.
PRESET ?= release
BUILD := build/$(PRESET)
JOBS ?= $(shell nproc)

.PHONY: all setup configure build demo test bench fuzz clean

all: build

setup:
	@cmake/setup.sh

configure: setup
	@cmake --preset $(PRESET) >$(or $(LOG),/dev/null)

build: configure
	@cmake --build --preset $(PRESET) --parallel $(JOBS)

demo: configure
	@cmake --build --preset $(PRESET) --target volley --parallel $(JOBS)
	$(BUILD)/apps/volley run apps/examples/brunel.yaml -o run.h5 --raster

test: build
	@ctest --preset $(PRESET) --parallel $(JOBS)

bench:
	@$(MAKE) build PRESET=bench
	@tests/bench/run.sh build/bench

# Mutated files for every reader, FUZZ_SECONDS or 100,000 of them each.
fuzz: setup
	@cmake --preset fuzz >$(or $(LOG),/dev/null)
	@cmake --build --preset fuzz --target fuzzers --parallel $(JOBS)
	@tests/fuzz/run.sh build/fuzz $(or $(FUZZ_SECONDS),60)

clean:
	rm -rf build

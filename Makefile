# A thin face over CMake: every target does its own set-up, so a bare Debian 12 machine is enough.
PRESET ?= release
BUILD := build/$(PRESET)
JOBS ?= $(shell nproc)

.PHONY: all setup build demo test bench clean

all: build

setup:
	@cmake/setup.sh

build: setup
	@cmake --preset $(PRESET) >$(or $(LOG),/dev/null)
	@cmake --build --preset $(PRESET) --parallel $(JOBS)

demo: build
	$(BUILD)/apps/volley run apps/examples/brunel.yaml -o run.h5 --raster

test: build
	@ctest --preset $(PRESET) --parallel $(JOBS)

bench:
	@$(MAKE) build PRESET=bench
	@tests/bench/run.sh build/bench

clean:
	rm -rf build

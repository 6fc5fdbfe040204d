# lockgate. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

DIR ?=
PREFIX ?= /usr/local
CORPUS ?= ../shared/corpus
SPEC ?= ../shared/spec
ARGS ?=

# Releases are linked statically against the Swift runtime: they start faster and run where no Swift is.
RELEASE := swift build -c release --static-swift-stdlib -Xswiftc -cross-module-optimization
RELEASE_DIR := .build/release
SOURCES := Sources Tests Package.swift

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install the system libraries lockgate is built on
	@.ci/setup

.PHONY: build
build: setup ## Build the release program
	@$(RELEASE) --product lockgate

.PHONY: run
run: build ## Gate the workspace in DIR, or the bundled example; ARGS are passed on
ifeq ($(DIR),)
	@.ci/example "$(CURDIR)/$(RELEASE_DIR)/lockgate"
else
	@cd "$(DIR)" && "$(CURDIR)/$(RELEASE_DIR)/lockgate" check $(ARGS)
endif

.PHONY: test
test: setup ## Run all tests
	@swift build --build-tests
	@swift test --skip-build

.PHONY: check
check: setup ## What must hold of every commit: no warnings, format, layers, generated files
	@swift build --build-tests --explicit-target-dependency-import-check error
	@swift format lint --strict --recursive --parallel $(SOURCES)
	@.ci/layering
	@.ci/generated

.PHONY: rules
rules: setup ## Write rules/*.md and the README's table from the rules
	@swift build --product lockgate
	@.ci/write-rules .build/debug/lockgate

.PHONY: targets
targets: ## Write the table of targets from the rustc that is here, or from the table TSV
	@.ci/write-targets $(TSV)

.PHONY: advisories
advisories: setup ## Write advisories/rustsec.jsonl from a checkout DB of REVISION and DATE
	@swift build --product advisory-facts
	@.build/debug/advisory-facts "$(DB)" https://github.com/rustsec/advisory-db "$(REVISION)" "$(DATE)" > advisories/.draft
	@mv advisories/.draft advisories/rustsec.jsonl

.PHONY: format
format: ## Format all sources in place
	@swift format --in-place --recursive --parallel $(SOURCES)

.PHONY: record
record: setup ## Record the golden files anew; read the difference before you commit it
	@LOCKGATE_RECORD=1 swift test --filter 'Golden|CaseTests'

.PHONY: conformance
conformance: setup ## Run the corpora in CORPUS and the tables in SPEC
	@$(RELEASE) --product conformance
	@$(RELEASE) --product lockgate
	@.ci/conformance "$(CORPUS)" "$(SPEC)" $(RELEASE_DIR) $(ARGS)

.PHONY: conformance-cargo
conformance-cargo: setup ## Hold reports and fixes against the cargo that is here; half an hour
	@$(RELEASE) --product lockgate
	@.ci/conformance-cargo "$(CORPUS)" "$(SPEC)" $(RELEASE_DIR) $(ARGS)

.PHONY: bench
bench: setup ## Measure against cargo in one run
	@$(RELEASE)
	@.ci/bench "$(CORPUS)" $(RELEASE_DIR) $(ARGS)

.PHONY: bench-sync
bench-sync: setup ## Measure sync against cargo over a line with a delay
	@$(RELEASE) --product lockgate
	@.ci/bench-sync "$(CORPUS)" $(RELEASE_DIR) $(ARGS)

.PHONY: kill-test
kill-test: setup ## Kill sync 200 times at random moments; the database must stay whole
	@$(RELEASE) --product lockgate
	@.ci/kill-test $(RELEASE_DIR)/lockgate $(ARGS)

.PHONY: install
install: build ## Install below PREFIX
	@install -d "$(PREFIX)/bin" "$(PREFIX)/share/lockgate/advisories"
	@install -s -m 755 $(RELEASE_DIR)/lockgate "$(PREFIX)/bin/lockgate"
	@ln -sf lockgate "$(PREFIX)/bin/cargo-lockgate"
	@install -m 644 advisories/* "$(PREFIX)/share/lockgate/advisories/"
	@echo "installed $(PREFIX)/bin/lockgate"

.PHONY: clean
clean: ## Remove what was built
	@rm -rf .build

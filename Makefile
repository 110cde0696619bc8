# Commands of the project; `make` alone lists them. Everything is built once, in release configuration, under .build.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Swift from PATH, else where toolchains are unpacked by habit.
SWIFT ?= $(firstword $(shell command -v swift) $(wildcard /opt/swift/usr/bin/swift) swift)
# Arguments of `strata bench`: experiments, --set axis=value, --quick. The default takes about five minutes.
ARGS ?= sync-policies durability layers kv-peers kv-recovery --quick --rounds 4
# Where the results go; empty is a directory of each run's own under runs/.
OUT ?=
# Part of the tests, as a regular expression over their names.
FILTER ?=
# Libraries to measure against, as package traits: those that pkg-config finds here. TRAITS= builds without them. Every
# command takes the same ones, so that one build serves all. Looked up when used: `setup` may have just installed some.
PEERS = rocksdb:RocksDB:librocksdb-dev sqlite3:SQLite:libsqlite3-dev lmdb:LMDB:liblmdb-dev
FOUND = $(foreach peer,$(PEERS),$(shell pkg-config --exists $(word 1,$(subst :, ,$(peer))) 2>/dev/null \
    && echo $(word 2,$(subst :, ,$(peer)))))
TRAITS ?= $(subst $(space),$(comma),$(strip $(FOUND)))
space := $(subst ,, )
comma := ,
WITH_TRAITS = $(if $(TRAITS),--traits $(TRAITS))
SWIFT_SOURCES = Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Benchmarks

.PHONY: help setup swift build bench test test-debug micro format lint clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20
	@echo
	@echo '  make bench ARGS="sync-policies --quick"    some experiments only; OUT=folder puts the runs elsewhere'
	@echo '  make test FILTER=StrataWAL                 some tests only'
	@echo '  make build TRAITS=LMDB,SQLite              with these libraries to measure against; TRAITS= is none'
	@echo
	@echo '  libraries to measure against that are here: $(or $(strip $(FOUND)),none (make setup installs them))'

# Asked for by what it gives, not by package name, so that any distribution's own packages will do. Libraries to measure
# against are a wish: where they cannot be installed their cells say so, and only `make setup` itself tries again.
setup: ## install the system libraries that are missing (with apt; says what it does)
	@missing=; wanted=; tried=.build/peers-not-installed; \
	if command -v pkg-config >/dev/null; then \
	    pkg-config --exists liblz4 || missing+=" liblz4-dev"; \
	    pkg-config --exists libzstd || missing+=" libzstd-dev"; \
	    pkg-config --exists liburing || missing+=" liburing-dev"; \
	    pkg-config --exists lua5.1 || missing+=" liblua5.1-0-dev"; \
	else \
	    missing+=" pkg-config liblz4-dev libzstd-dev liburing-dev liblua5.1-0-dev"; \
	fi; \
	command -v gnuplot >/dev/null || missing+=" gnuplot-nox"; \
	if [ -n "$(filter setup,$(MAKECMDGOALS))" ] || [ ! -e $$tried ]; then \
	    for peer in $(PEERS); do \
	        pkg-config --exists "$${peer%%:*}" 2>/dev/null || wanted+=" $${peer##*:}"; \
	    done; \
	fi; \
	if [ -z "$$missing$$wanted" ]; then exit 0; fi; \
	echo "setup: missing:$$missing$${wanted:+ (optional, to measure against:$$wanted)}"; \
	as=; if [ "$$(id -u)" != 0 ]; then as=sudo; fi; \
	give_up() { \
	    if [ -n "$$missing" ]; then echo "setup: $$1$$missing" >&2; exit 1; fi; \
	    echo "setup: going on without:$$wanted ($$2)"; mkdir -p .build; echo "$$wanted" >$$tried; exit 0; \
	}; \
	if ! command -v apt-get >/dev/null; then \
	    give_up "no apt-get here; install what gives these Debian packages' files, then try again:" "no apt-get here"; \
	fi; \
	if [ -n "$$as" ] && ! sudo -n true 2>/dev/null; then \
	    give_up "needs root; run this and try again:  sudo apt-get update && sudo apt-get install -y" "needs root"; \
	fi; \
	$$as apt-get update -qq || echo "setup: apt-get update failed; trying with the lists that are there" >&2; \
	install() { DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends $$* >/dev/null; }; \
	if [ -n "$$missing" ]; then \
	    echo "setup: $$as apt-get install -y$$missing"; \
	    install $$missing || { \
	        echo "setup: apt-get failed; once it works again, run:  apt-get update && apt-get install -y$$missing" >&2; \
	        exit 1; }; \
	fi; \
	missing=; failed=; \
	for package in $$wanted; do \
	    echo "setup: $$as apt-get install -y $$package"; \
	    install $$package || failed+=" $$package"; \
	done; \
	wanted=$$failed; \
	if [ -n "$$failed" ]; then give_up "" "apt-get failed; make setup tries again"; fi; \
	rm -f $$tried

swift:
	@command -v "$(SWIFT)" >/dev/null || { \
	    echo "Swift 6.2 or later is needed, on PATH or under /opt/swift: https://www.swift.org/install/linux" >&2; \
	    exit 1; }

build: setup swift ## build the strata tool
	$(SWIFT) build -c release $(WITH_TRAITS) --product strata

bench: build ## measure the default selection (about five minutes), then name the files written
	@mark=$$(mktemp); trap 'rm -f "$$mark"' EXIT; \
	.build/release/strata bench $(ARGS) $(if $(OUT),--out $(OUT)); \
	echo; echo "written:"; \
	find $(or $(OUT),runs) -newer "$$mark" \( -name results.csv -o -name summary.csv -o -name report.html -o -name '*.svg' \) \
	    | sort | sed 's/^/  /'

# With CI set the whole log is shown; otherwise what failed, what was skipped, and the count. The log stays in .build.
test: setup swift ## run every test
	@mkdir -p .build; \
	show() { if [ -n "$${CI:-}" ]; then cat; else grep -E --line-buffered '$(SHOWN)' || true; fi; }; \
	$(SWIFT) build -c release $(WITH_TRAITS) --build-tests; \
	status=0; \
	STRATA_EXECUTABLE=$$PWD/.build/release/strata \
	$(SWIFT) test -c release $(WITH_TRAITS) --skip-build --disable-xctest $(if $(FILTER),--filter '$(FILTER)') 2>&1 \
	    | tee .build/test.log | show || status=$$?; \
	skipped=$$(grep -c '^skipped: ' .build/test.log || true); \
	counted=$$(grep -oE 'Test run with [0-9]+ tests?.*' .build/test.log | tail -n 1 || true); \
	echo "make test: $${counted:-no test was run}; $$skipped parts skipped on this machine"; \
	[ -n "$$counted" ] || status=1; \
	exit $$status

SHOWN := ^(✘|↳|skipped: |error: |warning: )|[Ff]atal error|recorded an issue

# Release builds leave `assert` and the invariant checks of debug builds out. Loops that use `rounds` run fewer of them.
test-debug: setup swift ## run the tests in a debug build, with sampled loops, so that asserts hold
	$(SWIFT) test $(WITH_TRAITS) --disable-xctest $(if $(FILTER),--filter '$(FILTER)')

micro: setup swift ## run the micro-benchmarks (a package of their own; its first build takes minutes)
	cd Benchmarks && $(SWIFT) package --disable-sandbox benchmark $(if $(FILTER),--filter '$(FILTER)')

format: swift ## lay the Swift sources out
	$(SWIFT) format -i -p -r --configuration .swift-format $(SWIFT_SOURCES)

lint: swift ## check the layout of the Swift sources
	$(SWIFT) format lint -s -p -r --configuration .swift-format $(SWIFT_SOURCES)

clean: ## remove what was built; runs and results stay
	rm -rf .build Benchmarks/.build

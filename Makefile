# Two commands matter: `make run` and `make test`. Both install what is missing first.

SHELL := /bin/bash
TOOLS := . .ci/env &&

.PHONY: help run test tools build browser-test faults bench rules modules sizes screenshots

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: build ## build and serve the portal at http://localhost:3000, with demonstration data
	@$(TOOLS) export ACCORD_DATA="$${ACCORD_DATA:-$(CURDIR)/target/demo}" && \
	export ACCORD_MAIL="$${ACCORD_MAIL:-folder:$$ACCORD_DATA/mail}" && \
	"$$ACCORD_BIN" demo --if-empty && exec "$$ACCORD_BIN" serve

test: ## format, lints, Rust tests on SQLite and PostgreSQL, release build, browser suite
	@.ci/tools test
	@.ci/postgres .ci/test

tools: ## install what building and testing need, if it is missing
	@.ci/tools build
	@.ci/tools test

build: ## the release: the program and its site
	@.ci/tools build
	$(TOOLS) cargo leptos build --release --precompress

browser-test: build ## only the browser suite; ARGS="-g invitation --project fr-script-sqlite" goes to Playwright
	@.ci/tools test
	@$(TOOLS) cd end2end && ../.ci/postgres playwright test $(ARGS)

faults: build ## a night of kills, of restarts, of races, of random commands and of measured answers, on SQLite and PostgreSQL; ARGS=against runs some
	@.ci/tools test
	@.ci/tools faults
	@$(TOOLS) export ACCORD_RACES="$${ACCORD_RACES:-10000}" ACCORD_SAMPLES="$${ACCORD_SAMPLES:-2000}" && \
	cargo build --release -p server -p bench && \
	.ci/postgres "$${CARGO_TARGET_DIR:-target}/release/bench" kills --times $${ACCORD_KILLS:-1000} && \
	.ci/postgres "$${CARGO_TARGET_DIR:-target}/release/bench" restarts && \
	.ci/postgres cargo test --release -p identity --test accounts -- --nocapture timing && \
	.ci/postgres cargo test --release -p backend --test rules -- --nocapture $(ARGS)

rules: ## which rule has which tests; ARGS=--tests names them
	@$(TOOLS) node end2end/tools/rules.mjs $(ARGS)

bench: build ## how fast it is, as ratios to what the machine allows; ARGS="--seconds 10 --json figures.json" goes to it
	@.ci/tools test
	$(TOOLS) cargo build --release -p server -p bench && \
	.ci/postgres "$${CARGO_TARGET_DIR:-target}/release/bench" speed $(ARGS)

modules: ## the modules of the OpenID certification plans: each with its test, and what becomes of it
	@.ci/tools test
	@$(TOOLS) .ci/postgres node end2end/tools/modules.mjs

sizes: ## what the browser downloads, raw and brotli, and its budget
	@$(TOOLS) node end2end/tools/sizes.mjs

screenshots: build ## the pictures of the README
	@.ci/tools test
	@$(TOOLS) cd end2end && ../.ci/postgres playwright test --config screenshots.config.ts

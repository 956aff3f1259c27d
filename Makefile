# Everything a person or a machine does with Kept goes through here: `make help`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run run-fresh dev test check fmt e2e bench openapi verify-fast peers clean-run

# KEPT_WASM=debian  take the wasm32 compiler from Debian and never ask rustup's server
# KEPT_LISTEN       where `make run` and `make dev` listen (127.0.0.1:8080)
# KEPT_RUN_DIR      the data folder of `make run` (.kept)
T := e2e/tools

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Build Kept and start it with the demo book on one printed address
	@$(T)/run.sh

run-fresh: ## The same with a new demo book
	@$(T)/run.sh --fresh

dev: ## The API with the demo book, and the web app rebuilt and reloaded on every change
	@$(T)/dev.sh

check: ## Format, lints and unit tests: the quick look before a commit
	@$(T)/test.sh tools fmt clippy unit

fmt: ## Format the Rust code
	@cargo fmt --all

test: ## Lints, all tests on SQLite and PostgreSQL, OpenAPI, web app, browser tests, security and reliability
	@$(T)/test.sh

e2e: ## The browser tests alone
	@$(T)/test.sh tools build web e2e

bench: ## Measure against the raw engine; figures in docs/PERFORMANCE.md
	@$(T)/bench.sh

openapi: ## Write openapi/kept.json anew from the code
	@source $(T)/lib.sh && build_api && mkdir -p openapi && "$$(kept_bin)" openapi >openapi/kept.json

verify-fast: ## Security and reliability checks alone, against the running product
	@$(T)/test.sh tools build web verify

peers: ## Install the programs that verify-fast plays against (into .peers)
	@$(T)/setup.sh peers

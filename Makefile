# concbench: make help lists what there is.
GO ?= go
CONCBENCH = $(GO) run ./scripts/concbench
# What runs tasks on threads, loops and processes of its own.
CONCURRENT = ./runners/... ./workloads/... ./bench/...

# As cells are built: with cgo, threads would be the C library's.
export CGO_ENABLED = 0

.DEFAULT_GOAL := help
.PHONY: help bench calibrate test lint race report clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

bench: ## measure the quick profile in at most 3 minutes; tables here, report in results/latest
	@echo compiling concbench itself, then what it measures
	@$(CONCBENCH) run --profile quick --budget 165s

calibrate: ## measure how near the models come to their like in C, at most 10 minutes; kept for the reports
	@$(CONCBENCH) calibrate

test: ## run the tests
	$(GO) test ./...

lint: ## gofmt, vet for every supported system, staticcheck
	@files=$$(gofmt -l .); [ -z "$$files" ] || { echo "gofmt would change:"; echo "$$files"; exit 1; }
	@for t in linux/amd64 linux/arm64 darwin/arm64 windows/amd64; do \
		echo "vet $$t"; (export GOOS=$${t%/*} GOARCH=$${t#*/}; $(GO) vet ./... && cd bench/example && $(GO) vet ./...) || exit 1; done
	@# Beyond these, only the assembly depends on the architecture.
	@for t in darwin/amd64 windows/arm64; do echo "vet $$t"; GOOS=$${t%/*} GOARCH=$${t#*/} $(GO) vet ./runners/... || exit 1; done
	$(GO) tool staticcheck ./...

race: ## run the concurrency packages under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race -short $(CONCURRENT)

report: ## write the newest run's report again
	$(CONCBENCH) report results/latest

clean: ## remove the runs in results/ (those in results/published stay) and Go's test cache
	rm -rf results/20*-quick results/20*-full results/latest
	$(GO) clean -testcache

# Short names for what people do. Targets call `okapi`, or Swift to build and test; no logic lives here.
# `make` alone prints them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

okapi := .build/release/okapi

# Quotes a value for the shell, whatever is in it.
quote = '$(subst ','\'',$(1))'
# `--option value` when the variable has one.
option = $(if $($(2)),$(1) $(call quote,$($(2))))

PREFIX ?= /usr/local
SHARED ?= ../shared
OUT ?= dump

# Settings on make's command line (`make migrate ENV=PROD`) or in the environment reach okapi by themselves: make
# exports both. Unset ones stay unset, so that .env.dev, .env.prod and the defaults keep their say.

##@ Start here

.PHONY: help
help: ## Print this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-zA-Z%<>-]+:.*## / { printf "  make %-22s %s\n", $$1, $$2 } \
	  /^#: / { split(substr($$0, 4), part, " ## "); printf "  make %-22s %s\n", part[1], part[2] } \
	  /^#- / { printf "  %s\n", substr($$0, 4) }' Makefile

.PHONY: demo
demo: program ## From nothing to queried tables: set up, build, load the sample export, verify, query
	@$(okapi) demo

.PHONY: setup
setup: ## Install what the machine lacks (asks nothing; prints the line to run when root is needed)
	@scripts/setup

.PHONY: build
build: setup ## Build .build/release/okapi
	@scripts/build

# Builds only when a source is newer than the program; what every target below stands on.
.PHONY: program
program: setup
	@scripts/build --if-stale

##@ Database (the private PostgreSQL, or the server of DATABASE_URL)

.PHONY: init-db
init-db: program ## Create the main and the test database where missing
	@$(okapi) db init

.PHONY: init-all
init-all: program ## init-db, then migrate both databases
	@$(okapi) db init
	@$(okapi) db migrate --database all

.PHONY: migrate
migrate: program ## Apply pending migrations; DATABASE=main|test|all
	@$(okapi) db migrate $(call option,--database,DATABASE)

.PHONY: upgrade-db
upgrade-db: program ## The same as migrate
	@$(okapi) db migrate $(call option,--database,DATABASE)

.PHONY: init-migration
init-migration: program ## Write the next migration from the declarations; NAME=add_coupons
	@$(call need,NAME,make init-migration NAME=add_coupons)
	@$(okapi) db migration new $(call quote,$(NAME))

.PHONY: reset-db
reset-db: program ## Drop all loaded data and migrate again; asks unless YES=1; refused with ENV=PROD
	@$(okapi) db reset $(if $(YES),--yes)

.PHONY: dump
dump: program ## Write every table as JSON Lines; OUT=dump REDACT=1
	@$(okapi) db dump $(call option,--out,OUT) $(if $(REDACT),--redact)

.PHONY: test-connection
test-connection: program ## Say which server is reached, and with which TLS
	@$(okapi) db test-connection

##@ Load and prove (JSON_DIR defaults to data/imported_stripe_data)

.PHONY: fetch
fetch: program ## Read a Stripe account (or the sandbox) into the lake and JSON_DIR=folder; RATE=20 RESTART=1
	@$(okapi) fetch --export $(call option,--rate,RATE) $(if $(RESTART),--restart)

.PHONY: sync
sync: program ## Bring the tables to what the API says, and keep them so; WATCH=1 INTERVAL=30 RATE=20
	@$(okapi) sync $(if $(WATCH),--watch) $(call option,--interval,INTERVAL) $(call option,--rate,RATE)

.PHONY: coverage
coverage: program ## Say of each resource how far the tables follow the API
	@$(okapi) coverage

# The folder and its date belong to JSON exports only.
from = $(call option,--source,SOURCE) $(if $(filter api bronze,$(SOURCE)),, \
  $(call option,--json-dir,JSON_DIR) $(call option,--exported-at,EXPORTED_AT))

.PHONY: ingest-all
ingest-all: program ## Load all there is; SOURCE=json JSON_DIR=folder EXPORTED_AT=time, or SOURCE=api, SOURCE=bronze
	@$(okapi) ingest $(from)

#: ingest-<resource> ## Load one resource; make ingest-customer SOURCE=json FILE=customers.json
# Stripe's word or the table's, with - or _: ingest-charge, ingest-invoice-line-items. FILE wins over JSON_DIR.
ingest-%: program
	@$(okapi) ingest $(subst -,_,$*) $(call option,--source,SOURCE) $(call option,--exported-at,EXPORTED_AT) \
	  $(if $(FILE),$(call option,--file,FILE),$(call option,--json-dir,JSON_DIR))

.PHONY: check-db
check-db: program ## Compare the tables with JSON exports or SOURCE=api, field by field; JSON_DIR=folder REPAIR=1
	@$(okapi) verify $(if $(filter api,$(SOURCE)),--source api,--source json $(call option,--json-dir,JSON_DIR)) \
	  $(if $(REPAIR),--repair)

##@ Sandbox (a local Stripe)

.PHONY: mock-api
mock-api: PORT ?= 8000
mock-api: program ## Serve Stripe's API on PORT=8000 until interrupted; DATA=folder EPHEMERAL=1 WEBHOOK=url
	@$(okapi) sandbox serve $(call option,--port,PORT) $(call option,--data,DATA) $(if $(EPHEMERAL),--ephemeral) \
	  $(call option,--webhook,WEBHOOK)

##@ Stripe's API (the local sandbox, started where it does not run, unless STRIPE_API_KEY is set)

FIXTURE ?= Sources/CLI/SampleFixture/company.json

.PHONY: populate
populate: program ## Make the customers, products and subscriptions of FIXTURE=file that are missing; DRY_RUN=1
	@$(okapi) populate $(call option,--fixture,FIXTURE) $(if $(DRY_RUN),--dry-run)

.PHONY: populate-force
populate-force: program ## The same, with its subscriptions cancelled and made anew
	@$(okapi) populate $(call option,--fixture,FIXTURE) --force $(if $(DRY_RUN),--dry-run)

# Populating comes first: where it is refused (ENV=PROD, a live key) nothing else is touched.
.PHONY: all
all: program ## From nothing to proof: sandbox, populate, init-all, fetch, ingest and verify by the API; FIXTURE=file
	@$(MAKE) populate
	@$(MAKE) init-all
	@$(MAKE) fetch
	@$(MAKE) ingest-all SOURCE=api
	@$(MAKE) check-db SOURCE=api

.PHONY: populate-all
populate-all: program ## The same through JSON files: populate, init-all, fetch, ingest-all, check-db; FIXTURE=file
	@$(MAKE) populate
	@$(MAKE) init-all
	@$(MAKE) fetch
	@$(MAKE) ingest-all SOURCE=$(or $(SOURCE),json)
	@$(MAKE) check-db SOURCE=$(or $(SOURCE),json)

##@ Lake (bronze, silver and gold in LAKE_URL; the API is the local sandbox unless STRIPE_API_KEY is set)

.PHONY: run-batch
run-batch: program ## Bring one entity's bronze to what Stripe says; ENTITY=charges DAYS=1
	@$(call need,ENTITY,make run-batch ENTITY=charges DAYS=1)
	@$(okapi) lake extract $(call option,--entity,ENTITY) $(call option,--days,DAYS)

.PHONY: run-all
run-all: program ## The same for all entities; DAYS=1
	@$(okapi) lake extract $(call option,--days,DAYS)

.PHONY: run-pipeline
run-pipeline: program ## Extract, transform, check and accept under one run; DAYS=1
	@$(okapi) lake run $(call option,--days,DAYS)

##@ Webhooks

.PHONY: run-webhooks
run-webhooks: program ## Receive Stripe's webhooks until control-C; PORT=8001
	@$(okapi) webhooks serve $(call option,--port,PORT)

##@ Development

.PHONY: test
test: ## Everything: set up, build, lint, unit, integration and end-to-end tests; S3=1 those on S3 as well
	@scripts/test $(if $(S3),--with-s3)

.PHONY: test-shared
test-shared: ## The tests over real exports and fixtures; SHARED=../shared; fails when they are not there
	@scripts/test --shared $(call quote,$(SHARED))

.PHONY: test-s3
test-s3: ## The tests of a lake on S3, against a Ceph gateway of their own
	@scripts/test --s3

.PHONY: conformance
conformance: ## The official SDK's checks; STRIPE_API_BASE=http://127.0.0.1:12111 STRIPE_API_KEY=sk_test_… CHECKS=refunds
	@$(call need,STRIPE_API_BASE,make conformance STRIPE_API_BASE=http://127.0.0.1:12111 STRIPE_API_KEY=sk_test_123)
	@$(call need,STRIPE_API_KEY,make conformance STRIPE_API_BASE=http://127.0.0.1:12111 STRIPE_API_KEY=sk_test_123)
	@scripts/python-tests $(if $(JSON),--json) $(CHECKS)

.PHONY: soak
soak: CUSTOMERS ?= 10000
soak: MONTHS ?= 24
soak: KILLS ?= 20
soak: CHANGES ?= 10000
soak: program ## The test of a synced world, large: CUSTOMERS=10000 MONTHS=24 KILLS=20 CHANGES=10000
	@OKAPI_SOAK_CUSTOMERS=$(call quote,$(CUSTOMERS)) OKAPI_SOAK_MONTHS=$(call quote,$(MONTHS)) \
	  OKAPI_SOAK_KILLS=$(call quote,$(KILLS)) OKAPI_SOAK_CHANGES=$(call quote,$(CHANGES)) \
	  OKAPI_BINARY=$(CURDIR)/$(okapi) scripts/swift test -c release -Xswiftc -enable-testing \
	  --scratch-path .build/soak --disable-xctest --filter SyncWorldTests

.PHONY: soak-lake
soak-lake: WRITES ?= 100000
soak-lake: program ## The lake killed at each of its writes: WRITES=100000 at most of a command
	@OKAPI_SOAK_WRITES=$(call quote,$(WRITES)) \
	  OKAPI_BINARY=$(CURDIR)/$(okapi) scripts/swift test \
	  --explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors \
	  --disable-xctest --filter LakeKillTests

.PHONY: test-threads
test-threads: ## The unit tests under the thread sanitizer
	@scripts/test --thread-sanitizer

.PHONY: lint
lint: ## Check the format of Swift and of shell scripts
	@scripts/test --lint

.PHONY: pages
pages: ## Check the workflows, and make pages of the documents in .build/pages
	@scripts/pages

.PHONY: generate
generate: program ## Rewrite the generated files: DDL, data dictionary, diagrams
	@$(okapi) schema generate

.PHONY: bench-ingest
bench-ingest: program ## Measure loading and verifying against COPY and a scan; OBJECTS=100000 RUNS=5 LARGE=1000000
	@scripts/swift build -c release --product okapi-bench >&2
	@.build/release/okapi-bench ingest $(call option,--objects,OBJECTS) $(call option,--runs,RUNS) \
	  $(call option,--large,LARGE) $(if $(JSON),--json)

.PHONY: bench-sandbox
bench-sandbox: program ## Measure the sandbox against libmicrohttpd and SQLite; CHARGES=1000000 CUSTOMERS=20000 RUNS=5
	@scripts/swift build -c release --product okapi-bench >&2
	@.build/release/okapi-bench sandbox $(call option,--charges,CHARGES) $(call option,--customers,CUSTOMERS) \
	  $(call option,--runs,RUNS) $(if $(JSON),--json)

.PHONY: bench-sync
bench-sync: program ## Measure syncing against its source and a load; OBJECTS=100000 CUSTOMERS=1000 LARGE=1000000 RUNS=5
	@scripts/swift build -c release --product okapi-bench >&2
	@.build/release/okapi-bench sync $(call option,--objects,OBJECTS) $(call option,--customers,CUSTOMERS) \
	  $(call option,--large,LARGE) $(call option,--runs,RUNS) $(if $(JSON),--json)

.PHONY: bench-lake
bench-lake: program ## Measure silver against hand-written SQL, and extraction; CHARGES=1000000 OBJECTS=100000 RUNS=3
	@scripts/swift build -c release --product okapi-bench >&2
	@.build/release/okapi-bench lake $(call option,--charges,CHARGES) $(call option,--objects,OBJECTS) \
	  $(call option,--runs,RUNS) $(if $(JSON),--json)

.PHONY: bench-webhooks
bench-webhooks: program ## Measure the receiver against not storing, and the disk; EVENTS=20000 CONNECTIONS=64 RUNS=5
	@scripts/swift build -c release --product okapi-bench >&2
	@.build/release/okapi-bench webhooks $(call option,--events,EVENTS) $(call option,--connections,CONNECTIONS) \
	  $(call option,--runs,RUNS) $(if $(JSON),--json)

##@ Install, stop, clean

# Under sudo nothing is built, so that .build stays the user's own.
.PHONY: install
install: ## Copy the program to PREFIX=/usr/local (DESTDIR is honoured)
	@[ -n "$$SUDO_USER" ] || $(MAKE) program
	@PREFIX=$(call quote,$(PREFIX)) DESTDIR=$(call quote,$(DESTDIR)) scripts/install install

.PHONY: uninstall
uninstall: ## Remove exactly what install copied
	@PREFIX=$(call quote,$(PREFIX)) DESTDIR=$(call quote,$(DESTDIR)) scripts/install uninstall

# An old program stops servers as well as a new one: nothing is built when there is one.
.PHONY: stop
stop: ## Stop every server that okapi started
	@[ -x $(okapi) ] || $(MAKE) program
	@$(okapi) stop

.PHONY: clean
clean: ## Remove what was built (.build); data stays
	rm -rf .build

.PHONY: clean-data
clean-data: ## Stop the servers and delete the workspace (.okapi) with its databases; refused with ENV=PROD
	@[ -x $(okapi) ] || $(MAKE) program
	@$(okapi) clean --yes

# Fails with the line to type when a variable is empty.
need = [ -n $(call quote,$($(1))) ] || { \
  printf 'error: %s is not given\nnext:  %s\n' $(1) $(call quote,$(2)) >&2; exit 64; }

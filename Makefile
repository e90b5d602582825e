# Every target needs only Python 3.11 or newer; what it installs goes into .venv/.
PYTHON ?= python3
BIN := .venv/bin
# Whatever the environment says: tests start hundreds of processes, each of which would compile the product anew.
unexport PYTHONDONTWRITEBYTECODE
SIDE_BY_SIDE := --numprocesses 3 --dist loadgroup --no-loadscope-reorder

run: .venv/run          ## install what is needed and start the whole product on its embedded default
	$(BIN)/entente up

ui: .venv/run           ## build the internal UI (`make run` does it by itself)
	$(BIN)/python -m services.gateway.ui_build

test: .venv/dev         ## every test, on the embedded default and on real PostgreSQL and Kafka
	$(BIN)/python -m services.gateway.ui_build test
	$(BIN)/pytest -m "installation and not long"; alone=$$?; \
	$(BIN)/pytest -m "not installation and not drill and not long" $(SIDE_BY_SIDE) && exit $$alone

long: .venv/dev         ## what takes longer: replicas under fire, the rest of the tests on PostgreSQL and Kafka, moved clocks
	$(BIN)/pytest -m "long and installation"; alone=$$?; \
	$(BIN)/pytest -m "long and not installation" $(SIDE_BY_SIDE) && exit $$alone
	$(MAKE) clocks

clocks: .venv/dev       ## the embedded tests late and early in the day, at the end of a year and on a leap day
	$(BIN)/python -m tests.support.clocks

check: .venv/dev        ## for every commit: lint of what changed, unit, properties, tests of the nouns concerned
	$(BIN)/python -m tests.support.check

lint: .venv/dev         ## style, types, import rules, contract files and what linters say of them, manifests
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/entente contracts --check
	$(BIN)/entente openapi | $(BIN)/python -m services.gateway.ui_build types --check
	$(BIN)/python -m services.gateway.ui_build check
	$(BIN)/python -m tests.support.contract_lint
	$(BIN)/python -m tests.support.manifests

types: .venv/dev        ## renew the contract files, and the UI's types with them
	$(BIN)/entente contracts
	$(BIN)/entente openapi | $(BIN)/python -m services.gateway.ui_build types

bench: .venv/dev        ## measure, beside the floor of the same run
	$(BIN)/python -m tests.bench

drills: .venv/dev       ## restores, the upgrade and the watching of whole installations under load
	$(BIN)/pytest -m drill

chaos: .venv/dev        ## several replicas under fire, and the proof of their checker
	ENTENTE_CHAOS_KILLS=300 ENTENTE_CHAOS_SECONDS=600 ENTENTE_CHAOS_RATE=15 $(BIN)/pytest -s -m "not drill" tests/chaos -o python_files="test_*.py check_*.py"

year: .venv/dev         ## a year of reviews over 500 relationships, on both kinds of installation
	ENTENTE_YEAR_RELATIONSHIPS=500 $(BIN)/pytest -m "not drill" tests/scorecards/test_a_year_of_reviews.py

up: .env                ## the distributed form, on a Docker engine: ends with where to sign in
	docker compose up --build --detach --wait
	@docker compose exec -T gateway entente user first --address "http://$$(docker compose port gateway 8080)"

down:                   ## remove the distributed form, with all its data and secrets
	docker compose down --volumes --remove-orphans
	-docker image rm $${ENTENTE_IMAGE:-entente}
	rm -f .env

wheel: .venv/run        ## dist/entente-*.whl: the product with its UI built, for `pip install`
	$(BIN)/python -m services.gateway.ui_build
	$(BIN)/python -m hatchling build --target wheel

sbom: .venv/dev         ## dist/*.cdx.json: what the product is made of, as CycloneDX
	mkdir -p dist
	PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON -o dist/entente.cdx.json requirements/image.txt
	$(BIN)/python -m services.gateway.ui_build sbom > dist/entente-ui.cdx.json

lock: .venv/dev         ## renew the hash-pinned locks
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --group build -o requirements/run.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --constraint requirements/run.txt -o requirements/image.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --group dev -o requirements/dev.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q services/gateway/ui/node-requirements.in -o services/gateway/ui/node-requirements.txt

.env: | .venv/run
	umask 077 && $(BIN)/python deploy/make_env.py > $@

.venv/run: requirements/run.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/dev: .venv/run requirements/dev.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	touch $@

.PHONY: run ui check test long clocks lint types bench drills chaos year up down wheel sbom lock

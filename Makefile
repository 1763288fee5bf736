# Every target prepares what it needs. `make help` lists them.
DIR ?= demo-data
PORT ?= 8000
CERTIFICATES ?= 2000
PYTEST_OPTIONS ?=
KILLS ?= 2000
BIN := .venv/bin

.PHONY: help demo test soak check format bench clean

help: ## 列出全部目标 / list every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## 演示：虚构数据，全部内置部件 / the whole system with invented data (DIR= PORT= CERTIFICATES=)
	@sh .ci/prepare demo
	@$(BIN)/skillcert demo --data $(DIR) --port $(PORT) --certificates $(CERTIFICATES)

test: ## 全部检查与测试 / every check and every test
	@sh .ci/prepare test
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST_OPTIONS)

soak: ## 反复强制终止整个系统并核对 / kill the running system at random, again and again (KILLS=, on each database)
	@sh .ci/prepare test
	@$(BIN)/python -m tests.soak --kills $(KILLS)

check: ## 格式、规范、类型、依赖方向、拼写 / format, lint, types, imports, spelling
	@sh .ci/prepare dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

format: ## 改正格式 / put the format right
	@sh .ci/prepare dev
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: ## 测量 / measure (bench/README.md)
	@sh .ci/prepare demo
	$(BIN)/skillcert bench

clean: ## 删除环境与缓存，不删数据 / remove environment and caches, never data
	rm -rf .venv *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

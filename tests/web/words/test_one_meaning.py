"""A sentence is defined in one file: two of one key would silently replace each other."""

import pkgutil
from collections import Counter
from importlib import import_module
from types import ModuleType

import pytest

from web.words import en, zh


@pytest.mark.parametrize("language", [zh, en], ids=lambda each: each.__name__.rpartition(".")[2])
def test_no_key_is_defined_twice(language: ModuleType) -> None:
    modules = [
        import_module(f"{language.__name__}.{each.name}") for each in pkgutil.iter_modules(language.__path__)
    ]
    counted = Counter(key for module in modules for key in module.WORDS)
    assert [key for key, times in counted.items() if times > 1] == []
    assert set(counted) == set(language.WORDS)

"""The shape: lower layers know nothing of higher ones."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
ROOT_PACKAGES = ["framework_portal", "lots", "suppliers", "bids", "contracts"]

# Each layer may import itself and those before it. The longest prefix wins.
LAYERS = [
    "framework_portal",
    "framework_portal.reference",
    "lots",
    "suppliers",
    "bids",
    "contracts",
    "framework_portal.urls",
]


def layer(dotted):
    prefixes = [name for name in LAYERS if f"{dotted}.".startswith(f"{name}.")]
    return LAYERS.index(max(prefixes, key=len)) if prefixes else -1


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):  # inside functions too
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", ROOT_PACKAGES)
def test_imports_run_one_way(package):
    for path in (ROOT / package).rglob("*.py"):
        own = layer(".".join(path.relative_to(ROOT).with_suffix("").parts))
        assert [name for name in imports(path) if layer(name) > own] == [], path


def test_foreign_keys_run_the_same_way():
    upward = [
        f"{model.__module__} -> {field.related_model.__module__}"
        for model in apps.get_models()
        if layer(model.__module__) >= 0
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if field.is_relation and layer(field.related_model.__module__) > layer(model.__module__)
    ]

    assert upward == []

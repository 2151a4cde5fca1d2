"""cfn-lint, with schemas of resource types that it does not know, applied to their properties.

Its own --registry-schemas only makes a type known: the properties are looked up by region among the
schemas that come with it, where a further type has no entry.
"""
import importlib
import json
import pathlib
import pkgutil
import sys

import cfnlint.data.schemas.providers as providers
from cfnlint.runner.cli import main

schemas, *templates = sys.argv[1:]
names = [json.loads(f.read_text())["typeName"] for f in pathlib.Path(schemas).glob("*.json")]
for module in pkgutil.iter_modules(providers.__path__):
    types = importlib.import_module(f"{providers.__name__}.{module.name}").types
    for name in names:
        types.setdefault(name, "registry:" + name)
sys.argv = ["cfn-lint", "--registry-schemas", schemas, "-c", "I", "--", *templates]
sys.exit(main())

"""ComfyUI as custom nodes meet it: how it loads them, checks their inputs and runs them.

Written to ComfyUI's documented interface and to what its loader and executor do, which cannot be
installed from a package index.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

Nodes = dict[str, Any]
Graph = Mapping[str, Mapping[str, Any]]
"""What ComfyUI calls a prompt: nodes by their id, with `class_type` and `inputs`. A link is a
list: the id of a node, and which of its outputs."""

WIDGETS: Mapping[str, type] = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}


def load(folder: Path) -> ModuleType:
    """A custom node's folder as a module. Its name is its path, with what Python allows in none."""
    name = str(folder).replace(".", "_x_")
    spec = importlib.util.spec_from_file_location(name, folder / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    for node in module.NODE_CLASS_MAPPINGS.values():
        node.RELATIVE_PYTHON_MODULE = f"custom_nodes.{folder.name}"
    return module


def object_info(name: str, node: Any) -> dict[str, Any]:
    """What the page is told of a node; it must be JSON, and fit itself."""
    inputs = node.INPUT_TYPES()
    outputs = list(node.RETURN_TYPES)
    info = {
        "input": inputs,
        "input_order": {kind: list(fields) for kind, fields in inputs.items()},
        "output": outputs,
        "output_is_list": list(getattr(node, "OUTPUT_IS_LIST", [False] * len(outputs))),
        "output_name": list(getattr(node, "RETURN_NAMES", outputs)),
        "output_tooltips": list(node.OUTPUT_TOOLTIPS),
        "name": name,
        "description": node.DESCRIPTION,
        "python_module": node.RELATIVE_PYTHON_MODULE,
        "category": node.CATEGORY,
    }
    told: dict[str, Any] = json.loads(json.dumps(info))
    return told


def faults(graph: Graph, nodes: Nodes) -> list[str]:
    """What ComfyUI finds wrong with a graph before it runs anything."""
    found = []
    for node_id, node in graph.items():
        fields = nodes[node["class_type"]].INPUT_TYPES()
        known = fields["required"] | fields.get("optional", {})
        found += [f"{node_id}: {name} is missing" for name in fields["required"]
                  if name not in node["inputs"]]  # fmt: skip
        for name, value in node["inputs"].items():
            kind, options = known[name]
            if isinstance(value, list):
                source = nodes[graph[value[0]]["class_type"]].RETURN_TYPES[value[1]]
                if source != kind:
                    found.append(f"{node_id}: {name} takes {kind}, not {source}")
            elif isinstance(kind, list):
                if value not in kind:
                    found.append(f"{node_id}: {name} is none of {kind}")
            elif not isinstance(value, WIDGETS[kind]):
                found.append(f"{node_id}: {name} is no {kind}")
            elif kind in ("INT", "FLOAT") and not (
                options.get("min", value) <= value <= options.get("max", value)
            ):
                found.append(f"{node_id}: {name} is out of range")
    return found


def run(graph: Graph, nodes: Nodes, node_id: str) -> list[list[Any]]:
    """Each output of a node, as a list of values; a node runs once for each of what it is given."""
    assert faults(graph, nodes) == []
    node = nodes[graph[node_id]["class_type"]]
    given: dict[str, list[Any]] = {}
    for name, value in graph[node_id]["inputs"].items():
        link = isinstance(value, list)
        given[name] = run(graph, nodes, value[0])[value[1]] if link else [value]
    item = node()
    results = [
        getattr(item, node.FUNCTION)(
            **{name: values[min(turn, len(values) - 1)] for name, values in given.items()}
        )
        for turn in range(max(map(len, given.values())))
    ]
    are_lists = getattr(node, "OUTPUT_IS_LIST", [False] * len(node.RETURN_TYPES))
    return [
        [value for result in results for value in (result[place] if is_list else [result[place]])]
        for place, is_list in enumerate(are_lists)
    ]

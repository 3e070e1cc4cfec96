"""Computes the kernel vectors with TFLite Micro's reference kernels.

Needs `pip install tflite-micro numpy`. First `npx vitest run tests/converter/kernels.test.ts -u` writes the models
(<op>.models.json); then this script writes <op>.json beside each.

    python3 regenerate.py [OP ...]            all ops, or those that are named
    python3 regenerate.py --check [OP ...]    writes nothing, fails where a file would change
"""

import argparse
import base64
import importlib.metadata
import json
import pathlib
import sys

import numpy as np

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent / "runtimes"))

from tflm import ARENA_SIZE, ends_of, invoke, runtime  # noqa: E402
RANDOM_VECTORS = 4
# Models with state get more inferences, as what comes out depends on what went in before.
RANDOM_VECTORS_WITH_STATE = 8


def inputs_of(details, seed, count):
    """The corners of the type, an alternation, and random values: [vectors, elements]."""
    size = int(np.prod(details["shape"], dtype=np.int64))
    generator = np.random.default_rng(seed)
    if details["dtype"] == np.float32:
        ramp = np.linspace(-3, 3, size)
        return np.stack([ramp, -ramp, *generator.normal(0, 2, (count, size))]).astype(np.float32)
    limits = np.iinfo(details["dtype"])
    alternating = np.where(np.arange(size) % 2 == 0, limits.min, limits.max)
    corners = [np.full(size, limits.min), np.full(size, limits.max), alternating]
    random = generator.integers(limits.min, limits.max + 1, (count, size))
    return np.stack([*corners, *random]).astype(details["dtype"])


def vectors_of(model, seed):
    interpreter = runtime.Interpreter.from_bytes(model, arena_size=ARENA_SIZE)
    details = ends_of(interpreter.get_input_details)
    outputs = len(ends_of(interpreter.get_output_details))
    count = RANDOM_VECTORS_WITH_STATE if has_state(model) else RANDOM_VECTORS
    columns = [inputs_of(end, seed + 1000 * index, count) for index, end in enumerate(details)]
    rows = list(zip(*columns))
    given = [b"".join(values.tobytes() for values in row) for row in rows]
    answered = [invoke(interpreter, inputs, details, outputs) for inputs in given]
    return {"vectors": len(rows), "inputs": encoded(given), "outputs": encoded(answered)}


def has_state(model):
    return b"state_" in model


def encoded(vectors):
    return base64.b64encode(b"".join(vectors)).decode()


def file_of(models):
    version = importlib.metadata.version("tflite-micro")
    cases = {
        name: vectors_of(base64.b64decode(model), seed)
        for seed, (name, model) in enumerate(json.loads(models.read_text()).items())
    }
    result = {"source": f"tflite-micro {version} (PyPI), reference kernels", "cases": cases}
    return json.dumps(result, indent=2) + "\n"


def outcome(text):
    """What a file says, whichever release said it."""
    return json.loads(text)["cases"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ops", nargs="*")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    ops = arguments.ops or sorted(path.name.removesuffix(".models.json") for path in FOLDER.glob("*.models.json"))
    different = []
    cases = 0
    for op in ops:
        text = file_of(FOLDER / f"{op}.models.json")
        target = FOLDER / f"{op}.json"
        cases += len(outcome(text))
        if not arguments.check:
            target.write_text(text)
        elif outcome(target.read_text()) != outcome(text):
            different.append(op)
    print(f"{cases} cases of {len(ops)} ops" + (f"; different: {', '.join(different)}" if different else ""))
    raise SystemExit(1 if different else 0)


if __name__ == "__main__":
    main()

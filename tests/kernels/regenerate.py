"""Computes the kernel vectors with TFLite Micro's reference kernels.

Needs `pip install tflite-micro numpy`. First `npx vitest run tests/converter/kernels.test.ts -u` writes the models
(<op>.models.json); then this script writes <op>.json beside each.
"""

import base64
import importlib.metadata
import json
import pathlib

import numpy as np
from tflite_micro.python.tflite_micro import runtime

RANDOM_VECTORS = 4


def inputs_of(shape, seed):
    """The corners of int8, an alternation, and random values: [vectors, elements]."""
    size = int(np.prod(shape))
    alternating = np.where(np.arange(size) % 2 == 0, -128, 127)
    corners = [np.full(size, -128), np.full(size, 127), alternating]
    random = np.random.default_rng(seed).integers(-128, 128, (RANDOM_VECTORS, size))
    return np.stack([*corners, *random]).astype(np.int8)


def output_of(interpreter, values):
    interpreter.set_input(values, 0)
    interpreter.invoke()
    return interpreter.get_output(0)


def encoded(values):
    return base64.b64encode(values.tobytes()).decode()


def vectors_of(model, seed):
    interpreter = runtime.Interpreter.from_bytes(model, arena_size=1 << 20)
    shape = interpreter.get_input_details(0)["shape"]
    inputs = inputs_of(shape, seed)
    outputs = np.stack([output_of(interpreter, values.reshape(shape)) for values in inputs])
    return {"vectors": len(inputs), "inputs": encoded(inputs), "outputs": encoded(outputs)}


def main():
    version = importlib.metadata.version("tflite-micro")
    for path in sorted(pathlib.Path(__file__).parent.glob("*.models.json")):
        models = json.loads(path.read_text())
        cases = {
            name: vectors_of(base64.b64decode(model), seed)
            for seed, (name, model) in enumerate(models.items())
        }
        result = {"source": f"tflite-micro {version} (PyPI), reference kernels", "cases": cases}
        path.with_name(path.name.replace(".models", "")).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()

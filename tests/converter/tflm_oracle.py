"""Runs a .tflite under TFLite Micro (PyPI's tflite-micro): python3 tflm_oracle.py MODEL < inputs > outputs."""

import sys

import numpy as np
from tflite_micro.python.tflite_micro import runtime


def main():
    interpreter = runtime.Interpreter.from_file(sys.argv[1], arena_size=1 << 20)
    shape = interpreter.get_input_details(0)["shape"]
    inputs = np.frombuffer(sys.stdin.buffer.read(), np.int8).reshape(-1, *shape)
    for values in inputs:
        interpreter.set_input(values, 0)
        interpreter.invoke()
        sys.stdout.buffer.write(interpreter.get_output(0).tobytes())


if __name__ == "__main__":
    main()

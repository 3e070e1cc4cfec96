"""Runs .tflite files under TFLite Micro (PyPI's tflite-micro): python3 tflm.py < jobs.json > answers.json

A job is {"model": base64, "inputs": [base64 of all inputs' bytes, one inference after the other]}; its answer
{"outputs": [base64 of all outputs' bytes]}.
"""

import base64
import json
import os
import sys

import numpy as np
from tflite_micro.python.tflite_micro import runtime

ARENA_SIZE = 1 << 22


def ends_of(get_details):
    """The details of all inputs, or of all outputs: the package says how many there are only by an error."""
    ends = []
    while True:
        try:
            ends.append(get_details(len(ends)))
        except IndexError:
            return ends


def invoke(interpreter, inputs, details, outputs):
    at = 0
    for index, end in enumerate(details):
        count = int(np.prod(end["shape"], dtype=np.int64))
        values = np.frombuffer(inputs, end["dtype"], count, at)
        at += values.nbytes
        interpreter.set_input(values.reshape(end["shape"]), index)
    interpreter.invoke()
    return b"".join(interpreter.get_output(index).tobytes() for index in range(outputs))


def answer(job):
    interpreter = runtime.Interpreter.from_bytes(base64.b64decode(job["model"]), arena_size=ARENA_SIZE)
    details = ends_of(interpreter.get_input_details)
    outputs = len(ends_of(interpreter.get_output_details))
    given = [base64.b64decode(inputs) for inputs in job["inputs"]]
    answers = [invoke(interpreter, inputs, details, outputs) for inputs in given]
    return {"outputs": [base64.b64encode(outputs).decode() for outputs in answers]}


def main():
    jobs = json.load(sys.stdin)
    # The library complains on stderr of every question for an end that is not there.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    json.dump([answer(job) for job in jobs], sys.stdout)


if __name__ == "__main__":
    main()

"""Runs .tflite files under LiteRT (PyPI's ai-edge-litert): python3 litert.py < jobs.json > answers.json

A job is {"model": base64, "inputs": base64 of all inputs' bytes}; its answer {"outputs": base64} or {"error": text}.
"""

import base64
import json
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter


def run(model, inputs):
    interpreter = Interpreter(model_content=model)
    interpreter.allocate_tensors()
    at = 0
    for end in interpreter.get_input_details():
        count = int(np.prod(end["shape"], dtype=np.int64))
        values = np.frombuffer(inputs, end["dtype"], count, at)
        at += values.nbytes
        interpreter.set_tensor(end["index"], values.reshape(end["shape"]))
    interpreter.invoke()
    return b"".join(interpreter.get_tensor(end["index"]).tobytes() for end in interpreter.get_output_details())


def answer(job):
    try:
        outputs = run(base64.b64decode(job["model"]), base64.b64decode(job["inputs"]))
        return {"outputs": base64.b64encode(outputs).decode()}
    except Exception as error:  # whatever it is, it is the answer
        return {"error": str(error)}


json.dump([answer(job) for job in json.load(sys.stdin)], sys.stdout)

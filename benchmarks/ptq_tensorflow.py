"""TensorFlow's int8 conversion of the models that ptq.mjs has laid out, for comparison.

Each folder under the one that is named holds model.json (layers with their weights), calibration.f32, test.f32 and
expected.f32 (float outputs on the test inputs), all little-endian. Leaves tensorflow.tflite and tensorflow.f32: what the
file gives on the test inputs under TFLite Micro, as real numbers. Needs: pip install tensorflow tflite-micro.
"""
import base64
import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
import tensorflow as tf
from tflite_micro.python.tflite_micro import runtime


def weights(constant):
    values = np.frombuffer(base64.b64decode(constant["data"]), "<f4")
    return values.reshape(constant["shape"])


def window(layer):
    return {"strides": layer["strides"], "padding": layer["padding"].lower(), "activation": layer["activation"]}


def keras_layer(layer):
    """A Keras layer and the weights that it takes once it is built, in Keras' order of dimensions."""
    kind = layer["kind"]
    if kind == "dense":
        kernel = weights(layer["weights"])
        return keras.layers.Dense(kernel.shape[0], activation=layer["activation"]), [kernel.T, weights(layer["bias"])]
    if kind == "conv_2d":
        kernel = weights(layer["weights"])
        filters, height, width, _ = kernel.shape
        made = keras.layers.Conv2D(filters, (height, width), **window(layer))
        return made, [kernel.transpose(1, 2, 3, 0), weights(layer["bias"])]
    if kind == "depthwise_conv_2d":
        kernel = weights(layer["weights"])
        _, height, width, channels = kernel.shape
        made = keras.layers.DepthwiseConv2D((height, width), **window(layer))
        return made, [kernel.reshape(height, width, channels, 1), weights(layer["bias"])]
    if kind == "max_pool":
        return keras.layers.MaxPooling2D(layer["size"], strides=layer["strides"], padding=layer["padding"].lower()), []
    if kind == "global_average_pool":
        return keras.layers.GlobalAveragePooling2D(), []
    if kind == "flatten":
        return keras.layers.Flatten(), []
    if kind == "softmax":
        return keras.layers.Softmax(), []
    raise ValueError(kind)


def keras_model(description):
    made = [keras_layer(layer) for layer in description["layers"]]
    model = keras.Sequential([keras.layers.Input(description["input"]), *[layer for layer, _ in made]])
    for layer, values in made:
        layer.set_weights(values)
    return model


def tensors(path, shape):
    return np.fromfile(path, "<f4").reshape(-1, *shape)


def int8_model(model, calibration):
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([x[None]] for x in calibration)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return converter.convert()


def quantization(details):
    parameters = details["quantization_parameters"]
    return float(parameters["scales"][0]), int(parameters["zero_points"][0])


def run(tflite, inputs):
    interpreter = runtime.Interpreter.from_bytes(tflite)
    in_scale, in_zero = quantization(interpreter.get_input_details(0))
    out_scale, out_zero = quantization(interpreter.get_output_details(0))
    outputs = []
    for x in inputs:
        q = np.clip(np.floor(x / np.float64(in_scale) + 0.5) + in_zero, -128, 127).astype(np.int8)
        interpreter.set_input(q[None], 0)
        interpreter.invoke()
        outputs.append((interpreter.get_output(0).astype(np.float64) - out_zero) * out_scale)
    return np.concatenate(outputs)


def convert(folder):
    description = json.loads((folder / "model.json").read_text())
    model = keras_model(description)
    test = tensors(folder / "test.f32", description["input"])
    expected = np.fromfile(folder / "expected.f32", "<f4").reshape(len(test), -1)
    found = model.predict(test, verbose=0).reshape(expected.shape)
    if not np.allclose(found, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max()):
        raise SystemExit(f"{folder}: Keras computes something else, by {np.abs(found - expected).max()}")
    tflite = int8_model(model, tensors(folder / "calibration.f32", description["input"]))
    (folder / "tensorflow.tflite").write_bytes(tflite)
    run(tflite, test).astype("<f4").tofile(folder / "tensorflow.f32")


print(f"TensorFlow {tf.__version__}")
for path in sorted(pathlib.Path(sys.argv[1]).glob("*/model.json")):
    convert(path.parent)

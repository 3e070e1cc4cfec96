/* A stub: the header by which an Arduino build finds TensorFlow Lite Micro's library. */

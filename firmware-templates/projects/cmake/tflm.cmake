# Finds TensorFlow Lite Micro under TFLM_DIR: a checkout in which its Makefile built a library, or an installed copy.
# Sets TFLM_LIBRARY and TFLM_INCLUDES.
if(NOT TFLM_DIR)
    message(FATAL_ERROR
        "RUNTIME=tflm needs TensorFlow Lite Micro. Build it (make -f tensorflow/lite/micro/tools/make/Makefile "
        "TARGET=cortex_m_generic TARGET_ARCH=... microlite) and give its folder: -DTFLM_DIR=FOLDER. "
        "Or choose -DRUNTIME=compiled, which needs nothing.")
endif()

file(GLOB TFLM_LIBRARIES
    "${TFLM_DIR}/libtensorflow-microlite.a"
    "${TFLM_DIR}/lib/libtensorflow-microlite.a"
    "${TFLM_DIR}/gen/*/lib/libtensorflow-microlite.a")
list(LENGTH TFLM_LIBRARIES TFLM_LIBRARY_COUNT)
if(NOT TFLM_LIBRARY_COUNT EQUAL 1)
    message(FATAL_ERROR
        "TFLM_DIR (${TFLM_DIR}) holds ${TFLM_LIBRARY_COUNT} files libtensorflow-microlite.a, in itself, lib/ and "
        "gen/*/lib/; exactly one is wanted.")
endif()
set(TFLM_LIBRARY "${TFLM_LIBRARIES}")

set(TFLM_DOWNLOADS "${TFLM_DIR}/tensorflow/lite/micro/tools/make/downloads")
set(TFLM_INCLUDES
    "${TFLM_DIR}" "${TFLM_DIR}/include"
    "${TFLM_DOWNLOADS}/flatbuffers/include" "${TFLM_DOWNLOADS}/gemmlowp"
    "${TFLM_DIR}/third_party/flatbuffers/include" "${TFLM_DIR}/third_party/gemmlowp")

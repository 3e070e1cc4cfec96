// Boards and firmware projects: the room's public face.
export { sheetJsonSchema, type ArduinoBoard, type BareBoard, type Board } from './board_schema.js';
export { type FlashMethod } from './flash_schema.js';
export { STM32_CHIPS, chipOfId, chipOfMcu, pagesBetween, type Stm32Chip } from './stm32_chips.js';
export { renderHostProgram, type ModelEnd } from './host_program.js';
export { renderDetection, type DetectionData } from './detection_c.js';
export { renderFrontend, type FrontendData, type FrontendNames } from './frontend_c.js';
export { sensorStream, SENSOR_RESULT_EXTRA, type SensorStream } from './sensor_stream.js';
export { answerBytes, audioStream, type AudioStream, type StreamSources } from './stream_c.js';
export { runtimeFor } from './runtime_files.js';
export { boardFolders, type BoardFolders } from './board_folders.js';
export { boardNames, loadBoard, loadBoards } from './boards.js';
export { APP_OVERHEAD, checkFit, type ModelSize } from './fit.js';
export { RESERVED_NAMES, renderProject, type ModelKind, type ProjectOptions, type Runtime } from './project.js';
export { readProject, writeProject, type ProjectFile, type ProjectRecord } from './project_folder.js';
export { renderBenchProgram, type BenchEnd, type BenchProgram } from './bench_program.js';
export { benchTargets, loadBenchTarget, type BenchTarget } from './bench_targets.js';
export { loadCosts, type CoreCosts, type Costs, type NetworkCosts } from './costs.js';
export { PROJECT_KINDS, defaultKind, type ProjectKind } from './project_kinds.js';

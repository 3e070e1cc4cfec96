// The examples as firmware: networks of their shapes with seeded weights, the detector by its own fit, all with their streams.
import { join } from 'node:path';
import { packageRoot } from '../../base/files.js';
import type { AnomalyConfig } from '../../cli/anomaly/config.js';
import { loadSensorData } from '../../cli/anomaly/data.js';
import { trainDetector, vectorsOf } from '../../cli/anomaly/training.js';
import type { Config } from '../../cli/config.js';
import type { Context } from '../../cli/context.js';
import { detectorModel, type DetectorModel } from '../../cli/detector_model.js';
import { projectEar } from '../../cli/ear.js';
import { prefixOf } from '../../cli/firmware.js';
import { streamOf } from '../../cli/listening.js';
import type { Model } from '../../cli/model.js';
import { openAnomalyProject, openProject } from '../../cli/project.js';
import { createReporter } from '../../cli/reporter.js';
import { sensorStreamOf } from '../../cli/sensor_listening.js';
import { untrainedModel } from '../../cli/untrained.js';
import type { Core } from '../../converter/codegen/kernel_call.js';
import { compile, type CompiledModel } from '../../converter/compile.js';
import { detectorFiles } from '../../converter/detectors/source.js';
import type { ProjectFile, ProjectOptions, StreamSources } from '../../firmware-templates/index.js';
import { TINY, TINY_FILES } from '../firmware/tiny_model.js';

/** What a project is rendered of, but for its board. */
export interface ExampleModel {
  title: string;
  name: string;
  project: (core: Core) => Omit<ProjectOptions, 'board'>;
}

export interface NetworkExample extends ExampleModel {
  model: Model;
  stream: StreamSources;
  compiled: (core: Core) => CompiledModel;
}

export interface DetectorExample extends ExampleModel {
  detector: DetectorModel;
  /** Windows of its test part. */
  windows: Int8Array[];
}

const WINDOWS = 12;

/** Nothing but the application. */
export const APPLICATION: ExampleModel = {
  title: 'application alone',
  name: TINY.name,
  project: () => ({ name: TINY.name, model: TINY_FILES }),
};

export const NETWORK_EXAMPLES = ['demo', 'keyword-spotting', 'keyword-spotting-small', 'keyword-spotting-stream'];

const folderOf = (example: string) => join(packageRoot(), 'examples', example);

export function networkExample(title: string): NetworkExample {
  const folder = folderOf(title);
  const { config } = openProject(folder);
  return networkOf(title, config, folder);
}

/** @param folder of the project whose settings of detection it has */
export function networkOf(title: string, config: Pick<Config, 'data' | 'model' | 'frontend'>, folder: string) {
  const model = untrainedModel(config, config.data.labels ?? [], title);
  const stream = streamOf(projectEar(model, folder));
  const name = prefixOf(title);
  const made = new Map<Core, CompiledModel>();
  const compiled = (core: Core) => {
    const found = made.get(core) ?? compile(model.graph, { name, tflite: model.bytes, core });
    made.set(core, found);
    return found;
  };
  const project = (core: Core) => ({ name, model: sourcesIn(compiled(core).files), stream });
  return { title, name, model, stream, compiled, project };
}

/** Without what TFLite Micro alone needs. */
export function sourcesIn(files: readonly ProjectFile[]): ProjectFile[] {
  return files.filter(({ path }) => /^model\.[ch]$/.test(path));
}

/** Its own fit to fewer recordings: as large as with all. */
export async function detectorExample(title = 'anomaly-detection'): Promise<DetectorExample> {
  const project = openAnomalyProject(folderOf(title));
  const { config } = project;
  const data = { ...config.data, machines: 1, speeds: [24, 33], loads: [1], recordings: 3, faults: ['imbalance'] };
  const threshold = { ...config.threshold, conformal: 0.05 };
  const small = { ...project, config: { ...config, threshold, data: data as AnomalyConfig['data'] } };
  const context = { cwd: packageRoot(), reporter: { ...createReporter(process, true), notice: () => {} } };
  const windows = await loadSensorData(small, {}, context as unknown as Context);
  const { model } = await trainDetector(small.config, small.config.detector, windows, title);
  const name = prefixOf(title);
  const detector = detectorModel(model.bytes, title, name);
  const options = { name, model: detectorFiles(detector.program), stream: sensorStreamOf(detector) };
  const rendered = () => ({ ...options, modelKind: 'detector' as const });
  return { title, name, detector, windows: vectorsOf(windows, WINDOWS), project: rendered };
}

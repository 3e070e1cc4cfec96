// A virtual board that runs a detector's firmware, and what it is asked.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLink } from '../../cli/board.js';
import type { DetectorModel } from '../../cli/detector_model.js';
import { writeDetectorFirmware } from '../../cli/firmware.js';
import { streamSamples, type SensorResult } from '../../cli/sensor_listening.js';
import { buildProject } from '../../device/build.js';
import type { FrameClient } from '../../device/frame_client.js';
import { connectFrames } from '../../device/framed.js';
import { startVirtualBoard, stopVirtualBoard } from '../../device/virtual/qemu.js';
import { boardFolders, loadBoard } from '../../firmware-templates/index.js';

export const TIMEOUT_MS = 10_000;

/** For the time of the work. @param spoil changes model.c */
export async function onBoard<T>(
  folder: string,
  board: string,
  model: DetectorModel,
  work: (port: string) => Promise<T>,
  spoil: (source: string) => string = (source) => source,
): Promise<T> {
  const project = join(folder, `${model.file.name}-${board}`);
  writeDetectorFirmware(model, { board, boards: boardFolders(folder), name: model.file.name, folder: project });
  const source = join(project, 'model', 'model.c');
  writeFileSync(source, spoil(readFileSync(source, 'utf8')));
  const { elf } = await buildProject(project);
  try {
    const { port } = await startVirtualBoard(loadBoard(board), elf, { folder });
    return await work(port);
  } finally {
    await stopVirtualBoard(folder, board);
  }
}

export function atFrames<T>(port: string, work: (client: FrameClient) => Promise<T>): Promise<T> {
  return withLink(port, async (link) => {
    const client = await connectFrames(link, TIMEOUT_MS);
    const result = await work(client);
    await client.leave();
    return result;
  });
}

/** What a board makes of a recording. */
export async function streamed(port: string, model: DetectorModel, samples: Int16Array): Promise<SensorResult[]> {
  const results: SensorResult[] = [];
  await atFrames(port, (client) => streamSamples(client, model, samples, (result) => results.push(result)));
  return results;
}

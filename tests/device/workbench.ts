// A temporary folder with the tiny model's firmware, and virtual boards that end with the test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProject, type Build } from '../../device/build.js';
import { openLink, type Link } from '../../device/link.js';
import { startVirtualBoard, stopVirtualBoard } from '../../device/virtual/qemu.js';
import { livePort, type VirtualBoard } from '../../device/virtual/state.js';
import {
  loadBoard,
  renderProject,
  writeProject,
  type ProjectFile,
  type StreamSources,
} from '../../firmware-templates/index.js';
import { TINY, TINY_FILES } from '../firmware/tiny_model.js';

export const BOARD = loadBoard('virtual-stm32f405');

export class Workbench {
  readonly folder = mkdtempSync(join(tmpdir(), 'tinykiln-device-'));
  readonly project = join(this.folder, 'firmware');
  readonly virtual = join(this.folder, 'virtual');
  private links: Link[] = [];

  /** @param model the generated C; left out, the tiny model's */
  constructor(
    private readonly model: readonly ProjectFile[] = TINY_FILES,
    private readonly buildId = 'b1',
    private readonly stream?: StreamSources,
  ) {}

  writeProject(): void {
    writeProject(
      this.project,
      renderProject({
        ...{ board: BOARD, name: TINY.name, model: this.model, buildId: this.buildId },
        ...(this.stream && { stream: this.stream }),
      }),
    );
  }

  async build(): Promise<Build> {
    this.writeProject();
    return buildProject(this.project);
  }

  start(elf: string): Promise<VirtualBoard> {
    return startVirtualBoard(BOARD, elf, { folder: this.virtual });
  }

  async open(path: string): Promise<Link> {
    const link = await openLink(path, { locate: async () => livePort(path) });
    this.links.push(link);
    return link;
  }

  async closeLinks(): Promise<void> {
    for (const link of this.links.splice(0)) await link.close();
  }

  async clear(): Promise<void> {
    await this.closeLinks();
    await stopVirtualBoard(this.virtual, BOARD.name);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What an operation throws, or undefined. */
export async function failureOf(operation: () => unknown): Promise<unknown> {
  try {
    await operation();
    return undefined;
  } catch (error) {
    return error;
  }
}

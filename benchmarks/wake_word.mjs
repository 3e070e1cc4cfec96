// A keyword spotter as wake words are judged: a long stream of held-out speakers with noise, false rejects at so many false
// accepts an hour with their interval, and the same stream on the virtual board, every result compared.
//   node benchmarks/wake_word.mjs PROJECT DATA [MINUTES] [--only host | board]
// PROJECT has kiln.yaml and build/model.tflite; DATA is a data set with the splits val and test. The board detects by the
// thresholds that `kiln evaluate` chose, or else by the config's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { writeAtomic } from '../dist/base/files.js';
import { withLink } from '../dist/cli/board.js';
import { projectEar } from '../dist/cli/ear.js';
import { evaluateKeywords, streamOfSplit, subjectOf } from '../dist/cli/evaluation.js';
import { reportEvaluation } from '../dist/cli/evaluation_text.js';
import { buildFirmware, flashFirmware, writeFirmware } from '../dist/cli/firmware.js';
import { listenerOn } from '../dist/cli/listening.js';
import { readModel } from '../dist/cli/model.js';
import { openProject } from '../dist/cli/project.js';
import { createReporter } from '../dist/cli/reporter.js';
import { readAudioResult } from '../dist/device/audio_results.js';
import { connectStream, streamFacts, streamTo } from '../dist/device/stream.js';
import { stopVirtualBoard } from '../dist/device/virtual/qemu.js';
import { boardFolders } from '../dist/firmware-templates/index.js';

const BOARD = 'virtual-stm32f405';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
const [folder, data, minutes = '30'] = positionals;
if (!folder || !data)
  throw new Error('usage: node benchmarks/wake_word.mjs PROJECT DATA [MINUTES] [--only host | board]');
const project = openProject(resolve(folder));
const reporter = createReporter({ stdout: process.stdout, stderr: process.stderr, env: { CI: '1' } }, false);
const signal = new globalThis.AbortController().signal;
const context = { cwd: process.cwd(), project: project.folder, boards: boardFolders(project.folder), reporter, signal };
const model = readModel(project.paths.model);
const limit = project.config.detection.falseAccepts;
const options = { data: resolve(data), minutes: Number(minutes), seed: 1, limit };

const ear = projectEar(model, project.folder);
if (values.only !== 'board') {
  const evaluation = await evaluateKeywords(project, model, ear, options, context);
  writeAtomic(project.paths.evaluation, `${JSON.stringify(evaluation, null, 2)}\n`);
  reportEvaluation(reporter, evaluation);
}
if (values.only !== 'host') await onBoard(ear);

/** Feeds the test stream to host and board, and counts where they differ. */
async function onBoard(chosen) {
  const firmware = mkdtempSync(join(tmpdir(), 'kiln-wake-'));
  const virtual = join(firmware, 'virtual');
  const where = { board: BOARD, boards: context.boards, name: 'wake', runtime: 'compiled', optimize: 'speed' };
  try {
    const source = join(firmware, 'firmware');
    writeFirmware(model, { ...where, folder: source, ear: chosen });
    await buildFirmware(source, context);
    const port = await flashFirmware(source, virtual, context.boards, false);
    await withLink(port, (link) => compare(link, chosen));
  } finally {
    await stopVirtualBoard(virtual, BOARD);
    rmSync(firmware, { recursive: true, force: true });
  }
}

async function compare(link, chosen) {
  const client = await connectStream(link, { timeoutMs: 60_000, baudRate: 115200 });
  const subject = await subjectOf(project, model, chosen, options, context);
  const stream = streamOfSplit(subject, 'test', options);
  const listener = listenerOn(model, chosen);
  const expected = [];
  const counts = { results: 0, detections: 0, different: 0 };
  const started = performance.now();
  let heard = 0;
  async function* pieces() {
    for (const piece of stream.pieces(subject.recordings)) {
      expected.push(...listener.feed(piece));
      yield piece;
      heard += piece.length / chosen.frontend.sampleRate;
      reporter.progress('board', Math.round(heard), Math.round(stream.seconds), JSON.stringify(counts));
    }
  }
  await streamTo(client, await streamFacts(client), pieces(), (bytes) => {
    const { detection, ...step } = expected.shift();
    const own = detection && { keyword: detection.keyword, score: detection.score };
    const result = readAudioResult(bytes);
    counts.results++;
    if (result.detection) counts.detections++;
    if (JSON.stringify(result) !== JSON.stringify({ ...step, detection: own })) counts.different++;
  });
  await client.leave();
  const seconds = (performance.now() - started) / 1000;
  const missing = expected.length;
  reporter.line(
    `board: ${(heard / 60).toFixed(1)} min in ${(seconds / 60).toFixed(1)} min, ${JSON.stringify({ ...counts, missing })}`,
  );
}

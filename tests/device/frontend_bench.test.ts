// The front end by a core's own instructions: the features of TypeScript, and a second of audio within its budget.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { benchFrontend } from '../../device/frontend_bench.js';
import { findProgram } from '../../device/tools.js';
import { loadBenchTarget } from '../../firmware-templates/index.js';
import { MFCC } from '../../trainer/frontend/mfcc.js';
import { MICRO_SPEECH, MicroFrontend } from '../../trainer/frontend/micro_frontend.js';
import { modelFeatures } from '../../trainer/frontend/model_features.js';
import { frontendTables } from '../../trainer/frontend/tables.js';
import { frontendFiles } from '../firmware/frontend_host.js';
import { mixedAudio } from '../firmware/mixed_audio.js';

const tools = ['arm-none-eabi-gcc', 'qemu-system-arm'];
const SPEC = { ...MICRO_SPEECH, mfcc: MFCC };
const { sampleRate, stride, channels, features } = frontendTables(SPEC);
const MOST_FLASH = 7168;
const MOST_RAM = 2560;

describe.skipIf(!tools.every((tool) => findProgram(tool)))('the front end', () => {
  const files = frontendFiles(SPEC);
  const options = { files, name: 'net', sampleRate, stride, channels, features, optimization: '-O2' };

  it.each([
    ['m4', 1_800_000],
    ['m33', 1_800_000],
    ['m3', 2_800_000],
    ['m0plus', 6_700_000],
  ])('equals TypeScript on a Cortex-%s, in at most %i instructions a second', { timeout: 60_000 }, (core, most) => {
    const samples = mixedAudio(3 * sampleRate, new Random(11));
    const frames = new MicroFrontend(SPEC).push(samples);
    const found = benchFrontend({ ...options, samples, target: loadBenchTarget(`virtual-cortex-${core}`) });
    const { count, write } = modelFeatures(SPEC);
    const wanted = new Int8Array(frames.length * count);
    frames.forEach((logs, i) => write(logs, wanted, i * count));
    expect(found.logs).toEqual(Uint16Array.from(frames.flatMap((frame) => [...frame])));
    expect(found.features).toEqual(wanted);
    expect(found.instructions).toBeLessThan(most);
    expect(found.ram).toBeLessThan(MOST_RAM);
    if (core === 'm4') expect(found.flash).toBeLessThan(MOST_FLASH);
  });

  it('needs a frame at least', () => {
    const samples = new Int16Array(stride);
    const run = () => benchFrontend({ ...options, samples, target: loadBenchTarget('virtual-cortex-m4') });
    expect(run).toThrow('front end net: 320 samples do not fill one frame');
  });
});

// A worker that speaks a batch of utterances with mespeak and writes them as clips.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { writeFileSync } from 'node:fs';
import { sha256 } from '../../base/files.js';
import { Random } from '../../base/random.js';
import { serveWorker } from '../worker_thread.js';
import { resample } from './resample.js';
import { CLIP_RATE, type SpokenClip, type SynthesisJob } from './synthesize.js';
import type { Utterance } from './synthetic_recipe.js';
import { placeSpeech } from './synthetic_sound.js';
import { encodeWav, readWav } from './wav.js';

interface SpeakOptions {
  voice: string;
  variant: string;
  /** Words a minute. */
  speed: number;
  /** 0 … 99. */
  pitch: number;
  /** `array`: the bytes of a WAV file. */
  rawdata: 'array';
}

interface Synthesizer {
  loadConfig(json: unknown): void;
  loadVoice(json: unknown): void;
  speak(text: string, options: SpeakOptions): number[];
}

function loadSynthesizer(utterances: readonly Utterance[]): Synthesizer {
  const require = createRequire(import.meta.url);
  const mespeak = require('mespeak') as Synthesizer;
  mespeak.loadConfig(require('mespeak/src/mespeak_config.json'));
  for (const accent of new Set(utterances.map(({ voice }) => voice.split('+')[0]!))) {
    mespeak.loadVoice(require(`mespeak/voices/en/${accent}.json`));
  }
  return mespeak;
}

function speak(mespeak: Synthesizer, utterance: Utterance, folder: string): SpokenClip {
  const { path, text, speed, pitch, seed } = utterance;
  const [accent, variant] = utterance.voice.split('+') as [string, string];
  const raw = Uint8Array.from(mespeak.speak(text, { voice: `en/${accent}`, variant, speed, pitch, rawdata: 'array' }));
  const wav = readWav(raw, `mespeak's \`${text}\``);
  const speech = resample(wav.samples, wav.sampleRate, CLIP_RATE);
  const clip = encodeWav({ sampleRate: CLIP_RATE, samples: placeSpeech(speech, CLIP_RATE, new Random(seed)) });
  writeFileSync(join(folder, path), clip);
  return { path, sha256: sha256(clip), speech: sha256(raw) };
}

await serveWorker<SpokenClip>((report) => {
  const { folder, utterances } = workerData as SynthesisJob;
  const mespeak = loadSynthesizer(utterances);
  for (const utterance of utterances) report(speak(mespeak, utterance, folder));
});

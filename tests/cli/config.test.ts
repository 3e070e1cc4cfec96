import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messageOf } from '../../base/errors.js';
import { packageRoot } from '../../base/files.js';
import { configJsonSchema, loadConfig, parseConfig, type Config } from '../../cli/config.js';
import { frontendSpec } from '../../cli/data.js';
import { MFCC } from '../../trainer/frontend/mfcc.js';
import { MICRO_SPEECH } from '../../trainer/frontend/micro_frontend.js';
import { ARCHITECTURES } from '../../trainer/models/architectures.js';
import { DEFAULT_QUANTIZATION_AWARE } from '../../trainer/train_options.js';

const MINIMAL = 'name: a\ndata: { source: synthetic, path: x }\n';

const ANOMALY = 'name: a\ntask: anomaly\n';

const WRONG: Readonly<Record<string, string>> = {
  'a misspelt key': `${MINIMAL}train:\n  epoch: 3\n`,
  'a key that is nothing like any': `${MINIMAL}cloud: yes\n`,
  'a value of the wrong kind': `${MINIMAL}train: { epochs: three }\n`,
  'a value below its range': `${MINIMAL}train: { epochs: -3 }\n`,
  'a fraction where a whole number is due': `${MINIMAL}train: { batch: 1.5 }\n`,
  'a value that is none of the choices': 'name: a\ndata: { source: cloud, path: x }\n',
  'a share above one': 'name: a\ndata: { source: synthetic, path: x, unknown: 120% }\n',
  'a unit that does not exist': `${MINIMAL}budget: { flash: 10KiBs }\n`,
  'a name that C could not use': 'name: 1a\ndata: { source: synthetic, path: x }\n',
  'a missing key': 'name: a\n',
  'a list at the top': '- a\n',
  'an empty file': '',
  'broken YAML': 'name: [\n',
  'a setting of another architecture': `${MINIMAL}model: { kind: tiny-conv, blocks: 3 }\n`,
  'coefficients without a cepstrum': `${MINIMAL}frontend: { coefficients: 10 }\n`,
  'two teachers': `${MINIMAL}train: { distill: { teacher: a.tflite, model: { kind: ds-cnn } } }\n`,
  'a huge integer': `${MINIMAL}train: { seed: 99999999999 }\n`,
  'a task that there is not': `${MINIMAL}task: regression\n`,
  'a source that anomaly has not': `${ANOMALY}data: { source: synthetic }\n`,
  'a key that another source has': `${ANOMALY}data: { source: frames, path: x, time: t }\n`,
  'a source that is left out': `${ANOMALY}data: { path: x }\n`,
  'a detector that there is not': `${ANOMALY}data: { source: synthetic-vibration }\ndetector: { kind: oracle }\n`,
  'a figure that another detector has': `${ANOMALY}data: { source: synthetic-vibration }\ndetector: { kind: pca, trees: 3 }\n`,
  'a figure beyond its range': `${ANOMALY}data: { source: synthetic-vibration }\ndetector: { kind: k-means, centres: 0 }\n`,
  'a statistic that there is not': `${ANOMALY}data: { source: synthetic-vibration }\nfrontend: { statistics: [rms, mode] }\n`,
  'two thresholds at once': `${ANOMALY}data: { source: synthetic-vibration }\nthreshold: { conformal: 0.01, score: 3 }\n`,
};

/** Of `task: classification`. */
const classification = (text: string) => parseConfig(text, 'kiln.yaml') as Config;

const thrownBy = (text: string) => {
  try {
    parseConfig(text, 'kiln.yaml');
    return 'nothing was thrown';
  } catch (error) {
    return messageOf(error);
  }
};

describe('kiln.yaml', () => {
  it('fills what is left out', () => {
    const config = classification(`${MINIMAL}budget: { flash: 192KiB, accuracy: 90% }\nfrontend: { stride: 0.01s }\n`);
    expect(config.budget).toEqual({ flash: 196608, accuracy: 0.9, parts: {}, growth: { parts: {} } });
    expect(config.frontend).toMatchObject({ window: 30, stride: 10, channels: 40 });
    expect(config.target.board).toBe('virtual-stm32f405');
    expect(config.train.quantizationAware).toBeUndefined();
  });

  it('makes a front end of its kind', () => {
    const specOf = (frontend: string) => frontendSpec(classification(`${MINIMAL}frontend: ${frontend}\n`));
    expect(specOf('{ kind: log-mel }')).toEqual(MICRO_SPEECH);
    expect(specOf('{ kind: mfcc }')).toEqual({ ...MICRO_SPEECH, mfcc: MFCC });
    expect(specOf('{ kind: mfcc, coefficients: 13 }').mfcc).toEqual({ ...MFCC, coefficients: 13 });
  });

  it('fills an architecture with its own settings', () => {
    const modelOf = (model: string) => classification(`${MINIMAL}model: ${model}\n`).model;
    expect(modelOf('{ width: 24 }')).toEqual({ ...ARCHITECTURES['ds-cnn'].defaults, width: 24 });
    expect(modelOf('{ kind: tc-resnet, step: 1 }')).toEqual({ ...ARCHITECTURES['tc-resnet'].defaults, step: 1 });
    expect(modelOf('{ kind: ds-resnet, stages: [{ width: 8, blocks: 1 }] }')).toMatchObject({
      stages: [{ width: 8, blocks: 1, stride: [1, 1] }],
    });
  });

  it('takes {} for quantization-aware training as it is tuned', () => {
    const { train } = classification(`${MINIMAL}train: { quantizationAware: {} }\n`);
    expect(train.quantizationAware).toEqual(DEFAULT_QUANTIZATION_AWARE);
  });

  it('refuses what is wrong, and says where, what and what to do', async () => {
    const messages = Object.entries(WRONG).map(([title, text]) => `# ${title}\n${thrownBy(text)}\n`);
    await expect(messages.join('\n')).toMatchFileSnapshot('../errors/config.txt');
  });

  it.each(['keyword-spotting', 'demo', 'anomaly-detection'])('accepts the example %s', (name) => {
    expect(loadConfig(join(packageRoot(), 'examples', name)).name).toBe(name);
  });

  it('is published as the JSON Schema that validates it', () => {
    const published: unknown = JSON.parse(readFileSync(join(packageRoot(), 'docs', 'kiln.schema.json'), 'utf8'));
    expect(published).toEqual(configJsonSchema());
  });
});

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { KilnError } from '../../base/errors.js';
import { packageRoot, readBytes, writeAtomic } from '../../base/files.js';
import type { Run } from '../command.js';
import { writeWorkflow } from '../workflow.js';
import { CONFIG_FILE, parseConfig } from '../config.js';

/** The example that a template's config is from, and what its user does first. */
const TEMPLATES = {
  kws: {
    example: 'keyword-spotting',
    next: 'put recordings under data/LABEL/SPEAKER_nohash_N.wav, then `kiln run`',
    data: `Put recordings (WAV, 16 bits, mono) under \`data/LABEL/SPEAKER_nohash_N.wav\`, background noise under
\`data/_background_noise_/\`, then run \`kiln run\`.`,
  },
  anomaly: {
    example: 'anomaly-detection',
    next: '`kiln run` as it is, on computed vibration; then set `data` to your own CSV files',
    data: `\`kiln run\` works as it is, on vibration that is computed. Then set \`data\` to recordings of your own machine:
\`source: csv-folder\`, with files under \`data/normal/MACHINE/\` and, where there are any, \`data/FAULT/MACHINE/\`.`,
  },
} as const;

/** A project from an example's config. @throws KilnError `project-exists`, `config-invalid`. */
export const run: Run = async (args, { project, reporter }) => {
  const path = join(project, CONFIG_FILE);
  if (existsSync(path)) {
    const todo = 'Choose another folder with -C, or edit that file.';
    throw new KilnError('project-exists', { where: path, what: 'a project is already there', todo });
  }
  const name = typeof args['name'] === 'string' ? args['name'] : basename(project);
  const { example, next, data } = TEMPLATES[args['template'] as keyof typeof TEMPLATES];
  const text = readBytes(join(packageRoot(), 'examples', example, CONFIG_FILE))
    .toString('utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/^name: .*$/m, `name: ${name}`);
  parseConfig(text, path);
  writeAtomic(join(project, '.gitignore'), 'build/\n.kiln/\n');
  writeAtomic(join(project, 'README.md'), readme(name, data));
  writeWorkflow(project);
  writeAtomic(path, text);
  reporter.line(`made ${path}`);
  reporter.line(`next: ${next}`);
  reporter.result({ project, config: path });
  return 0;
};

function readme(name: string, data: string): string {
  return `# ${name}

A tinykiln project: \`${CONFIG_FILE}\` says what to train and for which board.

${data} \`kiln doctor\` says what is missing on this machine.
Everything that tinykiln makes lies under \`build/\`, and each run under \`.kiln/runs/\`.

To watch the firmware's size in every pull request, put the int8 model into the repository
(\`cp build/model.tflite .\`) and \`size: { model: model.tflite }\` into \`${CONFIG_FILE}\`: the workflow in
\`.github/workflows/size.yml\` then holds it against the \`budget\` and the base branch.
`;
}

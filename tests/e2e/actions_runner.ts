// Runs the steps of a composite action that are shell, as a GitHub runner does; those that use other actions are left out.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Step {
  name?: string;
  id?: string;
  uses?: string;
  if?: string;
  shell?: string;
  run?: string;
  env?: Record<string, string>;
}

export interface Action {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
}

/** What expressions name: `github.repository`, `runner.temp`, … */
type Values = Record<string, string>;

export interface JobOptions {
  /** The checked-out repository. */
  workspace: string;
  /** The runner's own folder; what is there already is what a cache brought back. */
  temp: string;
  /** `github.…` and `inputs.…`. */
  values: Values;
  env: NodeJS.ProcessEnv;
}

export interface JobResult {
  /** Name of the step that failed. */
  failed: string | undefined;
  log: string;
  summary: string;
  outputs: Values;
}

export function readAction(path: string): Action {
  return parse(readFileSync(path, 'utf8')) as Action;
}

/** As a runner: step by step, until one fails. */
export function runAction({ inputs, runs, outputs }: Action, { workspace, temp, values, env }: JobOptions): JobResult {
  mkdirSync(temp, { recursive: true });
  const files = { GITHUB_OUTPUT: join(temp, 'output'), GITHUB_STEP_SUMMARY: join(temp, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const known: Values = { 'runner.temp': temp, ...values };
  for (const [name, input] of Object.entries(inputs)) {
    known[`inputs.${name}`] ??= evaluate(input.default ?? '', known);
  }
  let log = '';
  let failed: string | undefined;
  for (const step of runs.steps.filter(({ run }) => run !== undefined)) {
    const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, text]) => [key, evaluate(text, known)]));
    const script = join(temp, 'step.sh');
    writeFileSync(script, step.run!);
    const shell = ['--noprofile', '--norc', '-eo', 'pipefail', script];
    const { status, stdout, stderr } = spawnSync('bash', shell, {
      cwd: workspace,
      env: { ...env, ...files, ...own },
      encoding: 'utf8',
    });
    log += stdout + stderr;
    if (step.id) Object.assign(known, outputsOf(step.id, readFileSync(files.GITHUB_OUTPUT, 'utf8')));
    if (status !== 0) {
      failed = step.name ?? step.run;
      break;
    }
  }
  const given = Object.entries(outputs).map(([name, { value }]) => [name, evaluate(value, known)]);
  return {
    failed,
    log,
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    outputs: Object.fromEntries(given) as Values,
  };
}

function outputsOf(id: string, text: string): Values {
  const lines = text.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(
    lines.map((line) => [`steps.${id}.outputs.${line.split('=')[0]}`, line.replace(/^.*?=/, '')]),
  );
}

/** Unknown names are empty, as GitHub has it. */
function evaluate(text: string, known: Values): string {
  return String(text).replace(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (_, name: string) => known[name] ?? '');
}

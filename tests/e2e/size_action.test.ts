// The action's own steps on a scratch repository: a pull request that adds a layer fails the budget, a raised one passes.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { packageRoot, packageVersion } from '../../base/files.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { kiln } from '../cli/kiln.js';
import { hasArm } from '../kernels/toolchain.js';
import { readAction, runAction, type JobResult } from './actions_runner.js';
import { perceptron } from '../kernels/perceptron.js';

const ACTION = readAction(join(packageRoot(), 'action.yml'));
const folder = mkdtempSync(join(tmpdir(), 'tinykiln-action-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const repository = join(folder, 'repository');
const programs = join(folder, 'bin');
const store = join(folder, 'comment.md');
const calls = join(folder, 'calls');

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function program(name: string, script: string): void {
  write(join(programs, name), `#!/bin/bash\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
}

/** GitHub's command line as far as the action calls it: one comment at most, in a file. */
const GH = `echo "gh $*" >>"${calls}"
case " $* " in
*" --paginate "*) [ ! -f "${store}" ] || echo 7 ;;
*) for last; do :; done; cp "\${last#body=@}" "${store}" ;;
esac`;

function git(...args: string[]): string {
  const own = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main'];
  const { status, stdout, stderr } = spawnSync('git', [...own, ...args], { cwd: repository, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

function commit(message: string, widths: number[], weights: string): string {
  const budget = `{ flash: 64KiB, parts: { model weights: ${weights} } }`;
  const config = `name: alarm\nsize: { model: model.tflite }\nbudget: ${budget}\n`;
  write(join(repository, 'firmware', 'kiln.yaml'), config);
  write(join(repository, 'firmware', 'model.tflite'), writeTflite(perceptron(...widths)));
  git('add', '-A');
  git('commit', '-qm', message);
  return git('rev-parse', 'HEAD');
}

function pullRequest(base: string): JobResult {
  const github = {
    'github.event.pull_request.base.sha': base,
    'github.event.pull_request.number': '3',
    'github.repository': 'somebody/alarm',
    'github.token': 'secret',
  };
  const values = { ...github, 'inputs.directory': 'firmware' };
  const env = { PATH: `${programs}:${process.env['PATH']}`, HOME: folder };
  return runAction(ACTION, { workspace: repository, temp: join(folder, 'runner'), values, env });
}

describe('action.yml', () => {
  it('puts nothing that others write into a script', () => {
    const scripts = ACTION.runs.steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
    expect(scripts.length).toBeGreaterThan(4);
    for (const script of scripts) expect(script).not.toContain('${{');
  });

  it('installs what is missing, and nothing else', () => {
    const bin = join(folder, 'bare');
    mkdirSync(bin);
    for (const name of ['npm', 'sudo']) {
      write(join(bin, name), `#!/bin/bash\necho ${name} "$@"\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const install = {
      ...ACTION,
      runs: { ...ACTION.runs, steps: ACTION.runs.steps.filter((s) => s.name === 'Install') },
    };
    const run = (compiler: string, path: string) => {
      const values = { 'inputs.version': '1.2.3', 'inputs.compiler': compiler };
      return runAction(install, { workspace: folder, temp: join(folder, 'installer'), values, env: { PATH: path } })
        .log;
    };
    const withBash = `${bin}:${dirname(spawnSync('which', ['bash'], { encoding: 'utf8' }).stdout.trim())}`;
    expect(run('no-such-gcc', withBash)).toMatch(
      /^npm install .*tinykiln@1\.2\.3\nsudo apt-get update -qq\nsudo apt-get install .* cmake make\n$/,
    );
    expect(run('bash', withBash)).toMatch(/^npm install [^\n]*\n$/);
  });
});

describe.skipIf(!hasArm)('a pull request that adds a layer', () => {
  let base = '';

  beforeAll(() => {
    mkdirSync(repository, { recursive: true });
    program('kiln', `exec "${process.execPath}" "${join(packageRoot(), 'dist', 'cli', 'bin.js')}" "$@"`);
    program('gh', GH);
    git('init', '-q');
    write(join(repository, '.gitignore'), 'build/\n');
    base = commit('a small model', [16, 4], '1KiB');
  });

  it('fails the budget with a table of parts and symbols, and passes when the budget is raised', () => {
    commit('one layer more', [24, 16, 4], '1KiB');
    const over = pullRequest(base);
    expect(over.failed, over.log).toBe('Verdict');
    expect(over.outputs['over']).toBe('true');
    expect(over.summary).toMatch(/✗ model weights over budget/);
    expect(over.summary).toMatch(/\| model weights \| 1\.\d KiB \|.*over by \d+ B/);
    expect(over.summary).toMatch(/\| `\w*_weights` \| model weights \| (added|changed) \| \+\d+ B/);
    expect(over.log).toMatch(/::error file=kiln\.yaml,title=firmware: model weights::/);
    expect(readFileSync(store, 'utf8')).toBe(`<!-- kiln size: firmware -->\n${over.summary}`);

    commit('a larger budget', [24, 16, 4], '2KiB');
    const within = pullRequest(base);
    expect(within.failed, within.log).toBeUndefined();
    expect(within.outputs['over']).toBe('false');
    expect(JSON.parse(readFileSync(within.outputs['json']!, 'utf8'))).toMatchObject({ format: 'tinykiln-size' });
    expect(readFileSync(store, 'utf8')).toContain('✓ within budget');
    expect(readFileSync(calls, 'utf8').match(/--method \w+/g)).toEqual(['--method POST', '--method PATCH']);
    expect(git('worktree', 'list').split('\n')).toHaveLength(1);
  }, 240_000);

  it('has a template for GitLab that ends with the same verdict', () => {
    const { script } = (
      parse(readFileSync(join(packageRoot(), 'ci', 'gitlab.yml'), 'utf8')) as Record<string, { script: string[] }>
    )['kiln-size']!;
    commit('a small budget', [24, 16, 4], '1KiB');
    // The base as it was measured before, in place of its commit, which would be built once more.
    const env = {
      ...{ PATH: `${programs}:${process.env['PATH']}`, HOME: folder },
      ...{
        KILN_DIRECTORY: 'firmware',
        CI_MERGE_REQUEST_DIFF_BASE_SHA: join(folder, 'runner', 'kiln-size', 'base.json'),
      },
    };
    const { status, stdout } = spawnSync('bash', ['-eo', 'pipefail', '-c', script.join('\n')], {
      cwd: repository,
      env,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(/model weights.*over by \d+ B/);
    expect(readFileSync(join(repository, 'size.xml'), 'utf8')).toContain('<failure message="model weights: ');
  }, 240_000);
});

describe('kiln init', () => {
  it('writes the workflow with the action of its own version, and over nothing', async () => {
    const project = join(folder, 'doorbell');
    const workflow = join(project, '.github', 'workflows', 'size.yml');
    write(workflow, 'mine\n');
    expect((await kiln('init', '-C', project)).code).toBe(0);
    expect(readFileSync(workflow, 'utf8')).toBe('mine\n');
    const action = readAction(join(project, '.github', 'actions', 'kiln-size', 'action.yml'));
    expect(action.inputs['version']).toMatchObject({ default: packageVersion() });
    expect(action.runs).toEqual(ACTION.runs);
  });

  it('calls that action', () => {
    const workflow = parse(readFileSync(join(packageRoot(), 'ci', 'github.yml'), 'utf8')) as {
      jobs: { size: { steps: { uses: string }[] } };
    };
    expect(workflow.jobs.size.steps.at(-1)!.uses).toBe('./.github/actions/kiln-size');
  });
});

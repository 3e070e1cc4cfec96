// What sizes are compared with: the JSON of an earlier `kiln size --json`, or the same project at a commit, built anew.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { KilnError } from '../base/errors.js';
import { readBytes } from '../base/files.js';
import { boardFolders } from '../firmware-templates/index.js';
import type { Context } from './context.js';
import type { Measured } from './size.js';

const named = z.object({ name: z.string(), flash: z.number(), ram: z.number() });

/** All that is compared. */
const schema = z.looseObject({
  format: z.literal('tinykiln-size'),
  version: z.literal(1),
  flash: z.number(),
  ram: z.number(),
  parts: z.array(named),
  symbols: z.array(named.extend({ part: z.string() })),
  memory: z.looseObject({ stack: z.number() }),
  stackBound: z.number().nullish(),
  instructions: z.number().optional(),
  accuracy: z.number().optional(),
});

/**
 * @param baseline a file, or else a commit, branch or tag
 * @param measure is given the project as it was at that commit
 * @throws KilnError `baseline-invalid`, and what measuring it throws
 */
export function readBaseline(
  baseline: string,
  context: Context,
  measure: (there: Context) => Promise<Measured>,
): Promise<Measured> {
  const path = resolve(context.cwd, baseline);
  if (existsSync(path)) return Promise.resolve(readFile(path));
  return atCommit(baseline, context, measure);
}

function readFile(path: string): Measured {
  const refuse = (what: string) => {
    const todo = 'Make it with `kiln size --json > FILE`, or name a commit.';
    return new KilnError('baseline-invalid', { where: path, what, todo });
  };
  let json: unknown;
  try {
    json = JSON.parse(readBytes(path).toString('utf8'));
  } catch (error) {
    if (error instanceof KilnError) throw error;
    throw refuse('it is no JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data as unknown as Measured;
  const { path: key, message } = parsed.error.issues[0]!;
  throw refuse(`its key ${key.join('.') || '(top)'}: ${message}`);
}

/** Works in a copy of the project as it was at the commit, which is removed afterwards. @throws KilnError `baseline-invalid` */
async function atCommit<T>(commit: string, context: Context, work: (there: Context) => Promise<T>): Promise<T> {
  const { project } = context;
  const root = git(project, commit, 'rev-parse', '--show-toplevel');
  const folder = mkdtempSync(join(tmpdir(), 'kiln-baseline-'));
  const tree = join(folder, 'tree');
  git(root, commit, 'worktree', 'add', '--quiet', '--detach', tree, commit);
  try {
    linkModules(root, tree);
    const there = join(tree, relative(root, realpathSync(project)));
    return await work({ ...context, project: there, cwd: there, boards: boardFolders(there) });
  } finally {
    spawnSync('git', ['worktree', 'remove', '--force', tree], { cwd: root });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a build of the project may need, and no commit holds. */
function linkModules(root: string, tree: string): void {
  const modules = join(root, 'node_modules');
  if (existsSync(modules) && !existsSync(join(tree, 'node_modules'))) symlinkSync(modules, join(tree, 'node_modules'));
}

function git(cwd: string, baseline: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  const said = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  const todo = 'Name a JSON of `kiln size --json`, or a commit that is here (`git fetch` it, with its history).';
  throw new KilnError('baseline-invalid', {
    where: `--baseline ${baseline}`,
    what: `no such file, and git says: ${said}`,
    todo,
  });
}

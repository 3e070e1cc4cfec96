// The workflow of a new project: the action lies in the project itself, at the version that made it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, packageVersion, readBytes, writeAtomic } from '../base/files.js';

const ACTION = ['.github', 'actions', 'kiln-size', 'action.yml'];
const WORKFLOW = ['.github', 'workflows', 'size.yml'];

/** Writes both, but over nothing that is there. */
export function writeWorkflow(project: string): void {
  const sources = { action: join(packageRoot(), 'action.yml'), workflow: join(packageRoot(), 'ci', 'github.yml') };
  const action = readBytes(sources.action)
    .toString('utf8')
    .replace(/^( {4}default: )latest$/m, `$1${packageVersion()}`);
  writeNew(join(project, ...ACTION), action);
  writeNew(join(project, ...WORKFLOW), readBytes(sources.workflow));
}

function writeNew(path: string, content: string | Uint8Array): void {
  if (!existsSync(path)) writeAtomic(path, content);
}

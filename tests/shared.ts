// Reference data that lies beside a developer's clone and is never committed; tests that need it are skipped without it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../base/files.js';

const root = process.env['TINYKILN_SHARED'] ?? join(packageRoot(), '..', 'shared');

/** The path of a file or folder of the reference data, or undefined where it is not at hand. */
export function sharedData(...parts: string[]): string | undefined {
  const path = join(root, 'data', ...parts);
  return existsSync(path) ? path : undefined;
}

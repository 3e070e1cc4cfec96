// The program behind a method: where it is, whether it is new enough, and how to get it.
import { KilnError } from '../../../base/errors.js';
import { atLeast } from '../../doctor/check.js';
import { versionOf } from '../../doctor/tools.js';
import { findTool, installAdvice, knownTools, type Tool } from '../../tools.js';
import type { MethodName } from '../method.js';

/** Of tools.json; undefined where a method needs none. */
export function toolOf(method: MethodName): Tool | undefined {
  return knownTools().find((tool) => tool.for.flash?.includes(method));
}

/** Whether a method can be used here. */
export function isUsable(method: MethodName): boolean {
  const tool = toolOf(method);
  return tool === undefined || findTool(tool) !== undefined;
}

/** The path of a method's program. @throws KilnError `tool-missing`, `tool-too-old` that say how to get it. */
export function requireProgram(method: MethodName): string {
  const tool = toolOf(method)!;
  const path = findTool(tool);
  const todo = `Install it: ${installAdvice(tool)}.`;
  if (!path) {
    const what = `not found on PATH; it ${tool.purpose}`;
    throw new KilnError('tool-missing', { where: tool.command, what, todo });
  }
  const { args, minimum } = tool.version;
  const version = minimum && versionOf(path, args);
  if (minimum && version && !atLeast(version, minimum)) {
    const what = `version ${version} is too old: ${minimum} or newer is needed`;
    throw new KilnError('tool-too-old', { where: path, what, todo });
  }
  return path;
}

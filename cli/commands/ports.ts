import { setTimeout as delay } from 'node:timers/promises';
import { listPorts, portLine, type Port, type PortList } from '../../device/ports.js';
import { loadBoards } from '../../firmware-templates/index.js';
import type { Run } from '../command.js';
import type { Context } from '../context.js';
import { reportPorts } from '../ports.js';
import { pathsOf } from '../project.js';

const WATCH_MS = 500;

export const run: Run = async (args, context) => {
  const { project, reporter } = context;
  const list = () => listPorts([pathsOf(project).virtual], loadBoards(context.boards));
  const { ports, notices } = await list();
  for (const notice of notices) reporter.notice(notice);
  reportPorts(reporter, ports);
  reporter.result({ ports, notices });
  if (args['watch'] === true) await watch(list, ports, context);
  return 0;
};

/** Says what comes and goes until Ctrl-C. */
async function watch(
  list: () => Promise<PortList>,
  known: readonly Port[],
  { reporter, signal }: Context,
): Promise<void> {
  reporter.line('watching; Ctrl-C ends it');
  for (let before = known; await pause(signal);) {
    const { ports } = await list();
    for (const port of missing(ports, before)) reporter.line(`+ ${portLine(port)}`);
    for (const port of missing(before, ports)) reporter.line(`- ${portLine(port)}`);
    if (missing(ports, before).length + missing(before, ports).length > 0) reporter.result({ ports });
    before = ports;
  }
}

/** Ports of one list that the other lacks. */
function missing(of: readonly Port[], among: readonly Port[]): Port[] {
  return of.filter(({ path, usb }) => !among.some((other) => other.path === path && other.usb === usb));
}

/** Whether to go on after it. */
async function pause(signal: AbortSignal): Promise<boolean> {
  await delay(WATCH_MS, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}

import { existsSync } from 'node:fs';
import type { Check } from '../../device/doctor/check.js';
import { examine } from '../../device/doctor/index.js';
import { serialGroup } from '../../device/doctor/serial.js';
import { udevRules } from '../../device/doctor/udev.js';
import { boardNames } from '../../device/ports.js';
import { loadBoard, loadBoards, readProject, type Board } from '../../firmware-templates/index.js';
import type { Arguments, Run } from '../command.js';
import type { Context } from '../context.js';
import { hasConfig, loadFirmwareConfig } from '../config.js';
import { pathsOf } from '../project.js';
import type { Reporter } from '../reporter.js';

/** What is here, what is missing and what to type; 1 where the project's board needs something that is not ok. */
export const run: Run = async (args, context) => {
  const { reporter, stdout } = context;
  if (args['udev'] === true) {
    stdout.write(udevRules(loadBoards(context.boards), serialGroup()?.name ?? 'dialout'));
    return 0;
  }
  const board = boardOf(args, context);
  const checks = await examine(board);
  report(reporter, board, checks);
  const ok = unmet(checks).length === 0;
  reporter.result({ board: board.name, ok, platform: process.platform, checks });
  return ok ? 0 : 1;
};

/** The one that is named, that the firmware was made for, or that the config says. */
function boardOf(args: Arguments, { project, boards }: Context): Board {
  const { firmware } = pathsOf(project);
  const made = () => (existsSync(firmware) ? readProject(firmware).board : undefined);
  const name =
    args['board'] ?? (hasConfig(project) ? loadFirmwareConfig(project).target.board : made()) ?? 'virtual-stm32f405';
  return loadBoard(String(name), boards);
}

function unmet(checks: readonly Check[]): Check[] {
  return checks.filter(({ needed, status }) => needed && status !== 'ok');
}

function report(reporter: Reporter, board: Board, checks: readonly Check[]): void {
  const shown = ({ status, needed }: Check) => (status === 'missing' && !needed ? '-' : status);
  reporter.table(
    ['', 'what', 'found', 'for'],
    checks.map((check) => [shown(check), check.name, check.found, `${check.why}${check.needed ? ' (needed)' : ''}`]),
  );
  const rest = checks.filter((check) => !check.needed && check.status !== 'ok');
  advise(reporter, `${board.name} needs`, unmet(checks));
  if (unmet(checks).length === 0) reporter.line(`all that ${board.name} needs is here`);
  advise(reporter, 'other boards and commands may need', rest);
}

function advise(reporter: Reporter, title: string, checks: readonly Check[]): void {
  if (checks.length === 0) return;
  reporter.step(title);
  for (const { name, todo, boards } of checks)
    reporter.line(`${name}: ${todo}${boards ? ` (for ${boardNames(boards)})` : ''}`);
}

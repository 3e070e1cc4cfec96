// What stands between Linux and a board on a cable: groups, drivers, rules, and programs that take ports away.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { release } from 'node:os';
import type { Board } from '../../firmware-templates/index.js';
import { joinAdvice, membershipIn, systemGroups, type Group } from '../groups.js';
import type { Check } from './check.js';
import { entries, readText } from './files.js';
import { INSTALL_RULES, installedRules, usbIds, without } from './udev.js';

/** Debian's and Fedora's, then Arch's. */
const SERIAL_GROUPS = ['dialout', 'uucp'];
/** Flash methods that open the USB device itself, not its serial port. */
const RAW_USB: readonly string[] = ['openocd', 'st-flash', 'stm32-programmer', 'dfu-util', 'picotool'];

/** Kernel modules, and whose serial ports they are. */
const DRIVERS: readonly (readonly [string, string])[] = [
  ['cdc_acm', 'serial ports of Arduinos, ST-Links and other boards with USB of their own'],
  ['cp210x', 'serial ports of CP210x adapters'],
  ['ch341', 'serial ports of CH340 adapters'],
  ['ftdi_sio', 'serial ports of FTDI adapters'],
];

/** @param board the one that is asked for. @param all whose ids are looked for where that one has none. @param root the system's, other than `/` in tests */
export function serialChecks(board: Board, all: readonly Board[], root = '/'): Check[] {
  const ids = [...usbIds(board.usb.application.length > 0 ? [board] : all).keys()];
  const rules = installedRules(root);
  const checks = [
    groupCheck(board, root),
    rulesCheck(board, ids, rules),
    ...driverChecks(root),
    modemManagerCheck(ids, rules, root),
    brlttyCheck(rules, root),
    wslCheck(root),
  ];
  return checks.filter((check) => check !== undefined);
}

/** The group that serial ports belong to: that of one that is always there, or the one that has the name. */
export function serialGroup(root = '/'): Group | undefined {
  const groups = systemGroups(root);
  const gid = statSync(join(root, 'dev/ttyS0'), { throwIfNoEntry: false })?.gid;
  const owner = groups.find((group) => group.gid === gid && SERIAL_GROUPS.includes(group.name));
  return owner ?? SERIAL_GROUPS.map((known) => groups.find(({ name }) => name === known)).find(Boolean);
}

function groupCheck(board: Board, root: string): Check | undefined {
  const group = serialGroup(root);
  if (!group) return undefined;
  const why = 'opens serial ports without root';
  const common = { name: `group ${group.name}`, area: 'serial', why, needed: isOnCable(board) } as const;
  const membership = membershipIn(group);
  if (membership === 'member') return { ...common, status: 'ok', found: 'you are in it' };
  const found = membership === 'pending' ? 'joined, and not logged in since' : 'you are not in it';
  return { ...common, status: 'missing', found, todo: joinAdvice(group) };
}

function isOnCable(board: Board): boolean {
  return board.flash[0]?.method !== 'virtual';
}

function rulesCheck(board: Board, ids: readonly string[], rules: readonly string[]): Check {
  const method = board.flash[0]?.method;
  const why = 'debug probes and DFU boot loaders are opened without root';
  const needed = method !== undefined && RAW_USB.includes(method) && process.getuid?.() !== 0;
  const common = { name: 'udev rules', area: 'serial', why, needed } as const;
  const missing = without(/MODE|uaccess/, ids, rules);
  if (missing.length === 0) return { ...common, status: 'ok', found: `for all ${ids.length} USB ids` };
  const found = `none for ${missing.length} of ${ids.length} USB ids (${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''})`;
  return { ...common, status: 'missing', found, todo: INSTALL_RULES };
}

function driverChecks(root: string): Check[] {
  const modules = join(root, 'lib/modules', release());
  const available = readText(join(modules, 'modules.dep')) + readText(join(modules, 'modules.builtin'));
  if (available === '') return [];
  return DRIVERS.map(([name, why]) => {
    const there = available.includes(`/${name}.ko`) || existsSync(join(root, 'sys/module', name));
    const common = { name: `driver ${name}`, area: 'serial', why, needed: false } as const;
    if (there) return { ...common, status: 'ok', found: `in Linux ${release()}` };
    const todo =
      "install the rest of your kernel's modules (Ubuntu: `sudo apt-get install linux-modules-extra-$(uname -r)`)";
    return { ...common, status: 'missing', found: `not in Linux ${release()}`, todo };
  });
}

function modemManagerCheck(ids: readonly string[], rules: readonly string[], root: string): Check | undefined {
  if (!runs('ModemManager', root)) return undefined;
  const why = 'it takes a new port for a modem and writes AT commands to it for seconds';
  const common = { name: 'ModemManager', area: 'serial', why, needed: false } as const;
  if (without(/ID_MM_(DEVICE|PORT)_IGNORE/, ids, rules).length === 0) {
    return { ...common, status: 'ok', found: 'runs, and the rules keep it away' };
  }
  const todo = `${INSTALL_RULES}, or without a modem \`sudo systemctl disable --now ModemManager\``;
  return { ...common, status: 'problem', found: 'runs, and no rule keeps it away', todo };
}

/** CH340 and CP210x adapters show the USB ids of braille displays. */
function brlttyCheck(rules: readonly string[], root: string): Check | undefined {
  const takes = rules.filter((rule) => /brltty/i.test(rule) && /1a86\/7523|10c4\/ea60/i.test(rule));
  if (takes.length === 0 || !existsSync(join(root, 'usr/bin/brltty'))) return undefined;
  const todo = 'unless you use a braille display: `sudo apt-get remove brltty`';
  const why = 'it takes the ports of CH340 and CP210x adapters for braille displays: they vanish';
  return { name: 'brltty', area: 'serial', status: 'problem', found: 'its rules claim them', why, needed: false, todo };
}

function wslCheck(root: string): Check | undefined {
  if (!/microsoft/i.test(readText(join(root, 'proc/version')))) return undefined;
  const todo = 'in Windows, with usbipd-win: `usbipd bind --busid ID`, `usbipd attach --wsl --busid ID`';
  const why = 'Linux sees no USB device until Windows hands it over';
  return { name: 'WSL', area: 'serial', status: 'problem', found: 'this is WSL', why, needed: false, todo };
}

/** Linux cuts a process's name after 15 characters. */
function runs(program: string, root: string): boolean {
  const pids = entries(join(root, 'proc')).filter((name) => /^\d+$/.test(name));
  return pids.some((pid) => readText(join(root, 'proc', pid, 'comm')).trim() === program.slice(0, 15));
}

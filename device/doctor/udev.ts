// Linux's rules for the USB ids of boards: who may open them, and that ModemManager keeps away.
import type { Board } from '../../firmware-templates/index.js';
import { concat } from './files.js';

/** Before 73-seat-late.rules, which acts on the tag `uaccess`. */
export const RULES_FILE = '/etc/udev/rules.d/60-tinykiln.rules';
export const INSTALL_RULES = `\`kiln doctor --udev | sudo tee ${RULES_FILE} && sudo udevadm control --reload && sudo udevadm trigger\``;

const RULE_FOLDERS = ['/etc/udev/rules.d', '/run/udev/rules.d', '/usr/lib/udev/rules.d', '/lib/udev/rules.d'];

/** Every USB id that boards show, running or in their boot loader, with the boards' names; sorted. */
export function usbIds(boards: readonly Board[]): Map<string, string[]> {
  const pairs = boards.flatMap((board) => {
    const { application, bootloader = [] } = board.usb;
    const dfu = board.flash.flatMap((method) => (method.method === 'dfu-util' ? [method.usb] : []));
    return [...new Set([...application, ...bootloader, ...dfu])].map((id) => [id, board.name] as const);
  });
  const ids = new Map<string, string[]>();
  for (const [id, name] of pairs.sort()) ids.set(id, [...(ids.get(id) ?? []), name]);
  return ids;
}

/**
 * The content of a rules file: for each id, its USB device and its serial port are opened by the group and by who sits at
 * the machine. @param group the one that serial ports belong to here
 */
export function udevRules(boards: readonly Board[], group: string): string {
  const rules = [...usbIds(boards)].map(([id, names]) => {
    const [vendor, product] = id.split(':');
    const match = `SUBSYSTEMS=="usb", ATTRS{idVendor}=="${vendor}", ATTRS{idProduct}=="${product}"`;
    const rights = `MODE="0660", GROUP="${group}", TAG+="uaccess"`;
    return `# ${names.join(', ')}\n${match}, ${rights}, ENV{ID_MM_DEVICE_IGNORE}="1", ENV{ID_MM_PORT_IGNORE}="1"\n`;
  });
  return ['# Boards that tinykiln knows: made by `kiln doctor --udev`.\n', ...rules].join('\n');
}

/** The rules of a system, line by line. @param root the system's, other than `/` in tests */
export function installedRules(root: string): string[] {
  const lines = concat(root, RULE_FOLDERS, '.rules').replace(/\\\n/g, ' ').split('\n');
  return lines.filter((line) => !/^\s*(#|$)/.test(line));
}

/** Whether a rule is for an id, or for all of its vendor's. */
export function isFor(rule: string, id: string): boolean {
  const [vendor, product] = id.split(':') as [string, string];
  const says = (key: string, value: string) => new RegExp(`${key}\\}=="[^"]*${value}`, 'i').test(rule);
  return says('idVendor', vendor) && (says('idProduct', product) || !/idProduct/.test(rule));
}

/** Ids for which no rule says what `kind` looks for. */
export function without(kind: RegExp, ids: readonly string[], rules: readonly string[]): string[] {
  const of = rules.filter((rule) => kind.test(rule));
  return ids.filter((id) => !of.some((rule) => isFor(rule, id)));
}

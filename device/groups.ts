// Groups of a Unix system: who may open a serial port is a matter of them.
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

export interface Group {
  name: string;
  gid: number;
  members: string[];
}

/** Of /etc/group; none where there is no such file. @param root the system's, other than `/` in tests */
export function systemGroups(root = '/'): Group[] {
  let text: string;
  try {
    text = readFileSync(`${root}/etc/group`, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [name, , gid, members] = line.split(':');
    return name && gid ? [{ name, gid: Number(gid), members: (members ?? '').split(',') }] : [];
  });
}

/** `pending`: the list has this user, and this login is older than that. */
export type Membership = 'member' | 'pending' | 'absent';

export function membershipIn({ gid, members }: Group): Membership {
  if (process.getuid?.() === 0 || process.getgroups?.().includes(gid)) return 'member';
  return members.includes(userInfo().username) ? 'pending' : 'absent';
}

/** What to do to be of a group. */
export function joinAdvice(group: Group): string {
  const again = 'log out and in again';
  return membershipIn(group) === 'pending' ? again : `\`sudo usermod -aG ${group.name} $USER\`, then ${again}`;
}
